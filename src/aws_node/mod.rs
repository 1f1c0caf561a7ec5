//! The full aws-node of `cni.delivery: manifest`, made from a base manifest in which only what must differ differs.
//!
//! The base is a release manifest of the Amazon VPC CNI that the user vendored (1.7 to 1.23, as published or edited),
//! or the built-in one. Every document and every field of it is kept, in its order:
//!
//! ```text
//! text ──reading──▶ values with places ──site──▶ manifest ──patched(Overrides)──▶ manifest + notes ──to_yaml──▶ text
//! ```
//!
//! Comments of the base are not kept: they are no part of the objects.

mod asked;
mod environment;
mod image;
mod live;
mod manifest;
mod overrides;
mod patch;
mod reading;
mod site;
mod waves;

pub use asked::{BaseImage, ImageKind};
pub use environment::{BaseVariable, VariableValue};
pub use manifest::AwsNodeManifest;
pub use overrides::Overrides;
pub use waves::ENI_CONFIG_WAVE;

#[cfg(test)]
mod samples;
