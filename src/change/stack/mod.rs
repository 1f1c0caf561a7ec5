//! What an update of a stack does to what runs.

mod consequence;
mod fates;
mod ingress;
mod update;

pub(super) use update::stack_effects;
