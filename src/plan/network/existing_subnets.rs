//! Subnets that were there before podnet: those that were taken over, and those that it leaves alone.

use super::desired_subnets::Wanted;
use super::free_block::{free_range, such_as};
use crate::address::Cidr;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::PodSubnetKey;
use crate::lock::{Allocation, Lock, State};
use crate::plan::model::Block;
use crate::source::{Place, Pointer};

/// The allocation of a subnet that was taken over; nothing where podnet makes the subnet.
pub(crate) fn taken_over<'a>(lock: &'a Lock, key: &PodSubnetKey) -> Option<&'a Allocation> {
    lock.allocations.get(key).filter(|allocation| allocation.subnet_id.is_some())
}

/// A pool and zone that come back get the subnet again that their range has, if that is still there.
pub(crate) fn back(wanted: &Wanted<'_>, lock_name: &str, lock: &Lock) -> Option<Diagnostic> {
    let retired = taken_over(lock, &wanted.key).filter(|allocation| allocation.state == State::Retired)?;
    let (key, id) = (&wanted.key, retired.subnet_id.as_ref()?);
    let there = Pointer::root().key("allocations").key(&key.to_string());
    Some(
        Diagnostic::remark(Code::LockRelease, format!("`{key}` is back, with `{id}` and its range `{}`", retired.cidr))
            .at(Place::in_file(lock_name, there))
            .note("the subnet was left in the VPC when its zone or pool went; podnet uses it as it is")
            .help(format!("where it has been deleted, run `podnet lock release {key}` before the spec has it again")),
    )
}

/// Ranges that the spec gives must be apart from the subnets that podnet does not manage. Those that are carved are, and
/// those of the lock are compared where it is read.
pub(crate) fn overlapping(all: &[Wanted<'_>], blocks: &[Block], lock_name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for wanted in all {
        let Some(cidr) = wanted.cidr else { continue };
        // A subnet that the spec names by its id is no other one.
        let others = lock.existing.iter().filter(|(id, _)| wanted.subnet_id != Some(*id));
        for (id, other) in others.filter(|(_, other)| other.overlaps(cidr)) {
            let at = wanted.at.key("cidr");
            let there = Pointer::root().key("existing").key(id.as_str()).key("cidr");
            let message = format!("`{cidr}` of `{}` overlaps `{other}`, the range of `{id}`", wanted.key);
            let diagnostic = Diagnostic::error(Code::AddressOverlap, message)
                .at(&at)
                .related(Place::in_file(lock_name, there), "a subnet that podnet does not manage")
                .note("the subnet was there at the last `podnet lock import`, which takes note of it anew");
            let free = free_beside(blocks, lock, cidr.prefix_length()).filter(|_| wanted.subnet_id.is_none());
            found.push(such_as(diagnostic, at, free, "choose a range that is free"));
        }
    }
    found
}

fn free_beside(blocks: &[Block], lock: &Lock, prefix_length: u8) -> Option<Cidr> {
    let blocks: Vec<Cidr> = blocks.iter().map(|block| block.cidr).collect();
    let taken: Vec<Cidr> =
        lock.allocations.values().map(|allocation| allocation.cidr).chain(lock.existing.values().copied()).collect();
    free_range(&blocks, &taken, prefix_length)
}
