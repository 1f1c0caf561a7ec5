//! The Kubernetes objects of an output.

use std::collections::BTreeMap;

use serde_json::Value;

/// The objects of one output, by kind and name; each with its file.
pub(in crate::change) type Objects = BTreeMap<String, (String, Value)>;

/// An object's kind and name: `ENIConfig us-west-2a`. Nothing for what is no object of a cluster, such as a kustomization.
pub(super) fn object_name(object: &Value) -> Option<String> {
    let kind = object.get("kind")?.as_str()?;
    let name = object.pointer("/metadata/name")?.as_str()?;
    Some(format!("{kind} {name}"))
}
