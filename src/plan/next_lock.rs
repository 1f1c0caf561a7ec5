//! What the lock has to become.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Plan;
use super::network::desired_subnets::DesiredSubnet;
use super::network::zone_ids::made_in;
use super::ranges::existing_subnets::adopted;
use super::ranges::subnet_range::Ranges;
use crate::catalog::cni::environment;
use crate::catalog::instance_types;
use crate::catalog::regions::{self, Partition};
use crate::catalog::resource_regions::{SUBNET_CIDR_RESERVATION, is_known_in};
use crate::ids::{LogicalId, PodSubnetKey, RouteTableId, SecurityGroupId};
use crate::lock::{self, Allocation, GroupState, Lock, LockedConfig, LockedGroup, Reservations, State, Worn, WornBy};
use crate::spec::{Document, Spec};

/// Makes the lock that belongs beside the spec once the ranges are decided: what is handed out is in it, and what the spec no
/// longer has is retired. How nodes find their ENIConfig stays as it was: that follows once it is decided whether aws-node
/// is rendered.
pub(crate) fn next_lock(before: &Lock, document: &Document, desired: &[DesiredSubnet<'_>], ranges: &Ranges) -> Lock {
    let decided: Vec<Kept> =
        desired.iter().filter_map(|desired| kept(before, &document.spec, desired, ranges)).collect();
    let keys: BTreeSet<&PodSubnetKey> = decided.iter().map(|kept| &kept.key).collect();
    let rest = before.allocations.iter().filter(|(key, _)| !keys.contains(key));
    let mut allocations: BTreeMap<PodSubnetKey, Allocation> =
        rest.map(|(key, allocation)| (key.clone(), retired(before, key, allocation))).collect();
    let gone = allocations.iter().filter(|(key, _)| is_active(before, key)).map(|(key, _)| LogicalId::pod_subnet(key));
    let given = decided.iter().filter_map(|kept| kept.no_longer_bound.clone());
    let unbound: BTreeSet<LogicalId> = gone.chain(given).collect();
    allocations.extend(decided.into_iter().map(|kept| (kept.key, kept.allocation)));
    let bindings = before.bindings.iter().filter(|(output, _)| !unbound.contains(output.as_str()));
    // A range that is handed out again is no longer given back.
    let again = |key: &PodSubnetKey, cidr| allocations.get(key).is_some_and(|allocation| allocation.cidr == cidr);
    let released = before.released.iter().filter(|(key, cidr)| !again(key, **cidr));
    let released = released.map(|(key, cidr)| (key.clone(), *cidr)).collect();
    Lock {
        version: lock::VERSION,
        cluster: document.metadata.name.to_string(),
        catalog: instance_types::edition().to_owned(),
        allocations,
        bindings: bindings.map(|(output, id)| (output.clone(), id.clone())).collect(),
        existing: before.existing.clone(),
        released,
        security_groups: before.security_groups.clone(),
        eni_configs: before.eni_configs.clone(),
        node_groups: before.node_groups.clone(),
        node_resources: before.node_resources.clone(),
        released_names: before.released_names.clone(),
        allowances: before.allowances.clone(),
        environment: before.environment.clone(),
        select_by: before.select_by.clone(),
        cluster_access: before.cluster_access.clone(),
    }
}

/// A pod subnet of the spec that has a line in the lock.
struct Kept {
    key: PodSubnetKey,
    allocation: Allocation,
    /// The output whose binding goes: the spec gives the subnet by its id now.
    no_longer_bound: Option<LogicalId>,
}

fn kept(before: &Lock, spec: &Spec, desired: &DesiredSubnet<'_>, ranges: &Ranges) -> Option<Kept> {
    let key = desired.key.clone();
    let reservations = reservations(before, spec, desired);
    let route_table_id = route_table(before, desired);
    let active = |cidr, subnet_id: Option<_>| {
        // A subnet that others made has the route table that they gave it.
        let route_table_id = route_table_id.clone().filter(|_| subnet_id.is_none());
        let zone_id = made_in(spec, before, &desired.key).filter(|_| subnet_id.is_none());
        Allocation { cidr, state: State::Active, subnet_id, reservations, route_table_id, zone_id }
    };
    let Some(id) = desired.subnet_id else {
        let subnet_id = adopted(before, &key).and_then(|allocation| allocation.subnet_id.clone());
        let cidr = ranges.get(&key)?.cidr;
        return Some(Kept { key, allocation: active(cidr, subnet_id), no_longer_bound: None });
    };
    let output = LogicalId::pod_subnet(&key);
    let locked = before.allocations.get(&key)?;
    // One that podnet made, or adopted, and that the spec gives by its id now is still the same one.
    let was_made = before.bindings.get(output.as_str()).is_some_and(|bound| bound == id.as_str());
    let was_adopted = locked.subnet_id.as_ref() == Some(id);
    (was_made || was_adopted).then(|| Kept {
        allocation: active(locked.cidr, Some(id.clone())),
        no_longer_bound: was_made.then_some(output),
        key,
    })
}

/// The route table of a pod subnet. One that is associated stays when the spec no longer says any: the stack retains the
/// association with the subnet, so that giving the table back would associate it twice (`Resource.AlreadyAssociated`).
fn route_table(before: &Lock, desired: &DesiredSubnet<'_>) -> Option<RouteTableId> {
    let bound = before.bindings.contains_key(desired.logical_id().as_str());
    let kept = || before.allocations.get(&desired.key).filter(|_| bound)?.route_table_id.clone();
    desired.route_table.cloned().or_else(kept)
}

/// Who makes the reservations for prefixes of a pod subnet. By hand in a commercial region whose CloudFormation cannot, unless
/// they are deployed: an earlier podnet had them in the template of every such region, and a deployed stack shows that it can.
fn reservations(before: &Lock, spec: &Spec, desired: &DesiredSubnet<'_>) -> Reservations {
    let kept = before.allocations.get(&desired.key).map(|allocation| allocation.reservations).unwrap_or_default();
    let commercial = regions::partition(&spec.region) == Some(Partition::Aws);
    let known = is_known_in(SUBNET_CIDR_RESERVATION, &spec.region);
    let deployed = spec.cni.prefix_delegation && before.bindings.contains_key(desired.logical_id().as_str());
    if commercial && !known && !deployed { Reservations::ByHand } else { kept }
}

/// What becomes of the range of a pod subnet that the spec no longer has. The stack lets the subnet go; should its pool and
/// zone come back, it is adopted as it is, since its range cannot be made twice.
fn retired(before: &Lock, key: &PodSubnetKey, allocation: &Allocation) -> Allocation {
    if !is_active(before, key) {
        return allocation.clone();
    }
    let bound = before.bindings.get(LogicalId::pod_subnet(key).as_str()).and_then(|id| id.parse().ok());
    let subnet_id = allocation.subnet_id.clone().or(bound);
    let zone_id = allocation.zone_id.clone().filter(|_| subnet_id.is_none());
    Allocation { state: State::Retired, subnet_id, zone_id, ..allocation.clone() }
}

fn is_active(before: &Lock, key: &PodSubnetKey) -> bool {
    before.allocations.get(key).is_some_and(|allocation| allocation.state == State::Active)
}

/// The same, with the ENIConfigs that are written, and the security groups that nodes and pods get. What they no longer get is
/// retired: the network interfaces that have it keep it, and nodes may look for it.
fn written(mut lock: Lock, plan: &Plan) -> Lock {
    for config in lock.eni_configs.values_mut() {
        config.state = State::Retired;
    }
    for worn in lock.security_groups.values_mut() {
        worn.state = State::Retired;
    }
    let mut pods: BTreeSet<SecurityGroupId> = BTreeSet::new();
    for config in plan.eni_configs.iter().filter(|config| config.needs.is_empty()) {
        let Some(subnet_id) = config.subnet_id.clone() else { continue };
        let (key, security_group_ids) = (config.key(), config.security_group_ids.clone());
        pods.extend(security_group_ids.iter().cloned());
        let line = LockedConfig { key, subnet_id, security_group_ids, state: State::Active };
        lock.eni_configs.insert(config.name.clone(), line);
    }
    let groups = plan.node_groups.iter().filter(|group| group.ready);
    let nodes: BTreeSet<SecurityGroupId> = groups.flat_map(|group| group.security_group_ids.iter().cloned()).collect();
    for id in nodes.union(&pods).filter(|id| plan.cluster.security_group_id.as_ref() != Some(*id)) {
        let made = plan.security_groups.made.iter().find(|made| made.id.as_ref() == Some(id));
        let name = made.map_or_else(|| id.to_string(), |made| made.logical_id.to_string());
        let had = lock.security_groups.get(&name).map(|worn| worn.by);
        let by_nodes = nodes.contains(id) || had.is_some_and(WornBy::nodes);
        let by = match (by_nodes, pods.contains(id) || had.is_some_and(WornBy::pods)) {
            (true, true) => WornBy::Both,
            (true, false) => WornBy::Nodes,
            (false, _) => WornBy::Pods,
        };
        lock.security_groups.insert(name, Worn { by, state: State::Active });
    }
    let Lock { security_groups, eni_configs, released_names, .. } = &mut lock;
    let configs: BTreeSet<String> = eni_configs.keys().map(|name| lock::config_name(name)).collect();
    released_names.retain(|name| !security_groups.contains_key(name) && !configs.contains(name));
    lock
}

/// The same, with the node groups that are written and the resources that were rendered of them; those that the spec no longer has,
/// or has successors of, are retired. One that cannot be written now stays as it was.
pub(crate) fn with_node_groups(mut lock: Lock, plan: &Plan, resources: BTreeMap<String, String>) -> Lock {
    for retired in &plan.retired_groups {
        if let Some(locked) = lock.node_groups.get_mut(&retired.logical_id) {
            locked.state = GroupState::Retired;
        }
    }
    for group in plan.node_groups.iter().filter(|group| group.ready) {
        let written = LockedGroup {
            state: if group.joins { GroupState::Joining } else { GroupState::Active },
            group: group.group.clone(),
            successor_of: group.successor_of.as_ref().map(ToString::to_string),
            nodes: group.max,
            max_pods: group.max_pods.value,
            instance_types: group.instance_types.clone(),
            pod_subnets: group.pod_subnets.clone(),
        };
        lock.node_groups.insert(group.logical_id.to_string(), written);
    }
    let Lock { node_groups, released_names, .. } = &mut lock;
    released_names.retain(|name| !node_groups.contains_key(name));
    Lock { node_resources: resources, ..lock }
}

/// The same, with how nodes find their ENIConfig and which variables aws-node has from now on, where aws-node is rendered.
pub(crate) fn selected(lock: Lock, spec: &Spec, plan: &Plan) -> Lock {
    let lock = written(lock, plan);
    if !plan.render.aws_node {
        return lock;
    }
    // What is written always needs no line.
    let by_name = spec.cni.env.keys().filter(|name| environment(name).is_none_or(|known| known.written.is_none()));
    let environment = lock.environment.iter().chain(by_name).cloned().collect();
    Lock { select_by: Some(plan.selection.by.clone()), environment, ..lock }
}
