//! The proof: whose nodes use which pod subnet, what they take of it, whether it suffices, and what would make it suffice.

pub(crate) mod demand;
pub(crate) mod division;
pub(crate) mod fitting_nodes;
pub(crate) mod node_subnets;
mod peak;
pub(crate) mod placement;
pub(crate) mod prove;
pub(crate) mod remedies;
pub(crate) mod side_by_side;
pub(crate) mod size;
pub(crate) mod size_missing;
pub(crate) mod whole_prefixes;
