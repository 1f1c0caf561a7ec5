//! The size of each pod subnet: as the spec says it, or as large as the need.

use std::collections::BTreeMap;

use super::desired_subnets::Wanted;
use super::existing_subnets::taken_over;
use crate::address::Cidr;
use crate::capacity::need::{Need, smallest_for};
use crate::catalog::address_rules::{PREFIX_LENGTHS, prefix_length_for};
use crate::diagnostic::{Code, Diagnostic, Edit, one_of};
use crate::ids::{Name, PodSubnetKey};
use crate::lock::Lock;
use crate::plan::proof::demand::Terms;
use crate::plan::proof::placement::Share;
use crate::source::{Place, Pointer};
use crate::spec::Capacity;

/// The size that a pod subnet is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SubnetSize {
    /// The prefix length of a new one.
    pub(crate) prefix_length: u8,
    /// The longest prefix length with which one that is in the lock may stay; none where the proof decides.
    longest: Option<u8>,
    /// The shortest.
    shortest: Option<u8>,
    /// How it came about.
    pub(crate) how: String,
}

impl SubnetSize {
    /// The size of a range that stays whatever is asked for.
    pub(crate) fn as_it_is(locked: Cidr) -> Self {
        Self { prefix_length: locked.prefix_length(), longest: None, shortest: None, how: String::new() }
    }

    /// Whether a range of the lock is what the spec asks for.
    pub(crate) fn may_stay(&self, locked: Cidr) -> bool {
        let length = locked.prefix_length();
        self.longest.is_none_or(|longest| length <= longest) && self.shortest.is_none_or(|shortest| length >= shortest)
    }
}

/// The size of a pod subnet. Nothing where it has none, or where it depends on a node group that has something wrong.
pub(crate) fn size(
    wanted: &Wanted<'_>,
    terms: &Terms<'_>,
    shares: &[Share<'_>],
    capacity: &Capacity,
    groups_complete: bool,
) -> Result<Option<SubnetSize>, Diagnostic> {
    let sizes = wanted.sizes;
    let computed = |need: Need, exactly: Option<Need>, what: &str| {
        let grown = need.with_growth(capacity.growth_percent);
        // What there is no subnet for is no reason to be without any room to grow.
        let (length, beyond) = match (smallest_for(grown), smallest_for(need)) {
            (Some(length), _) => (length, ""),
            (None, Some(_)) => (*PREFIX_LENGTHS.start(), ", more than the largest subnet has"),
            (None, None) => return Err(too_large(wanted, need)),
        };
        let more = if grown == need {
            String::new()
        } else {
            format!(", with {} % to grow {}{beyond}", capacity.growth_percent, grown.addresses())
        };
        let how = format!("{what} can take {} addresses{more}: a /{length}", need.addresses());
        Ok(SubnetSize { prefix_length: length, longest: exactly.and_then(smallest_for), shortest: None, how })
    };
    match (sizes.computed, sizes.prefix_length, sizes.addresses, sizes.pods) {
        (None, None, None, None) => Ok(None),
        (None, Some(length), None, None) => {
            let how = format!("`prefixLength: {length}`");
            Ok(Some(SubnetSize { prefix_length: length, longest: Some(length), shortest: Some(length), how }))
        }
        (None, None, Some(addresses), None) => {
            let length = prefix_length_for(addresses.into());
            let how = |length| format!("`addresses: {addresses}`: a /{length}");
            Ok(length.map(|length| SubnetSize {
                prefix_length: length,
                longest: Some(length),
                shortest: None,
                how: how(length),
            }))
        }
        (Some(_), None, None, None) | (None, None, None, Some(_)) if nothing_counts(shares) => {
            if groups_complete {
                Err(nothing_to_count(wanted))
            } else {
                Ok(None)
            }
        }
        (Some(_), None, None, None) => {
            let demands = terms.demands(shares);
            let need = demands.iter().map(|group| group.need).fold(Need::default(), |sum, need| sum + need);
            computed(need, None, "`size: auto`: nodes").map(Some)
        }
        (None, None, None, Some(pods)) => {
            let need = terms.for_pods(shares, pods);
            computed(need, Some(need), &format!("`pods: {pods}`: they")).map(Some)
        }
        _ => Err(several(wanted)),
    }
}

/// Whether a size cannot be computed for one reason alone: its nodes have gone elsewhere.
pub(crate) fn is_left(wanted: &Wanted<'_>, shares: &[Share<'_>]) -> bool {
    wanted.sizes.fields().len() == 1 && nothing_counts(shares)
}

/// Whether no node counts: there is none, or all go to a further subnet.
fn nothing_counts(shares: &[Share<'_>]) -> bool {
    shares.iter().all(|share| share.max == 0)
}

/// A size is said in one way.
fn several(wanted: &Wanted<'_>) -> Diagnostic {
    let fields = wanted.sizes.fields();
    let (first, second) = (fields.first().copied().unwrap_or_default(), fields.last().copied().unwrap_or_default());
    Diagnostic::error(Code::CapacitySize, format!("`{}` has two sizes", wanted.key.pool))
        .at(Place::key(wanted.section.key(second)))
        .related(Place::key(wanted.section.key(first)), "the other one")
        .note("`size`, `prefixLength`, `addresses` and `pods` are ways to say the same")
        .remove_as(format!("remove one of `{first}` and `{second}`"))
}

fn nothing_to_count(wanted: &Wanted<'_>) -> Diagnostic {
    let field = wanted.sizes.fields().first().copied().unwrap_or_default();
    let note = if wanted.key.further.is_some() {
        "a further subnet is for the nodes that its `nodeGroups` names"
    } else {
        "the size is counted from the node groups that use the pool in that zone"
    };
    let message = format!("no node group uses `{}`, so `{field}` has nothing to count", wanted.key);
    Diagnostic::error(Code::CapacitySize, message)
        .at(wanted.size_at())
        .note(note)
        .help("write a size, such as `prefixLength: 20`, for the pool or the zone, or let a node group use it")
}

fn too_large(wanted: &Wanted<'_>, need: Need) -> Diagnostic {
    let largest = PREFIX_LENGTHS.start();
    Diagnostic::error(
        Code::CapacitySize,
        format!("`{}` would need {} addresses, more than a /{largest} has", wanted.key, need.addresses()),
    )
    .at(wanted.size_at())
    .note("a subnet is a /16 at most; a zone can have several")
    .help("give some node groups another pool, or some of their nodes a further subnet (`zones.ZONE.further`)")
}

/// Pools without a size, each with the zones that it has none in.
pub(crate) fn without(
    all: &[Wanted<'_>],
    used: &BTreeMap<PodSubnetKey, Vec<Share<'_>>>,
    lock: &Lock,
) -> Vec<Diagnostic> {
    let mut zones: BTreeMap<&Pointer, Vec<&Wanted<'_>>> = BTreeMap::new();
    for wanted in all {
        let exists = wanted.subnet_id.is_some() || taken_over(lock, &wanted.key).is_some();
        if wanted.sizes.fields().is_empty() && wanted.cidr.is_none() && !exists {
            zones.entry(&wanted.at).or_default().push(wanted);
        }
    }
    let of_one = |(at, missing): (&Pointer, Vec<&Wanted<'_>>)| {
        let zones: Vec<String> = missing.iter().map(|wanted| format!("`{}`", wanted.key.zone)).collect();
        let pool =
            missing.first().map_or_else(String::new, |wanted| name_of(&wanted.key.pool, wanted.key.further.as_ref()));
        let computable = missing.iter().all(|wanted| used.get(&wanted.key).is_some_and(|shares| !shares.is_empty()));
        let diagnostic = Diagnostic::error(Code::CapacitySize, format!("{pool} has no size in {}", zones.join(", ")))
            .at(Place::key(at.clone()));
        let edit =
            if computable { Edit::set(at.clone(), "size", "auto") } else { Edit::set(at.clone(), "prefixLength", 20) };
        let others = if computable {
            one_of(&["prefixLength: 20", "addresses: 4000", "pods: 3000"])
        } else {
            one_of(&["addresses: 4000"])
        };
        diagnostic
            .edit(edit, |field| format!("add {field}, {others}; or `subnetId:` in the zone, for a subnet that exists"))
    };
    zones.into_iter().map(of_one).collect()
}

fn name_of(pool: &Name, further: Option<&Name>) -> String {
    further
        .map_or_else(|| format!("the pool `{pool}`"), |further| format!("the further subnet `{further}` of `{pool}`"))
}
