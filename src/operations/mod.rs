//! What changes a lock or a spec from outside of a synthesis. Each takes texts and values and returns them; none writes.

pub(crate) mod adopt;
pub(crate) mod bind;
mod bind_stack;
pub(crate) mod binding;
mod cluster_refusals;
pub(crate) mod grow;
pub(crate) mod names;
pub(crate) mod ranges;
