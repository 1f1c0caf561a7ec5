//! Which range each pod subnet has: those that the spec gives and the lock has stay; what is new is carved out of what is
//! free.

use super::existing_subnets::{self, adopted};
use super::given::{given_outside, given_range};
use super::inputs::RangeInputs;
use super::locked::{Differing, differing};
use super::overlaps::overlaps;
use super::subnet_range::{Ranges, SubnetRange};
use super::unplaced::Unplaced;
use crate::address::{Cidr, Request, carve};
use crate::diagnostic::{Checked, Diagnostic};
use crate::ids::PodSubnetKey;
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::network::size::{DesiredSize, SubnetSizes};

/// What is to be done for a pod subnet.
enum Decision<'a> {
    /// It has its range.
    Has(SubnetRange),
    /// It has its range, which the spec no longer asks for.
    Differs(SubnetRange, Differing<'a>),
    /// A range is to be carved.
    Carve(Request<PodSubnetKey>),
    /// Nothing is known of its range.
    Unknown,
}

/// Decides the range of every pod subnet.
///
/// The same lock and spec give the same ranges, whatever the order of zones and pools: what is in the lock never moves, and
/// the rest is placed best fit, largest first (`address::carve`).
pub(crate) fn ranges(inputs: &RangeInputs<'_>, sizes: &SubnetSizes) -> Checked<Ranges> {
    let mut ranges = Ranges::new();
    let mut differ = Vec::new();
    let mut requests = Vec::new();
    let mut problems = refused_sizes(inputs, sizes);
    for desired in inputs.desired {
        let Checked { value, problems: found } = decision(inputs, desired, sizes.get(&desired.key));
        problems.extend(found);
        match value {
            Decision::Has(range) => {
                ranges.insert(desired.key.clone(), range);
            }
            Decision::Differs(range, differing) => {
                ranges.insert(desired.key.clone(), range);
                differ.push(differing);
            }
            Decision::Carve(request) => requests.push(request),
            Decision::Unknown => {}
        }
    }
    problems.extend(differing(inputs, &differ));
    problems.extend(overlaps(inputs, &ranges));
    problems.extend(existing_subnets::overlapping(inputs));
    problems.extend(inputs.desired.iter().filter_map(|desired| existing_subnets::back(inputs, desired)));
    let space = inputs.free_space();
    let carved = carve(&mut space.clone(), requests.clone());
    for (key, cidr) in carved.placed {
        ranges.insert(key.clone(), SubnetRange { key, cidr, how: carved_from(inputs, cidr) });
    }
    let unplaced = Unplaced { inputs, without_place: &carved.unplaced, requests: &requests, space: &space };
    problems.extend(unplaced.diagnostics());
    Checked { value: ranges, problems }
}

fn decision<'a>(
    inputs: &RangeInputs<'_>,
    desired: &'a DesiredSubnet<'a>,
    size: Option<&DesiredSize>,
) -> Checked<Decision<'a>> {
    let range = |cidr, how: &str| SubnetRange { key: desired.key.clone(), cidr, how: how.to_owned() };
    match (desired.subnet_id, desired.cidr) {
        (Some(_), None) => Decision::Unknown.into(),
        (Some(_), Some(cidr)) => {
            let problems = given_outside(inputs.spec, cidr, &desired.at).into_iter().collect();
            Checked { value: Decision::Has(range(cidr, "given")), problems }
        }
        (None, Some(cidr)) => {
            let problems = given_range(inputs, desired, cidr).into_iter().collect();
            // What the lock has stays, so that a range which contradicts it is no problem for other subnets.
            let stays = inputs.locked(&desired.key).unwrap_or(cidr);
            Checked { value: Decision::Has(range(stays, "given")), problems }
        }
        (None, None) => match adopted(inputs.lock, &desired.key) {
            Some(allocation) => {
                // It is as large as it is; whether that suffices is for the proof to say.
                let cidr = allocation.cidr;
                let range = range(cidr, "the range of an existing subnet, from the lock");
                let lost = inputs.block_of(cidr).is_none();
                let differing = Differing { desired, locked: cidr, prefix_length: cidr.prefix_length() };
                if lost { Decision::Differs(range, differing) } else { Decision::Has(range) }.into()
            }
            None => to_make(inputs, desired, size).into(),
        },
    }
}

/// The range of a subnet that podnet makes: the lock's, or a new one.
fn to_make<'a>(inputs: &RangeInputs<'_>, desired: &'a DesiredSubnet<'a>, size: Option<&DesiredSize>) -> Decision<'a> {
    let key = desired.key.clone();
    let Some(allocation) = inputs.lock.allocations.get(&key) else {
        return match size.and_then(DesiredSize::known) {
            Some(size) => Decision::Carve(Request { key, prefix_length: size.prefix_length }),
            None => Decision::Unknown,
        };
    };
    let cidr = allocation.cidr;
    let range = SubnetRange { key, cidr, how: carved_from(inputs, cidr) };
    let lost = inputs.block_of(cidr).is_none();
    let asked_for = match size {
        Some(DesiredSize::Known(size)) if lost || !size.may_stay(cidr) => Some(size.prefix_length),
        Some(DesiredSize::WithoutNodes(_)) if lost => Some(cidr.prefix_length()),
        _ => None,
    };
    match asked_for {
        Some(prefix_length) => Decision::Differs(range, Differing { desired, locked: cidr, prefix_length }),
        None => Decision::Has(range),
    }
}

/// Sizes that are refused, of subnets whose range depends on them. A pool's size is wrong once, however many zones it is
/// for.
fn refused_sizes(inputs: &RangeInputs<'_>, sizes: &SubnetSizes) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for desired in inputs.desired {
        let has_range =
            desired.subnet_id.is_some() || desired.cidr.is_some() || adopted(inputs.lock, &desired.key).is_some();
        let refused = match sizes.get(&desired.key) {
            Some(DesiredSize::Refused(refused)) => refused,
            Some(DesiredSize::WithoutNodes(refused)) if !inputs.lock.allocations.contains_key(&desired.key) => refused,
            Some(DesiredSize::WithoutNodes(_) | DesiredSize::Known(_) | DesiredSize::Unknown) | None => continue,
        };
        if !has_range && !found.iter().any(|other| other.place == refused.place && other.code == refused.code) {
            found.push(refused.clone());
        }
    }
    found
}

/// How a range came about; the same words when it is carved and when the lock has it.
fn carved_from(inputs: &RangeInputs<'_>, cidr: Cidr) -> String {
    let block = inputs.block_of(cidr).map_or_else(|| "no block".to_owned(), |block| block.cidr.to_string());
    format!("a /{} in {block}, from the lock", cidr.prefix_length())
}
