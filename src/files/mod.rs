//! Rendered files and the manifest that lists a cluster's: types that whoever makes, compares and writes files shares.

mod documents;
mod manifest;
mod rendered;

pub(crate) use documents::{documents, template_resources};
pub(crate) use manifest::{GroupClaim, MANIFEST, Manifest, Provenance, hash};
pub(crate) use rendered::NODE_GROUPS;
pub use rendered::{File, FileKind};
