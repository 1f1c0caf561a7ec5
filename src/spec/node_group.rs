//! The node groups to make.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Ami, Update};
use crate::catalog::closed_set::closed_set;
use crate::ids::{InstanceTypeName, LabelKey, LabelValue, Name, RoleArn, SecurityGroupId, ZoneName};

/// A node group to create: one Auto Scaling group or managed node group per zone, or one across all zones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeGroup {
    /// The group's name.
    pub name: Name,
    /// Whether EKS manages the group.
    pub kind: NodeGroupKind,
    /// The AMI of its nodes.
    pub ami: Ami,
    /// Its instance types, all of one architecture, in order of preference. All nodes get the max pods of the smallest.
    #[schemars(length(min = 1, max = 40), extend("examples" = [["m6i.large", "m6a.large"]]))]
    pub instance_types: Vec<InstanceTypeName>,
    /// How many nodes: per zone with `perZone: true`, in total otherwise.
    pub size: Size,
    /// Create one group per zone. Required if nodes select their ENIConfig by name.
    #[serde(default = "super::yes")]
    pub per_zone: bool,
    /// The zones of the group, by name. Default: all zones of the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub zones: Option<Vec<ZoneName>>,
    /// The pool that its pods get addresses from. Optional if there is only one pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Name>,
    /// The most pods that may run on a node.
    #[serde(default)]
    pub max_pods: MaxPods,
    /// On-demand or spot instances.
    #[serde(default)]
    pub capacity_type: CapacityType,
    /// How nodes are replaced when the group changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
    /// Kubernetes labels of the nodes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Kubernetes taints of the nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<Taint>,
    /// The root volume, always encrypted.
    #[serde(default)]
    pub root_volume: RootVolume,
    /// How many network hops a response of the instance metadata service may take, 1 or 2. With 1, pods cannot reach it: one
    /// that uses its node's role, or asks where it runs, needs a role or settings of its own. With 2, every pod can take the
    /// node's credentials.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 2))]
    pub metadata_hop_limit: u32,
    /// Whether a self-managed group has the tags by which the Kubernetes Cluster Autoscaler finds it, and, with `min: 0`, knows
    /// its nodes before there is one. EKS tags managed node groups itself.
    #[serde(default = "super::yes")]
    pub cluster_autoscaler: bool,
    /// AWS tags for the group's resources, by key, besides those of the spec; one of the same key counts for the group.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 40))]
    pub tags: BTreeMap<String, String>,
    /// Security groups of the nodes' primary interfaces, instead of the security group that podnet creates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5))]
    pub security_group_ids: Vec<SecurityGroupId>,
    /// An existing IAM role for the nodes, instead of the role that podnet creates. Managed node groups only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
}

closed_set! {
    /// Whether EKS manages a node group.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    pub enum NodeGroupKind {
        /// An Auto Scaling group, which EKS does not manage.
        SelfManaged,
        /// An EKS managed node group. Its launch template names the AMI, so that EKS does not override max pods, unless the spec
        /// leaves both to EKS.
        Managed,
    }
}

/// The most nodes that a group may have.
pub(crate) const MOST_NODES: u32 = 10_000;

/// How many nodes a group has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Size {
    /// The minimum, 0 to 10,000.
    #[schemars(range(max = MOST_NODES), extend("examples" = [3]))]
    pub min: u32,
    /// The number at the start, 0 to 10,000. Default: `min`. Of a managed node group, every later change of its size sets the
    /// number of nodes to it, whatever an autoscaler has made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = MOST_NODES), extend("examples" = [3]))]
    pub desired: Option<u32>,
    /// The maximum, 1 to 10,000.
    #[schemars(range(min = 1, max = MOST_NODES), extend("examples" = [30]))]
    pub max: u32,
}

/// The most pods that may run on a node: computed, or a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MaxPods {
    /// Computed from the instance types and the CNI's settings.
    #[default]
    Auto,
    /// A number, no higher than the addresses of the smallest type allow.
    Exactly(u32),
}

/// A Kubernetes taint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Taint {
    /// Its key.
    pub key: LabelKey,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<LabelValue>,
    /// The effect on pods that do not tolerate it.
    pub effect: TaintEffect,
}

/// The effect of a taint on pods that do not tolerate it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum TaintEffect {
    /// New pods are not scheduled on the node.
    NoSchedule,
    /// New pods are scheduled on the node only if no other node has room.
    PreferNoSchedule,
    /// New pods are not scheduled on the node, and running ones are evicted.
    NoExecute,
}

impl TaintEffect {
    /// Its word, as kubelets and autoscalers read it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }
}

/// On-demand or spot instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CapacityType {
    /// On-demand: not reclaimed by EC2.
    #[default]
    OnDemand,
    /// Spot: cheaper, but EC2 can reclaim them at two minutes' notice.
    Spot,
}

fn one() -> u32 {
    1
}

/// The root volume of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RootVolume {
    /// Its size in GiB, 20 to 16,384.
    #[schemars(range(min = 20, max = 16384), extend("examples" = [80]))]
    #[serde(rename = "sizeGiB", default = "eighty")]
    pub size_gib: u32,
    /// Its type.
    #[serde(rename = "type", default)]
    pub volume_type: VolumeType,
}

fn eighty() -> u32 {
    80
}

impl Default for RootVolume {
    fn default() -> Self {
        Self { size_gib: eighty(), volume_type: VolumeType::default() }
    }
}

/// The type of an EBS volume.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VolumeType {
    /// General purpose, with its performance apart from its size.
    #[default]
    Gp3,
    /// General purpose, the older one: for Local Zones and Outposts, some of which have nothing else.
    Gp2,
}

/// How nodes of self-managed groups get access to the cluster. (EKS gives access to managed node groups itself.)
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NodeAccess {
    /// Through an entry in the aws-auth ConfigMap, which is a step in `RUNBOOK.md`.
    #[default]
    AwsAuth,
    /// Through an EKS access entry in the node groups' template. The cluster's authentication mode must allow it.
    AccessEntry,
}

impl Serialize for MaxPods {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::Exactly(number) => serializer.serialize_u32(*number),
        }
    }
}

impl<'de> Deserialize<'de> for MaxPods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u32),
            Word(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Ok(Self::Exactly(number)),
            Written::Word(word) if word == "auto" => Ok(Self::Auto),
            Written::Word(_) => Err(serde::de::Error::custom("expected `auto` or a number")),
        }
    }
}

impl JsonSchema for MaxPods {
    fn schema_name() -> Cow<'static, str> {
        "MaxPods".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The most pods that may run on a node: `auto` computes it from the instance types and the CNI's settings; a number must not be higher than the addresses of the smallest type allow.",
            "anyOf": [
                {"const": "auto", "description": "Computed."},
                {"type": "integer", "minimum": 3, "maximum": 1000, "description": "A number."}
            ]
        })
    }
}
