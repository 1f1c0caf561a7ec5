//! The Amazon VPC CNI plugin and its settings.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalog::CniVersion;
use crate::catalog::closed_set::closed_set;

/// The Amazon VPC CNI plugin and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cni {
    /// The plugin's version, such as `1.21.1`: the tag of the image `amazon-k8s-cni` without its `v`.
    pub version: CniVersion,
    /// How the DaemonSet aws-node gets its settings.
    #[serde(default)]
    pub delivery: Delivery,
    /// With `delivery: manifest`, the release manifest to start from: a path, relative to the spec's folder. Default: the
    /// built-in manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["aws-k8s-cni-1.19.2.yaml"]))]
    pub base_manifest: Option<String>,
    /// Whether the CustomResourceDefinition of ENIConfig is written.
    #[serde(default)]
    pub crd: CrdDelivery,
    /// Give pods addresses from /28 prefixes, 16 at a time (CNI 1.9 or later, Nitro or bare metal instances).
    #[serde(default)]
    pub prefix_delegation: bool,
    /// How many addresses a node keeps ready.
    #[serde(default)]
    pub warm: Warm,
    /// The most network interfaces that the CNI uses on a node, including the primary one (`MAX_ENI`), 2 to 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 64), extend("examples" = [4]))]
    pub max_eni: Option<u32>,
    /// Security groups for pods (`ENABLE_POD_ENI`). Uses one more interface of each node.
    #[serde(default)]
    pub security_groups_for_pods: bool,
    /// Whose permissions aws-node uses.
    #[serde(default)]
    pub credentials: CniCredentials,
    /// Other environment variables of aws-node, by name. Values are strings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("examples" = [{"AWS_VPC_K8S_CNI_LOGLEVEL": "DEBUG"}]))]
    pub env: BTreeMap<String, String>,
}

closed_set! {
    /// How the DaemonSet aws-node gets its settings.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    pub enum Delivery {
        /// As a partial object that has only the settings, to be applied to the running aws-node.
        #[default]
        Patch,
        /// As a full manifest of aws-node, made from `baseManifest` or from the built-in one.
        Manifest,
    }
}

/// Whether the CustomResourceDefinition of ENIConfig is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CrdDelivery {
    /// If the CNI does not install it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whose permissions aws-node uses to create network interfaces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CniCredentials {
    /// The node's: its role gets the policy `AmazonEKS_CNI_Policy`.
    #[default]
    Node,
    /// Its service account's (IAM roles for service accounts, or pod identity): the node's role does not get the policy.
    ServiceAccount,
}

/// How many addresses a node keeps ready. Fields that are not set are left to the CNI's defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Warm {
    /// Whole interfaces in reserve (`WARM_ENI_TARGET`), 0 to 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 64), extend("examples" = [1]))]
    pub eni_target: Option<u32>,
    /// Addresses in reserve (`WARM_IP_TARGET`), 0 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1000), extend("examples" = [5]))]
    pub ip_target: Option<u32>,
    /// The minimum number of addresses that a node holds (`MINIMUM_IP_TARGET`), 0 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1000), extend("examples" = [10]))]
    pub minimum_ip_target: Option<u32>,
    /// Prefixes in reserve (`WARM_PREFIX_TARGET`), 0 to 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 64), extend("examples" = [1]))]
    pub prefix_target: Option<u32>,
}
