//! Which range every pod subnet has, and what the pods' blocks look like with them.

pub(crate) mod address_space;
pub(crate) mod decisions;
pub(crate) mod existing_subnets;
mod given;
pub(crate) mod inputs;
mod locked;
mod overlaps;
pub(crate) mod pod_subnets;
pub(crate) mod subnet_range;
pub(crate) mod taken;
mod unplaced;
