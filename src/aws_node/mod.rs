//! The full aws-node of `cni.delivery: manifest`, made from a base manifest in which only what must differ differs.
//!
//! The base is a release manifest of the Amazon VPC CNI that the user vendored (1.7 to 1.23, as published or edited),
//! or the built-in one. Every document and every field of it is kept, in its order:
//!
//! ```text
//! text ──reading──▶ values with places ──shape──▶ Manifest ──patched(Changes)──▶ Manifest + notes ──to_yaml──▶ text
//! ```
//!
//! Comments of the base are not kept: they are no part of the objects.

mod changes;
mod environment;
mod image;
mod manifest;
mod reading;
mod shape;
mod waves;

pub use changes::Changes;
pub use manifest::Manifest;
pub use waves::ENI_CONFIG_WAVE;

#[cfg(test)]
mod samples;
