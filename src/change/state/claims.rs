//! What a plan's node groups can have at most, which the output's manifest says for later comparisons.

use std::collections::BTreeMap;

use crate::files::GroupClaim;
use crate::ids::{LogicalId, PodSubnetKey};
use crate::plan::{NodeGroupPlan, Plan, RetiredNodes};

/// Lists the node groups that are rendered, by logical id.
pub(crate) fn group_claims(plan: &Plan) -> BTreeMap<String, GroupClaim> {
    let groups = plan.node_groups.iter().filter(|_| plan.render.node_groups);
    let retired = plan.retired_groups.iter().map(|group| (group.logical_id.clone(), retired(group)));
    groups.map(|group| (group.logical_id.to_string(), claim(group))).chain(retired).collect()
}

fn claim(group: &NodeGroupPlan) -> GroupClaim {
    GroupClaim {
        nodes: group.max,
        pods_per_node: group.max_pods.value,
        eni_configs: group.eni_configs.clone(),
        pod_subnets: logical_ids(&group.pod_subnets),
    }
}

fn retired(group: &RetiredNodes) -> GroupClaim {
    GroupClaim {
        nodes: group.nodes,
        pods_per_node: group.max_pods,
        eni_configs: group.eni_configs.clone(),
        pod_subnets: logical_ids(&group.pod_subnets),
    }
}

fn logical_ids(keys: &[PodSubnetKey]) -> Vec<String> {
    keys.iter().map(|key| LogicalId::pod_subnet(key).to_string()).collect()
}
