//! By what `pod-network.yaml` says where a pod subnet goes: its zone's id, which means one place in every account, or its
//! zone's name.
//!
//! Both are create-only (`AWS::EC2::Subnet`, `AvailabilityZone` and `AvailabilityZoneId`): CloudFormation would replace a
//! subnet that had one and now has the other, even in the same zone. So a range that was handed out keeps what it began
//! with, and the lock says what that was.

use crate::diagnostic::{Code, Diagnostic};
use crate::ids::{LogicalId, PodSubnetKey, ZoneId};
use crate::lock::{Allocation, Lock, State};
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::source::{Place, Pointer};
use crate::spec::{Spec, Zone};

/// The line of a range that may have a subnet that podnet made.
fn may_be_made<'a>(lock: &'a Lock, key: &PodSubnetKey) -> Option<&'a Allocation> {
    lock.allocations.get(key).filter(|allocation| match allocation.state {
        State::Active | State::Retired => true,
        State::Reserved => false,
    })
}

/// The spec's zone of a pod subnet, with its number.
fn zone_of<'a>(spec: &'a Spec, key: &PodSubnetKey) -> Option<(usize, &'a Zone)> {
    spec.zones.iter().enumerate().find(|(_, zone)| zone.name == key.zone)
}

/// Gives the id by which `pod-network.yaml` names the zone of a pod subnet that it makes; none where it names the zone by
/// its name. A new subnet goes by the id if the spec gives one; one that the lock had before stays as it was.
pub(crate) fn made_in(spec: &Spec, lock: &Lock, key: &PodSubnetKey) -> Option<ZoneId> {
    match may_be_made(lock, key) {
        Some(allocation) => allocation.zone_id.clone(),
        None => zone_of(spec, key)?.1.id.clone(),
    }
}

/// Compares the spec's zone ids with those that the lock's subnets were made by.
pub(crate) fn zone_ids(
    spec: &Spec,
    (lock_name, lock): (&str, &Lock),
    desired: &[DesiredSubnet<'_>],
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for desired in desired.iter().filter(|desired| desired.subnet_id.is_none()) {
        let key = &desired.key;
        let line = may_be_made(lock, key).filter(|allocation| allocation.subnet_id.is_none());
        let (Some(line), Some((number, zone))) = (line, zone_of(spec, key)) else { continue };
        let Some(id) = &zone.id else { continue };
        let at = Pointer::from_text("/spec/zones").index(number).key("id");
        let line_at = Place::in_file(lock_name, Pointer::root().key("allocations").key(&key.to_string()));
        let same_place = found.iter_mut().find(|other| other.place.as_ref().is_some_and(|place| place.pointer == at));
        let bound = lock.bindings.contains_key(LogicalId::pod_subnet(key).as_str());
        match (&line.zone_id, same_place) {
            (Some(made), _) if made == id => {}
            (None, _) if bound => {}
            (_, Some(other)) => other.related.push((line_at, "and this one".to_owned())),
            (Some(made), None) => found.push(moved(zone, id, made, at, line_at)),
            (None, None) => found.push(stays_by_name(zone, id, at, line_at)),
        }
    }
    found
}

/// A subnet cannot go to another zone.
fn moved(zone: &Zone, id: &ZoneId, made: &ZoneId, at: Pointer, line_at: Place) -> Diagnostic {
    Diagnostic::error(
        Code::LockContradiction,
        format!("the zone `{}` has the id `{id}`, but its pod subnet was made in `{made}`", zone.name),
    )
    .at(at)
    .related(line_at, "allocated before")
    .note("AWS cannot move a subnet to another zone: CloudFormation would replace it, with every pod in it")
    .write(made.as_str())
}

/// Nobody knows whether a subnet that is not bound is deployed.
fn stays_by_name(zone: &Zone, id: &ZoneId, at: Pointer, line_at: Place) -> Diagnostic {
    Diagnostic::remark(
        Code::LockContradiction,
        format!("pod-network.yaml still places a pod subnet by the zone's name, `{}`, not by `{id}`", zone.name),
    )
    .at(at)
    .related(line_at, "allocated before the zone had an id")
    .note("if the subnet is deployed, CloudFormation would replace it")
    .help(
        "if it was never deployed, remove its zone from the spec, run `podnet synth` and `podnet release`, and add the zone again",
    )
}
