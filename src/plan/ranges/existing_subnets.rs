//! Subnets that were there before podnet: those that were adopted, and those that it leaves alone.

use super::inputs::RangeInputs;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::PodSubnetKey;
use crate::lock::{Allocation, Lock, State};
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::network::free_block::such_as;
use crate::source::{Place, Pointer};

/// The allocation of a subnet that was adopted; nothing where podnet makes the subnet.
pub(crate) fn adopted<'a>(lock: &'a Lock, key: &PodSubnetKey) -> Option<&'a Allocation> {
    lock.allocations.get(key).filter(|allocation| allocation.subnet_id.is_some())
}

/// A pool and zone that come back get the subnet again that their range has, if that is still there.
pub(crate) fn back(inputs: &RangeInputs<'_>, desired: &DesiredSubnet<'_>) -> Option<Diagnostic> {
    let retired = adopted(inputs.lock, &desired.key).filter(|allocation| allocation.state == State::Retired)?;
    let (key, id) = (&desired.key, retired.subnet_id.as_ref()?);
    let there = Pointer::root().key("allocations").key(&key.to_string());
    Some(
        Diagnostic::remark(
            Code::LockRelease,
            format!("`{key}` is in the spec again, and gets back `{id}` with its range `{}`", retired.cidr),
        )
        .at(Place::in_file(inputs.lock_name, there))
        .note("the subnet stayed in the VPC when its zone or pool was removed; podnet uses it as it is")
        .help(format!("if the subnet was deleted, run `podnet release {key}` before you add it to the spec again")),
    )
}

/// Ranges that the spec gives must be apart from the subnets that podnet does not manage. Those that are carved are, and
/// those of the lock are compared where it is read; one that contradicts the lock gives way to it.
pub(crate) fn overlapping(inputs: &RangeInputs<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for desired in inputs.desired {
        let Some(cidr) = desired.cidr else { continue };
        if inputs.locked(&desired.key).is_some_and(|locked| locked != cidr) {
            continue;
        }
        // A subnet that the spec names by its id is no other one.
        let others = inputs.lock.existing.iter().filter(|(id, _)| desired.subnet_id != Some(*id));
        for (id, other) in others.filter(|(_, other)| other.overlaps(cidr)) {
            let at = desired.at.key("cidr");
            let there = Pointer::root().key("existing").key(id.as_str()).key("cidr");
            let message = format!("`{cidr}` of `{}` overlaps `{other}`, the range of `{id}`", desired.key);
            let diagnostic = Diagnostic::error(Code::AddressOverlap, message)
                .at(&at)
                .related(Place::in_file(inputs.lock_name, there), "a subnet that podnet does not manage")
                .note("it existed at the last `podnet lock import`; import again to update the lock");
            let range = inputs.free_range(cidr.prefix_length()).filter(|_| desired.subnet_id.is_none());
            found.push(such_as(diagnostic, at, range, "choose a range that is free"));
        }
    }
    found
}
