//! Pools: the pod subnets of each zone, and further ones beside them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sizes::{SizeTexts, Sizes};
use crate::address::Cidr;
use crate::ids::{EniConfigName, Name, RouteTableId, SecurityGroupId, SubnetId, ZoneName};

/// A pool: one pod subnet in every zone. Its size is given by one of `size: auto`, `prefixLength`, `addresses` or `pods`,
/// here for all zones or under `zones` for each zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(transform = SizeTexts::pool)]
pub struct Pool {
    /// How large: of several ways at most one.
    // serde's flatten and deny_unknown_fields go together here because what is flattened is a struct without a rest of
    // its own: it takes its four fields, and what is left over is unknown.
    #[serde(flatten)]
    pub sizes: Sizes,
    /// Settings that differ in a zone, by the zone's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub zones: BTreeMap<ZoneName, PoolZone>,
}

/// The settings of a pool in one zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(transform = SizeTexts::pool_zone)]
pub struct PoolZone {
    /// How large: of several ways at most one.
    #[serde(flatten)]
    pub sizes: Sizes,
    /// The exact range of this zone's pod subnet, instead of one that podnet chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<Cidr>,
    /// An existing pod subnet to use, instead of creating one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<SubnetId>,
    /// The name of this zone's ENIConfig, if nodes select it by name. Default: `POOL-ZONE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eni_config_name: Option<EniConfigName>,
    /// Security groups of this zone's pods, instead of `podNetwork.securityGroups`: at most five.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 5))]
    pub security_group_ids: Option<Vec<SecurityGroupId>>,
    /// The route table of this pool's pod subnets in this zone, instead of the zone's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_route_table_id: Option<RouteTableId>,
    /// Additional pod subnets of this pool in this zone, by name, for use when the first is full. `podnet grow` adds them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub further: BTreeMap<Name, Further>,
}

/// An additional pod subnet of a pool in a zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(transform = SizeTexts::further)]
pub struct Further {
    /// How large: of several ways at most one.
    #[serde(flatten)]
    pub sizes: Sizes,
    /// Its exact range, instead of one that podnet chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<Cidr>,
    /// An existing pod subnet to use, instead of creating one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<SubnetId>,
    /// The name of its ENIConfig. Default: `POOL-ZONE-NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eni_config_name: Option<EniConfigName>,
    /// Its route table, instead of that of the pool in the zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_route_table_id: Option<RouteTableId>,
    /// How many nodes of a node group in this zone, out of its `size.max`, use this subnet instead of the first, by the
    /// group's name. These nodes become a separate node group.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("examples" = [{"general": 20}]))]
    pub node_groups: BTreeMap<Name, u32>,
}

impl PoolZone {
    /// A zone in which nothing is special.
    pub const NOTHING: Self = Self {
        sizes: Sizes::NONE,
        cidr: None,
        subnet_id: None,
        eni_config_name: None,
        security_group_ids: None,
        pod_route_table_id: None,
        further: BTreeMap::new(),
    };
}
