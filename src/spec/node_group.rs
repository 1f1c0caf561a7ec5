//! The node groups to make.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::AmiFamily;
use crate::catalog::closed_set::closed_set;
use crate::ids::{
    AmiId, InstanceTypeName, LabelKey, LabelValue, Name, RoleArn, SecurityGroupId, SsmParameter, ZoneName,
};

/// A node group to make: an Auto Scaling group or a managed node group in every zone, or one over all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeGroup {
    /// The group's name.
    pub name: Name,
    /// Who runs it.
    pub kind: NodeGroupKind,
    /// The machine image.
    pub ami: Ami,
    /// Its instance types, of one architecture. All its nodes get the max pods of the smallest.
    #[schemars(length(min = 1, max = 40), extend("examples" = [["m6i.large", "m6a.large"]]))]
    pub instance_types: Vec<InstanceTypeName>,
    /// How many nodes: of each zone's group with `perZone: true`, of the one group otherwise.
    pub size: Size,
    /// Make one group for every zone, limited to that zone. Needed where nodes select their ENIConfig by name.
    #[serde(default = "super::yes")]
    pub per_zone: bool,
    /// The zones it is in. Default: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub zones: Option<Vec<ZoneName>>,
    /// The pool that its pods get addresses from. May be left out where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Name>,
    /// The most pods a node takes.
    #[serde(default)]
    pub max_pods: MaxPods,
    /// On-demand or spot instances.
    #[serde(default)]
    pub capacity_type: CapacityType,
    /// How nodes are replaced when the group changes. Managed node groups only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
    /// Kubernetes labels of its nodes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Kubernetes taints of its nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<Taint>,
    /// The root volume, always encrypted and gp3.
    #[serde(default)]
    pub root_volume: RootVolume,
    /// Security groups of its nodes' primary interfaces, instead of podnet's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5))]
    pub security_group_ids: Vec<SecurityGroupId>,
    /// An IAM role for its nodes that exists already, instead of podnet's. Managed node groups only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
}

closed_set! {
    /// Who runs a node group.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    pub enum NodeGroupKind {
        /// An Auto Scaling group of the account's own.
        SelfManaged,
        /// An EKS managed node group, with a launch template whose image is named so that max pods is podnet's.
        Managed,
    }
}

/// A machine image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ami {
    /// The family, which decides the form of the user data.
    pub family: AmiFamily,
    /// The image's id, instead of the EKS optimized image of the cluster's version that is current at deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AmiId>,
    /// The SSM parameter that holds the image's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssm_parameter: Option<SsmParameter>,
}

/// How many nodes a group has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Size {
    /// At least, 0 to 10,000.
    #[schemars(range(max = 10000), extend("examples" = [3]))]
    pub min: u32,
    /// At first, 0 to 10,000. Default: `min`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 10000), extend("examples" = [3]))]
    pub desired: Option<u32>,
    /// At most, 1 to 10,000.
    #[schemars(range(min = 1, max = 10000), extend("examples" = [30]))]
    pub max: u32,
}

/// The most pods a node takes: computed, or a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MaxPods {
    /// Computed from the instance types and the CNI's settings.
    #[default]
    Auto,
    /// A number, at most what the addresses of the smallest type allow.
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
    /// What it does to pods that do not tolerate it.
    pub effect: TaintEffect,
}

/// What a taint does to pods that do not tolerate it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum TaintEffect {
    /// Keeps new ones away.
    NoSchedule,
    /// Keeps new ones away where there is another node.
    PreferNoSchedule,
    /// Keeps new ones away and evicts those that are there.
    NoExecute,
}

/// On-demand or spot instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CapacityType {
    /// Never taken away.
    #[default]
    OnDemand,
    /// Cheaper, and taken away at two minutes' notice.
    Spot,
}

/// How the nodes of a managed node group are replaced when the group changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Update {
    /// Whether new nodes come before old ones go.
    #[serde(default)]
    pub strategy: UpdateStrategy,
    /// How many nodes are replaced at a time, 1 to 100.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100), extend("examples" = [2]))]
    pub max_unavailable: u32,
}

impl Default for Update {
    fn default() -> Self {
        Self { strategy: UpdateStrategy::default(), max_unavailable: one() }
    }
}

fn one() -> u32 {
    1
}

/// Whether new nodes come before old ones go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum UpdateStrategy {
    /// New nodes first: during an update EKS has up to twice as many nodes more as the group has zones, or
    /// `maxUnavailable` where that is more. They need addresses too.
    #[default]
    Default,
    /// Old nodes go first: an update takes no more addresses than the group has otherwise.
    Minimal,
}

/// The root volume of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RootVolume {
    /// Its size in GiB, 20 to 16,384.
    #[schemars(range(min = 20, max = 16384), extend("examples" = [80]))]
    #[serde(rename = "sizeGiB")]
    pub size_gib: u32,
}

impl Default for RootVolume {
    fn default() -> Self {
        Self { size_gib: 80 }
    }
}

/// How nodes of self-managed groups are let into the cluster. (EKS lets those of managed node groups in by itself.)
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NodeAccess {
    /// By an entry in the ConfigMap aws-auth, which `RUNBOOK.md` has as a step.
    #[default]
    AwsAuth,
    /// By an EKS access entry in the node groups' template. The cluster's authentication mode must allow API entries.
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
            "description": "The most pods a node takes: `auto` computes it from the instance types and the CNI's settings; a number is at most what the addresses of the smallest type allow.",
            "anyOf": [
                {"const": "auto", "description": "Computed."},
                {"type": "integer", "minimum": 3, "maximum": 1000, "description": "A number."}
            ]
        })
    }
}
