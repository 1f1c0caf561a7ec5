//! The AMI of a node group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalog::AmiFamily;
use crate::catalog::closed_set::closed_set;
use crate::ids::{AmiId, SsmParameter};

/// An AMI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ami {
    /// The AMI family, which determines the format of the user data.
    pub family: AmiFamily,
    /// Who chooses the AMI, and with it max pods.
    #[serde(default)]
    pub managed_by: AmiManager,
    /// The AMI's id. Default: the EKS optimized AMI for the cluster's version, looked up whenever the launch template changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AmiId>,
    /// The SSM parameter that holds the AMI's id, looked up whenever the launch template changes; with `:` and a number, one
    /// version of it, which never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssm_parameter: Option<SsmParameter>,
}

closed_set! {
    /// Who chooses the AMI of a node group.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    pub enum AmiManager {
        /// The launch template names it, so that podnet's max pods count.
        #[default]
        LaunchTemplate,
        /// EKS: it chooses and updates the AMI of a managed node group, and computes max pods itself.
        Eks,
    }
}
