//! What a spec could have instead of a range that it cannot have: the concrete part of a help.

use std::net::Ipv4Addr;

use crate::address::Cidr;
use crate::catalog::address_rules::{
    BlockRole, PREFIX_LENGTHS, association_restriction, docker_bridge, never_assignable,
};
use crate::diagnostic::{Diagnostic, Edit};
use crate::source::Place;
use crate::spec::Spec;

/// Finds a block of a size that may join the VPC and overlaps nothing that the spec knows of: in 100.64.0.0/10 first,
/// then in 10.0.0.0/8. Nothing where all are taken.
pub(crate) fn free_block(spec: &Spec, service_cidr: Option<Cidr>, prefix_length: u8) -> Option<Cidr> {
    let length = prefix_length.clamp(*PREFIX_LENGTHS.start(), *PREFIX_LENGTHS.end());
    let shared = (64..128).map(|number| Ipv4Addr::new(100, number, 0, 0));
    let private = (0..=255).map(|number| Ipv4Addr::new(10, number, 0, 0));
    let mut candidates = shared.chain(private).map(|first| Cidr::around(first, length));
    candidates.find(|block| is_free(spec, service_cidr, *block))
}

/// A VPC's blocks with their roles: the primary one is written first.
pub(super) fn with_roles(blocks: &[Cidr]) -> impl Iterator<Item = (Cidr, BlockRole)> {
    let role = |number| if number == 0 { BlockRole::Primary } else { BlockRole::Secondary };
    blocks.iter().enumerate().map(move |(number, block)| (*block, role(number)))
}

/// Whether a block may join the VPC and overlaps nothing that the spec knows of.
pub(crate) fn is_free(spec: &Spec, service_cidr: Option<Cidr>, block: Cidr) -> bool {
    let vpc = &spec.vpc;
    let joins = |(existing, role): (Cidr, BlockRole)| {
        !existing.overlaps(block) && association_restriction(existing, role, block).is_none()
    };
    never_assignable(block).is_none()
        && with_roles(&vpc.cidr_blocks).all(joins)
        && !vpc.avoid.iter().map(|avoid| avoid.cidr).any(|other| other.overlaps(block))
        && !spec.pod_network.cidr_blocks.iter().any(|other| other.overlaps(block))
        && !service_cidr.is_some_and(|service| service.overlaps(block))
        && !docker_bridge().overlaps(block)
}

/// Says what to do, and names a range for it where one is free.
pub(crate) fn such_as(diagnostic: Diagnostic, at: impl Into<Place>, free: Option<Cidr>, words: &str) -> Diagnostic {
    match free {
        Some(free) => diagnostic.edit(Edit::replace(at, free.to_string()), |free| format!("{words}, such as {free}")),
        None => diagnostic.help(words),
    }
}
