//! What is known of the types of resources: what changes of their properties do, where they exist, and how they are kept.

mod lasting_types;
mod property_changes;
pub(crate) mod resource_regions;

pub(crate) use lasting_types::lasting;
pub(crate) use property_changes::{PropertyChange, property_changes};
