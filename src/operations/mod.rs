//! What changes a lock or a spec from outside of a synthesis. Each takes texts and values and returns them; none writes.

pub mod adopt;
pub mod bind;
pub mod grow;
pub mod ranges;
