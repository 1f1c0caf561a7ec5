//! The only room that writes: compares, writes atomically, removes what is no longer synthesized.
//!
//! A cluster's folder has a `manifest.json` that lists every file podnet wrote with its hash. It is written last, and only
//! files that it lists are ever replaced or removed.

mod differences;
mod folder;
mod revision;

pub(crate) use differences::{Difference, DifferenceKind, compare};
pub(crate) use folder::{OutputError, read_folder, write_folder, write_text};
pub(crate) use revision::read_revision;
