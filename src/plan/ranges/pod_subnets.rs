//! The pod subnets as the plan has them.

use super::inputs::RangeInputs;
use super::subnet_range::{Ranges, SubnetRange};
use crate::address::Cidr;
use crate::catalog::address_rules::usable_addresses;
use crate::catalog::regions::{self, Partition};
use crate::catalog::resource_regions::{SUBNET_CIDR_RESERVATION, is_known_in};
use crate::ids::{LogicalId, PodSubnetKey, ZoneId, ZoneName};
use crate::lock::{Allocation, Lock, Reservations};
use crate::plan::model::{PlacedBy, PodSubnet, Proof, Reservation, SubnetOrigin};
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::network::size::{DesiredSize, SubnetSizes};
use crate::spec::Spec;

/// Everything that is decided about pod subnets.
#[derive(Clone, Copy)]
pub(crate) struct Decided<'a> {
    pub(crate) inputs: RangeInputs<'a>,
    pub(crate) sizes: &'a SubnetSizes,
    pub(crate) ranges: &'a Ranges,
    /// The lock as it is to be.
    pub(crate) next: &'a Lock,
}

/// Puts together what is decided about every pod subnet, by key. `prove` gives the proof that a range suffices for the nodes
/// that use it.
pub(crate) fn pod_subnets(decided: Decided<'_>, prove: impl Fn(&SubnetRange) -> Proof) -> Vec<PodSubnet> {
    let desired = decided.inputs.desired.iter();
    desired
        .map(|desired| {
            let range = decided.ranges.get(&desired.key);
            pod_subnet(decided, desired, range, range.map(&prove))
        })
        .collect()
}

fn pod_subnet(
    decided: Decided<'_>,
    desired: &DesiredSubnet<'_>,
    range: Option<&SubnetRange>,
    proof: Option<Proof>,
) -> PodSubnet {
    let Decided { inputs, sizes, next, .. } = decided;
    let PodSubnetKey { pool, zone, further } = desired.key.clone();
    let adopted = next.allocations.get(&desired.key).and_then(|allocation| allocation.subnet_id.clone());
    let made_in = next.allocations.get(&desired.key).and_then(|allocation| allocation.zone_id.clone());
    let made = desired.subnet_id.is_none() && adopted.is_none();
    let in_template = made && by_stack(inputs.spec, next.allocations.get(&desired.key));
    let id = desired.logical_id();
    let bound = next.bindings.get(id.as_str()).and_then(|id| id.parse().ok()).filter(|_| made);
    let cidr = range.map(|range| range.cidr);
    let size = sizes.get(&desired.key).and_then(DesiredSize::known).filter(|_| desired.cidr.is_none());
    PodSubnet {
        reservations: proof.iter().flat_map(|proof| reservations(proof, &id, in_template)).collect(),
        cidr,
        usable_addresses: cidr.map(usable_addresses),
        size_how: size.map(|size| size.how.clone()),
        how: range.map_or_else(|| "given only by its id".to_owned(), |range| range.how.clone()),
        origin: match (desired.subnet_id, &adopted, &bound) {
            (Some(_), ..) => SubnetOrigin::Given,
            (None, Some(_), _) => SubnetOrigin::Adopted,
            (None, None, Some(_)) => SubnetOrigin::Bound,
            (None, None, None) => SubnetOrigin::Pending,
        },
        subnet_id: desired.subnet_id.cloned().or(adopted).or(bound),
        block_logical_id: cidr.filter(|_| made).and_then(|cidr| inputs.block_of(cidr)?.logical_id.clone()),
        logical_id: made.then_some(id),
        route_table_id: next.allocations.get(&desired.key).and_then(|allocation| allocation.route_table_id.clone()),
        proof,
        pool,
        placed_by: if made_in.is_some() { PlacedBy::Id } else { PlacedBy::Name },
        zone_id: made_in.or_else(|| zone_id(inputs.spec, &zone)),
        zone,
        further,
    }
}

/// Whether the stack that makes a subnet also makes its reservations: where the region's CloudFormation has the resource, and
/// where they are deployed already.
fn by_stack(spec: &Spec, allocation: Option<&Allocation>) -> bool {
    let by_hand = match allocation.map(|allocation| allocation.reservations).unwrap_or_default() {
        Reservations::Stack => false,
        Reservations::ByHand => true,
    };
    let commercial = regions::partition(&spec.region) == Some(Partition::Aws);
    !by_hand && (commercial || is_known_in(SUBNET_CIDR_RESERVATION, &spec.region))
}

/// Has other ranges of a pod subnet kept for prefixes.
pub(crate) fn reserve(spec: &Spec, lock: &Lock, subnet: &mut PodSubnet, kept: Vec<Cidr>) {
    let in_template = subnet.logical_id.is_some() && by_stack(spec, lock.allocations.get(&subnet.key()));
    let id = LogicalId::pod_subnet(&subnet.key());
    if let Some(proof) = &mut subnet.proof {
        proof.reservations = kept;
        subnet.reservations = reservations(proof, &id, in_template);
    }
}

/// The reservations of a proof.
fn reservations(proof: &Proof, subnet: &LogicalId, in_template: bool) -> Vec<Reservation> {
    let logical_id = |cidr: &str| in_template.then(|| LogicalId::of(&format!("{subnet}Prefixes"), &[cidr]));
    let kept = proof.reservations.iter();
    kept.map(|cidr| Reservation { cidr: *cidr, logical_id: logical_id(&cidr.to_string()) }).collect()
}

fn zone_id(spec: &Spec, zone: &ZoneName) -> Option<ZoneId> {
    spec.zones.iter().find(|of_spec| of_spec.name == *zone)?.id.clone()
}
