//! Remedies that need fewer addresses: old nodes first, fewer nodes, prefixes the other way round.

use super::scene::{CapacityRemedy, Failed, Scene};
use crate::capacity::{NetworkSettings, max_pods};
use crate::catalog::Capability;
use crate::diagnostic::Edit;
use crate::plan::nodes::groups::Group;
use crate::plan::proof::demand::Terms;
use crate::plan::proof::placement::{Placement, placements};
use crate::plan::proof::prove::prove;
use crate::source::Pointer;
use crate::spec::MaxPods;

/// Old nodes go before new ones come.
pub(super) fn old_nodes_first(scene: &Scene<'_>, failed: &Failed<'_>) -> Option<CapacityRemedy> {
    let surging: Vec<&Placement<'_>> = failed.placements.iter().filter(|placement| placement.has_surge()).collect();
    let [only] = surging.as_slice() else { return None };
    let proof = prove(failed.cidr, &Terms { no_surge: true, ..scene.terms }, failed.placements);
    let edit = Edit::set(only.group.at.key("update"), "strategy", "minimal");
    proof.holds.then(|| {
        CapacityRemedy::edit(edit, |field| {
            format!(
                "write {field} under `update` of `{}`, so that an update needs no additional addresses: {}",
                only.group.spec.name, proof.inequality
            )
        })
    })
}

/// A smaller maximum of the group that breaks it. What additional subnets have of it stays theirs, so that it is the first one
/// that has fewer.
pub(super) fn fewer_nodes(failed: &Failed<'_>) -> Option<CapacityRemedy> {
    let size = failed.group.spec.size;
    let largest = failed.proof.largest.iter().find(|largest| largest.group == failed.group.spec.name)?;
    let elsewhere =
        u64::from(failed.group.most_nodes).checked_sub(largest.max).filter(|_| failed.desired.further.is_none())?;
    let fits = u32::try_from(largest.largest? + elsewhere).ok()?;
    let fits = Some(fits).filter(|fits| *fits >= size.min.max(size.desired.unwrap_or(0)))?;
    let edit = failed.group.most_nodes_edit(fits);
    Some(CapacityRemedy::edit(edit, |max| format!("write {max} for `{}`, the most that fits", failed.group.spec.name)))
}

/// Prefix delegation the other way round, with the max pods that come of it.
pub(super) fn other_prefixes(scene: &Scene<'_>, failed: &Failed<'_>) -> Option<CapacityRemedy> {
    let on = !scene.terms.settings.prefix_delegation;
    let settings = NetworkSettings { prefix_delegation: on, ..scene.terms.settings.clone() };
    if on && !settings.version.has(Capability::PrefixDelegation) {
        return None;
    }
    let groups: Vec<Group<'_>> = scene.groups.iter().filter_map(|group| with(group, &settings)).collect();
    let all = placements(&groups, scene.ranges.desired, scene.ranges.lock);
    let placements = all.get(&failed.desired.key)?;
    let proof = prove(failed.cidr, &Terms { settings: &settings, ..scene.terms }, placements);
    let pods = groups.iter().find(|group| group.spec.name == failed.group.spec.name)?.max_pods.value;
    let before = failed.group.max_pods.value;
    let edit = Edit::set(Pointer::from_text("/spec/cni"), "prefixDelegation", on);
    proof.holds.then(|| {
        let with =
            if pods == before { String::new() } else { format!(", with {pods} pods a node instead of {before}") };
        CapacityRemedy::edit(edit, |field| format!("write {field}: {}{with}", proof.inequality))
    })
}

/// A group as it would be with other settings.
fn with<'a>(group: &Group<'a>, settings: &NetworkSettings) -> Option<Group<'a>> {
    let types: Vec<_> = group.limits.iter().filter_map(|limits| max_pods(limits, settings)).collect();
    let mut group = group.clone();
    group.max_pods.value = match group.spec.max_pods {
        MaxPods::Auto => types.iter().map(|pods| pods.value).min()?,
        MaxPods::Exactly(number) => types.iter().map(|pods| pods.by_addresses).min()?.min(number),
    };
    Some(group)
}
