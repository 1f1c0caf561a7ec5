//! How nodes are replaced when their group changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How nodes are replaced when their group changes. EKS updates managed node groups, CloudFormation self-managed ones: each
/// field but `replace` counts for one of the two kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Update {
    /// What is done with a group whose change would replace it, or end its nodes without a drain. Default: `successor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace: Option<Replace>,
    /// Managed: whether new nodes are started before old ones are removed. Default: `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<UpdateStrategy>,
    /// Managed: how many nodes are replaced at a time, 1 to 100. Default: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100), extend("examples" = [2]))]
    pub max_unavailable: Option<u32>,
    /// Self-managed: how many nodes are replaced at a time, 1 to 100. Default: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100), extend("examples" = [2]))]
    pub max_batch_size: Option<u32>,
    /// Self-managed: how many nodes stay in service, 0 to 9,999 and less than `size.max`. Default: the number at the start, as
    /// far as that is less than `size.max`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 9_999), extend("examples" = [3]))]
    pub min_instances_in_service: Option<u32>,
    /// Self-managed: how many minutes CloudFormation waits after each batch, 0 to 60; with `waitForSignal`, how long it waits
    /// for a signal. Default: 5, or 15 with `waitForSignal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 60), extend("examples" = [10]))]
    pub pause_minutes: Option<u32>,
    /// Self-managed: each new node signals CloudFormation once its kubelet is healthy, and an update that misses a signal stops
    /// and is rolled back. The nodes must reach the CloudFormation endpoint, and their AMI must have `cfn-signal`, as those of
    /// EKS do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = [true]))]
    pub wait_for_signal: Option<bool>,
}

/// What is done with a group whose change would replace it, or end its nodes without a drain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Replace {
    /// A group that has the change comes beside it. The old one stays as it is until its nodes are drained and it is released
    /// (`podnet release`).
    #[default]
    Successor,
    /// CloudFormation replaces the group, or its nodes, by itself. Such a change has to be allowed (`podnet allow`).
    InPlace,
}

/// Whether new nodes are started before old ones are removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum UpdateStrategy {
    /// New nodes first. During an update, the group has additional nodes: twice its number of zones, or `maxUnavailable`
    /// if that is more. They need addresses too.
    #[default]
    Default,
    /// Old nodes are removed first, so an update needs no additional addresses.
    Minimal,
}

impl Update {
    /// What is done with a group whose change would replace it.
    pub(crate) fn replace(self) -> Replace {
        self.replace.unwrap_or_default()
    }

    /// How EKS updates a managed node group.
    pub(crate) fn strategy(self) -> UpdateStrategy {
        self.strategy.unwrap_or_default()
    }

    /// How many nodes of a managed node group EKS replaces at a time.
    pub(crate) fn max_unavailable(self) -> u32 {
        self.max_unavailable.unwrap_or(1)
    }
}
