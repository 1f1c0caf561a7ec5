//! What the nodes of a pod subnet can take of it.

use super::placement::Placement;
use crate::capacity::max_pods::{InstanceLimits, NetworkSettings};
use crate::capacity::need::Need;
use crate::capacity::node_demand::{NodeAddressing, NodeDemand};
use crate::capacity::{HOST_NETWORK_PODS, WarmTargets};
use crate::plan::model::GroupDemand;
use crate::plan::nodes::groups::Group;
use crate::spec::Spread;

/// What the demand depends on besides the groups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) settings: &'a NetworkSettings,
    pub(crate) warm: &'a WarmTargets,
    pub(crate) spread: Spread,
    /// Whether updates of managed node groups are left out, as with `update.strategy: minimal`.
    pub(crate) no_surge: bool,
}

impl Terms<'_> {
    /// What a node of a group takes at most, by the type that takes most, and with that type's name.
    ///
    /// Of several types the largest number of each kind of address counts, since any node may be of any of them.
    pub(crate) fn node(&self, group: &Group<'_>) -> (NodeDemand, Need, String) {
        self.node_of(&group.limits, group.max_pods.value)
    }

    /// The same of a node of any of some types.
    pub(crate) fn node_of(&self, types: &[InstanceLimits], max_pods: u32) -> (NodeDemand, Need, String) {
        let mut most = (NodeDemand::default(), Need::default(), String::new());
        for limits in types {
            let Some(addressing) = NodeAddressing::new(limits, self.settings, self.warm, max_pods) else { continue };
            let node = addressing.with_pods(max_pods.into());
            let need = most.1.max(node.into());
            most = if node.addresses > most.0.addresses {
                (node, need, limits.name.clone())
            } else {
                (most.0, need, most.2)
            };
        }
        most
    }

    /// What every placement of a subnet can take of it, by group.
    pub(crate) fn demands(&self, placements: &[Placement<'_>]) -> Vec<GroupDemand> {
        let mut demands: Vec<GroupDemand> = placements
            .iter()
            .filter(|placement| placement.max > 0)
            .map(|placement| {
                let peak = placement.peak(self.spread, self.no_surge);
                let (node, each, instance_type) = self.node(placement.group);
                GroupDemand {
                    group: placement.group.spec.name.clone(),
                    nodes: peak.nodes,
                    nodes_how: peak.how,
                    node_how: in_words(&instance_type, node, placement.group.max_pods.value),
                    instance_type,
                    node,
                    need: each * peak.nodes,
                }
            })
            .collect();
        demands.sort_by(|a, b| a.group.cmp(&b.group));
        demands
    }

    /// What so many pods need of a subnet, on full nodes of the group that takes most for them.
    pub(crate) fn for_pods(&self, placements: &[Placement<'_>], pods: u32) -> Need {
        let of_placement = |placement: &Placement<'_>| {
            let (_, each, _) = self.node(placement.group);
            let pods_of_node = placement.group.max_pods.value.saturating_sub(HOST_NETWORK_PODS).max(1);
            each * u64::from(pods.div_ceil(pods_of_node))
        };
        placements.iter().map(of_placement).fold(Need::default(), Need::max)
    }
}

/// What all of some groups need together.
pub(crate) fn total(groups: &[GroupDemand]) -> Need {
    groups.iter().map(|group| group.need).fold(Need::default(), |sum, need| sum + need)
}

/// A node's demand as people read it.
fn in_words(instance_type: &str, node: NodeDemand, max_pods: u32) -> String {
    let interfaces = if node.interfaces == 1 { "1 interface" } else { &format!("{} interfaces", node.interfaces) };
    let held = match node.prefixes {
        0 => addresses(node.addresses),
        1 => format!("1 prefix of 16 and {}", addresses(node.single())),
        prefixes => format!("{prefixes} prefixes of 16 and {}", addresses(node.single())),
    };
    format!("{instance_type} with {max_pods} pods: {held} on {interfaces}")
}

fn addresses(number: u64) -> String {
    if number == 1 { "1 address".to_owned() } else { format!("{number} addresses") }
}
