//! The pods' blocks from the first address to the last: whose every range is, and what is free.

use crate::address::{Cidr, FreeSpace};
use crate::ids::SubnetId;
use crate::lock::{Lock, State};
use crate::plan::model::{Block, BlockSpace, PodSubnet, RangeState, SpaceRange};

/// Lays the blocks out: what the plan uses, what the lock keeps, and what is free between them.
pub(crate) fn address_space(blocks: &[Block], subnets: &[PodSubnet], lock: &Lock) -> Vec<BlockSpace> {
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
