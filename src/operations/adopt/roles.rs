//! What every subnet of the VPC is to podnet.

use std::collections::BTreeMap;

use super::Listed;
use super::chosen::Chosen;
use super::refusal::refuse;
use crate::diagnostic::Diagnostic;
use crate::ids::{LogicalId, PodSubnetKey, SubnetId};
use crate::lock::{Allocation, Lock, State};
use crate::plan::{DesiredSubnet, Stacks, desired_by_key};
use crate::source::{Place, Pointer};
use crate::spec::{Document, Spec};

/// What a subnet is to podnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// The spec has it as a subnet of nodes.
    Nodes,
    /// The spec gives it by its id; whether it tells its range too.
    Given {
        /// Its range is known from the spec.
        with_range: bool,
    },
    /// Podnet made it, and its id is bound.
    Bound,
    /// It was adopted before.
    TakenOver,
    /// Podnet made it, and its id is not bound yet.
    Unbound(PodSubnetKey),
    /// Podnet made it once, and its range is kept.
    Retired,
    /// This cluster's stack made it, by its name or tags, and the lock does not know it.
    Forgotten(PodSubnetKey),
    /// The stack of another cluster's pod network made it.
    OtherCluster,
    /// Somebody else's.
    Other,
}

impl Role {
    /// Whether it goes among the subnets that nothing is carved over. What spec and lock know the range of does not.
    pub(super) fn is_left_alone(&self) -> bool {
        matches!(self, Self::Other | Self::OtherCluster | Self::Given { with_range: false })
    }

    /// Whether it is one that podnet made for this cluster.
    pub(super) fn is_own(&self) -> bool {
        matches!(self, Self::Bound | Self::Unbound(_) | Self::Retired | Self::Forgotten(_))
    }
}

/// Says of every subnet what it is.
pub(super) fn roles<'a>(document: &Document, lock: &Lock, subnets: &[&'a Listed]) -> BTreeMap<&'a SubnetId, Role> {
    let desired = desired_by_key(&document.spec);
    subnets.iter().map(|subnet| (&subnet.id, role(document, lock, &desired, subnet))).collect()
}

fn role(
    document: &Document,
    lock: &Lock,
    desired: &BTreeMap<PodSubnetKey, DesiredSubnet<'_>>,
    subnet: &Listed,
) -> Role {
    let spec = &document.spec;
    let id = &subnet.id;
    if spec.zones.iter().flat_map(|zone| &zone.node_subnets).any(|node| node.id == *id) {
        return Role::Nodes;
    }
    if lock.allocations.values().any(|allocation| allocation.subnet_id.as_ref() == Some(id)) {
        return Role::TakenOver;
    }
    if lock.bindings.values().any(|bound| bound == id.as_str()) {
        return Role::Bound;
    }
    if let Some(subnet_of_spec) = desired.values().find(|subnet_of_spec| subnet_of_spec.subnet_id == Some(id)) {
        return Role::Given { with_range: subnet_of_spec.cidr.is_some() };
    }
    let same_range = |(_, allocation): &(&PodSubnetKey, &Allocation)| {
        allocation.subnet_id.is_none() && Some(allocation.cidr) == subnet.cidr
    };
    let named = |key: &PodSubnetKey| is_named(document, subnet, key);
    match lock.allocations.iter().find(same_range) {
        Some((_, allocation)) if allocation.state == State::Retired => return Role::Retired,
        Some((key, allocation)) if allocation.state == State::Active && named(key) => {
            return Role::Unbound(key.clone());
        }
        _ => {}
    }
    let given =
        |subnet_of_spec: &DesiredSubnet<'_>| subnet_of_spec.cidr.is_some() && subnet_of_spec.cidr == subnet.cidr;
    match desired.iter().find(|(key, _)| named(key)) {
        Some((key, subnet_of_spec)) if given(subnet_of_spec) => Role::Unbound(key.clone()),
        Some((key, _)) => Role::Forgotten(key.clone()),
        None if subnet.made_by_podnet().is_some() => Role::OtherCluster,
        None => Role::Other,
    }
}

/// Whether a subnet has the name, or the tags of the resource, that `pod-network.yaml` gives the subnet of a key.
fn is_named(document: &Document, subnet: &Listed, key: &PodSubnetKey) -> bool {
    let cluster = &document.metadata.name;
    let name = format!("{cluster}-pods-{}", key.parts().join("-"));
    let resource = LogicalId::pod_subnet(key);
    subnet.name() == Some(name.as_str())
        || subnet.made_by_podnet() == Some((Stacks::of(cluster).pod_network.as_str(), resource.as_str()))
}

/// Whether the range of a key was deployed, as far as lock and list can tell.
pub(super) fn is_deployed(lock: &Lock, key: &PodSubnetKey, roles: &BTreeMap<&SubnetId, Role>) -> bool {
    lock.bindings.contains_key(LogicalId::pod_subnet(key).as_str())
        || roles.values().any(|role| matches!(role, Role::Unbound(of) if of == key))
}

/// Subnets of others that lie where the lock or the spec has a range for a pod subnet of podnet's own.
pub(super) fn collisions(
    spec: &Spec,
    lock_name: &str,
    lock: &Lock,
    subnets: &[&Listed],
    roles: &BTreeMap<&SubnetId, Role>,
    chosen: &Chosen<'_>,
) -> Vec<Diagnostic> {
    let is_chosen = |subnet: &Listed| chosen.taken.values().any(|taken| taken.id == subnet.id);
    let others: Vec<&&Listed> = subnets
        .iter()
        .filter(|subnet| matches!(roles.get(&subnet.id), Some(Role::Other | Role::OtherCluster)))
        .filter(|subnet| !is_chosen(subnet))
        .collect();
    let mut found = Vec::new();
    let ours = lock.allocations.iter().filter(|(key, _)| !chosen.taken.contains_key(key));
    for (key, allocation) in ours {
        let overlapping = |subnet: &&&&Listed| subnet.cidr.is_some_and(|cidr| cidr.overlaps(allocation.cidr));
        for subnet in others.iter().filter(overlapping) {
            let at = Pointer::root().key("allocations").key(&key.to_string()).key("cidr");
            found.push(collision(spec, lock, key, allocation, subnet, roles).at(Place::in_file(lock_name, at)));
        }
    }
    for (key, subnet_of_spec) in desired_by_key(spec).iter().filter(|(key, _)| !lock.allocations.contains_key(key)) {
        let Some(cidr) = subnet_of_spec.cidr.filter(|_| subnet_of_spec.subnet_id.is_none()) else { continue };
        let overlapping = |subnet: &&&&Listed| {
            // The very range in the very zone is adopted.
            subnet.cidr.is_some_and(|other| other.overlaps(cidr))
                && (subnet.cidr != Some(cidr)
                    || !spec.zones.iter().any(|zone| zone.name == key.zone && subnet.is_in(zone)))
        };
        for subnet in others.iter().filter(overlapping) {
            let at = subnet_of_spec.at.key("cidr");
            found.push(
                refuse(format!("`{cidr}` of `{key}` overlaps {}", subnet.described()))
                    .at(at)
                    .related(subnet.at.clone(), "is there already")
                    .help("choose a range that is free, or remove the field to let podnet choose one"),
            );
        }
    }
    found
}

fn collision(
    spec: &Spec,
    lock: &Lock,
    key: &PodSubnetKey,
    allocation: &Allocation,
    subnet: &Listed,
    roles: &BTreeMap<&SubnetId, Role>,
) -> Diagnostic {
    let problem = refuse(format!("{} overlaps `{}` of `{key}`", subnet.described(), allocation.cidr))
        .related(subnet.at.clone(), "the existing subnet");
    let in_zone = spec.zones.iter().any(|zone| zone.name == key.zone && subnet.is_in(zone));
    match allocation.state {
        _ if allocation.subnet_id.is_some() || is_deployed(lock, key, roles) => problem
            .note("the range is deployed according to the lock, and subnets of a VPC cannot overlap")
            .help("compare account, region and VPC of the list with the cluster's, and restore the lock from git"),
        State::Retired => problem
            .note("the range is kept for a retired subnet")
            .help(format!("if that subnet was deleted, release its range first: `podnet release {key}`")),
        State::Reserved => problem
            .note("the range is reserved for a pool and zone")
            .help(format!("release it first: `podnet release {key}`")),
        State::Active => {
            let problem = problem.note("the range is not deployed yet: podnet created no subnet for it");
            let problem = if in_zone && desired_by_key(spec).contains_key(key) {
                problem.help(format!("adopt the subnet instead: `--map {key}={}`", subnet.id))
            } else {
                problem.help("if nothing was deployed from this lock, remove it and the cluster's output folder, and import again")
            };
            if subnet.cidr == Some(allocation.cidr) {
                problem.help("if podnet's stack created it and its Name was changed, run `podnet bind` first")
            } else {
                problem
            }
        }
    }
}
