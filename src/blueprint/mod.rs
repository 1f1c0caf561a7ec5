//! Plan to files: packs of templates, a formatter that no value gets past, and a gate that reads the output back.
//!
//! Blueprints see the plan and nothing else. A new kind of output is a new pack, not new Rust.

mod engine;
mod formatter;
mod functions;
pub mod gate;
mod lint;
mod pack;

pub(crate) use engine::HEADER;
pub use engine::render;
pub use lint::lint;
pub use pack::{Pack, PackFile, built_in};

use serde::Serialize;

/// What a file is, which decides what the gate asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A CloudFormation template: one document.
    Cloudformation,
    /// Kubernetes objects: one document each.
    Kubernetes,
    /// Text for people.
    Markdown,
}

/// A rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path inside the cluster's folder, with `/`.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// Its text.
    pub text: String,
}
