//! What is deployed, or is to be, as a cluster's output says it: resources, objects, and how many nodes use them.

mod claims;
mod fingerprint;
mod kept;
mod objects;
mod output;
mod running;
mod template;

pub(crate) use claims::group_claims;
pub(super) use objects::Objects;
pub use output::{Output, OutputProblem};
pub(super) use running::Running;
pub(super) use template::{Reference, Resource, StackTemplate, has_nodes};
