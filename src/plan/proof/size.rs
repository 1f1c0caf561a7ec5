//! The size of each pod subnet: as the spec says it, or as large as the need of the nodes that use it.

use super::demand::{Terms, total};
use super::placement::{Placement, Placements, of};
use crate::capacity::need::{Need, smallest_for};
use crate::catalog::address_rules::{PREFIX_LENGTHS, prefix_length_for};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::network::size::{DesiredSize, SubnetSize, SubnetSizes};
use crate::source::Place;
use crate::spec::Capacity;

/// What sizes are computed from.
pub(crate) struct SizeInputs<'a> {
    pub(crate) terms: Terms<'a>,
    pub(crate) placements: &'a Placements<'a>,
    pub(crate) capacity: &'a Capacity,
    /// Whether every node group of the spec is among the placements: none has something wrong.
    pub(crate) groups_complete: bool,
}

/// The sizes of all pod subnets of the spec.
pub(crate) fn sizes(inputs: &SizeInputs<'_>, desired: &[DesiredSubnet<'_>]) -> SubnetSizes {
    desired.iter().map(|desired| (desired.key.clone(), inputs.size(desired))).collect()
}

impl SizeInputs<'_> {
    fn size(&self, desired: &DesiredSubnet<'_>) -> DesiredSize {
        let sizes = desired.sizes;
        let placements = of(self.placements, &desired.key);
        match (sizes.computed, sizes.prefix_length, sizes.addresses, sizes.pods) {
            (None, None, None, None) => DesiredSize::Unknown,
            (None, Some(length), None, None) => exactly(length),
            (None, None, Some(addresses), None) => for_addresses(addresses),
            (Some(_), None, None, None) | (None, None, None, Some(_)) if nothing_counts(placements) => {
                if self.groups_complete {
                    DesiredSize::WithoutNodes(nothing_to_count(desired))
                } else {
                    DesiredSize::Unknown
                }
            }
            (Some(_), None, None, None) => {
                let need = total(&self.terms.demands(placements));
                self.computed(desired, need, None, "`size: auto`: nodes")
            }
            (None, None, None, Some(pods)) => {
                let need = self.terms.for_pods(placements, pods);
                self.computed(desired, need, Some(need), &format!("`pods: {pods}`: they"))
            }
            _ => DesiredSize::Refused(several(desired)),
        }
    }

    /// The smallest subnet for a need and its growth. One that the lock has may stay where it is large enough for `at_least`,
    /// or for what the proof asks.
    fn computed(&self, desired: &DesiredSubnet<'_>, need: Need, at_least: Option<Need>, what: &str) -> DesiredSize {
        let percent = self.capacity.growth_percent;
        let grown = need.with_growth(percent);
        // A need that no subnet is large enough for once it has grown still gets the largest.
        let (prefix_length, beyond) = match (smallest_for(grown), smallest_for(need)) {
            (Some(length), _) => (length, ""),
            (None, Some(_)) => (*PREFIX_LENGTHS.start(), ", more than the largest subnet has"),
            (None, None) => return DesiredSize::Refused(too_large(desired, need)),
        };
        let more = if grown == need {
            String::new()
        } else {
            format!(", with {percent} % to grow {}{beyond}", grown.addresses())
        };
        let how = format!("{what} can take {} addresses{more}: a /{prefix_length}", need.addresses());
        let longest = at_least.and_then(smallest_for);
        DesiredSize::Known(SubnetSize { prefix_length, longest, shortest: None, how })
    }
}

fn exactly(length: u8) -> DesiredSize {
    let how = format!("`prefixLength: {length}`");
    DesiredSize::Known(SubnetSize { prefix_length: length, longest: Some(length), shortest: Some(length), how })
}

/// The smallest subnet with so many usable addresses. A larger one that the lock has may stay.
fn for_addresses(addresses: u32) -> DesiredSize {
    prefix_length_for(addresses.into()).map_or(DesiredSize::Unknown, |length| {
        let how = format!("`addresses: {addresses}`: a /{length}");
        DesiredSize::Known(SubnetSize { prefix_length: length, longest: Some(length), shortest: None, how })
    })
}

/// Whether no node counts: there is none, or all go to an additional subnet.
fn nothing_counts(placements: &[Placement<'_>]) -> bool {
    placements.iter().all(|placement| placement.max == 0)
}

/// A size is said in one way.
fn several(desired: &DesiredSubnet<'_>) -> Diagnostic {
    let fields = desired.sizes.fields();
    let (first, second) = (fields.first().copied().unwrap_or_default(), fields.last().copied().unwrap_or_default());
    Diagnostic::error(Code::CapacitySize, format!("`{}` has more than one size", desired.key.pool))
        .at(Place::key(desired.size_section.key(second)))
        .related(Place::key(desired.size_section.key(first)), "the other one")
        .note("`size`, `prefixLength`, `addresses` and `pods` are alternatives")
        .remove_as(format!("remove one of `{first}` and `{second}`"))
}

fn nothing_to_count(desired: &DesiredSubnet<'_>) -> Diagnostic {
    let field = desired.sizes.fields().first().copied().unwrap_or_default();
    let note = if desired.key.further.is_some() {
        "an additional pod subnet is for the nodes under its `nodeGroups`"
    } else {
        "the size is computed from the node groups that use the pool in that zone"
    };
    let message = format!("no node group uses `{}`, so `{field}` cannot be computed", desired.key);
    Diagnostic::error(Code::CapacitySize, message)
        .at(desired.size_at())
        .note(note)
        .help("write a size, such as `prefixLength: 20`, for the pool or the zone, or let a node group use it")
}

fn too_large(desired: &DesiredSubnet<'_>, need: Need) -> Diagnostic {
    let largest = PREFIX_LENGTHS.start();
    Diagnostic::error(
        Code::CapacitySize,
        format!("`{}` would need {} addresses, which is more than a /{largest} has", desired.key, need.addresses()),
    )
    .at(desired.size_at())
    .note("a subnet is at most a /16; a zone can have several")
    .help("give some node groups another pool, or some of their nodes an additional pod subnet (`zones.ZONE.further`)")
}
