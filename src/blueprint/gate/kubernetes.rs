//! What must hold for Kubernetes objects.

use std::collections::BTreeSet;

use serde_json::Value;

use super::refusal::refuse;
use crate::diagnostic::Diagnostic;
use crate::files::File;

/// Checks that every document is an object with a kind and a name (a Kustomization has none), that no object stands
/// twice, and that a workload's selector matches its pods' labels.
pub(super) fn check(documents: &[Value], file: &File) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for document in documents {
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (api, kind, name) = (text("/apiVersion"), text("/kind"), text("/metadata/name"));
        let listed = kind == "Kustomization" || kind == "List";
        if api.is_empty() || kind.is_empty() || (name.is_empty() && !listed) {
            found
                .push(refuse(format!("an object without apiVersion, kind or name: `{api}`, `{kind}`, `{name}`"), file));
            continue;
        }
        if !listed && !seen.insert((api, kind, text("/metadata/namespace"), name)) {
            found.push(refuse(format!("duplicate {kind} `{name}`"), file));
        }
        if let (Some(selector), Some(labels)) = (
            document.pointer("/spec/selector/matchLabels").and_then(Value::as_object),
            document.pointer("/spec/template/metadata/labels").and_then(Value::as_object),
        ) {
            for (key, value) in selector.iter().filter(|(key, value)| labels.get(*key) != Some(value)) {
                found.push(refuse(
                    format!("{kind} `{name}` selects `{key}: {value}`, which its pods do not have"),
                    file,
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::FileKind;

    #[test]
    fn a_selector_that_matches_nothing_is_refused() {
        let object = |label: &str| {
            serde_json::json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "a"}, "spec": {
                "selector": {"matchLabels": {"app": "a"}}, "template": {"metadata": {"labels": {"app": label}}}}})
        };
        let file = File { path: "x".into(), kind: FileKind::Kubernetes, text: String::new() };
        assert!(check(&[object("a")], &file).is_empty());
        assert_eq!(check(&[object("b")], &file).len(), 1);
        assert_eq!(check(&[object("a"), object("a")], &file).len(), 1);
        assert_eq!(check(&[serde_json::json!({"kind": "X"})], &file).len(), 1);
    }
}
