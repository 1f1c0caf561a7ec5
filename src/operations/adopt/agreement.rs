//! Whether the list says the same of the subnets that spec and lock know already.

use super::refusal::refuse;
use super::{Listed, Listing};
use crate::address::Cidr;
use crate::diagnostic::{Diagnostic, Edit};
use crate::ids::{LogicalId, SubnetId};
use crate::lock::{Lock, State};
use crate::plan::desired_by_key;
use crate::source::{Place, Pointer};
use crate::spec::{Spec, Zone};

/// A subnet as spec or lock has it.
struct Known<'a> {
    id: SubnetId,
    what: String,
    zone: Option<&'a Zone>,
    cidr: Option<Cidr>,
    /// Where its id is.
    at: Place,
    /// Where its range is, in the spec.
    range_at: Option<Pointer>,
}

/// Compares every subnet that spec and lock know with the list.
pub(super) fn agreement(spec: &Spec, lock_name: &str, lock: &Lock, listing: &Listing) -> Vec<Diagnostic> {
    let mut known = in_spec(spec);
    known.extend(in_lock(spec, lock_name, lock));
    known.iter().flat_map(|known| known.problems(spec, listing)).collect()
}

/// The subnets of nodes, and the pod subnets that the spec gives by their ids.
fn in_spec(spec: &Spec) -> Vec<Known<'_>> {
    let mut known = Vec::new();
    for (number, zone) in spec.zones.iter().enumerate() {
        for (index, subnet) in zone.node_subnets.iter().enumerate() {
            let at = Pointer::from_text("/spec/zones").index(number).key("nodeSubnets").index(index);
            known.push(Known {
                id: subnet.id.clone(),
                what: format!("the node subnet `{}`", subnet.id),
                zone: Some(zone),
                cidr: Some(subnet.cidr),
                at: at.key("id").into(),
                range_at: Some(at.key("cidr")),
            });
        }
    }
    for (key, desired) in desired_by_key(spec) {
        let Some(id) = desired.subnet_id else { continue };
        known.push(Known {
            what: format!("the pod subnet `{id}`"),
            id: id.clone(),
            zone: spec.zones.iter().find(|zone| zone.name == key.zone),
            cidr: desired.cidr,
            at: desired.own_section.key("subnetId").into(),
            range_at: desired.cidr.map(|_| desired.own_section.key("cidr")),
        });
    }
    known
}

/// The pod subnets of the lock that are in use: adopted, or made by podnet and bound.
fn in_lock<'a>(spec: &'a Spec, lock_name: &str, lock: &'a Lock) -> Vec<Known<'a>> {
    let desired = desired_by_key(spec);
    let in_use = lock.allocations.iter().filter(|(_, allocation)| allocation.state == State::Active);
    in_use
        // The spec may have let go of it since.
        .filter(|(key, _)| desired.contains_key(key))
        .filter_map(|(key, allocation)| {
            let output = LogicalId::pod_subnet(key);
            let (id, how, at) = match (&allocation.subnet_id, lock.bindings.get(output.as_str())) {
                (Some(id), _) => {
                    (id.clone(), "adopted", Pointer::root().key("allocations").key(&key.to_string()).key("subnetId"))
                }
                (None, Some(id)) => {
                    (id.parse().ok()?, "bound", Pointer::root().key("bindings").key(output.as_str()).key("id"))
                }
                (None, None) => return None,
            };
            Some(Known {
                what: format!("`{id}`, {how} for `{key}`,"),
                id,
                zone: spec.zones.iter().find(|zone| zone.name == key.zone),
                cidr: Some(allocation.cidr),
                at: Place::in_file(lock_name, at),
                range_at: None,
            })
        })
        .collect()
}

impl Known<'_> {
    fn problems(&self, spec: &Spec, listing: &Listing) -> Vec<Diagnostic> {
        let Some(listed) = listing.find(&self.id) else {
            let (region, vpc) = (&spec.region, &spec.vpc.id);
            let problem = refuse(format!("`{}` does not have {}", listing.file, self.what.trim_end_matches(',')))
                .at(self.at.clone())
                .note("the subnet was deleted, its id is misspelt, or the list is incomplete")
                .help(format!(
                    "describe them all: `aws ec2 describe-subnets --region {region} --filters Name=vpc-id,Values={vpc}`"
                ));
            let in_lock = !self.at.file.is_empty();
            return vec![if in_lock {
                problem.help("if it was deleted, remove its pool or zone from the spec and run `podnet synth`")
            } else {
                problem
            }];
        };
        let there = listed.at.clone();
        if listed.vpc != spec.vpc.id.as_str() {
            return vec![
                refuse(format!("{} is in `{}`, but the spec has `{}`", self.what, listed.vpc, spec.vpc.id))
                    .at(self.at.clone())
                    .related(there, "in the list")
                    .help("correct the id, or `vpc.id`"),
            ];
        }
        if let Some(zone) = self.zone.filter(|zone| !listed.is_in(zone)) {
            let (is, said) = by_name_or_id(listed, zone);
            return vec![
                refuse(format!("{} is in {is}, not in {said}", self.what))
                    .at(self.at.clone())
                    .related(there, "in the list")
                    .note("a node and its pod subnet must be in the same zone")
                    .help("correct the id, or the zone that it is under"),
            ];
        }
        let Some(cidr) = self.cidr.filter(|cidr| listed.cidr != Some(*cidr)) else { return Vec::new() };
        let is = listed.cidr.map_or_else(|| "no IPv4 range".to_owned(), |is| format!("`{is}`"));
        let problem = refuse(format!("{} has {is}, not `{cidr}`", self.what)).related(there, "in the list");
        vec![match (&self.range_at, listed.cidr) {
            (Some(at), Some(is)) => problem
                .at(at)
                .edit(Edit::replace(at, is.to_string()), |range| format!("write {range}, or correct the id")),
            _ => problem
                .at(self.at.clone())
                .note("AWS cannot resize a subnet: it is a different subnet, or the list is of another account")
                .help("compare account, region and VPC of the list with the cluster's, and restore the lock from git"),
        }]
    }
}

/// The zones of list and spec, told in what they differ in.
fn by_name_or_id(listed: &Listed, zone: &Zone) -> (String, String) {
    match (&listed.zone_id, &zone.id) {
        (Some(is), Some(wanted)) => (format!("{} ({is})", listed.zone), format!("{} ({wanted})", zone.name)),
        _ => (listed.zone.clone(), zone.name.to_string()),
    }
}
