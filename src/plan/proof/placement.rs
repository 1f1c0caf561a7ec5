//! Which node group's nodes use which pod subnet.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Edit, near};
use crate::ids::{PodSubnetKey, ZoneName};
use crate::lock::Lock;
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::nodes::groups::Group;
use crate::source::Place;
use crate::spec::Spec;

/// The nodes of a group that use one pod subnet.
#[derive(Debug, Clone)]
pub(crate) struct Placement<'a> {
    /// The group.
    pub(crate) group: &'a Group<'a>,
    /// How many of its nodes at most: of all its zones where it is one group over several, of this one otherwise.
    pub(crate) max: u64,
    /// How many more stay here until the additional subnet that is to have them is there. The proof is without them.
    pub(crate) coming: u64,
    /// Over how many zones its group spreads: 1 where it has a group in every zone.
    pub(crate) zones: u64,
}

/// Whose nodes use which pod subnet.
pub(crate) type Placements<'a> = BTreeMap<PodSubnetKey, Vec<Placement<'a>>>;

/// Those that use one pod subnet.
pub(crate) fn of<'a, 'b>(placements: &'a Placements<'b>, key: &PodSubnetKey) -> &'a [Placement<'b>] {
    placements.get(key).map(Vec::as_slice).unwrap_or_default()
}

/// Decides whose nodes use which pod subnet. An additional subnet has those that the spec gives it, the first one has the
/// rest.
pub(crate) fn placements<'a>(groups: &'a [Group<'a>], all: &[DesiredSubnet<'_>], lock: &Lock) -> Placements<'a> {
    let mut placements: Placements<'a> = all.iter().map(|desired| (desired.key.clone(), Vec::new())).collect();
    for first in all.iter().filter(|desired| desired.further.is_none()) {
        for group in groups.iter().filter(|group| group.pool == first.key.pool && in_zone(group, &first.key.zone)) {
            let zones = zones_of(group, first, all, lock);
            let mut left = u64::from(group.most_nodes);
            let mut coming = 0;
            for other in all.iter().filter(|other| is_further_of(other, first)) {
                let asked = other.further.and_then(|further| further.node_groups.get(&group.spec.name)).copied();
                let part = left.min(asked.unwrap_or(0).into());
                if part > 0 {
                    left -= part;
                    coming += if other.exists(lock) { 0 } else { part };
                    placements.entry(other.key.clone()).or_default().push(Placement {
                        group,
                        max: part,
                        coming: 0,
                        zones,
                    });
                }
            }
            // Nodes that run stay where they are until there is a subnet to go to.
            if left + coming > 0 {
                placements.entry(first.key.clone()).or_default().push(Placement { group, max: left, coming, zones });
            }
        }
    }
    placements
}

/// Over how many zones a group spreads when it is in the zone of a pod subnet. A zone whose subnet is still to be made joins
/// later: until then the others have all of its nodes.
fn zones_of(group: &Group<'_>, here: &DesiredSubnet<'_>, all: &[DesiredSubnet<'_>], lock: &Lock) -> u64 {
    if group.spec.per_zone {
        return 1;
    }
    let in_group = |desired: &&DesiredSubnet<'_>| desired.key.pool == group.pool && in_zone(group, &desired.key.zone);
    let first = all.iter().filter(|desired| desired.further.is_none());
    let existing = first.filter(in_group).filter(|desired| desired.exists(lock)).count();
    let zones = if here.exists(lock) { existing } else { group.zones.len() };
    zones.max(1) as u64
}

fn in_zone(group: &Group<'_>, zone: &ZoneName) -> bool {
    group.zones.contains(&zone)
}

fn is_further_of(other: &DesiredSubnet<'_>, first: &DesiredSubnet<'_>) -> bool {
    other.further.is_some() && other.key.pool == first.key.pool && other.key.zone == first.key.zone
}

/// What is wrong with what the spec says additional subnets are for.
pub(crate) fn problems(spec: &Spec, groups: &[Group<'_>], all: &[DesiredSubnet<'_>]) -> Vec<Diagnostic> {
    let names: Vec<&str> = spec.node_groups.iter().map(|group| group.name.as_str()).collect();
    let mut found = Vec::new();
    let mut given: BTreeMap<(&str, &PodSubnetKey), u64> = BTreeMap::new();
    for (desired, further) in all.iter().filter_map(|desired| Some((desired, desired.further?))) {
        let at = desired.at.key("nodeGroups");
        let first = all.iter().find(|first| is_further_of(desired, first) && first.further.is_none());
        for (name, nodes) in &further.node_groups {
            let at = at.key(name.as_str());
            if !names.contains(&name.as_str()) {
                let diagnostic =
                    Diagnostic::error(Code::SpecUnknownName, format!("unknown node group `{name}`")).at(Place::key(at));
                found.push(match near(name.as_str(), names.iter().copied()).as_slice() {
                    [] => diagnostic.remove(),
                    close => diagnostic.meant(close),
                });
                continue;
            }
            // One that has something wrong was told.
            let Some(group) = groups.iter().find(|group| group.spec.name == *name) else { continue };
            if group.pool != desired.key.pool || !in_zone(group, &desired.key.zone) {
                let message =
                    format!("`{name}` has no nodes of the pool `{}` in `{}`", desired.key.pool, desired.key.zone);
                found.push(Diagnostic::error(Code::NodesZone, message).at(Place::key(at)).remove());
                continue;
            }
            let Some(first) = first else { continue };
            let sum = given.entry((name.as_str(), &first.key)).or_default();
            let most = u64::from(group.most_nodes).saturating_sub(*sum);
            *sum += u64::from(*nodes);
            if *sum > group.most_nodes.into() {
                let message = format!("`{name}` has at most {} nodes in `{}`", group.most_nodes, desired.key.zone);
                found.push(
                    Diagnostic::error(Code::NodesSize, message)
                        .at(&at)
                        .related(group.most_nodes_at(), "its maximum")
                        .edit(Edit::replace(&at, most), |most| format!("write {most} or less")),
                );
            }
        }
    }
    found
}
