//! What the Kubernetes objects of a change do to what runs.

mod compared;
mod daemon_set;
mod object;

pub(super) use compared::object_effects;
