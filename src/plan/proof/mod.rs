//! proof

pub(crate) mod demand;
pub(crate) mod placement;
pub(crate) mod prove;
pub(crate) mod remedies;
pub(crate) mod whole_prefixes;
