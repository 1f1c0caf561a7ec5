//! Files that are no spec at all: told once, rather than field by field.

use serde_json::{Map, Value};

use super::schema_check;
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::source::{Place, Pointer};

/// Tells what a document is, where it is no spec; nothing where it is to be one.
pub(super) fn foreign(document: &Value) -> Option<Diagnostic> {
    let fields = document.as_object()?;
    lock(fields).or_else(|| of_another_kind(fields)).or_else(|| without_spec(fields))
}

fn lock(fields: &Map<String, Value>) -> Option<Diagnostic> {
    let is_lock = ["version", "cluster", "allocations"].iter().all(|name| fields.contains_key(*name));
    (is_lock && !fields.contains_key("spec")).then(|| {
        Diagnostic::error(Code::SpecType, "the file is a lock, not a spec")
            .at(Place::key(Pointer::root().key("allocations")))
            .help("name the spec beside it; podnet finds the lock itself")
    })
}

/// An object of Kubernetes or of another tool: both its kind and its version are others.
fn of_another_kind(fields: &Map<String, Value>) -> Option<Diagnostic> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let (kind, version) = (text("kind")?, text("apiVersion")?);
    (!kind.eq_ignore_ascii_case("PodNetwork") && !version.contains("podnet")).then(|| {
        Diagnostic::error(Code::SpecValue, format!("the file is a `{kind}` of `{version}`, not a spec"))
            .at(Pointer::root().key("kind"))
            .help("name a spec: its `apiVersion` is `podnet.dev/v1alpha1`, its `kind` is `PodNetwork`")
    })
}

/// What belongs under `spec:` stands beside where it should be.
fn without_spec(fields: &Map<String, Value>) -> Option<Diagnostic> {
    let known = schema_check::spec_fields();
    let at_top: Vec<&String> = fields.keys().filter(|name| known.contains(&name.as_str())).collect();
    let first = at_top.first().filter(|_| at_top.len() > 1 && !fields.contains_key("spec"))?;
    Some(
        Diagnostic::error(Code::SpecMissingField, "the document has no `spec`, but has its fields")
            .at(Place::key(Pointer::root().key(first)))
            .label("the first of them")
            .help(format!("write `spec:` above {}, and indent them", one_of(&at_top).replace(" or ", " and "))),
    )
}
