//! The zones that have nodes.

use std::collections::BTreeMap;

use crate::catalog::regions;
use crate::catalog::zones::{is_zone_id_of, is_zone_of};
use crate::diagnostic::{Code, Diagnostic, Pointer};
use crate::spec::{Spec, Zone, ZoneName};

/// The spec's zones by name, each with its place.
pub(super) type Zones<'a> = BTreeMap<&'a ZoneName, (&'a Zone, Pointer)>;

/// Checks the zones: of the region, each once, their node subnets inside the VPC, apart from each other and each once.
pub(super) fn zones<'a>(spec: &'a Spec, problems: &mut Vec<Diagnostic>) -> Zones<'a> {
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
                    .help(format!("write one such as `{}a`", spec.region)),
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
                problems.push(
                    Diagnostic::error(Code::SpecDuplicateName, format!("the node subnet `{}` stands twice", subnet.id))
                        .at(at.key("id"))
                        .related(Pointer::key(&first, "id"), "first here")
                        .help("remove one: a subnet is in one zone"),
                );
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
