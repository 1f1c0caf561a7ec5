//! aws-node's variables: which are written with which value, and whether what the spec and a base manifest set goes with it.
//!
//! Every variable that a number or a guarantee of the plan depends on is written, with its default where the spec says nothing:
//! a running or vendored aws-node that has another value would contradict the proof.

pub(crate) mod addon;
pub(crate) mod base_variables;
pub(crate) mod rules;
pub(crate) mod spec_variables;
pub(crate) mod written;
