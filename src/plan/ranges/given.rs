//! Ranges that the spec gives: in a block, of a legal size, and apart from what the lock keeps.

use super::inputs::RangeInputs;
use super::locked::moved;
use crate::address::Cidr;
use crate::catalog::address_rules::PREFIX_LENGTHS;
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::ids::PodSubnetKey;
use crate::plan::network::blocks::shared_with_nodes;
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::network::free_block::such_as;
use crate::source::Pointer;
use crate::spec::Spec;

/// A given subnet lies in a block of the VPC, and better in none that nodes use.
pub(crate) fn given_outside(spec: &Spec, cidr: Cidr, at: &Pointer) -> Option<Diagnostic> {
    let block = spec.vpc.cidr_blocks.iter().chain(&spec.pod_network.cidr_blocks).find(|block| block.contains(cidr));
    let Some(block) = block else {
        return Some(
            Diagnostic::error(Code::AddressOutside, format!("`{cidr}` is in no block of the VPC"))
                .at(at.key("cidr"))
                .related(Pointer::from_text("/spec/vpc/cidrBlocks"), "the VPC's blocks")
                .help("list its block under `vpc.cidrBlocks`"),
        );
    };
    let nodes = || spec.zones.iter().flat_map(|zone| zone.node_subnets.iter().map(move |subnet| (zone, subnet)));
    if nodes().any(|(_, subnet)| subnet.cidr.overlaps(cidr)) {
        // Which is said where ranges are compared.
        return None;
    }
    let (zone, subnet) = nodes().find(|(_, subnet)| block.contains(subnet.cidr))?;
    Some(
        shared_with_nodes(format!("`{cidr}` is in `{block}`, the block of a node subnet"))
            .at(at.key("cidr"))
            .note(format!("`{}` in {} is also in it", subnet.cidr, zone.name)),
    )
}

/// A given range of a subnet to make: the one that the lock has, if it has one; of a legal size, and in a block.
pub(crate) fn given_range(inputs: &RangeInputs<'_>, desired: &DesiredSubnet<'_>, cidr: Cidr) -> Option<Diagnostic> {
    let at = desired.at.key("cidr");
    if let Some(locked) = inputs.locked(&desired.key).filter(|locked| *locked != cidr) {
        return Some(
            moved(inputs, desired, locked, &format!("`{cidr}`"))
                .at(at)
                .write_as(locked.to_string(), |range| format!("write {range}, or remove the field")),
        );
    }
    if !PREFIX_LENGTHS.contains(&cidr.prefix_length()) {
        let message = format!("`{cidr}` is a /{}, but a subnet must be a /16 to a /28", cidr.prefix_length());
        let nearest = Cidr::around(cidr.first(), cidr.prefix_length().clamp(16, 28)).to_string();
        let diagnostic = Diagnostic::error(Code::AddressSize, message).at(at);
        return Some(diagnostic.write_as(nearest, |range| format!("write a range such as {range}")));
    }
    if inputs.block_of(cidr).is_none() {
        return Some(outside(inputs, cidr, at));
    }
    let diagnostic = overlapping_kept(inputs, desired, cidr)?.at(at.clone());
    let free = inputs.free_range(cidr.prefix_length());
    Some(such_as(diagnostic, at, free, "remove the field to let podnet choose a range, or choose a free one"))
}

/// What the lock keeps and the given range overlaps: what the spec no longer has, or gives by its id now.
fn overlapping_kept(inputs: &RangeInputs<'_>, desired: &DesiredSubnet<'_>, cidr: Cidr) -> Option<Diagnostic> {
    let of_spec = |key: &PodSubnetKey| inputs.desired.iter().find(|other| other.key == *key);
    let mut overlapping = inputs.lock.allocations.iter().filter(|(_, other)| other.cidr.overlaps(cidr));
    overlapping.find_map(|(key, other)| {
        let note = match of_spec(key) {
            // Ranges that the spec still has are compared with each other below.
            Some(other) if other.key == desired.key || other.subnet_id.is_none() => return None,
            Some(_) => "the spec now gives another subnet by its id, but the one that podnet created may still exist",
            None => "the spec no longer has that pool or zone, but its subnet may still exist",
        };
        let message = format!("`{cidr}` overlaps `{}`, which `{key}` had", other.cidr);
        let there = inputs.allocation_at(key);
        Some(Diagnostic::error(Code::AddressOverlap, message).related(there, "in the lock").note(note))
    })
}

fn outside(inputs: &RangeInputs<'_>, cidr: Cidr, at: Pointer) -> Diagnostic {
    let listed = inputs.listed_blocks();
    let message = format!("`{cidr}` is in none of the blocks for pods");
    let diagnostic = Diagnostic::error(Code::AddressOutside, message).at(at.clone());
    if listed.is_empty() {
        return diagnostic.help("add the block under `podNetwork.cidrBlocks`, such as `100.64.0.0/16`");
    }
    let free = inputs.free_range(cidr.prefix_length());
    let words = format!("add its block under `podNetwork.cidrBlocks`, or choose a range inside {}", one_of(&listed));
    such_as(diagnostic, at, free, &words)
}
