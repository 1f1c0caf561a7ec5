//! Which node group's nodes use which pod subnet, and how many there can be at a time.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Edit, near};
use crate::ids::{PodSubnetKey, ZoneName};
use crate::lock::Lock;
use crate::plan::network::desired_subnets::Wanted;
use crate::plan::nodes::groups::Group;
use crate::plan::nodes::kind::surges;
use crate::source::Place;
use crate::spec::Spread;

/// The nodes of a group that use one pod subnet.
#[derive(Debug, Clone)]
pub(crate) struct Share<'a> {
    /// The group.
    pub(crate) group: &'a Group<'a>,
    /// How many of its nodes at most: of all its zones where it is one group over several, of this one otherwise.
    pub(crate) max: u64,
    /// How many more stay here until the further subnet that is to have them is there. The proof is without them.
    pub(crate) coming: u64,
    /// Over how many zones its group spreads: 1 where it has a group in every zone.
    pub(crate) zones: u64,
}

/// How many nodes of a group can be in a zone at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peak {
    /// The number.
    pub(crate) nodes: u64,
    /// How it came about.
    pub(crate) how: String,
}

/// The shares of every pod subnet. A further subnet has those that the spec gives it, the first one has the rest.
pub(crate) fn shares<'a>(
    groups: &'a [Group<'a>],
    all: &[Wanted<'_>],
    lock: &Lock,
) -> BTreeMap<PodSubnetKey, Vec<Share<'a>>> {
    let mut shares: BTreeMap<PodSubnetKey, Vec<Share<'a>>> =
        all.iter().map(|wanted| (wanted.key.clone(), Vec::new())).collect();
    for first in all.iter().filter(|wanted| wanted.further.is_none()) {
        for group in groups.iter().filter(|group| group.pool == first.key.pool && in_zone(group, &first.key.zone)) {
            let zones = zones_of(group, first, all, lock);
            let mut left = u64::from(group.most_nodes);
            let mut coming = 0;
            for other in all.iter().filter(|other| is_further_of(other, first)) {
                let asked = other.further.and_then(|further| further.node_groups.get(&group.spec.name)).copied();
                let part = left.min(asked.unwrap_or(0).into());
                if part > 0 {
                    left -= part;
                    coming += if other.is_there(lock) { 0 } else { part };
                    shares.entry(other.key.clone()).or_default().push(Share { group, max: part, coming: 0, zones });
                }
            }
            // Nodes that run stay where they are until there is a subnet to go to.
            if left + coming > 0 {
                shares.entry(first.key.clone()).or_default().push(Share { group, max: left, coming, zones });
            }
        }
    }
    shares
}

/// Over how many zones a group spreads when it is in the zone of a pod subnet. A zone whose subnet is still to be made joins
/// later: until then the others have all of its nodes.
fn zones_of(group: &Group<'_>, here: &Wanted<'_>, all: &[Wanted<'_>], lock: &Lock) -> u64 {
    if group.spec.per_zone {
        return 1;
    }
    let in_group = |wanted: &&Wanted<'_>| wanted.key.pool == group.pool && in_zone(group, &wanted.key.zone);
    let first = all.iter().filter(|wanted| wanted.further.is_none());
    let there = first.filter(in_group).filter(|wanted| wanted.is_there(lock)).count();
    let zones = if here.is_there(lock) { there } else { group.zones.len() };
    zones.max(1) as u64
}

fn in_zone(group: &Group<'_>, zone: &ZoneName) -> bool {
    group.zones.contains(&zone)
}

fn is_further_of(other: &Wanted<'_>, first: &Wanted<'_>) -> bool {
    other.further.is_some() && other.key.pool == first.key.pool && other.key.zone == first.key.zone
}

/// What is wrong with what the spec says further subnets are for.
pub(crate) fn problems(groups: &[Group<'_>], all: &[Wanted<'_>], names: &[&str]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut given: BTreeMap<(&str, &PodSubnetKey), u64> = BTreeMap::new();
    for (wanted, further) in all.iter().filter_map(|wanted| Some((wanted, wanted.further?))) {
        let at = wanted.at.key("nodeGroups");
        let first = all.iter().find(|first| is_further_of(wanted, first) && first.further.is_none());
        for (name, nodes) in &further.node_groups {
            let at = at.key(name.as_str());
            if !names.contains(&name.as_str()) {
                let diagnostic = Diagnostic::error(Code::SpecUnknownName, format!("there is no node group `{name}`"))
                    .at(Place::key(at));
                found.push(match near(name.as_str(), names.iter().copied()).as_slice() {
                    [] => diagnostic.remove(),
                    close => diagnostic.meant(close),
                });
                continue;
            }
            // One that has something wrong was told.
            let Some(group) = groups.iter().find(|group| group.spec.name == *name) else { continue };
            if group.pool != wanted.key.pool || !in_zone(group, &wanted.key.zone) {
                let message =
                    format!("`{name}` has no nodes of the pool `{}` in `{}`", wanted.key.pool, wanted.key.zone);
                found.push(Diagnostic::error(Code::NodesZone, message).at(Place::key(at)).remove());
                continue;
            }
            let Some(first) = first else { continue };
            let sum = given.entry((name.as_str(), &first.key)).or_default();
            let most = u64::from(group.most_nodes).saturating_sub(*sum);
            *sum += u64::from(*nodes);
            if *sum > group.most_nodes.into() {
                let message = format!("`{name}` has at most {} nodes in `{}`", group.most_nodes, wanted.key.zone);
                found.push(
                    Diagnostic::error(Code::NodesSize, message)
                        .at(&at)
                        .related(group.at.key("size").key("max"), "so many")
                        .edit(Edit::replace(&at, most), |most| format!("write {most} or less")),
                );
            }
        }
    }
    found
}

impl Share<'_> {
    /// How many nodes of the share can be in the subnet's zone at a time.
    ///
    /// A managed node group has more during an update, by twice its zones or by `maxUnavailable` (EKS User Guide, "Update a
    /// managed node group"); a group over several zones has more while EC2 Auto Scaling evens the zones out, by a tenth or by
    /// one (EC2 Auto Scaling User Guide, "Availability Zone rebalancing").
    pub(crate) fn peak(&self, spread: Spread, no_surge: bool) -> Peak {
        self.peak_of(self.max, spread, no_surge)
    }

    /// Whether an update adds nodes.
    pub(crate) fn has_surge(&self) -> bool {
        surges(self.group.spec)
    }

    fn peak_of(&self, max: u64, spread: Spread, no_surge: bool) -> Peak {
        let spec = self.group.spec;
        let zones = self.zones;
        let all = u64::from(self.group.most_nodes);
        let mut how = vec![if max < all { format!("{max} of the {all} at most") } else { format!("{max} at most") }];
        let mut total = max;
        if self.has_surge() && !no_surge {
            let update = spec.update.unwrap_or_default();
            let more = (2 * zones).max(update.max_unavailable.into());
            total += more;
            how.push(format!("{more} more during an update"));
        }
        if zones > 1 {
            let more = max.div_ceil(10).max(1);
            total += more;
            how.push(format!("{more} more while zones are evened out"));
        }
        let over = match spread {
            Spread::Balanced => zones,
            Spread::ZoneLost => (zones - 1).max(1),
            Spread::OneZone => 1,
        };
        if zones > 1 {
            how.push(if over == 1 { "all in this zone".to_owned() } else { format!("over {over} of {zones} zones") });
        }
        let how = how.join(", ");
        Peak { nodes: total.div_ceil(over), how }
    }

    /// The largest `max` whose nodes a test holds for: for all up to it, and for none above. Nothing where it holds for none.
    pub(crate) fn largest(&self, spread: Spread, holds: impl Fn(u64) -> bool) -> Option<u64> {
        let holds = |max: u64| holds(self.peak_of(max, spread, false).nodes);
        if !holds(1) {
            return None;
        }
        let (mut fits, mut too_many) = (1, MOST_NODES + 1);
        while too_many - fits > 1 {
            let middle = u64::midpoint(fits, too_many);
            if holds(middle) { fits = middle } else { too_many = middle }
        }
        Some(fits)
    }
}

/// No group has more nodes than this: `size.max` allows 10,000.
const MOST_NODES: u64 = 10_000;
