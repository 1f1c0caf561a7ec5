//! blocks, ranges and subnets

pub(crate) mod address_space;
pub(crate) mod blocks;
pub(crate) mod desired_subnets;
pub(crate) mod existing_subnets;
pub(crate) mod free_block;
pub(crate) mod given_ranges;
pub(crate) mod pod_subnets;
pub(crate) mod size;
pub(crate) mod unplaced;
pub(crate) mod zones;
