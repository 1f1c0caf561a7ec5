//! What the user writes: one file a section. Every field is documented here, and its JSON Schema is made from that.

mod ami;
mod cni;
mod defaults;
mod node_group;
mod pod_network;
mod pool;
mod reading;
mod select_by;
mod selection;
mod silence;
mod sizes;
mod update;
mod vpc;

pub use crate::catalog::AmiFamily;
pub use ami::{Ami, AmiManager};
pub use cni::{Cni, CniCredentials, CrdDelivery, Delivery, Warm};
pub(crate) use defaults::{KnownAccess, defaulted};
pub(crate) use node_group::MOST_NODES;
pub use node_group::{
    CapacityType, MaxPods, NodeAccess, NodeGroup, NodeGroupKind, RootVolume, Size, Taint, TaintEffect, VolumeType,
};
pub use pod_network::{Capacity, Egress, PodNetwork, SecurityGroupUse, SecurityGroups, Snat, Spread};
pub use pool::{Further, Pool, PoolZone};
pub use reading::{Read, read};
pub use select_by::SelectBy;
pub(crate) use silence::silence;
pub use sizes::{Computed, Sizes};
pub use update::{Replace, Update, UpdateStrategy};
pub use vpc::{Avoid, Cluster, NodeSubnet, Vpc, Zone};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

use crate::catalog::{Architecture, KubernetesVersion};
use crate::ids::{ClusterName, HostName, InstanceTypeName, PartitionName};

/// The pod network of one EKS cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "PodNetwork")]
pub struct Document {
    /// The version of this format.
    pub api_version: ApiVersion,
    /// Always `PodNetwork`.
    pub kind: Kind,
    /// The cluster that the network belongs to.
    pub metadata: Metadata,
    /// The network.
    pub spec: Spec,
}

/// The version of the spec's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The only version so far.
    #[serde(rename = "podnet.dev/v1alpha1")]
    V1Alpha1,
}

/// The kind of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Kind {
    /// The pod network of one cluster.
    PodNetwork,
}

/// The cluster that the network belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// The EKS cluster's name. The output folder has the same name.
    pub name: ClusterName,
}

/// The network of a cluster: the VPC and its zones, the pod subnets, the CNI's settings and the node groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    /// The AWS region, such as `us-west-2`.
    #[schemars(extend("examples" = ["us-west-2"]))]
    pub region: String,
    /// What podnet has to know of a region that its table lacks, such as one that is new, or isolated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_details: Option<RegionDetails>,
    /// The cluster's Kubernetes version, quoted: `"1.33"`. It determines the zone label and the API version of the
    /// CustomResourceDefinition.
    pub kubernetes_version: KubernetesVersion,
    /// The cluster's API server, which AL2023 nodes have to know. Fields that are not given here come from the lock, into
    /// which `podnet bind` copies them from `aws eks describe-cluster` output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
    /// The VPC as it is today.
    pub vpc: Vpc,
    /// The availability zones that have nodes, in any order.
    #[schemars(length(min = 1))]
    pub zones: Vec<Zone>,
    /// Where pods get their addresses from, and how they use them.
    pub pod_network: PodNetwork,
    /// The Amazon VPC CNI plugin that is, or will be, installed.
    pub cni: Cni,
    /// The node groups to create, in any order.
    #[serde(default)]
    pub node_groups: Vec<NodeGroup>,
    /// How nodes of self-managed groups get access to the cluster.
    #[serde(default)]
    pub node_access: NodeAccess,
    /// Limits of instance types, by name, for types that podnet's catalog lacks or has wrong.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instance_types: BTreeMap<InstanceTypeName, TypeLimits>,
    /// Warnings and notes not to report, each with a reason. Errors cannot be silenced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silence: Vec<Silence>,
    /// AWS tags for all resources that can have tags, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 40))]
    pub tags: BTreeMap<String, String>,
}

/// What podnet has to know of a region that its table lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegionDetails {
    /// Its partition, as it stands in ARNs.
    pub partition: PartitionName,
    /// The end of its host names.
    #[schemars(extend("examples" = ["amazonaws.eu"]))]
    pub dns_suffix: HostName,
    /// The host of the registry that has the CNI's images: the image of a running aws-node shows it.
    pub registry: HostName,
}

/// A warning or note not to report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Silence {
    /// Its code; `podnet explain` lists all codes.
    #[schemars(extend("examples" = ["nodes/ami"]))]
    pub code: String,
    /// Why it is acceptable, for readers of the spec.
    #[schemars(length(min = 1), extend("examples" = ["moves to al2023 in March"]))]
    pub reason: String,
}

/// The limits of an instance type, as `aws ec2 describe-instance-types` shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TypeLimits {
    /// Network interfaces of the default network card (not the sum over all cards), 1 to 64.
    #[schemars(range(min = 1, max = 64), extend("examples" = [4]))]
    pub interfaces: u32,
    /// IPv4 addresses of one interface, including its primary address, 2 to 64.
    #[schemars(range(min = 2, max = 64), extend("examples" = [15]))]
    pub addresses_per_interface: u32,
    /// Default virtual CPUs, 1 to 1,024.
    #[schemars(range(min = 1, max = 1024), extend("examples" = [4]))]
    pub vcpus: u32,
    /// Whether it is a Nitro or bare metal type, which prefix delegation requires.
    #[serde(default = "yes")]
    pub nitro: bool,
    /// The processor architecture.
    #[serde(default)]
    pub architecture: Architecture,
}

pub(crate) fn yes() -> bool {
    true
}

/// Makes the spec's JSON Schema (2020-12).
pub fn schema() -> schemars::Schema {
    schema_by(SchemaSettings::draft2020_12())
}

/// Makes the spec's JSON Schema of some version. A field that may be left out may not be null: there is one way to say
/// nothing.
pub fn schema_by(settings: SchemaSettings) -> schemars::Schema {
    settings
        .with_transform(schemars::transform::RecursiveTransform(without_null))
        .with_transform(schemars::transform::RecursiveTransform(with_titles))
        .into_generator()
        .into_root_schema_for::<Document>()
}

/// Editors show a title over the description; a field's is its name.
fn with_titles(schema: &mut schemars::Schema) {
    let Some(serde_json::Value::Object(fields)) = schema.get_mut("properties") else { return };
    for (name, field) in fields {
        if let serde_json::Value::Object(field) = field {
            field.entry("title").or_insert_with(|| name.clone().into());
        }
    }
}

fn without_null(schema: &mut schemars::Schema) {
    let is_null = |schema: &serde_json::Value| schema.get("type").is_some_and(|kind| kind == "null");
    if let Some(serde_json::Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
    }
    if let Some(serde_json::Value::Array(choices)) = schema.get_mut("anyOf") {
        let before = choices.len();
        choices.retain(|choice| !is_null(choice));
        if let ([serde_json::Value::Object(choice)], true) = (choices.as_slice(), choices.len() < before) {
            let choice = choice.clone();
            schema.remove("anyOf");
            for (key, value) in choice {
                schema.insert(key, value);
            }
        }
    }
}
