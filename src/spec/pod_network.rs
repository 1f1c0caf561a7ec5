//! The addresses that pods get: blocks, pools, security groups and the way out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::Cidr;
use crate::ids::{EniConfigName, Name, SecurityGroupId, SubnetId, ZoneName};

/// Where pods get their addresses from, and how they use them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodNetwork {
    /// The CIDR blocks for pod subnets, /16 to /28. A block that `vpc.cidrBlocks` also lists is used as it is; any other is
    /// associated with the VPC as a secondary CIDR block. Not required if all pod subnets exist already.
    #[serde(default)]
    pub cidr_blocks: Vec<Cidr>,
    /// The pools, by name. Each pool has a pod subnet in every zone. With more than one pool, every node group names the
    /// one that it uses.
    #[schemars(extend("minProperties" = 1))]
    pub pools: BTreeMap<Name, Pool>,
    /// How a node selects its ENIConfig. Default: `zone` with one pod subnet per zone, `name` with more.
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
    /// Whether any zone of any pool has further pod subnets.
    pub fn has_further(&self) -> bool {
        self.pools.values().flat_map(|pool| pool.zones.values()).any(|zone| !zone.further.is_empty())
    }

    /// How nodes find their ENIConfig: as the spec says, else by zone where every zone has one pod subnet.
    pub fn selection(&self) -> SelectBy {
        let one = self.pools.len() == 1 && !self.has_further();
        self.select_by.unwrap_or(if one { SelectBy::Zone } else { SelectBy::Name })
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

/// A size that is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Computed {
    /// From the most addresses that the node groups can take.
    Auto,
}

/// How a pod subnet's size is said, of several ways at most one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Computed from the node groups.
    pub computed: Option<Computed>,
    /// As a prefix length.
    pub prefix_length: Option<u8>,
    /// As usable addresses.
    pub addresses: Option<u32>,
    /// As pods.
    pub pods: Option<u32>,
}

impl Sizes {
    /// The fields that are set, by their names in the spec.
    pub fn fields(self) -> Vec<&'static str> {
        let set = [
            ("size", self.computed.is_some()),
            ("prefixLength", self.prefix_length.is_some()),
            ("addresses", self.addresses.is_some()),
            ("pods", self.pods.is_some()),
        ];
        set.into_iter().filter(|(_, set)| *set).map(|(field, _)| field).collect()
    }
}

/// A pool: one pod subnet in every zone. Its size is given by one of `size: auto`, `prefixLength`, `addresses` or `pods`,
/// here for all zones or under `zones` for each zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// `auto`: in every zone, large enough for the most that the node groups can need.
    #[serde(default, rename = "size", skip_serializing_if = "Option::is_none")]
    pub computed: Option<Computed>,
    /// The prefix length of each pod subnet, 16 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 16, max = 28), extend("examples" = [18]))]
    pub prefix_length: Option<u8>,
    /// How many usable addresses each pod subnet must have, not counting the five that AWS reserves; 1 to 65,531. The size
    /// is rounded up to the next power of two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65531), extend("examples" = [8000]))]
    pub addresses: Option<u32>,
    /// How many pods each pod subnet must hold, 1 to 1,000,000: on full nodes of the group that needs the most addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000), extend("examples" = [5000]))]
    pub pods: Option<u32>,
    /// Settings that differ in a zone, by the zone's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub zones: BTreeMap<ZoneName, PoolZone>,
}

/// The settings of a pool in one zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PoolZone {
    /// `auto`: large enough for the most that the node groups can need in this zone.
    #[serde(default, rename = "size", skip_serializing_if = "Option::is_none")]
    pub computed: Option<Computed>,
    /// The prefix length of this zone's pod subnet, 16 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 16, max = 28), extend("examples" = [18]))]
    pub prefix_length: Option<u8>,
    /// How many usable addresses this zone's pod subnet must have, 1 to 65,531.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65531), extend("examples" = [8000]))]
    pub addresses: Option<u32>,
    /// How many pods this zone's pod subnet must hold, 1 to 1,000,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000), extend("examples" = [5000]))]
    pub pods: Option<u32>,
    /// The exact range of this zone's pod subnet, instead of one that podnet chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<Cidr>,
    /// An existing pod subnet to use, instead of creating one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<SubnetId>,
    /// The name of this zone's ENIConfig, if nodes select it by name. Default: `POOL-ZONE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eni_config_name: Option<EniConfigName>,
    /// Security groups of this zone's pods, instead of `podNetwork.securityGroups`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 16))]
    pub security_group_ids: Option<Vec<SecurityGroupId>>,
    /// Additional pod subnets of this pool in this zone, by name, for use when the first is full. `podnet grow` adds them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub further: BTreeMap<Name, Further>,
}

/// An additional pod subnet of a pool in a zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Further {
    /// `auto`: large enough for the most that the nodes under `nodeGroups` can need.
    #[serde(default, rename = "size", skip_serializing_if = "Option::is_none")]
    pub computed: Option<Computed>,
    /// Its prefix length, 16 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 16, max = 28), extend("examples" = [18]))]
    pub prefix_length: Option<u8>,
    /// How many usable addresses it must have, 1 to 65,531.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65531), extend("examples" = [8000]))]
    pub addresses: Option<u32>,
    /// How many pods it must hold, 1 to 1,000,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000), extend("examples" = [5000]))]
    pub pods: Option<u32>,
    /// Its exact range, instead of one that podnet chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<Cidr>,
    /// An existing pod subnet to use, instead of creating one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<SubnetId>,
    /// The name of its ENIConfig. Default: `POOL-ZONE-NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eni_config_name: Option<EniConfigName>,
    /// How many nodes of a node group in this zone, out of its `size.max`, use this subnet instead of the first, by the
    /// group's name. These nodes become a separate node group.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("examples" = [{"general": 20}]))]
    pub node_groups: BTreeMap<Name, u32>,
}

impl PoolZone {
    /// A zone in which nothing is special.
    pub const NOTHING: Self = Self {
        computed: None,
        prefix_length: None,
        addresses: None,
        pods: None,
        cidr: None,
        subnet_id: None,
        eni_config_name: None,
        security_group_ids: None,
        further: BTreeMap::new(),
    };
}

impl From<&Pool> for Sizes {
    fn from(pool: &Pool) -> Self {
        let Pool { computed, prefix_length, addresses, pods, .. } = *pool;
        Self { computed, prefix_length, addresses, pods }
    }
}

impl From<&PoolZone> for Sizes {
    fn from(zone: &PoolZone) -> Self {
        let PoolZone { computed, prefix_length, addresses, pods, .. } = *zone;
        Self { computed, prefix_length, addresses, pods }
    }
}

impl From<&Further> for Sizes {
    fn from(further: &Further) -> Self {
        let Further { computed, prefix_length, addresses, pods, .. } = *further;
        Self { computed, prefix_length, addresses, pods }
    }
}

/// How a node selects its ENIConfig.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SelectBy {
    /// By its zone label: each ENIConfig has the name of a zone.
    Zone,
    /// By the node label `k8s.amazonaws.com/eniConfig`, which the node group sets.
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
