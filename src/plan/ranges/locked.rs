//! Ranges that the lock has and the spec no longer asks for: a subnet can be neither moved nor resized.

use super::inputs::RangeInputs;
use crate::address::Cidr;
use crate::diagnostic::{Code, Diagnostic};
use crate::lock::State;
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::network::size::set_size;
use crate::source::{Place, Pointer};

/// The lock has the subnet, and the spec wants another: a subnet can be neither moved nor resized.
pub(crate) fn moved(inputs: &RangeInputs<'_>, desired: &DesiredSubnet<'_>, locked: Cidr, now: &str) -> Diagnostic {
    Diagnostic::error(
        Code::LockContradiction,
        format!("`{}` has `{locked}` in the lock, but the spec asks for {now}", desired.key),
    )
    .related(inputs.allocation_at(&desired.key), "allocated before")
    .note("AWS can neither move nor resize a subnet: CloudFormation would replace it, with every pod in it")
}

/// A range of the lock that is not what the spec asks for.
pub(crate) struct Differing<'a> {
    pub(crate) desired: &'a DesiredSubnet<'a>,
    /// The range in the lock.
    pub(crate) locked: Cidr,
    /// The prefix length that the spec asks for.
    pub(crate) prefix_length: u8,
}

/// Ranges of the lock that are of another size than the spec now asks for, or in no block any more: one problem for
/// each place of the spec that says so.
pub(crate) fn differing(inputs: &RangeInputs<'_>, all: &[Differing<'_>]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for one in all {
        let in_lock = inputs.allocation_at(&one.desired.key);
        let in_block = inputs.block_of(one.locked).is_some();
        let at = if in_block { one.desired.size_at() } else { Pointer::from_text("/spec/podNetwork/cidrBlocks") };
        if let Some(same) = found.iter_mut().find(|same| same.place.as_ref().is_some_and(|place| place.pointer == at)) {
            same.related.push((in_lock, "and this one".to_owned()));
            continue;
        }
        let kept = inputs.lock.allocations.get(&one.desired.key);
        let reserved = kept.is_some_and(|kept| kept.state == State::Reserved);
        found.push(match (in_block, reserved) {
            (false, _) => outside(inputs, one, in_lock).at(at),
            (true, true) => reserved_otherwise(one, in_lock).at(at),
            (true, false) => resized(inputs, one).at(at),
        });
    }
    found
}

/// Reserved with another size.
fn reserved_otherwise(one: &Differing<'_>, in_lock: Place) -> Diagnostic {
    let Differing { desired, locked, prefix_length } = one;
    let message = format!("`{}` has `{locked}` reserved, but the spec asks for a /{prefix_length}", desired.key);
    Diagnostic::error(Code::LockContradiction, message)
        .related(in_lock, "reserved by `podnet lock reserve`")
        .help(format!("run `podnet release {}`; the next `podnet synth` allocates a range of that size", desired.key))
}

/// Deployed with another size.
fn resized(inputs: &RangeInputs<'_>, one: &Differing<'_>) -> Diagnostic {
    let Differing { desired, locked, prefix_length } = one;
    let diagnostic = moved(inputs, desired, *locked, &format!("a /{prefix_length}"));
    let grow = format!("`podnet grow {}`", desired.key);
    match set_size(desired, locked.prefix_length()) {
        Some(keep) => diagnostic.edit(keep, |size| format!("keep the size ({size}); for more addresses, {grow}")),
        None => diagnostic.help(format!("ask for less; for more addresses, {grow}")),
    }
}

/// In no block any more.
fn outside(inputs: &RangeInputs<'_>, one: &Differing<'_>, in_lock: Place) -> Diagnostic {
    let message =
        format!("`{}` has `{}` in the lock, which is in none of the blocks for pods", one.desired.key, one.locked);
    let there = match inputs.listed_blocks().as_slice() {
        [] => "there are no blocks for pods".to_owned(),
        [only] => format!("the block for pods is `{only}`"),
        blocks => format!("the blocks for pods are `{}`", blocks.join("`, `")),
    };
    Diagnostic::error(Code::AddressOutside, message)
        .related(in_lock, "allocated before")
        .note(format!("{there}; a block stays with its VPC for as long as it has subnets"))
        .help("add the block that contains the range to `podNetwork.cidrBlocks` again")
}
