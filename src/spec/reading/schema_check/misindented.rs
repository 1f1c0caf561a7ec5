//! Fields that stand beside the section that they belong into: one blank too few, and YAML reads another spec.

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};

/// What a section takes, as the schema has it.
pub(super) struct Takes {
    /// The names of its fields.
    pub(super) fields: Vec<String>,
    /// Its keys are names that the user chooses.
    pub(super) names: bool,
}

/// Finds sections without a value that are followed by what only they take. Each gives one problem; the places of the
/// problems that it explains are given beside it.
pub(super) fn misindented(
    value: &Value,
    at: &Pointer,
    takes: &dyn Fn(&Pointer) -> Takes,
) -> Vec<(Diagnostic, Vec<Pointer>)> {
    let mut found = Vec::new();
    match value {
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                found.extend(misindented(item, &at.index(number), takes));
            }
        }
        Value::Object(entries) => {
            let mut section: Option<(&str, Takes)> = None;
            for (key, value) in entries {
                if value.is_null() {
                    section = Some((key, takes(&at.key(key))));
                    continue;
                }
                let strays = section.as_ref().filter(|(_, inner)| belongs(key, inner, &takes(at)));
                if let Some((name, _)) = strays {
                    found.push((problem(key, name, at), vec![at.key(name), at.key(key)]));
                } else {
                    section = None;
                    found.extend(misindented(value, &at.key(key), takes));
                }
            }
        }
        _ => {}
    }
    found
}

/// Tells whether a key can only have been meant for the section before it.
fn belongs(key: &str, inner: &Takes, outer: &Takes) -> bool {
    let here = outer.fields.iter().any(|field| field == key);
    let there = inner.fields.iter().any(|field| field == key);
    !here && (there || (inner.names && !outer.names))
}

fn problem(key: &str, section: &str, at: &Pointer) -> Diagnostic {
    Diagnostic::error(Code::SpecUnknownField, format!("`{key}` is beside `{section}`, not in it"))
        .at(Place::key(at.key(key)))
        .related(Place::key(at.key(section)), "so this is empty")
        .help(format!("indent `{key}`, and everything under it, by two more spaces"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_the_section_takes_belongs_to_it() {
        let takes = |at: &Pointer| match at.as_str() {
            "" => Takes { fields: vec!["pools".into(), "egress".into()], names: false },
            "/pools" => Takes { fields: Vec::new(), names: true },
            _ => Takes { fields: vec!["size".into()], names: false },
        };
        let said = |value: Value| -> Vec<String> {
            misindented(&value, &Pointer::root(), &takes).into_iter().map(|(problem, _)| problem.message).collect()
        };
        assert_eq!(said(json!({"pools": null, "default": {"size": 1}})), ["`default` is beside `pools`, not in it"]);
        assert_eq!(said(json!({"pools": {"a": null, "size": 1}})), ["`size` is beside `a`, not in it"]);
        assert!(said(json!({"pools": null, "egress": {}})).is_empty());
        assert!(said(json!({"egress": {}, "default": {"size": 1}})).is_empty());
    }
}
