//! An effect on a Kubernetes object.

use serde_json::Value;

use crate::change::effect::{Cause, Effect, EffectKind, Operation, TouchedGroups};

/// What becomes of an object, touching nothing.
pub(super) fn effect(
    file: &str,
    name: &str,
    object: &Value,
    (operation, kind): (Operation, EffectKind),
    causes: Vec<Cause>,
    consequence: &str,
) -> Effect {
    Effect {
        kind,
        operation,
        file: file.to_owned(),
        name: name.to_owned(),
        of_type: object.get("apiVersion").and_then(Value::as_str).unwrap_or_default().to_owned(),
        causes,
        touched: TouchedGroups::default(),
        consequence: consequence.to_owned(),
    }
}

/// Labels and annotations: of nothing that podnet writes, they decide what runs.
pub(super) fn is_metadata(path: &str) -> bool {
    path.starts_with("metadata.labels") || path.starts_with("metadata.annotations")
}
