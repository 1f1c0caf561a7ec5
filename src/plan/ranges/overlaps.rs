//! Ranges of pod subnets must be apart, and apart from node subnets.

use super::inputs::RangeInputs;
use super::subnet_range::{Ranges, SubnetRange};
use crate::address::Cidr;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::PodSubnetKey;
use crate::plan::network::free_block::such_as;
use crate::source::{Place, Pointer};

/// Compares the ranges of all pod subnets with one another and with those of node subnets.
pub(crate) fn overlaps(inputs: &RangeInputs<'_>, ranges: &Ranges) -> Vec<Diagnostic> {
    let mut sorted: Vec<&SubnetRange> = ranges.values().collect();
    sorted.sort_by_key(|range| range.cidr);
    let with_each_other = sorted.windows(2).filter_map(|pair| match pair {
        [one, two] if one.cidr.overlaps(two.cidr) => Some(overlap(inputs, one, two)),
        _ => None,
    });
    let with_nodes = sorted.iter().flat_map(|range| with_node_subnets(inputs, &range.key, range.cidr));
    with_each_other.chain(with_nodes).collect()
}

/// Where a range is written: in the spec where that gives it, in the lock otherwise.
fn place(inputs: &RangeInputs<'_>, key: &PodSubnetKey) -> Place {
    match inputs.desired_subnet(key).filter(|desired| desired.cidr.is_some()) {
        Some(desired) => desired.at.key("cidr").into(),
        None => inputs.allocation_at(key),
    }
}

fn overlap(inputs: &RangeInputs<'_>, one: &SubnetRange, two: &SubnetRange) -> Diagnostic {
    // What the lock has stays; a range that only the spec has is the one to change.
    let only_in_spec = place(inputs, &two.key).file.is_empty() && inputs.locked(&two.key) != Some(two.cidr);
    let (here, there) = if only_in_spec { (two, one) } else { (one, two) };
    let message = format!("`{}` of `{}` overlaps `{}` of `{}`", here.cidr, here.key, there.cidr, there.key);
    let diagnostic = Diagnostic::error(Code::AddressOverlap, message)
        .at(place(inputs, &here.key))
        .related(place(inputs, &there.key), "the other range");
    // An existing subnet has the range that it has.
    let made = inputs.desired_subnet(&here.key).is_some_and(|desired| desired.subnet_id.is_none());
    let free = inputs.free_range(here.cidr.prefix_length()).filter(|_| made);
    such_as(diagnostic, place(inputs, &here.key), free, "give each subnet a separate range")
}

fn with_node_subnets(inputs: &RangeInputs<'_>, key: &PodSubnetKey, cidr: Cidr) -> Vec<Diagnostic> {
    let zones = inputs.spec.zones.iter().enumerate();
    let subnets = zones.flat_map(|(zone_number, zone)| {
        zone.node_subnets.iter().enumerate().map(move |(number, subnet)| (zone_number, number, subnet))
    });
    subnets
        .filter(|(.., subnet)| subnet.cidr.overlaps(cidr))
        .map(|(zone_number, number, _)| {
            let there =
                Pointer::from_text("/spec/zones").index(zone_number).key("nodeSubnets").index(number).key("cidr");
            Diagnostic::error(Code::AddressOverlap, format!("`{cidr}` of `{key}` overlaps a node subnet"))
                .at(place(inputs, key))
                .related(there, "the node subnet")
                .help("choose a range in the blocks for pods")
        })
        .collect()
}
