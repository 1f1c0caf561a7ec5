//! What must not move between runs: the ranges that were handed out and the ids that came out of deployments.
//!
//! `prod.lock.yaml` stands beside `prod.yaml`, is committed, and is written by podnet alone: canonical, sorted, one line
//! an allocation, so that two branches that both allocate conflict in git where people see it.

mod claims;
mod file;
mod ids;
mod line;
mod line_changes;
#[cfg(test)]
mod losses;
mod lost_allocations;
mod names;
mod node_groups;
mod seal;
mod text;

pub(crate) use claims::{claimed, claims, has_line, restored};
pub use file::{LockRead, read};
pub(crate) use file::{cluster_of, edited, read_any_version, read_without_edits};
pub(crate) use ids::of_nodes;
#[cfg(test)]
pub(crate) use line_changes::LineChange;
pub(crate) use line_changes::changes;
pub(crate) use lost_allocations::lost_allocations;
pub use names::NotReleased;
pub(crate) use names::config_name;
pub use text::write;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::address::Cidr;
use crate::ids::{InstanceTypeName, Name, PodSubnetKey, RouteTableId, SecurityGroupId, SubnetId, ZoneId};
use crate::spec::{Cluster, KnownAccess, SelectBy};

/// Whether a range is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A pod subnet of the spec has it.
    Active,
    /// It is kept for a pool and zone that the spec does not have yet.
    Reserved,
    /// The spec no longer has its pool or zone. The range is not handed out to another, because the subnet and its
    /// interfaces may still be there; the same pool and zone get it back.
    Retired,
}

impl State {
    /// The word for it in the lock.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Reserved => "reserved",
            Self::Retired => "retired",
        }
    }
}

/// Who makes a pod subnet's reservations for prefixes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reservations {
    /// The stack that makes the subnet, where its region's CloudFormation can.
    #[default]
    Stack,
    /// People, because the region's CloudFormation had no such resource when the range was handed out. It stays so: a stack would
    /// collide with what was made.
    ByHand,
}

impl Reservations {
    /// The word for it in the lock; none for the default.
    pub(crate) const fn written(self) -> Option<&'static str> {
        match self {
            Self::Stack => None,
            Self::ByHand => Some("byHand"),
        }
    }
}

/// A range that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The range.
    pub cidr: Cidr,
    /// Whether it is in use.
    pub state: State,
    /// The subnet that was there before podnet and was adopted with its range; none where podnet makes the subnet.
    pub subnet_id: Option<SubnetId>,
    /// Who makes its reservations for prefixes.
    pub reservations: Reservations,
    /// The route table that the stack associates with the subnet that it makes; none for the VPC's main one.
    pub route_table_id: Option<RouteTableId>,
    /// The id by which `pod-network.yaml` names the subnet's zone; none where it names the zone by its name, and for
    /// subnets that podnet does not make. Either is create-only, so what a subnet began with stays.
    pub zone_id: Option<ZoneId>,
}

/// How nodes reach the cluster, out of `aws eks describe-cluster`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterBinding {
    /// The API server's address.
    pub api_server_endpoint: crate::ids::Endpoint,
    /// The certificate of the cluster's certificate authority, base64-encoded.
    pub certificate_authority: crate::ids::CertificateAuthority,
    /// The range of Kubernetes services.
    pub service_cidr: Option<Cidr>,
}

impl From<&ClusterBinding> for KnownAccess {
    fn from(binding: &ClusterBinding) -> Self {
        let cluster = Cluster {
            api_server_endpoint: Some(binding.api_server_endpoint.clone()),
            certificate_authority: Some(binding.certificate_authority.clone()),
        };
        Self { cluster, service_cidr: binding.service_cidr }
    }
}

/// Who has a security group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WornBy {
    /// Nodes.
    Nodes,
    /// Pods.
    Pods,
    /// Nodes and pods.
    Both,
}

impl WornBy {
    /// The word for it in the lock.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Pods => "pods",
            Self::Both => "both",
        }
    }

    /// Whether nodes have it.
    pub const fn nodes(self) -> bool {
        matches!(self, Self::Nodes | Self::Both)
    }

    /// Whether pods have it.
    pub const fn pods(self) -> bool {
        matches!(self, Self::Pods | Self::Both)
    }
}

/// A security group that nodes or pods have been given, by its logical id or its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worn {
    /// By whom.
    pub by: WornBy,
    /// Whether new nodes and pods still get it. One that is retired stays, with its rules, until it is released: the network
    /// interfaces that have it keep it.
    pub state: State,
}

/// An ENIConfig that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedConfig {
    /// Whose subnet it names.
    pub key: PodSubnetKey,
    /// The subnet.
    pub subnet_id: SubnetId,
    /// Its security groups.
    pub security_group_ids: Vec<SecurityGroupId>,
    /// Whether the spec still has it. One that is retired stays until it is released: nodes may look for it.
    pub state: State,
}

/// Whether a node group is the spec's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupState {
    /// It is.
    Active,
    /// It is, and came while another one was retired: until that is released, both have nodes, and it is proved with as many as it
    /// starts with.
    Joining,
    /// It is no longer, or has a successor. It stays as it was written until it is released: nodes run there.
    Retired,
}

impl GroupState {
    /// The word for it in the lock.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Joining => "joining",
            Self::Retired => "retired",
        }
    }

    /// The same, as of everything in a lock.
    pub(crate) const fn of_all(self) -> State {
        match self {
            Self::Active | Self::Joining => State::Active,
            Self::Retired => State::Retired,
        }
    }
}

/// A node group that was written, as of its resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedGroup {
    /// Whether it is the spec's.
    pub state: GroupState,
    /// Which of the spec's it is, or was.
    pub group: Name,
    /// The logical id of its first generation; none where it is that one.
    pub successor_of: Option<String>,
    /// Its nodes, at most.
    pub nodes: u32,
    /// The pods of each, at most.
    pub max_pods: u32,
    /// Its instance types.
    pub instance_types: Vec<InstanceTypeName>,
    /// The pod subnets of its pods.
    pub pod_subnets: Vec<PodSubnetKey>,
}

/// One change of one resource, which somebody allowed although it ends something that runs, or takes away what it uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// What becomes of it: `replaced`.
    pub effect: String,
    /// The file of the output that it is in.
    pub file: String,
    /// The resource's fingerprint as it is deployed.
    pub before: String,
    /// Its fingerprint in the output that was allowed; none where it goes. The next change of the resource ends the allowance.
    pub after: Option<String>,
}

/// The lock of one cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The version of this format.
    pub version: u32,
    /// The cluster that it belongs to.
    pub cluster: String,
    /// The edition of the instance type catalog that max pods were computed from.
    pub catalog: String,
    /// The ranges that were handed out.
    pub allocations: BTreeMap<PodSubnetKey, Allocation>,
    /// Subnets of the VPC that podnet does not manage: nothing is carved where they are.
    pub existing: BTreeMap<SubnetId, Cidr>,
    /// Ranges that were given back, as the last that a pool had in a zone: what tells a range that was given back from one whose
    /// line was lost.
    pub released: BTreeMap<PodSubnetKey, Cidr>,
    /// Stack outputs and the ids that they had.
    pub bindings: BTreeMap<String, String>,
    /// The security groups that nodes and pods have, or had.
    pub security_groups: BTreeMap<String, Worn>,
    /// The ENIConfigs that are written, by name.
    pub eni_configs: BTreeMap<String, LockedConfig>,
    /// The node groups that are written, by the logical id of their resource.
    pub node_groups: BTreeMap<String, LockedGroup>,
    /// The resources of the node groups' stack as they are written, as JSON, by logical id: one that is retired stays as it is.
    pub node_resources: BTreeMap<String, String>,
    /// Security groups, objects and node groups that were given back: what tells them from lines that were lost.
    pub released_names: BTreeSet<String>,
    /// Changes that may end something that runs, by the resource's or the object's name.
    pub allowances: BTreeMap<String, Allowance>,
    /// Variables of aws-node that `cni.env` set and that were written: they are not dropped when they leave the spec, because
    /// others that own a part of aws-node would keep them with an empty value.
    pub environment: BTreeSet<String>,
    /// How nodes found their ENIConfig when aws-node was last written.
    pub select_by: Option<SelectBy>,
    /// How nodes reach the cluster.
    pub cluster_access: Option<ClusterBinding>,
}

impl Lock {
    /// The lock of a cluster that has nothing yet.
    pub fn empty(cluster: &str, catalog: &str) -> Self {
        Self { version: VERSION, cluster: cluster.to_owned(), catalog: catalog.to_owned(), ..Self::default() }
    }
}

/// The version of the lock's format that this podnet reads and writes.
pub const VERSION: u32 = 2;

/// The first version, which had no `released` and no claims in the output.
const FIRST_VERSION: u32 = 1;
