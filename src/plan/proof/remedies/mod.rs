//! Pod subnets that do not suffice, and what would make them: each remedy computed, the cheapest first.

mod fewer;
mod more_room;
pub(crate) mod scene;

use std::collections::BTreeMap;

use scene::{CapacityRemedy, Failed, Scene};

use crate::address::Cidr;
use crate::catalog::address_rules::PREFIX_LENGTHS;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::model::{PodSubnet, Proof};
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::proof::placement::of;
use crate::source::Pointer;

/// How many remedies are told.
const MOST_REMEDIES: usize = 3;

/// Tells which pod subnets do not suffice: once for a pool and the group that breaks it, however many zones it is in. Those
/// whose range is not known are told too.
pub(crate) fn exceeded(scene: &Scene<'_>, subnets: &[PodSubnet]) -> Vec<Diagnostic> {
    let mut failed: BTreeMap<(Pointer, &Pointer), Vec<Failed<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    for (subnet, desired) in subnets.iter().zip(scene.ranges.desired) {
        match subnet.cidr.zip(subnet.proof.as_ref()) {
            None => found.extend(unknown(scene, subnet, desired)),
            Some((cidr, proof)) => {
                if let Some(one) = failure(scene, desired, cidr, proof) {
                    failed.entry((desired.size_section.clone(), &one.group.at)).or_default().push(one);
                }
            }
        }
    }
    found.extend(failed.values().filter_map(|same| diagnostic(scene, same)));
    found
}

/// A given subnet whose range the spec does not tell.
fn unknown(scene: &Scene<'_>, subnet: &PodSubnet, desired: &DesiredSubnet<'_>) -> Option<Diagnostic> {
    let id = subnet.subnet_id.as_ref().filter(|_| !of(scene.placements, &desired.key).is_empty())?;
    let message = format!("podnet cannot tell whether `{id}` has enough addresses");
    Some(
        Diagnostic::remark(Code::CapacityUnknown, message)
            .at(desired.at.key("subnetId"))
            .help("add `cidr:` with its range, as `aws ec2 describe-subnets` shows it"),
    )
}

/// A pod subnet that does not suffice, with the group that breaks it. That a /27 has no prefixes at all, and that a subnet is
/// a /16 to a /28, is said elsewhere.
fn failure<'a>(scene: &Scene<'a>, desired: &'a DesiredSubnet<'a>, cidr: Cidr, proof: &'a Proof) -> Option<Failed<'a>> {
    let no_prefixes = scene.ranges.spec.cni.prefix_delegation && cidr.prefix_length() >= 27;
    let told = no_prefixes || !PREFIX_LENGTHS.contains(&cidr.prefix_length());
    let name = proof.breaks.as_ref().filter(|_| !told)?;
    let group = scene.groups.iter().find(|group| group.spec.name == *name)?;
    Some(Failed { desired, cidr, proof, placements: of(scene.placements, &desired.key), group })
}

fn diagnostic(scene: &Scene<'_>, same: &[Failed<'_>]) -> Option<Diagnostic> {
    let worst = same.iter().min_by_key(|failed| (failed.proof.usable, failed.desired.key.clone()))?;
    let Failed { desired, cidr, proof, group, .. } = worst;
    let (key, name) = (&desired.key, &group.spec.name);
    let message = if proof.demand > proof.usable {
        format!("`{key}` has {} addresses, but its nodes can take {}", proof.usable, proof.demand)
    } else {
        format!("`{key}` has too few whole /28 prefixes for its nodes")
    };
    let mut diagnostic = Diagnostic::error(Code::CapacityExceeded, message)
        .at(group.most_nodes_at())
        .label(format!("with `{name}`, they no longer fit"))
        .note(format!("`{cidr}`: {}", proof.inequality));
    let size_at = if desired.cidr.is_some() { desired.at.key("cidr") } else { desired.size_at() };
    diagnostic = diagnostic.related(size_at, "the size");
    if let Some(prefixes) = &proof.prefixes {
        diagnostic = diagnostic.note(prefixes);
    }
    for demand in &proof.groups {
        let (group, nodes) = (&demand.group, demand.nodes);
        let said = format!("`{group}`: {nodes} nodes ({}), each {}", demand.nodes_how, demand.node_how);
        diagnostic = diagnostic.note(said);
    }
    let others: Vec<String> =
        same.iter().filter(|other| other.desired.key != *key).map(|other| format!("`{}`", other.desired.key)).collect();
    if !others.is_empty() {
        diagnostic = diagnostic.note(format!("the same in {}", others.join(", ")));
    }
    for remedy in remedies(scene, worst, same.len()).into_iter().take(MOST_REMEDIES) {
        diagnostic = diagnostic.help(remedy.words);
        if diagnostic.edits.is_empty() {
            diagnostic.edits = remedy.edits;
        }
    }
    Some(diagnostic)
}

/// Every remedy, the cheapest first: what costs no addresses, then addresses, then nodes or pods.
fn remedies(scene: &Scene<'_>, failed: &Failed<'_>, zones: usize) -> Vec<CapacityRemedy> {
    let there = failed.desired.subnet_id.is_some()
        || failed.desired.cidr.is_some()
        || scene.ranges.lock.allocations.contains_key(&failed.desired.key);
    let room = if there {
        more_room::additional_subnet(scene, failed, zones)
    } else {
        more_room::larger_subnet(scene, failed)
    };
    [fewer::old_nodes_first(scene, failed), room, fewer::fewer_nodes(failed), fewer::other_prefixes(scene, failed)]
        .into_iter()
        .flatten()
        .collect()
}
