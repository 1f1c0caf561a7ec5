//! The zones that have nodes.

use std::collections::BTreeMap;

use crate::catalog::regions;
use crate::catalog::zones::{is_zone_id_of, is_zone_of};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::ids::ZoneName;
use crate::source::Pointer;
use crate::spec::{Spec, Zone};

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
pub(crate) fn zones<'a>(spec: &'a Spec, problems: &mut Vec<Diagnostic>) -> Zones<'a> {
    // Where there is no such region, what its zones are is not to be said.
    let known = regions::partition(&spec.region).is_some();
    let mut zones = Zones::new();
    let mut ids = BTreeMap::new();
    let mut ranges = Vec::new();
    for (number, zone) in spec.zones.iter().enumerate() {
        let at = Pointer::from_text("/spec/zones").index(number);
        if let Some((_, first)) = zones.get(&zone.name) {
            problems.push(
                Diagnostic::error(Code::SpecDuplicateName, format!("the zone `{}` stands twice", zone.name))
                    .at(at.key("name"))
                    .related(Pointer::key(first, "name"), "first here")
                    .help("keep one, with the node subnets of both"),
            );
            continue;
        }
        if known && !is_zone_of(&spec.region, zone.name.as_str()) {
            problems.push(
                Diagnostic::error(Code::SpecUnknownName, format!("`{}` is no zone of `{}`", zone.name, spec.region))
                    .at(at.key("name"))
                    .related(Pointer::from_text("/spec/region"), "the region")
                    .write_as(same_letter(spec, zone.name.as_str()), |zone| format!("write one such as {zone}")),
            );
        }
        if let Some(id) = zone.id.as_ref().filter(|id| known && !is_zone_id_of(&spec.region, id.as_str())) {
            problems.push(
                Diagnostic::error(Code::SpecUnknownName, format!("`{id}` is no zone id of `{}`", spec.region))
                    .at(at.key("id"))
                    .help("`aws ec2 describe-availability-zones` lists zone names with their ids"),
            );
        }
        for (number, subnet) in zone.node_subnets.iter().enumerate() {
            let at = at.key("nodeSubnets").index(number);
            if let Some(first) = ids.insert(&subnet.id, at.clone()) {
                let message = format!("the node subnet `{}` stands twice", subnet.id);
                let diagnostic = Diagnostic::error(Code::SpecDuplicateName, message)
                    .at(at.key("id"))
                    .related(Pointer::key(&first, "id"), "first here");
                let words = "remove one: a subnet is in one zone";
                problems.push(if zone.node_subnets.len() > 1 {
                    diagnostic.edit(Edit::remove(&at), |_| words.to_owned())
                } else {
                    diagnostic.help(words)
                });
                continue;
            }
            if !spec.vpc.cidr_blocks.iter().any(|block| block.contains(subnet.cidr)) {
                problems.push(
                    Diagnostic::error(
                        Code::AddressOutside,
                        format!("the node subnet `{}` is in no block of the VPC", subnet.cidr),
                    )
                    .at(at.key("cidr"))
                    .related(Pointer::from_text("/spec/vpc/cidrBlocks"), "the VPC's blocks")
                    .help("correct the range, or list the block that it is in under `vpc.cidrBlocks`"),
                );
            }
            for (other, there) in &ranges {
                if subnet.cidr.overlaps(*other) {
                    problems.push(
                        Diagnostic::error(
                            Code::AddressOverlap,
                            format!("the node subnet `{}` overlaps `{other}`", subnet.cidr),
                        )
                        .at(at.key("cidr"))
                        .related(Pointer::key(there, "cidr"), "the other subnet")
                        .help("`aws ec2 describe-subnets` shows the ranges as they are"),
                    );
                }
            }
            ranges.push((subnet.cidr, at));
        }
        zones.insert(&zone.name, (zone, at));
    }
    zones
}
