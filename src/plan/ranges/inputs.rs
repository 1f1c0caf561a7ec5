//! What the ranges of pod subnets are decided from.

use super::taken::{block_of, free_space, ranges_of};
use crate::address::{Cidr, FreeSpace};
use crate::ids::PodSubnetKey;
use crate::lock::Lock;
use crate::plan::model::Block;
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::source::{Place, Pointer};
use crate::spec::Spec;

/// What the ranges of pod subnets are decided from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RangeInputs<'a> {
    pub(crate) spec: &'a Spec,
    /// The blocks that pod subnets are carved from.
    pub(crate) blocks: &'a [Block],
    /// The pod subnets that the spec asks for.
    pub(crate) desired: &'a [DesiredSubnet<'a>],
    /// The lock as it was.
    pub(crate) lock: &'a Lock,
    /// The lock's path, for messages.
    pub(crate) lock_name: &'a str,
    /// The range of services, from the spec or the lock.
    pub(crate) service_cidr: Option<Cidr>,
}

impl RangeInputs<'_> {
    /// What is free before anything new is carved.
    pub(crate) fn free_space(&self) -> FreeSpace {
        free_space(self.blocks, self.desired, self.lock)
    }

    /// Finds a free range of a size.
    pub(crate) fn free_range(&self, prefix_length: u8) -> Option<Cidr> {
        self.free_space().take(prefix_length)
    }

    /// The range that the lock has for a pod subnet.
    pub(crate) fn locked(&self, key: &PodSubnetKey) -> Option<Cidr> {
        self.lock.allocations.get(key).map(|allocation| allocation.cidr)
    }

    /// The block that a range is in.
    pub(crate) fn block_of(&self, cidr: Cidr) -> Option<&Block> {
        block_of(self.blocks, cidr)
    }

    /// The blocks as they are written.
    pub(crate) fn listed_blocks(&self) -> Vec<String> {
        ranges_of(self.blocks).iter().map(ToString::to_string).collect()
    }

    /// Finds what the spec says of a pod subnet.
    pub(crate) fn desired_subnet(&self, key: &PodSubnetKey) -> Option<&DesiredSubnet<'_>> {
        self.desired.iter().find(|desired| desired.key == *key)
    }

    /// Where the lock has the range of a pod subnet.
    pub(crate) fn allocation_at(&self, key: &PodSubnetKey) -> Place {
        let allocation = Pointer::root().key("allocations").key(&key.to_string());
        Place::in_file(self.lock_name, allocation.key("cidr"))
    }
}
