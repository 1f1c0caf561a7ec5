//! What must hold for stack policies.

use serde_json::Value;

use super::refusal::refuse;
use crate::diagnostic::Diagnostic;
use crate::files::File;

/// The most bytes of a policy ("CloudFormation quotas": stack policy body).
const BYTES: usize = 16_384;

/// Checks that it is JSON with statements, and short enough.
pub(super) fn check(file: &File) -> Option<Diagnostic> {
    let value: Value = match serde_json::from_str(&file.text) {
        Ok(value) => value,
        Err(error) => return Some(refuse(format!("the output is not JSON: {error}"), file)),
    };
    if value.get("Statement").and_then(Value::as_array).is_none_or(Vec::is_empty) {
        return Some(refuse("the policy has no statements", file));
    }
    let bytes = file.text.len();
    (bytes > BYTES).then(|| refuse(format!("the policy has {bytes} bytes, but CloudFormation allows {BYTES}"), file))
}
