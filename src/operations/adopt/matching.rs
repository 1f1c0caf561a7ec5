//! Which subnet belongs to which pool and zone, where that is plain; nothing is guessed where it is not.

use std::collections::BTreeMap;

use super::Listed;
use super::chosen::Chosen;
use super::refusal::refuse;
use super::roles::Role;
use crate::diagnostic::{Diagnostic, one_of};
use crate::ids::{PodSubnetKey, SubnetId, ZoneName};
use crate::lock::Lock;
use crate::plan::desired_by_key;
use crate::source::{Place, Pointer};
use crate::spec::{Document, Spec};

/// So many candidates are listed; a person who has more filters the list first.
const MOST_LISTED: usize = 20;

/// Finds the subnets that only one pool of their zone can have, and that are the only ones that it can have.
pub(super) fn matching<'a>(
    document: &Document,
    lock: &Lock,
    subnets: &[&'a Listed],
    roles: &BTreeMap<&SubnetId, Role>,
    chosen: &Chosen<'_>,
) -> (BTreeMap<PodSubnetKey, &'a Listed>, Vec<Diagnostic>) {
    let spec = &document.spec;
    let mut taken = BTreeMap::new();
    let mut open = forgotten(subnets, roles, chosen);
    let desired = desired_by_key(spec);
    for (number, zone) in spec.zones.iter().enumerate() {
        let mut free: Vec<&'a Listed> = subnets
            .iter()
            .copied()
            .filter(|subnet| subnet.is_in(zone) && matches!(roles.get(&subnet.id), Some(Role::Other)))
            .filter(|subnet| in_blocks(spec, subnet) && chosen.taken.values().all(|taken| taken.id != subnet.id))
            .collect();
        let mut owners = Vec::new();
        for (key, subnet_of_spec) in desired.iter().filter(|(key, _)| key.zone == zone.name) {
            let settled = chosen.taken.contains_key(key) || chosen.new.contains(key);
            if settled || subnet_of_spec.subnet_id.is_some() || lock.allocations.contains_key(key) {
                continue;
            }
            match subnet_of_spec.cidr {
                None => owners.push(key),
                // Only the very range that the spec gives can be meant.
                Some(cidr) => {
                    if let Some(at) = free.iter().position(|subnet| subnet.cidr == Some(cidr)) {
                        taken.insert(key.clone(), free.remove(at));
                    }
                }
            }
        }
        match (owners.as_slice(), free.as_slice()) {
            ([], _) | (_, []) => {}
            ([key], [subnet]) => {
                taken.insert((*key).clone(), *subnet);
            }
            (keys, subnets) => open.push(ambiguous(&zone.name, number, keys, subnets)),
        }
    }
    (taken, open)
}

fn in_blocks(spec: &Spec, subnet: &Listed) -> bool {
    subnet.cidr.is_some_and(|cidr| spec.pod_network.cidr_blocks.iter().any(|block| block.contains(cidr)))
}

/// Several pools, or several subnets: a person decides.
fn ambiguous(zone: &ZoneName, number: usize, keys: &[&PodSubnetKey], subnets: &[&Listed]) -> Diagnostic {
    let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let message = match subnets {
        [only] => format!("`{}` could belong to {}", only.id, one_of(&names)),
        _ => format!("{} subnets of {zone} could belong to {}", subnets.len(), one_of(&names)),
    };
    let mut problem = refuse(message).at(Pointer::from_text("/spec/zones").index(number).key("name"));
    for subnet in subnets.iter().take(MOST_LISTED) {
        problem = problem.note(subnet.described());
    }
    if let Some(more) = subnets.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        problem = problem.note(format!("and {more} more"));
    }
    let ids: Vec<&str> = subnets.iter().take(3).map(|subnet| subnet.id.as_str()).collect();
    let arguments: Vec<String> = match (keys, ids.as_slice()) {
        ([key], _) => ids.iter().map(|id| format!("`--map {key}={id}`")).collect(),
        (_, [id]) => keys.iter().map(|key| format!("`--map {key}={id}`")).collect(),
        _ => keys.iter().zip(ids.iter().cycle()).map(|(key, id)| format!("`--map {key}={id}`")).collect(),
    };
    let one = keys.len() == 1 || ids.len() == 1;
    let words = if one { "say which: " } else { "say which belongs to which, such as " };
    let new = keys.first().map_or_else(String::new, |key| format!("`--map {key}=new` makes podnet create another one"));
    problem.help(format!("{words}{}", arguments.join(if one { " or " } else { " " }))).help(new)
}

/// Subnets that this cluster's stack made and that the lock does not know: it is not the lock that they were made with.
fn forgotten(subnets: &[&Listed], roles: &BTreeMap<&SubnetId, Role>, chosen: &Chosen<'_>) -> Vec<Diagnostic> {
    let forgotten = subnets.iter().filter_map(|subnet| match roles.get(&subnet.id) {
        Some(Role::Forgotten(key)) if chosen.taken.values().all(|taken| taken.id != subnet.id) => Some((subnet, key)),
        _ => None,
    });
    forgotten
        .map(|(subnet, key)| {
            let at: Place = subnet.at.clone();
            refuse(format!("podnet created {} for `{key}`, but the lock does not have it", subnet.described()))
                .at(at)
                .note("its name or its stack shows that; the lock may have been lost or be of another branch")
                .help(format!(
                    "restore the lock from git; or, if you no longer use its stack, adopt the subnet: `--map {key}={}`",
                    subnet.id
                ))
        })
        .collect()
}
