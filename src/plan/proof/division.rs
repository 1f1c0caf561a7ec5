//! How the spec's node groups are divided over zones and pod subnets.

use super::fitting_nodes::NodesForNow;
use super::placement::{Placement, Placements};
use crate::ids::{PodSubnetKey, ZoneName};
use crate::plan::nodes::groups::Group;
use crate::plan::nodes::part::GroupPart;
use crate::spec::Size;

/// The groups to make: one over all zones, or one for every zone and every pod subnet in it.
pub(crate) fn parts<'a>(
    groups: &'a [Group<'a>],
    placements: &Placements<'a>,
    for_now: &NodesForNow,
) -> Vec<GroupPart<'a>> {
    let of_group = |group: &'a Group<'a>| {
        if group.spec.per_zone {
            group.zones.iter().flat_map(|zone| in_zone(group, zone, placements, for_now)).collect()
        } else {
            let name = group.spec.name.to_string();
            vec![GroupPart {
                group,
                name,
                zones: group.zones.clone(),
                further: None,
                size: Size { max: group.most_nodes.get(), ..group.spec.size },
            }]
        }
    };
    groups.iter().flat_map(of_group).collect()
}

/// A group's parts in a zone. What is at least or at first to run is in the first of them as far as it may be, then in the
/// next.
fn in_zone<'a>(
    group: &'a Group<'a>,
    zone: &'a ZoneName,
    placements: &Placements<'a>,
    for_now: &NodesForNow,
) -> Vec<GroupPart<'a>> {
    let spec = group.spec;
    let (mut min_left, mut desired_left) = (spec.size.min, spec.size.desired);
    let mut parts = Vec::new();
    for (key, placements) in placements.iter().filter(|(key, _)| key.pool == group.pool && key.zone == *zone) {
        let Some(placement) = placements.iter().find(|placement| placement.group.spec.name == spec.name) else {
            continue;
        };
        let max = u32::try_from(now(key, placement, for_now)).unwrap_or(u32::MAX);
        let (min, desired) = (min_left.min(max), desired_left.map(|desired| desired.min(max)));
        if placement.max > 0 {
            min_left -= min;
            desired_left = desired_left.map(|left| left - desired.unwrap_or(0));
        }
        let (name, desired) = match &key.further {
            // A number that says nothing would take back what an autoscaler made of it.
            Some(further) => (format!("{}-{zone}-{further}", spec.name), desired.filter(|desired| *desired > min)),
            None => (format!("{}-{zone}", spec.name), desired),
        };
        let size = Size { min, desired, max };
        parts.push(GroupPart { group, name, zones: vec![zone], further: key.further.clone(), size });
    }
    parts
}

/// The most nodes of a placement for now: where its subnet's range is not known, those that it is to have.
fn now(key: &PodSubnetKey, placement: &Placement<'_>, for_now: &NodesForNow) -> u64 {
    let known = for_now.get(key).and_then(|now| now.get(&placement.group.spec.name));
    known.copied().unwrap_or(if placement.max == 0 { placement.coming } else { placement.max })
}
