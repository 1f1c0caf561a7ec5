//! The addresses that pods get: blocks, security groups and the way out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Pool;
use crate::address::Cidr;
use crate::ids::{Name, SecurityGroupId};

/// The addresses that pods get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodNetwork {
    /// The blocks that pod subnets are carved from, /16 to /28. One that `vpc.cidrBlocks` lists is used as it is; any
    /// other is associated with the VPC as a secondary CIDR block. Not needed where every pod subnet exists already.
    #[serde(default)]
    pub cidr_blocks: Vec<Cidr>,
    /// The pools, by name. One pool gives one pod subnet a zone; with more than one, a node group says which it uses.
    #[schemars(extend("minProperties" = 1))]
    pub pools: BTreeMap<Name, Pool>,
    /// How a node finds its ENIConfig. Default: `zone` with one pod subnet a zone, `name` with more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select_by: Option<SelectBy>,
    /// The security groups of pods.
    #[serde(default)]
    pub security_groups: SecurityGroups,
    /// How pods leave the VPC.
    #[serde(default)]
    pub egress: Egress,
    /// What the addresses must suffice for.
    #[serde(default)]
    pub capacity: Capacity,
}

impl PodNetwork {
    /// Whether any zone of any pool has further pod subnets.
    pub(crate) fn has_further(&self) -> bool {
        self.pools.values().flat_map(|pool| pool.zones.values()).any(|zone| !zone.further.is_empty())
    }

    /// How nodes find their ENIConfig: as the spec says, else by zone where every zone has one pod subnet.
    pub fn selection(&self) -> SelectBy {
        let one = self.pools.len() == 1 && !self.has_further();
        self.select_by.unwrap_or(if one { SelectBy::Zone } else { SelectBy::Name })
    }
}

/// What the addresses of pod subnets must suffice for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capacity {
    /// How unevenly the nodes of a group over several zones may spread.
    #[serde(default)]
    pub spread: Spread,
    /// How much larger than today's need a subnet of `size: auto` or `pods` is made, in percent, 0 to 1,000. It is there to
    /// be grown into: the proof does not ask for it.
    #[serde(default)]
    #[schemars(range(max = 1000), extend("examples" = [50]))]
    pub growth_percent: u16,
}

/// How unevenly the nodes of a group over several zones may spread. A group of one zone has all its nodes there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Spread {
    /// Evenly over the zones.
    Balanced,
    /// Evenly over the zones but one: a zone is lost, and the others take its nodes.
    #[default]
    ZoneLost,
    /// All in one zone.
    OneZone,
}

/// How a node finds its ENIConfig.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SelectBy {
    /// By its zone label: ENIConfigs are named like the zones.
    Zone,
    /// By the label `k8s.amazonaws.com/eniConfig`, which the node group sets.
    Name,
}

/// The security groups of pods.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityGroups {
    /// Where they come from.
    #[serde(rename = "use", default)]
    pub source: SecurityGroupUse,
    /// Their ids, with `use: ids`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub ids: Vec<SecurityGroupId>,
}

/// Where the security groups of pods come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SecurityGroupUse {
    /// The cluster security group that EKS made.
    #[default]
    Cluster,
    /// A group of the pods' own, made by podnet, open between nodes, pods and the control plane.
    Managed,
    /// The node security group that podnet makes: pods get the group of their nodes.
    NodeGroup,
    /// Groups that exist already, by id.
    Ids,
    /// None are written into the ENIConfigs. What the CNI falls back to depends on its version.
    None,
}

/// How pods leave the VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Egress {
    /// Where the source address of packets to the outside is translated.
    #[serde(default)]
    pub snat: Snat,
    /// Ranges outside the VPC that pods reach with their own address (`AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS`). Only with
    /// `snat: node`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_snat_cidrs: Vec<Cidr>,
}

/// Where the source address of packets to the outside is translated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Snat {
    /// On the node: packets leave with the node's address, by the node subnet's route.
    #[default]
    Node,
    /// Outside: packets leave with the pod's address, by the pod subnet's route, which then needs a NAT gateway.
    External,
}
