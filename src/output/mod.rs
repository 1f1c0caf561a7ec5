//! The only room that writes: compares, writes atomically, removes what is no longer synthesized.
//!
//! A cluster's folder has a `manifest.json` that lists every file podnet wrote with its hash. It is written last, and only
//! files that it lists are ever replaced or removed.

mod differences;
mod error;
mod folder;
mod guard;
mod revision;
mod text;

pub(crate) use differences::{Difference, DifferenceKind, compare};
pub(crate) use error::OutputError;
pub(crate) use folder::{read_folder, refuse_foreign, write_folder};
pub(crate) use guard::Guard;
pub(crate) use revision::{
    Committed, changed_since_head, committed, in_repository, is_before_the_first_commit, read_revision,
};
pub(crate) use text::{replace_text, write_text};
