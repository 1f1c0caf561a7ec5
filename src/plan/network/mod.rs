//! The network that the spec asks for: zones, blocks and pod subnets, each with its size.

pub(crate) mod blocks;
pub(crate) mod desired_subnets;
pub(crate) mod free_block;
pub(crate) mod route_tables;
pub(crate) mod size;
pub(crate) mod zone_ids;
pub(crate) mod zones;
