//! Rendered files and the manifest that lists a cluster's: types that whoever makes, compares and writes files shares.

mod manifest;
mod rendered;

pub(crate) use manifest::{MANIFEST, Manifest, Provenance, hash};
pub use rendered::{File, FileKind};
