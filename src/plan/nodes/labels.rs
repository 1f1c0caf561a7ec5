//! The labels of a group's nodes. They are complete here, before anything is derived from them: kubelet flags, arguments
//! for other tools and the labels of managed node groups all say the same.

use std::collections::BTreeMap;

use crate::ids::{LabelKey, LabelValue};
use crate::plan::model::EniConfig;
use crate::spec::NodeGroup;

/// The label that tells podnet's nodes from older ones: the runbook lists those without it as the nodes to drain.
pub(crate) const GROUP_LABEL: &str = "podnet.dev/node-group";

/// Gives the spec's labels, the one by which the CNI finds a node's ENIConfig where that is by name, and podnet's own.
/// `configs` are the ENIConfigs of the group's nodes.
pub(super) fn labels(group: &NodeGroup, configs: &[&EniConfig]) -> BTreeMap<LabelKey, LabelValue> {
    let by_name = match configs {
        [config] => config.label.as_deref().map(|label| (label, config.name.as_str())),
        // Nodes of several zones would need several; such a group is refused.
        _ => None,
    };
    let own = by_name.into_iter().chain([(GROUP_LABEL, group.name.as_str())]);
    // Names of ENIConfigs and node groups are label values: their types see to it.
    let own = own.filter_map(|(key, value)| Some((key.parse().ok()?, value.parse().ok()?)));
    group.labels.clone().into_iter().chain(own).collect()
}
