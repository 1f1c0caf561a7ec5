//! Taking subnets over that were there before podnet, from the AWS CLI's own output to the lock. Pure.
//!
//! Where one subnet fits one pool and zone, it is adopted; where several do, a person says which. Every other subnet of
//! the VPC is remembered, so that nothing is carved where it is.

mod agreement;
mod blocks;
mod chosen;
mod free_addresses;
mod listing;
mod map;
mod matching;
mod outposts;
mod refusal;
mod roles;

#[cfg(test)]
mod tests;

pub(crate) use free_addresses::fewer_free;
pub(crate) use listing::{Listed, Listing, VpcBlocks};
pub(crate) use map::Map;

use std::collections::BTreeMap;

use crate::address::Cidr;
use crate::diagnostic::Diagnostic;
use crate::ids::{PodSubnetKey, SubnetId};
use crate::lock::{Allocation, Lock, Reservations, State};
use crate::spec::Document;
use refusal::refuse;
use roles::Role;

/// What is adopted from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AdoptInputs<'a> {
    /// The spec.
    pub document: &'a Document,
    /// The lock as it is, with its path; [`Lock::empty`] before the first synthesis.
    pub lock: (&'a str, &'a Lock),
    /// The subnets that there are.
    pub listing: &'a Listing,
    /// The blocks that the VPC has, where that is known.
    pub vpc: Option<&'a VpcBlocks>,
    /// What the user said.
    pub maps: &'a [Map],
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Adoption {
    /// The lock with what was adopted and what is left alone.
    pub lock: Lock,
    /// The subnets that were adopted now or before, by pool and zone.
    pub taken: BTreeMap<PodSubnetKey, Taken>,
    /// Subnets that podnet's stack made and whose ids are not bound yet.
    pub unbound: BTreeMap<PodSubnetKey, SubnetId>,
    /// Subnets in the pods' blocks that no pool has, described.
    pub beside: Vec<String>,
    /// The list.
    pub listing: Listing,
    /// How many subnets of other VPCs the list has.
    pub elsewhere: usize,
    /// How many subnets of the VPC have no IPv4 range.
    pub without_ipv4: usize,
}

/// A subnet that was adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Its id.
    pub id: SubnetId,
    /// Its range.
    pub cidr: Cidr,
    /// Its Name tag.
    pub name: Option<String>,
    /// Whether this run did it.
    pub now: bool,
}

/// Takes existing pod subnets over, and notes all others of the VPC.
///
/// # Errors
/// The list is of something else, contradicts spec or lock, or leaves open which subnet belongs where: all that is wrong,
/// in one go.
pub(crate) fn adopt(inputs: AdoptInputs<'_>) -> Result<Adoption, Vec<Diagnostic>> {
    let AdoptInputs { document, lock: (lock_name, lock), listing, vpc, maps } = inputs;
    let spec = &document.spec;
    let subnets = listing.of(spec.vpc.id.as_str()).map_err(|problem| vec![problem])?;
    let mut problems = agreement::agreement(spec, lock_name, lock, listing);
    let roles = roles::roles(document, lock, &subnets);
    problems.extend(blocks::blocks(spec, vpc, &subnets, &roles));
    let (chosen, wrong) = map::chosen(document, lock, listing, &roles, maps);
    let unmapped = wrong.is_empty();
    problems.extend(wrong);
    problems.extend(roles::collisions(spec, lock_name, lock, &subnets, &roles, &chosen));
    let mut taken = chosen.taken.clone();
    if unmapped {
        let (matched, open) = matching::matching(document, lock, &subnets, &roles, &chosen);
        taken.extend(matched);
        problems.extend(open);
    }
    problems.extend(taken.iter().filter_map(|(key, subnet)| not_available(key, subnet)));
    problems.extend(outposts::elsewhere(document, listing, &taken));
    if !problems.is_empty() {
        problems.sort();
        problems.dedup();
        return Err(problems);
    }
    Ok(adopted(inputs, &subnets, &roles, &taken))
}

fn not_available(key: &PodSubnetKey, subnet: &Listed) -> Option<Diagnostic> {
    (subnet.state != "available").then(|| {
        refuse(format!("`{}` is `{}`", subnet.id, subnet.state))
            .at(subnet.at.clone())
            .note(format!("it would be adopted for `{key}`"))
            .help("wait until it is `available`, and describe the subnets again")
    })
}

/// The lock as it has to be, and what there is to say about it.
fn adopted(
    inputs: AdoptInputs<'_>,
    subnets: &[&Listed],
    roles: &BTreeMap<&SubnetId, Role>,
    taken: &BTreeMap<PodSubnetKey, &Listed>,
) -> Adoption {
    let (document, before) = (inputs.document, inputs.lock.1);
    let mut lock = before.clone();
    let mut told = BTreeMap::new();
    for (key, subnet) in taken {
        if let Some(cidr) = subnet.cidr {
            let allocation = Allocation {
                cidr,
                state: State::Active,
                subnet_id: Some(subnet.id.clone()),
                reservations: Reservations::default(),
                route_table_id: None,
                zone_id: None,
            };
            lock.allocations.insert(key.clone(), allocation);
        }
    }
    for (key, allocation) in &lock.allocations {
        if let Some(id) = &allocation.subnet_id {
            let name = inputs.listing.find(id).and_then(Listed::name).map(ToOwned::to_owned);
            let now = before.allocations.get(key).is_none_or(|before| before.subnet_id.is_none());
            told.insert(key.clone(), Taken { id: id.clone(), cidr: allocation.cidr, name, now });
        }
    }
    let others: Vec<&&Listed> = subnets
        .iter()
        .filter(|subnet| roles.get(&subnet.id).is_some_and(Role::is_left_alone))
        .filter(|subnet| taken.values().all(|taken| taken.id != subnet.id))
        .collect();
    lock.existing = others.iter().filter_map(|subnet| Some((subnet.id.clone(), subnet.cidr?))).collect();
    let blocks = &document.spec.pod_network.cidr_blocks;
    let beside = |subnet: &&&Listed| {
        let in_block = |cidr: Cidr| blocks.iter().any(|block| block.contains(cidr));
        subnet.cidr.is_some_and(in_block) && !matches!(roles.get(&subnet.id), Some(Role::Given { .. }))
    };
    let unbound = roles.iter().filter_map(|(id, role)| match role {
        Role::Unbound(key) => Some((key.clone(), (*id).clone())),
        _ => None,
    });
    Adoption {
        taken: told,
        unbound: unbound.collect(),
        beside: others.iter().filter(|subnet| beside(subnet)).map(|subnet| subnet.described()).collect(),
        listing: inputs.listing.clone(),
        elsewhere: inputs.listing.subnets.len() - subnets.len(),
        without_ipv4: subnets.iter().filter(|subnet| subnet.cidr.is_none()).count(),
        lock,
    }
}
