//! The addresses that pods get: blocks, security groups and the way out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Pool, SelectBy};
use crate::address::Cidr;
use crate::ids::{Name, SecurityGroupId};

/// Where pods get their addresses from, and how they use them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodNetwork {
    /// The CIDR blocks for pod subnets, /16 to /28. A block that `vpc.cidrBlocks` also lists is used as it is, and so is a part of
    /// one; any other is associated with the VPC as a secondary CIDR block. Not required if all pod subnets exist already.
    #[serde(default)]
    pub cidr_blocks: Vec<Cidr>,
    /// The pools, by name. Each pool has a pod subnet in every zone. With more than one pool, every node group names the
    /// one that it uses.
    #[schemars(extend("minProperties" = 1))]
    pub pools: BTreeMap<Name, Pool>,
    /// Whether custom networking is on in the cluster already, with these pod subnets. `RUNBOOK.md` then neither enables it nor
    /// replaces nodes.
    #[serde(default)]
    pub adopted: bool,
    /// How a node selects its ENIConfig. Default: as before on a cluster that runs; otherwise `zone` with one pod subnet per zone,
    /// `name` with more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select_by: Option<SelectBy>,
    /// The security groups of pods.
    #[serde(default)]
    pub security_groups: SecurityGroups,
    /// How pods leave the VPC.
    #[serde(default)]
    pub egress: Egress,
    /// What the pod subnets must have enough addresses for.
    #[serde(default)]
    pub capacity: Capacity,
}

impl PodNetwork {
    /// Whether any zone of any pool has additional pod subnets.
    pub(crate) fn has_further(&self) -> bool {
        self.pools.values().flat_map(|pool| pool.zones.values()).any(|zone| !zone.further.is_empty())
    }
}

/// What the pod subnets must have enough addresses for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capacity {
    /// How unevenly the nodes of a group in several zones may be distributed.
    #[serde(default)]
    pub spread: Spread,
    /// How much larger than today's need a subnet with `size: auto` or `pods` is made, in percent, 0 to 1,000. The extra
    /// space is for growth: the proof does not require it.
    #[serde(default)]
    #[schemars(range(max = 1000), extend("examples" = [50]))]
    pub growth_percent: u16,
}

/// How unevenly the nodes of a group in several zones may be distributed. A group in one zone has all its nodes there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Spread {
    /// Evenly across all zones.
    Balanced,
    /// Evenly across all zones but one: a zone is lost, and the others run its nodes.
    #[default]
    ZoneLost,
    /// All in one zone.
    OneZone,
}

/// The security groups of pods.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityGroups {
    /// Where they come from.
    #[serde(rename = "use", default)]
    pub source: SecurityGroupUse,
    /// Their ids, with `use: ids`: at most five, as many as a network interface has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5))]
    pub ids: Vec<SecurityGroupId>,
}

/// Where the security groups of pods come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SecurityGroupUse {
    /// The cluster security group, which EKS created.
    #[default]
    Cluster,
    /// A separate security group for pods, which podnet creates: open between nodes, pods and the control plane.
    Managed,
    /// The security group that podnet creates for nodes: pods and their nodes share it.
    NodeGroup,
    /// Existing security groups, by id.
    Ids,
    /// None in the ENIConfigs. Which ones the CNI uses instead depends on its version.
    None,
}

/// How pods leave the VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Egress {
    /// Where the source address of packets that leave the VPC is translated.
    #[serde(default)]
    pub snat: Snat,
    /// Ranges outside the VPC that pods reach with their own addresses (`AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS`). Only with
    /// `snat: node`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_snat_cidrs: Vec<Cidr>,
}

/// Where the source address of packets that leave the VPC is translated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Snat {
    /// On the node: packets leave with the node's address, through the node subnet's routes.
    #[default]
    Node,
    /// Outside the node: packets leave with the pod's address, through the pod subnet's route to a NAT gateway.
    External,
}
