//! The plan's proofs: what nodes can take of a pod subnet against what it has.

use serde::Serialize;

use crate::address::Cidr;
use crate::capacity::{Need, NodeDemand};
use crate::ids::{Name, ZoneName};

/// The proof that a pod subnet suffices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// Whether it does.
    pub holds: bool,
    /// What its nodes can take of it.
    pub need: Need,
    /// All addresses of the need.
    pub demand: u64,
    /// Its addresses without the five that AWS keeps.
    pub usable: u64,
    /// How many are left at worst; 0 where it does not hold.
    pub headroom: u64,
    /// The inequality with its terms.
    pub inequality: String,
    /// The same for whole /28 prefixes, and for what may be outside of them; none where no node takes prefixes.
    pub prefixes: Option<String>,
    /// The terms.
    pub groups: Vec<GroupDemand>,
    /// For each group, the largest `size.max` with which the proof still holds, the others as they are.
    pub largest: Vec<Largest>,
    /// The first group, by name, with which it no longer holds; none where it holds.
    pub breaks: Option<Name>,
    /// CIDR reservations of type `prefix` that keep the prefixes whole.
    pub reservations: Vec<Cidr>,
}

/// The proof that the node subnets of a zone suffice: every node has one address there, that of its primary interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeSubnetProof {
    /// The zone.
    pub zone: ZoneName,
    /// Whether they do.
    pub holds: bool,
    /// The most nodes of the zone.
    pub demand: u64,
    /// The addresses of all its node subnets, each without the five that AWS keeps.
    pub usable: u64,
    /// The inequality with its terms.
    pub inequality: String,
    /// The terms.
    pub groups: Vec<ZoneNodes>,
}

/// The most nodes of a group that are in a zone at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneNodes {
    /// The group, by the spec's name.
    pub group: Name,
    /// The number.
    pub nodes: u64,
    /// How it came about: one reason for each pod subnet that its nodes use.
    pub how: Vec<String>,
}

/// The largest `size.max` of a group with which a proof still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Largest {
    /// The group, by the spec's name.
    pub group: Name,
    /// What it has: its `size.max`, or what of it this subnet is for.
    pub max: u64,
    /// The largest; none where not even one node fits.
    pub largest: Option<u64>,
}

/// What the nodes of one group can take of a pod subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupDemand {
    /// The group, by the spec's name.
    pub group: Name,
    /// The most of its nodes that are in the subnet's zone at a time.
    pub nodes: u64,
    /// How that number came about.
    pub nodes_how: String,
    /// The type that takes most.
    pub instance_type: String,
    /// What a node takes at most.
    pub node: NodeDemand,
    /// What all take: nodes times node.
    pub need: Need,
    /// How what a node takes came about.
    pub node_how: String,
}
