//! The documents of a rendered file as values.

use serde::Deserialize as _;
use serde_json::Value;

/// Reads every document of a YAML text that podnet wrote.
///
/// # Errors
/// The text is not YAML.
pub(crate) fn documents(text: &str) -> Result<Vec<Value>, serde_yaml::Error> {
    serde_yaml::Deserializer::from_str(text).map(Value::deserialize).collect()
}
