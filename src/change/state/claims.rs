//! What a plan's node groups can have at most, which the output's manifest says for later comparisons.

use std::collections::BTreeMap;

use crate::files::GroupClaim;
use crate::ids::LogicalId;
use crate::plan::{NodeGroupPlan, Plan};

/// Lists the node groups that are rendered, by logical id.
pub(crate) fn group_claims(plan: &Plan) -> BTreeMap<String, GroupClaim> {
    let groups = plan.node_groups.iter().filter(|_| plan.render.node_groups);
    groups.map(|group| (group.logical_id.to_string(), claim(plan, group))).collect()
}

fn claim(plan: &Plan, group: &NodeGroupPlan) -> GroupClaim {
    let configs = plan.eni_configs.iter().filter(|config| group.eni_configs.contains(&config.name));
    GroupClaim {
        nodes: group.max,
        pods_per_node: group.max_pods.value,
        eni_configs: group.eni_configs.clone(),
        pod_subnets: configs.map(|config| LogicalId::pod_subnet(&config.key()).to_string()).collect(),
    }
}
