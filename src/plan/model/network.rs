//! The plan's network: blocks, pod subnets, security groups and ENIConfigs.

use serde::Serialize;

use super::proof::Proof;
use crate::address::Cidr;
use crate::ids::{LogicalId, Name, PodSubnetKey, RouteTableId, SecurityGroupId, SubnetId, ZoneId, ZoneName};
use crate::spec::SelectBy;

/// A block that pod subnets are carved from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// The range.
    pub cidr: Cidr,
    /// The block of the VPC that it is a part of; none where it is a whole one.
    pub part_of: Option<Cidr>,
    /// Its resource in `pod-network.yaml`; none where the VPC has the block already.
    pub logical_id: Option<LogicalId>,
}

/// Where the id of a pod subnet comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SubnetOrigin {
    /// The spec gives it: the subnet exists, podnet does not make it.
    Given,
    /// The lock has it with its range: `podnet lock import` took it over, or its pool and zone were gone for a while and are
    /// back. podnet does not make it.
    Adopted,
    /// The lock has it: `podnet bind` took it from the stack's outputs.
    Bound,
    /// The stack has not been deployed, or its outputs have not been bound.
    Pending,
}

/// By what `pod-network.yaml` says in which zone a subnet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PlacedBy {
    /// By the zone's name, which is an account's own.
    Name,
    /// By the zone's id, which is the same in every account.
    Id,
}

/// A pod subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSubnet {
    /// Its pool.
    pub pool: Name,
    /// Its zone, by its name in the account that runs the nodes.
    pub zone: ZoneName,
    /// Its zone's id, where that is known.
    pub zone_id: Option<ZoneId>,
    /// By what `pod-network.yaml` says its zone, where it makes the subnet.
    pub placed_by: PlacedBy,
    /// Its name among the additional subnets of the pool in the zone; none for the first.
    pub further: Option<Name>,
    /// Its range; none for a given subnet whose range the spec does not tell.
    pub cidr: Option<Cidr>,
    /// How many of its addresses can be used.
    pub usable_addresses: Option<u64>,
    /// How the range came about.
    pub how: String,
    /// How the size came about that the spec asks for; none where it gives the range.
    pub size_how: Option<String>,
    /// Its id, where it is known.
    pub subnet_id: Option<SubnetId>,
    /// Where the id comes from.
    pub origin: SubnetOrigin,
    /// Its resource in `pod-network.yaml`, and its output; none for a given one.
    pub logical_id: Option<LogicalId>,
    /// The resource of the block that it lies in, where the stack makes that too.
    pub block_logical_id: Option<LogicalId>,
    /// Its route table; none for the VPC's main one.
    pub route_table_id: Option<RouteTableId>,
    /// The proof that it suffices; none where its range is not known.
    pub proof: Option<Proof>,
    /// What is kept for prefixes in it.
    pub reservations: Vec<Reservation>,
}

/// A CIDR reservation of type `prefix`: EC2 takes prefixes out of it, and places no single address there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// The range.
    pub cidr: Cidr,
    /// Its resource in `pod-network.yaml`; none where that cannot make it: in a subnet that podnet does not make, and in
    /// partitions whose CloudFormation has no such resource.
    pub logical_id: Option<LogicalId>,
}

impl PodSubnet {
    /// Whose it is.
    pub fn key(&self) -> PodSubnetKey {
        PodSubnetKey { pool: self.pool.clone(), zone: self.zone.clone(), further: self.further.clone() }
    }
}

/// A security group by its resource in `pod-network.yaml` or by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupRef {
    /// One that podnet makes.
    LogicalId(LogicalId),
    /// One that exists.
    Id(SecurityGroupId),
}

impl Serialize for GroupRef {
    /// `{logicalId, id}`, one of them null: templates ask which it is.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Both<'a> {
            logical_id: Option<&'a LogicalId>,
            id: Option<&'a SecurityGroupId>,
        }
        match self {
            Self::LogicalId(logical_id) => Both { logical_id: Some(logical_id), id: None },
            Self::Id(id) => Both { logical_id: None, id: Some(id) },
        }
        .serialize(serializer)
    }
}

/// A security group that podnet makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityGroup {
    /// Its resource, and its output.
    pub logical_id: LogicalId,
    /// What it is for.
    pub description: String,
    /// Its id, where the lock has it.
    pub id: Option<SecurityGroupId>,
    /// Whether new nodes and pods no longer get it. It stays, with its rules, until it is released.
    pub retired: bool,
}

/// An ingress rule between two groups. No two have the same group, source, protocol and ports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The group that lets traffic in.
    pub group: GroupRef,
    /// The group that it comes from.
    pub source: GroupRef,
    /// The protocol: `tcp`, or `-1` for all.
    pub protocol: String,
    /// The first port; none for all protocols.
    pub from_port: Option<u16>,
    /// The last port.
    pub to_port: Option<u16>,
    /// Its resource.
    pub logical_id: LogicalId,
    /// What it is for.
    pub description: String,
    /// Whether it is there only for as long as nodes from before the migration can run beside the new ones.
    pub migration: bool,
}

/// A security group that nodes or pods may still have, and new ones no longer get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetiredGroup {
    /// Its name in the lock: the logical id of one that podnet makes, or the id.
    pub name: String,
    /// Its id.
    pub id: SecurityGroupId,
}

/// The security groups that podnet makes and the rules between groups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityGroupPlan {
    /// The groups it makes.
    pub made: Vec<SecurityGroup>,
    /// The rules, in groups that it makes and in the cluster's.
    pub rules: Vec<Rule>,
    /// Groups that nodes or pods may still have, and new ones no longer get.
    pub retired: Vec<RetiredGroup>,
    /// The groups of pods; none where the ENIConfigs have none.
    pub pods: Vec<GroupRef>,
    /// What pods get where the ENIConfigs have none.
    pub fallback: Option<String>,
}

impl SecurityGroupPlan {
    /// Gives the output of a group that podnet makes and whose id is not known yet.
    pub fn missing(&self, group: &GroupRef) -> Option<LogicalId> {
        match group {
            GroupRef::LogicalId(logical_id) if self.id_of(group).is_none() => Some(logical_id.clone()),
            GroupRef::LogicalId(_) | GroupRef::Id(_) => None,
        }
    }

    /// Gives the group of an id: one that podnet makes, where its id is that.
    pub(crate) fn of_id(&self, id: &SecurityGroupId) -> GroupRef {
        let made = self.made.iter().find(|made| made.id.as_ref() == Some(id));
        made.map_or_else(|| GroupRef::Id(id.clone()), |made| GroupRef::LogicalId(made.logical_id.clone()))
    }

    /// Gives a group's id, where it is known.
    pub fn id_of(&self, group: &GroupRef) -> Option<SecurityGroupId> {
        match group {
            GroupRef::Id(id) => Some(id.clone()),
            GroupRef::LogicalId(logical_id) => self.made.iter().find(|made| made.logical_id == *logical_id)?.id.clone(),
        }
    }
}

/// How nodes find their ENIConfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// By zone, by name or by a label of one's own.
    pub by: SelectBy,
    /// Whether ENIConfigs are named after zones, so that each node finds the one of its zone.
    pub by_zone: bool,
    /// The node label that the CNI looks at.
    pub label: String,
    /// The node label that it looks at before that one, by which nodes find ENIConfigs that are not named after their zone; none where
    /// there cannot be any of these.
    pub first_label: Option<String>,
    /// The label that has a node's zone.
    pub zone_label: String,
    /// Why.
    pub how: String,
}

/// An ENIConfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EniConfig {
    /// Its name.
    pub name: String,
    /// Its pool.
    pub pool: Name,
    /// Its zone, by its name in the account that runs the nodes.
    pub zone: ZoneName,
    /// The node label by which nodes find it; none where they find it by their zone.
    pub label: Option<String>,
    /// Its zone's id, where that is known.
    pub zone_id: Option<ZoneId>,
    /// The name of its subnet among the further ones of the pool in the zone; none for the first.
    pub further: Option<Name>,
    /// Its subnet's id, where it is known.
    pub subnet_id: Option<SubnetId>,
    /// Its security groups' ids, those that are known.
    pub security_group_ids: Vec<SecurityGroupId>,
    /// The outputs that it still needs; it is written once there are none.
    pub needs: Vec<LogicalId>,
    /// The outputs with which it changes: until their ids are known, it has the subnet and the security groups that it had.
    pub waits_for: Vec<LogicalId>,
}

/// An ENIConfig of a pod subnet that the spec no longer has: nodes may still look for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetiredConfig {
    /// Its name.
    pub name: String,
    /// Its pool.
    pub pool: Name,
    /// Its zone.
    pub zone: ZoneName,
    /// The node label by which nodes find it.
    pub label: String,
    /// Its subnet.
    pub subnet_id: SubnetId,
    /// Its security groups.
    pub security_group_ids: Vec<SecurityGroupId>,
}

impl EniConfig {
    /// Whose subnet it names.
    pub fn key(&self) -> PodSubnetKey {
        PodSubnetKey { pool: self.pool.clone(), zone: self.zone.clone(), further: self.further.clone() }
    }
}

/// A range that is kept for a pool and zone that the spec no longer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retired {
    /// The pool.
    pub pool: Name,
    /// The zone.
    pub zone: ZoneName,
    /// The name of an additional subnet there.
    pub further: Option<Name>,
    /// The range.
    pub cidr: Cidr,
    /// The subnet's id, where it was adopted: then whoever made it deletes it.
    pub subnet_id: Option<SubnetId>,
}
