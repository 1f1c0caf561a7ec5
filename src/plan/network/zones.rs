//! The zones that have nodes.

use std::collections::BTreeMap;

use crate::address::Cidr;
use crate::catalog::regions;
use crate::catalog::zones::{is_zone_id_of, is_zone_of};
use crate::diagnostic::{Checked, Code, Diagnostic, Edit};
use crate::ids::{SubnetId, ZoneName};
use crate::source::Pointer;
use crate::spec::{NodeSubnet, Spec, Zone};

/// The spec's zones by name, each with its place.
pub(crate) type Zones<'a> = BTreeMap<&'a ZoneName, (&'a Zone, Pointer)>;

/// The zone of the spec's region with the letter of another region's, or else the first that the spec does not have.
fn same_letter(spec: &Spec, written: &str) -> String {
    let letters = written.chars().last().into_iter().chain('a'..='f').filter(char::is_ascii_lowercase);
    let mut names = letters.map(|letter| format!("{}{letter}", spec.region));
    names
        .find(|name| spec.zones.iter().all(|zone| zone.name.as_str() != name))
        .unwrap_or_else(|| format!("{}a", spec.region))
}

/// Checks the zones: of the region, each once, their node subnets inside the VPC, apart from each other and each once.
pub(crate) fn zones(spec: &Spec) -> Checked<Zones<'_>> {
    let mut zones = Zones::new();
    let mut problems = Vec::new();
    for (number, zone) in spec.zones.iter().enumerate() {
        let at = Pointer::from_text("/spec/zones").index(number);
        if let Some((_, first)) = zones.get(&zone.name) {
            problems.push(duplicate_zone(zone, &at, first));
        } else {
            problems.extend(of_another_region(spec, zone, &at));
            zones.insert(&zone.name, (zone, at));
        }
    }
    problems.extend(duplicate_ids(spec));
    problems.extend(node_subnets(spec, &zones));
    Checked { value: zones, problems }
}

fn duplicate_zone(zone: &Zone, at: &Pointer, first: &Pointer) -> Diagnostic {
    Diagnostic::error(Code::SpecDuplicateName, format!("duplicate zone `{}`", zone.name))
        .at(at.key("name"))
        .related(first.key("name"), "first here")
        .help("merge the two, with the node subnets of both")
}

/// One place cannot be two zones.
fn duplicate_ids(spec: &Spec) -> Vec<Diagnostic> {
    let mut first = BTreeMap::new();
    let mut found = Vec::new();
    for (number, zone) in spec.zones.iter().enumerate() {
        let Some(id) = &zone.id else { continue };
        let at = Pointer::from_text("/spec/zones").index(number).key("id");
        match first.get(id) {
            None => {
                first.insert(id, (zone, at));
            }
            Some((other, there)) if other.name != zone.name => found.push(
                Diagnostic::error(
                    Code::SpecDuplicateName,
                    format!("`{}` and `{}` have the same zone id `{id}`", other.name, zone.name),
                )
                .at(at)
                .related(there, "first here")
                .help("`aws ec2 describe-availability-zones` lists zone names with their ids, as the account of the nodes has them"),
            ),
            // The zone itself is there twice, which is said already.
            Some(_) => {}
        }
    }
    found
}

/// A name or an id of another region's zone. Where there is no such region, what its zones are is not to be said.
fn of_another_region(spec: &Spec, zone: &Zone, at: &Pointer) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let known = regions::partition(&spec.region).is_some();
    if !known && (spec.region_details.is_none() || !regions::is_name(&spec.region)) {
        return found;
    }
    if !is_zone_of(&spec.region, zone.name.as_str()) {
        found.push(
            Diagnostic::error(Code::SpecUnknownName, format!("`{}` is not a zone of `{}`", zone.name, spec.region))
                .at(at.key("name"))
                .related(Pointer::from_text("/spec/region"), "the region")
                .write_as(same_letter(spec, zone.name.as_str()), |zone| format!("write a zone such as {zone}")),
        );
    }
    if let Some(id) = zone.id.as_ref().filter(|id| known && !is_zone_id_of(&spec.region, id.as_str())) {
        found.push(
            Diagnostic::error(Code::SpecUnknownName, format!("`{id}` is not a zone id of `{}`", spec.region))
                .at(at.key("id"))
                .help("`aws ec2 describe-availability-zones` lists zone names with their ids"),
        );
    }
    found
}

/// Checks the node subnets of all zones, in the order of the spec.
fn node_subnets(spec: &Spec, zones: &Zones<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut ids: BTreeMap<&SubnetId, Pointer> = BTreeMap::new();
    let mut ranges: Vec<(Cidr, Pointer)> = Vec::new();
    let mut in_order: Vec<&(&Zone, Pointer)> = zones.values().collect();
    in_order.sort_by_key(|(zone, _)| spec.zones.iter().position(|other| other.name == zone.name));
    for (zone, zone_at) in in_order {
        for (number, subnet) in zone.node_subnets.iter().enumerate() {
            let at = zone_at.key("nodeSubnets").index(number);
            if let Some(first) = ids.insert(&subnet.id, at.clone()) {
                found.push(duplicate_subnet(zone, subnet, &at, &first));
                continue;
            }
            found.extend(outside_the_vpc(spec, subnet, &at));
            let overlapping = ranges.iter().filter(|(other, _)| subnet.cidr.overlaps(*other));
            found.extend(overlapping.map(|(other, there)| overlap(subnet, *other, &at, there)));
            ranges.push((subnet.cidr, at));
        }
    }
    found
}

fn duplicate_subnet(zone: &Zone, subnet: &NodeSubnet, at: &Pointer, first: &Pointer) -> Diagnostic {
    let message = format!("duplicate node subnet `{}`", subnet.id);
    let diagnostic =
        Diagnostic::error(Code::SpecDuplicateName, message).at(at.key("id")).related(first.key("id"), "first here");
    let words = "remove one: a subnet is in one zone";
    // A zone keeps one at least.
    if zone.node_subnets.len() > 1 {
        diagnostic.edit(Edit::remove(at), |_| words.to_owned())
    } else {
        diagnostic.help(words)
    }
}

fn outside_the_vpc(spec: &Spec, subnet: &NodeSubnet, at: &Pointer) -> Option<Diagnostic> {
    let inside = spec.vpc.cidr_blocks.iter().any(|block| block.contains(subnet.cidr));
    (!inside).then(|| {
        let message = format!("the node subnet `{}` is in no block of the VPC", subnet.cidr);
        Diagnostic::error(Code::AddressOutside, message)
            .at(at.key("cidr"))
            .related(Pointer::from_text("/spec/vpc/cidrBlocks"), "the VPC's blocks")
            .help("correct the range, or list its block under `vpc.cidrBlocks`")
    })
}

fn overlap(subnet: &NodeSubnet, other: Cidr, at: &Pointer, there: &Pointer) -> Diagnostic {
    Diagnostic::error(Code::AddressOverlap, format!("the node subnet `{}` overlaps `{other}`", subnet.cidr))
        .at(at.key("cidr"))
        .related(there.key("cidr"), "the other subnet")
        .help("`aws ec2 describe-subnets` shows the actual ranges")
}
