//! CloudFormation's names for resources: made from names, never from positions.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::{LogicalId, Name, PodSubnetKey};
use crate::lock::{Lock, State};
use crate::source::{Place, Pointer};
use crate::spec::Spec;

/// Refuses names that make the same logical id in one template, such as the groups `gpu-a` and `gpua`: once for two
/// names, however many resources they collide in.
pub(crate) fn check(spec: &Spec, plan: &Plan, lock_name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let pools = plan.pod_subnets.iter().filter_map(|subnet| {
        let at = Pointer::from_text("/spec/podNetwork/pools").key(subnet.pool.as_str());
        Some((
            subnet.logical_id.as_ref()?.as_str(),
            Owner { kind: OwnerKind::Pool, name: &subnet.pool, at: Place::key(at) },
        ))
    });
    let group = |name: &'_ Name| {
        let number = spec.node_groups.iter().position(|group| group.name == *name).unwrap_or_default();
        Pointer::from_text("/spec/nodeGroups").index(number).key("name")
    };
    let groups = plan.node_groups.iter().flat_map(|planned| {
        let template = planned.launch_template_logical_id.as_str();
        [(planned.logical_id.as_str(), &planned.group), (template, &planned.group)]
    });
    let groups = groups.map(|(id, name)| (id, Owner { kind: OwnerKind::NodeGroup, name, at: group(name).into() }));
    let mut found = collisions(pools);
    found.extend(renamed(plan, lock_name, lock));
    found.extend(collisions(groups));
    found
}

/// Refuses a pool whose subnets would have the logical ids of another's that the lock still keeps: the stack would replace
/// those. Told once a pool.
fn renamed(plan: &Plan, lock_name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for subnet in plan.pod_subnets.iter().filter(|subnet| subnet.logical_id.is_some()) {
        let key = subnet.key();
        let same = |other: &&PodSubnetKey| **other != key && Some(LogicalId::pod_subnet(other)) == subnet.logical_id;
        let retired =
            |other: &&PodSubnetKey| lock.allocations.get(other).is_some_and(|kept| kept.state == State::Retired);
        let Some(other) = lock.allocations.keys().filter(same).find(retired) else { continue };
        if told.insert(subnet.pool.clone()) {
            let there = Pointer::root().key("allocations").key(&other.to_string());
            let at = Pointer::from_text("/spec/podNetwork/pools").key(subnet.pool.as_str());
            let message = format!("`{key}` and `{other}`, which is still in the lock, would have the same logical id");
            found.push(
                Diagnostic::error(Code::SpecDuplicateName, message)
                    .at(Place::key(at))
                    .related(Place::in_file(lock_name, there), "its subnet may still exist")
                    .note("both would be one resource, whose range CloudFormation would replace")
                    .help(format!("choose another name, or keep the old one until `podnet release {other}`")),
            );
        }
    }
    found
}

/// What a logical id is made from.
struct Owner<'a> {
    kind: OwnerKind,
    name: &'a Name,
    at: Place,
}

#[derive(Clone, Copy)]
enum OwnerKind {
    Pool,
    NodeGroup,
}

impl OwnerKind {
    const fn plural(self) -> &'static str {
        match self {
            Self::Pool => "pools",
            Self::NodeGroup => "node groups",
        }
    }
}

fn collisions<'a>(ids: impl Iterator<Item = (&'a str, Owner<'a>)>) -> Vec<Diagnostic> {
    let mut claimed: BTreeMap<String, Owner<'a>> = BTreeMap::new();
    let mut reported = BTreeSet::new();
    let mut found = Vec::new();
    for (id, owner) in ids {
        // Logical ids are case-sensitive, but names that differ in nothing else are refused too: people cannot tell them
        // apart.
        let other = claimed.entry(id.to_ascii_lowercase()).or_insert_with(|| Owner { at: owner.at.clone(), ..owner });
        if other.name != owner.name && reported.insert((other.name.clone(), owner.name.clone())) {
            let message = format!(
                "the {} `{}` and `{}` would have the same logical id",
                owner.kind.plural(),
                other.name,
                owner.name
            );
            let diagnostic = Diagnostic::error(Code::SpecDuplicateName, message)
                .at(owner.at)
                .related(other.at.clone(), "the other one")
                .note(format!(
                    "both would be `{id}`: CloudFormation's logical ids have only letters and digits, so `-` is dropped"
                ));
            let renamed = format!("{}-2", owner.name);
            found.push(match owner.kind {
                OwnerKind::NodeGroup => {
                    diagnostic.write_as(renamed, |name| format!("rename one of them, such as {name}"))
                }
                // A pool's name is written in more places than this one.
                OwnerKind::Pool => diagnostic.help("rename one of them"),
            });
        }
    }
    found
}
