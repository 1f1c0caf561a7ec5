//! The generations of node groups: what the lock has and the spec no longer has, or has a successor of.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ids::{LogicalId, PodSubnetKey, ZoneName};
use crate::lock::{GroupState, Lock, LockedGroup};
use crate::plan::model::kind::of_resource_type;
use crate::plan::model::{EniConfig, NodeGroupPlan, RetiredConfig, RetiredNodes};

/// Lists the node groups that stay as they were written until they are released, by logical id. Those of the spec that come beside
/// them, or came so, get to know it.
pub(crate) fn retired_groups(
    lock: &Lock,
    planned: &mut [NodeGroupPlan],
    configs: (&[EniConfig], &[RetiredConfig]),
) -> Vec<RetiredNodes> {
    let of_spec = |id: &str| planned.iter().any(|group| group.logical_id.as_str() == id);
    let retired = lock.node_groups.iter().filter(|(id, _)| !of_spec(id));
    let retired: Vec<RetiredNodes> =
        retired.filter_map(|(id, locked)| one(lock, planned, configs, id, locked)).collect();
    let before = |id: &LogicalId| lock.node_groups.get(id.as_str()).map(|locked| locked.state);
    for group in planned {
        // One that was retired and is the spec's again has the nodes that it had.
        group.joins = !retired.is_empty() && matches!(before(&group.logical_id), None | Some(GroupState::Joining));
    }
    retired
}

/// How many more nodes a managed group has during an update, as `AWS::EKS::Nodegroup` says it.
fn surge(resource: &Value, locked: &LockedGroup) -> u32 {
    let Some(update) = resource.pointer("/Properties/UpdateConfig") else { return 0 };
    if update.get("UpdateStrategy").is_some_and(|strategy| strategy == "MINIMAL") {
        return 0;
    }
    let zones: BTreeSet<&ZoneName> = locked.pod_subnets.iter().map(|key| &key.zone).collect();
    let at_a_time = update.get("MaxUnavailable").and_then(Value::as_u64).unwrap_or(1);
    u32::try_from(at_a_time.max(2 * zones.len() as u64)).unwrap_or(u32::MAX)
}

fn one(
    lock: &Lock,
    planned: &[NodeGroupPlan],
    (configs, retired): (&[EniConfig], &[RetiredConfig]),
    id: &str,
    locked: &LockedGroup,
) -> Option<RetiredNodes> {
    let resource: Value = serde_json::from_str(lock.node_resources.get(id)?).ok()?;
    let first = locked.successor_of.as_deref().unwrap_or(id);
    let first_of = |group: &NodeGroupPlan| group.successor_of.as_ref().unwrap_or(&group.logical_id).to_string();
    let has = |key: &PodSubnetKey| locked.pod_subnets.contains(key);
    let here = configs.iter().filter(|config| has(&config.key())).map(|config| config.name.clone());
    let gone = retired.iter().filter(|config| lock.eni_configs.get(&config.name).is_some_and(|of| has(&of.key)));
    Some(RetiredNodes {
        logical_id: id.to_owned(),
        kind: of_resource_type(resource.get("Type")?.as_str()?)?,
        group: locked.group.clone(),
        successor: planned.iter().find(|group| first_of(group) == first).map(|group| group.logical_id.to_string()),
        nodes: locked.nodes,
        surge: surge(&resource, locked),
        max_pods: locked.max_pods,
        instance_types: locked.instance_types.clone(),
        eni_configs: here.chain(gone.map(|config| config.name.clone())).collect(),
        pod_subnets: locked.pod_subnets.clone(),
    })
}
