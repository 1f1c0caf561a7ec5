//! The documents of a rendered file as values.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::Value;

/// Reads every document of a YAML text that podnet wrote.
///
/// # Errors
/// The text is not YAML.
pub(crate) fn documents(text: &str) -> Result<Vec<Value>, serde_yaml::Error> {
    serde_yaml::Deserializer::from_str(text).map(Value::deserialize).collect()
}

/// The resources of a CloudFormation template that podnet wrote, as JSON by logical id; none of what is no template.
pub(crate) fn template_resources(text: &str) -> BTreeMap<String, String> {
    let documents = documents(text).unwrap_or_default();
    let resources = documents.first().and_then(|template| template.get("Resources")?.as_object());
    resources.into_iter().flatten().map(|(name, resource)| (name.clone(), resource.to_string())).collect()
}
