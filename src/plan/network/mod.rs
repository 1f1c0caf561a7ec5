//! The network: zones, blocks, and the range of every pod subnet.

pub(crate) mod address_space;
pub(crate) mod blocks;
pub(crate) mod desired_subnets;
pub(crate) mod existing_subnets;
pub(crate) mod free_block;
mod given_ranges;
mod locked_ranges;
mod overlaps;
pub(crate) mod pod_subnets;
pub(crate) mod range_inputs;
pub(crate) mod ranges;
pub(crate) mod size;
pub(crate) mod subnet_range;
pub(crate) mod taken;
mod unplaced;
pub(crate) mod zones;
