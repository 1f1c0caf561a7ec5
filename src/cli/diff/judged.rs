//! What a change does to one cluster, with what is to be thought of it.

use serde::Serialize;

use crate::change::{Effect, Verdict};

/// What a change does to one cluster.
#[derive(Debug, Serialize)]
pub(super) struct ClusterDiff {
    /// The cluster.
    pub(super) cluster: String,
    /// The spec's path.
    pub(super) spec: String,
    /// What it was compared with.
    pub(super) before: String,
    /// What becomes of its resources and objects, in the order of deployment.
    pub(super) effects: Vec<JudgedEffect>,
}

/// An effect and what is to be thought of it.
#[derive(Debug, Serialize)]
pub(super) struct JudgedEffect {
    pub(super) verdict: Verdict,
    #[serde(flatten)]
    pub(super) effect: Effect,
}
