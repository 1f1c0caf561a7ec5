//! The most nodes of a group that a pod subnet suffices for, beside the others.

use std::collections::BTreeMap;

use super::demand::{Terms, total};
use super::placement::{Placement, Placements};
use crate::address::Cidr;
use crate::capacity::need::fits;
use crate::ids::{Name, PodSubnetKey};
use crate::plan::model::{Largest, PodSubnet};

/// How many nodes of which group there can be for now, by pod subnet.
pub(crate) type NodesForNow = BTreeMap<PodSubnetKey, BTreeMap<Name, u64>>;

/// The largest `size.max` of every group with which the proof still holds, the others as they are; by group.
pub(crate) fn largest(subnet: Cidr, terms: &Terms<'_>, placements: &[Placement<'_>]) -> Vec<Largest> {
    let counted = placements.iter().filter(|placement| placement.max > 0);
    let mut found: Vec<Largest> = counted
        .map(|placement| Largest {
            group: placement.group.spec.name.clone(),
            max: placement.max,
            largest: beside_others(subnet, terms, placement, placements),
        })
        .collect();
    found.sort_by(|a, b| a.group.cmp(&b.group));
    found
}

/// The most nodes of a placement beside those of all other groups. Nothing where not even one fits.
fn beside_others(subnet: Cidr, terms: &Terms<'_>, placement: &Placement<'_>, all: &[Placement<'_>]) -> Option<u64> {
    let name = &placement.group.spec.name;
    let others: Vec<Placement<'_>> = all.iter().filter(|other| other.group.spec.name != *name).cloned().collect();
    let others = total(&terms.demands(&others));
    let (_, each, _) = terms.node(placement.group);
    placement.largest(terms.spread, |nodes| fits(subnet, others + each * nodes))
}

/// Counts for every pod subnet whose range is known.
pub(crate) fn for_now(subnets: &[PodSubnet], terms: &Terms<'_>, placements: &Placements<'_>) -> NodesForNow {
    let of_subnet = |subnet: &PodSubnet| {
        let key = subnet.key();
        let nodes = in_subnet(subnet.cidr?, terms, placements.get(&key)?);
        Some((key, nodes))
    };
    subnets.iter().filter_map(of_subnet).collect()
}

/// The most nodes of each group for now. Those that are to have another subnet stay until that is there, as far as they fit,
/// one group after the other. Of a group that goes as a whole, at least one node and what is at least to run stays.
fn in_subnet(subnet: Cidr, terms: &Terms<'_>, placements: &[Placement<'_>]) -> BTreeMap<Name, u64> {
    let mut now = placements.to_vec();
    // Groups that go as a whole have nothing else here.
    now.sort_by_key(|placement| placement.max > 0);
    for number in 0..now.len() {
        let Some(placement) = now.get(number).filter(|placement| placement.coming > 0).cloned() else { continue };
        let fits = beside_others(subnet, terms, &placement, &now).unwrap_or(0);
        let least = if placement.max == 0 {
            placement.coming.min(placement.group.spec.size.min.max(1).into())
        } else {
            placement.max
        };
        if let Some(stays) = now.get_mut(number) {
            stays.max = fits.clamp(least, placement.max + placement.coming);
        }
    }
    now.into_iter().map(|placement| (placement.group.spec.name.clone(), placement.max)).collect()
}
