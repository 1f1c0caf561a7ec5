//! Ranges that the spec gives and that the lock has: in the blocks, apart from each other, and where they were.

use std::collections::BTreeMap;

use super::desired_subnets::Wanted;
use super::free_block::{free_range, such_as};
use super::unplaced::set_size;
use crate::address::Cidr;
use crate::catalog::address_rules::PREFIX_LENGTHS;
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::ids::PodSubnetKey;
use crate::lock::{Lock, State};
use crate::plan::model::Block;
use crate::source::{Place, Pointer};
use crate::spec::Spec;

/// A given subnet lies in a block of the VPC, and in none that nodes use.
pub(crate) fn given_outside(spec: &Spec, cidr: Cidr, at: &Pointer) -> Option<Diagnostic> {
    let block = spec.vpc.cidr_blocks.iter().chain(&spec.pod_network.cidr_blocks).find(|block| block.contains(cidr));
    let Some(block) = block else {
        return Some(
            Diagnostic::error(Code::AddressOutside, format!("`{cidr}` is in no block of the VPC"))
                .at(at.key("cidr"))
                .related(Pointer::from_text("/spec/vpc/cidrBlocks"), "the VPC's blocks")
                .help("list the block that it is in under `vpc.cidrBlocks`"),
        );
    };
    let nodes = || spec.zones.iter().flat_map(|zone| zone.node_subnets.iter().map(move |subnet| (zone, subnet)));
    if nodes().any(|(_, subnet)| subnet.cidr.overlaps(cidr)) {
        // Which is said where ranges are compared.
        return None;
    }
    let (zone, subnet) = nodes().find(|(_, subnet)| block.contains(subnet.cidr))?;
    Some(
        Diagnostic::error(Code::AddressNodeBlock, format!("`{cidr}` is in `{block}`, the block of a node subnet"))
            .at(at.key("cidr"))
            .note(format!(
                "`{}` in {} is in it too; pod subnets must be from a different VPC CIDR block",
                subnet.cidr, zone.name
            ))
            .help("use a subnet of a secondary CIDR block"),
    )
}

/// A given range of a subnet to make: a legal size, in a block, and not another than the lock's.
pub(crate) fn given_range(
    cidr: Cidr,
    blocks: &[Block],
    wanted: &Wanted<'_>,
    lock_name: &str,
    lock: &Lock,
    all: &[Wanted<'_>],
) -> Option<Diagnostic> {
    let at = wanted.at.key("cidr");
    if !PREFIX_LENGTHS.contains(&cidr.prefix_length()) {
        let message = format!("`{cidr}` is a /{}, a subnet is a /16 to a /28", cidr.prefix_length());
        let nearest = Cidr::around(cidr.first(), cidr.prefix_length().clamp(16, 28)).to_string();
        let diagnostic = Diagnostic::error(Code::AddressSize, message).at(at);
        return Some(diagnostic.write_as(nearest, |range| format!("write a range such as {range}")));
    }
    if block_of(blocks, cidr).is_none() {
        return Some(outside(cidr, blocks, &in_use(all, lock), at));
    }
    let locked = lock.allocations.get(&wanted.key).map(|allocation| allocation.cidr);
    if let Some(locked) = locked.filter(|locked| *locked != cidr) {
        return Some(
            moved(wanted, lock_name, locked, &format!("`{cidr}`"))
                .at(at)
                .write_as(locked.to_string(), |range| format!("write {range}, or remove the field")),
        );
    }
    let diagnostic = taken(cidr, wanted, lock_name, lock, all)?.at(at.clone());
    let free = free_range(&of_blocks(blocks), &in_use(all, lock), cidr.prefix_length());
    Some(such_as(diagnostic, at, free, "remove the field and let podnet carve a range, or choose a free one"))
}

/// What the lock keeps and the given range overlaps: what the spec no longer has, or gives by its id now.
fn taken(cidr: Cidr, wanted: &Wanted<'_>, lock_name: &str, lock: &Lock, all: &[Wanted<'_>]) -> Option<Diagnostic> {
    let of_spec = |key: &PodSubnetKey| all.iter().find(|wanted| wanted.key == *key);
    let mut overlapping = lock.allocations.iter().filter(|(_, other)| other.cidr.overlaps(cidr));
    overlapping.find_map(|(key, other)| {
        let note = match of_spec(key) {
            // Ranges that the spec still has are compared with each other below.
            Some(other) if other.key == wanted.key || other.subnet_id.is_none() => return None,
            Some(_) => "the spec gives another subnet by its id there, but the one that was made may still be there",
            None => "the spec no longer has that pool or zone, but its subnet may still be there",
        };
        let message = format!("`{cidr}` overlaps `{}`, which `{key}` had", other.cidr);
        let there = Place::in_file(lock_name, allocation_at(key));
        Some(Diagnostic::error(Code::AddressOverlap, message).related(there, "in the lock").note(note))
    })
}

/// Every range that the spec gives or the lock has.
fn in_use(all: &[Wanted<'_>], lock: &Lock) -> Vec<Cidr> {
    let given = all.iter().filter_map(|wanted| wanted.cidr);
    let allocated = lock.allocations.values().map(|allocation| allocation.cidr);
    given.chain(allocated).chain(lock.existing.values().copied()).collect()
}

fn of_blocks(blocks: &[Block]) -> Vec<Cidr> {
    blocks.iter().map(|block| block.cidr).collect()
}

fn allocation_at(key: &PodSubnetKey) -> Pointer {
    Pointer::root().key("allocations").key(&key.to_string()).key("cidr")
}

fn outside(cidr: Cidr, blocks: &[Block], in_use: &[Cidr], at: Pointer) -> Diagnostic {
    let listed: Vec<String> = blocks.iter().map(|block| block.cidr.to_string()).collect();
    let message = format!("`{cidr}` is in none of the pods' blocks");
    let diagnostic = Diagnostic::error(Code::AddressOutside, message).at(at.clone());
    if listed.is_empty() {
        return diagnostic.help("add the block under `podNetwork.cidrBlocks`, such as `100.64.0.0/16`");
    }
    let free = free_range(&of_blocks(blocks), in_use, cidr.prefix_length());
    let words = format!("add its block under `podNetwork.cidrBlocks`, or choose a range inside {}", one_of(&listed));
    such_as(diagnostic, at, free, &words)
}

/// The lock has the subnet, and the spec wants another: a subnet can be neither moved nor resized.
fn moved(wanted: &Wanted<'_>, lock_name: &str, locked: Cidr, now: &str) -> Diagnostic {
    Diagnostic::error(
        Code::LockContradiction,
        format!("`{}` has `{locked}` in the lock, the spec now asks for {now}", wanted.key),
    )
    .related(Place::in_file(lock_name, allocation_at(&wanted.key)), "handed out before")
    .note("AWS can neither move nor resize a subnet: it would be replaced, with every pod in it")
}

/// Ranges of the lock that are of another size than the spec now asks for, or in no block any more: one problem for
/// each place of the spec that says so.
pub(crate) fn locked_differ(
    differ: &[(&Wanted<'_>, Cidr, u8)],
    blocks: &[Block],
    lock_name: &str,
    lock: &Lock,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for (wanted, locked, prefix_length) in differ {
        let resized = block_of(blocks, *locked).is_some();
        let at = if resized { wanted.size_at() } else { Pointer::from_text("/spec/podNetwork/cidrBlocks") };
        let in_lock = Place::in_file(lock_name, allocation_at(&wanted.key));
        if let Some(same) = found.iter_mut().find(|same| same.place.as_ref().is_some_and(|place| place.pointer == at)) {
            same.related.push((in_lock, "and this one".to_owned()));
            continue;
        }
        let reserved = lock.allocations.get(&wanted.key).is_some_and(|kept| kept.state == State::Reserved);
        found.push(if resized && reserved {
            let message = format!("`{}` has `{locked}` reserved, the spec asks for a /{prefix_length}", wanted.key);
            Diagnostic::error(Code::LockContradiction, message)
                .at(at)
                .related(in_lock, "kept by `podnet lock reserve`")
                .help(format!(
                    "run `podnet lock release {}`; the next synthesis carves a range of that size",
                    wanted.key
                ))
        } else if resized {
            let diagnostic = moved(wanted, lock_name, *locked, &format!("a /{prefix_length}")).at(at);
            let grow = format!("`podnet grow {}`", wanted.key);
            match set_size(wanted, locked.prefix_length()) {
                Some(keep) => {
                    diagnostic.edit(keep, |size| format!("keep the size ({size}); for more addresses, {grow}"))
                }
                None => diagnostic.help(format!("ask for less; for more addresses, {grow}")),
            }
        } else {
            let listed: Vec<String> = blocks.iter().map(|block| block.cidr.to_string()).collect();
            let message = format!("`{}` has `{locked}` in the lock, which is in none of the pods' blocks", wanted.key);
            Diagnostic::error(Code::AddressOutside, message)
                .at(at)
                .related(in_lock, "handed out before")
                .note(match listed.as_slice() {
                    [] => "there are none; a block stays with its VPC for as long as it has subnets".to_owned(),
                    blocks => {
                        format!("there is {}; a block stays with its VPC for as long as it has subnets", one_of(blocks))
                    }
                })
                .help("put the block that the range is in back under `podNetwork.cidrBlocks`, beside the others")
        });
    }
    found
}

/// Ranges that the spec gives must be apart, and apart from node subnets.
pub(crate) fn overlapping(
    spec: &Spec,
    blocks: &[Block],
    ranges: &BTreeMap<PodSubnetKey, (Cidr, String)>,
    wanted: &[Wanted<'_>],
    lock_name: &str,
) -> Vec<Diagnostic> {
    let place = |key: &PodSubnetKey| match wanted.iter().find(|wanted| wanted.key == *key) {
        Some(wanted) if wanted.cidr.is_some() => Place::from(wanted.at.key("cidr")),
        _ => Place::in_file(lock_name, allocation_at(key)),
    };
    let mut sorted: Vec<(&PodSubnetKey, Cidr)> = ranges.iter().map(|(key, (cidr, _))| (key, *cidr)).collect();
    sorted.sort_by_key(|(_, cidr)| *cidr);
    let mut found = Vec::new();
    for pair in sorted.windows(2) {
        if let [(one, a), (two, b)] = pair
            && a.overlaps(*b)
        {
            // What the lock has stays; the spec's range is the one to change.
            let (here, there) = if place(two).file.is_empty() { (two, one) } else { (one, two) };
            let (mine, other) = if here == two { (b, a) } else { (a, b) };
            let diagnostic = Diagnostic::error(
                Code::AddressOverlap,
                format!("`{mine}` of `{here}` overlaps `{other}` of `{there}`"),
            )
            .at(place(here))
            .related(place(there), "the other range");
            let taken: Vec<Cidr> = sorted.iter().map(|(_, cidr)| *cidr).collect();
            let free = free_range(&of_blocks(blocks), &taken, mine.prefix_length())
                .filter(|_| wanted.iter().any(|wanted| wanted.key == **here && wanted.subnet_id.is_none()));
            found.push(such_as(diagnostic, place(here), free, "give each subnet a range of its own"));
        }
    }
    for (key, cidr) in sorted {
        for (zone_number, zone) in spec.zones.iter().enumerate() {
            for (number, _) in zone.node_subnets.iter().enumerate().filter(|(_, subnet)| subnet.cidr.overlaps(cidr)) {
                let there =
                    Pointer::from_text("/spec/zones").index(zone_number).key("nodeSubnets").index(number).key("cidr");
                found.push(
                    Diagnostic::error(Code::AddressOverlap, format!("`{cidr}` of `{key}` overlaps a node subnet"))
                        .at(place(key))
                        .related(there, "the node subnet")
                        .help("choose a range of the pods' own block"),
                );
            }
        }
    }
    found
}

/// The block that a range is in.
pub(crate) fn block_of(blocks: &[Block], cidr: Cidr) -> Option<&Block> {
    blocks.iter().find(|block| block.cidr.contains(cidr))
}
