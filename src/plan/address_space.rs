//! The pods' blocks from the first address to the last: whose every range is, and what is free.

use serde::Serialize;

use super::model::{Block, PodSubnet};
use crate::address::{Cidr, FreeSpace};
use crate::catalog::address_rules::usable_addresses;
use crate::lock::{Lock, State};
use crate::spec::{Name, SubnetId, ZoneName};

/// A block and all its ranges, by address and without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockSpace {
    /// The block.
    pub cidr: Cidr,
    /// Its ranges: together they are the block.
    pub ranges: Vec<SpaceRange>,
}

/// A range of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpaceRange {
    /// The range.
    pub cidr: Cidr,
    /// What it is.
    pub state: RangeState,
    /// Whose it is: `POOL/ZONE`, or a subnet's id; none where it is free.
    pub owner: Option<String>,
    /// The pool, of a pod subnet.
    pub pool: Option<Name>,
    /// The zone, where it is known.
    pub zone: Option<ZoneName>,
    /// The name of a further pod subnet of the pool in the zone.
    pub further: Option<Name>,
    /// Its addresses without the five that AWS keeps.
    pub usable: u64,
    /// The most that nodes take of it, of a pod subnet in use.
    pub demand: Option<u64>,
    /// The whole /28 prefixes among the demand.
    pub prefixes: Option<u64>,
    /// What is kept for prefixes in it: CIDR reservations.
    pub reservations: Vec<Cidr>,
}

/// What a range of a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RangeState {
    /// A pod subnet of the spec.
    Active,
    /// Kept for a pool and zone to come.
    Reserved,
    /// Kept for a pool and zone that the spec no longer has.
    Retired,
    /// A subnet that podnet does not manage.
    Existing,
    /// Nobody's.
    Free,
}

/// Lays the blocks out: what the plan uses, what the lock keeps, and what is free between them.
pub(super) fn address_space(blocks: &[Block], subnets: &[PodSubnet], lock: &Lock) -> Vec<BlockSpace> {
    let mut taken: Vec<SpaceRange> = subnets.iter().filter_map(in_use).collect();
    let kept = lock.allocations.iter().filter_map(|(key, allocation)| {
        let state = match allocation.state {
            State::Active => return None,
            State::Reserved => RangeState::Reserved,
            State::Retired => RangeState::Retired,
        };
        let owner = SpaceRange::new(allocation.cidr, state, Some(key.to_string()));
        Some(SpaceRange {
            pool: Some(key.pool.clone()),
            zone: Some(key.zone.clone()),
            further: key.further.clone(),
            ..owner
        })
    });
    taken.extend(kept);
    let existing = |(id, cidr): (&SubnetId, &Cidr)| SpaceRange::new(*cidr, RangeState::Existing, Some(id.to_string()));
    taken.extend(lock.existing.iter().map(existing));
    blocks
        .iter()
        .map(|block| {
            let mut ranges: Vec<SpaceRange> =
                taken.iter().filter(|range| block.cidr.contains(range.cidr)).cloned().collect();
            let cidrs: Vec<Cidr> = ranges.iter().map(|range| range.cidr).collect();
            let free = FreeSpace::new(&[block.cidr], &cidrs).blocks();
            ranges.extend(free.into_iter().map(|cidr| SpaceRange::new(cidr, RangeState::Free, None)));
            ranges.sort_by_key(|range| range.cidr);
            BlockSpace { cidr: block.cidr, ranges }
        })
        .collect()
}

fn in_use(subnet: &PodSubnet) -> Option<SpaceRange> {
    let range = SpaceRange::new(subnet.cidr?, RangeState::Active, Some(subnet.key().to_string()));
    let proof = subnet.proof.as_ref();
    Some(SpaceRange {
        pool: Some(subnet.pool.clone()),
        zone: Some(subnet.zone.clone()),
        further: subnet.further.clone(),
        demand: proof.map(|proof| proof.demand),
        prefixes: proof.map(|proof| proof.need.prefixes),
        reservations: proof.map(|proof| proof.reservations.clone()).unwrap_or_default(),
        ..range
    })
}

impl SpaceRange {
    /// The zone, with the name of a further subnet there: `us-west-2a`, `us-west-2a/b`.
    pub fn zone_name(&self) -> Option<String> {
        let zone = self.zone.as_ref()?;
        Some(self.further.as_ref().map_or_else(|| zone.to_string(), |further| format!("{zone}/{further}")))
    }

    fn new(cidr: Cidr, state: RangeState, owner: Option<String>) -> Self {
        Self {
            cidr,
            state,
            owner,
            pool: None,
            zone: None,
            further: None,
            usable: usable_addresses(cidr),
            demand: None,
            prefixes: None,
            reservations: Vec::new(),
        }
    }
}
