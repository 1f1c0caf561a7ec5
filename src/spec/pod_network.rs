//! The addresses that pods get: blocks, pools, security groups and the way out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::{EniConfigName, Name, SecurityGroupId, SubnetId, ZoneName};
use crate::address::Cidr;

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
    /// How a node finds its ENIConfig. Default: `zone` with one pool, `name` with more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select_by: Option<SelectBy>,
    /// The security groups of pods.
    #[serde(default)]
    pub security_groups: SecurityGroups,
    /// How pods leave the VPC.
    #[serde(default)]
    pub egress: Egress,
}

/// A pool: one pod subnet in every zone. Its size is `prefixLength` or `addresses`, here for all zones or zone by zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// The prefix length of each of its subnets, 16 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 16, max = 28), extend("examples" = [18]))]
    pub prefix_length: Option<u8>,
    /// How many addresses each of its subnets must have for use, the five that AWS reserves not counted; 1 to 65,531.
    /// The next power of two is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65531), extend("examples" = [8000]))]
    pub addresses: Option<u32>,
    /// Where a zone differs, by the zone's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub zones: BTreeMap<ZoneName, PoolZone>,
}

/// What is special about a pool in one zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PoolZone {
    /// The prefix length of this zone's subnet, 16 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 16, max = 28), extend("examples" = [18]))]
    pub prefix_length: Option<u8>,
    /// How many usable addresses this zone's subnet must have, 1 to 65,531.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65531), extend("examples" = [8000]))]
    pub addresses: Option<u32>,
    /// The exact range of this zone's subnet, instead of one that podnet carves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<Cidr>,
    /// A subnet that exists already, used instead of making one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<SubnetId>,
    /// The name of this zone's ENIConfig, where nodes select it by name. Default: `POOL-ZONE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eni_config_name: Option<EniConfigName>,
    /// Security groups of this zone's pods, instead of the network's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 16))]
    pub security_group_ids: Option<Vec<SecurityGroupId>>,
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
