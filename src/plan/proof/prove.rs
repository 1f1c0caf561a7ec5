//! The proof that a pod subnet suffices: all that nodes can take of it against all that it has.

use super::demand::{Terms, total};
use super::fitting_nodes::largest;
use super::placement::Placement;
use crate::address::Cidr;
use crate::capacity::need::{Need, fits, reservations, whole_prefixes};
use crate::catalog::address_rules::{PREFIX_ADDRESSES, usable_addresses};
use crate::ids::Name;
use crate::plan::model::{GroupDemand, Proof};

/// Proves that a subnet suffices for some placements, or that it does not.
pub(crate) fn prove(subnet: Cidr, terms: &Terms<'_>, placements: &[Placement<'_>]) -> Proof {
    let groups = terms.demands(placements);
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
            "{} = {} {} {whole} whole /28, and {} {} {outside} outside those reserved for prefixes",
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
        largest: largest(subnet, terms, placements),
        breaks: breaks(subnet, &groups),
        groups,
        reservations,
    }
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
