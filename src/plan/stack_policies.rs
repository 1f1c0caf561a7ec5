//! What no update of a stack may replace or delete, by accident or with a template from before.

use std::collections::BTreeMap;

use super::model::{NodeGroupKind, Plan, StackPolicies};
use crate::catalog::lasting;
use crate::ids::LogicalId;
use crate::lock::Lock;
use crate::plan::model::kind::decisions;

/// Lists what the templates have that must stay, each by its logical id: what a template lets go of is no longer in the list, and
/// may go. What the lock allows to change is left out.
pub(crate) fn stack_policies(plan: &Plan, lock: &Lock) -> StackPolicies {
    let named = |of_type: &str, ids: Vec<&LogicalId>| -> Vec<String> {
        let ids = ids.into_iter().filter(|id| lasting(of_type).denied && !lock.allowances.contains_key(id.as_str()));
        ids.map(|id| format!("LogicalResourceId/{id}")).collect()
    };
    let blocks = plan.blocks.iter().filter_map(|block| block.logical_id.as_ref()).collect();
    let subnets = plan.pod_subnets.iter().filter_map(|subnet| subnet.logical_id.as_ref()).collect();
    let groups = plan.security_groups.made.iter().map(|group| &group.logical_id).collect();
    let network = [
        named("AWS::EC2::VPCCidrBlock", blocks),
        named("AWS::EC2::Subnet", subnets),
        named("AWS::EC2::SecurityGroup", groups),
    ];
    let written: BTreeMap<LogicalId, NodeGroupKind> = plan
        .node_groups
        .iter()
        .filter(|group| group.ready)
        .map(|group| (group.logical_id.clone(), group.kind))
        .collect();
    let retired = plan.retired_groups.iter().map(|group| (LogicalId::written(&group.logical_id), group.kind));
    let nodes: BTreeMap<LogicalId, NodeGroupKind> = written.into_iter().chain(retired).collect();
    let nodes = nodes.iter().flat_map(|(id, kind)| named(decisions(*kind).resource_type, vec![id]));
    StackPolicies { pod_network: network.concat(), node_groups: nodes.collect() }
}
