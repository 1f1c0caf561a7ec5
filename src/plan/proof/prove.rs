//! The proof that a pod subnet suffices: all that nodes can take of it against all that it has.

use std::collections::BTreeMap;

use super::demand::Terms;
use super::placement::Share;
use crate::address::Cidr;
use crate::capacity::need::{Need, fits, reservations, whole_prefixes};
use crate::catalog::address_rules::{PREFIX_ADDRESSES, usable_addresses};
use crate::ids::Name;
use crate::plan::model::{GroupDemand, Largest, Proof};

/// Proves that a subnet suffices for some shares, or that it does not.
pub(crate) fn prove(subnet: Cidr, terms: &Terms<'_>, shares: &[Share<'_>]) -> Proof {
    let groups = terms.demands(shares);
    let need = total(&groups);
    let (demand, usable) = (need.addresses(), usable_addresses(subnet));
    let holds = fits(subnet, need);
    let sign = |fits: bool| if fits { "≤" } else { ">" };
    let product = |of: fn(&GroupDemand) -> u64| -> String {
        let term = |group: &GroupDemand| {
            let each = of(group).checked_div(group.nodes).unwrap_or(0);
            format!("{} × {each} ({})", group.nodes, group.group)
        };
        groups.iter().map(term).collect::<Vec<_>>().join(" + ")
    };
    let sum = if groups.is_empty() {
        "0".to_owned()
    } else {
        format!("{} = {demand}", product(|group| group.need.addresses()))
    };
    let reservations = if holds { reservations(subnet, need) } else { Vec::new() };
    let prefixes = (need.prefixes > 0).then(|| {
        let whole = whole_prefixes(subnet);
        let kept: u64 = reservations.iter().map(|block| block.addresses()).sum();
        let kept = if holds { kept } else { need.prefixes * u64::from(PREFIX_ADDRESSES) };
        let outside = usable.saturating_sub(kept);
        format!(
            "{} = {} {} {whole} whole /28, and {} {} {outside} outside of those kept for prefixes",
            product(|group| group.need.prefixes),
            need.prefixes,
            sign(need.prefixes <= whole),
            need.single,
            sign(need.single <= outside),
        )
    });
    Proof {
        holds,
        need,
        demand,
        usable,
        headroom: if holds { usable - demand } else { 0 },
        inequality: format!("{sum} {} {usable}", sign(demand <= usable)),
        prefixes,
        largest: largest(subnet, terms, shares),
        breaks: breaks(subnet, &groups),
        groups,
        reservations,
    }
}

fn total(groups: &[GroupDemand]) -> Need {
    groups.iter().map(|group| group.need).fold(Need::default(), |sum, need| sum + need)
}

/// The first group, by name, with which the groups before it no longer fit.
fn breaks(subnet: Cidr, groups: &[GroupDemand]) -> Option<Name> {
    let mut sum = Need::default();
    let first = groups.iter().find(|group| {
        sum += group.need;
        !fits(subnet, sum)
    });
    first.map(|group| group.group.clone())
}

/// The most nodes of each group for now. Those that are to have another subnet stay until that is there, as far as they fit,
/// one group after the other. Of a group that goes as a whole, at least one node and what is at least to run stays.
pub(crate) fn for_now(subnet: Cidr, terms: &Terms<'_>, shares: &[Share<'_>]) -> BTreeMap<Name, u64> {
    let mut now = shares.to_vec();
    // Groups that go as a whole have nothing else here.
    now.sort_by_key(|share| share.max > 0);
    for number in 0..now.len() {
        let Some(share) = now.get(number).filter(|share| share.coming > 0).cloned() else { continue };
        let name = &share.group.spec.name;
        let others: Vec<Share<'_>> = now.iter().filter(|other| other.group.spec.name != *name).cloned().collect();
        let others = total(&terms.demands(&others));
        let (_, each, _) = terms.node(share.group);
        let largest = share.largest(terms.spread, |nodes| fits(subnet, others + each * nodes)).unwrap_or(0);
        let least = if share.max == 0 { share.coming.min(share.group.spec.size.min.max(1).into()) } else { share.max };
        if let Some(stays) = now.get_mut(number) {
            stays.max = largest.clamp(least, share.max + share.coming);
        }
    }
    now.into_iter().map(|share| (share.group.spec.name.clone(), share.max)).collect()
}

fn largest(subnet: Cidr, terms: &Terms<'_>, shares: &[Share<'_>]) -> Vec<Largest> {
    let mut found: Vec<Largest> = shares
        .iter()
        .filter(|share| share.max > 0)
        .map(|share| {
            let group = &share.group.spec.name;
            let others: Vec<Share<'_>> =
                shares.iter().filter(|other| other.group.spec.name != *group).cloned().collect();
            let others = total(&terms.demands(&others));
            let (_, each, _) = terms.node(share.group);
            let holds = |nodes: u64| fits(subnet, others + each * nodes);
            Largest { group: group.clone(), max: share.max, largest: share.largest(terms.spread, holds) }
        })
        .collect();
    found.sort_by(|a, b| a.group.cmp(&b.group));
    found
}
