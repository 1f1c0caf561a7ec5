//! What is taken of the pods' blocks, and what is free.

use crate::address::{Cidr, FreeSpace};
use crate::lock::Lock;
use crate::plan::model::Block;
use crate::plan::network::desired_subnets::DesiredSubnet;

/// Every range that nothing else may have: those that the spec gives, those that the lock keeps in whatever state, and
/// those of subnets that podnet does not manage.
pub(crate) fn taken<'a>(desired: impl IntoIterator<Item = &'a DesiredSubnet<'a>>, lock: &Lock) -> Vec<Cidr> {
    let given = desired.into_iter().filter_map(|desired| desired.cidr);
    let kept = lock.allocations.values().map(|allocation| allocation.cidr);
    given.chain(kept).chain(lock.existing.values().copied()).collect()
}

/// The free space of the pods' blocks.
pub(crate) fn free_space(blocks: &[Block], desired: &[DesiredSubnet<'_>], lock: &Lock) -> FreeSpace {
    FreeSpace::new(&ranges_of(blocks), &taken(desired, lock))
}

/// The ranges of the blocks.
pub(crate) fn ranges_of(blocks: &[Block]) -> Vec<Cidr> {
    blocks.iter().map(|block| block.cidr).collect()
}

/// The block that a range is in.
pub(crate) fn block_of(blocks: &[Block], cidr: Cidr) -> Option<&Block> {
    blocks.iter().find(|block| block.cidr.contains(cidr))
}
