//! A file of a cluster as it is rendered.

use serde::Serialize;

/// What a file is, which decides what the gate asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A CloudFormation template: one document.
    Cloudformation,
    /// Kubernetes objects: one document each.
    Kubernetes,
    /// A document that must be JSON.
    Json,
    /// Text for people.
    Markdown,
}

/// The template of the node groups' stack.
pub(crate) const NODE_GROUPS: &str = "cloudformation/node-groups.yaml";

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
