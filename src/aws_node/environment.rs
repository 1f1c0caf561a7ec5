//! The variables of a container, by name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::overrides::Overrides;
use super::site::{Site, is_named};
use crate::catalog::cni::Container;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// A variable of a container, as a manifest has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseVariable {
    /// The container.
    pub container: Container,
    /// Its name.
    pub name: String,
    /// What it is set to.
    pub value: VariableValue,
    /// Where it stands.
    pub place: Place,
}

/// What a variable is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableValue {
    /// This text.
    Text(String),
    /// What is found elsewhere when the container starts (`valueFrom`).
    Elsewhere,
}

/// The variables of a container, whose path in the `DaemonSet` is given.
pub(super) fn variables(
    documents: &[Value],
    daemon_set: &Site,
    container: Container,
    path: &str,
    place: &impl Fn(&str) -> Option<Place>,
) -> Vec<BaseVariable> {
    let list = daemon_set.value(documents, &format!("{path}/env")).and_then(Value::as_array);
    (0..)
        .zip(list.into_iter().flatten())
        .filter_map(|(number, variable): (usize, _)| {
            let elsewhere = variable.get("valueFrom").is_some();
            let text = variable.get("value").and_then(Value::as_str).unwrap_or_default().to_owned();
            Some(BaseVariable {
                container,
                name: variable.get("name")?.as_str()?.to_owned(),
                value: if elsewhere { VariableValue::Elsewhere } else { VariableValue::Text(text) },
                place: place(&format!("{path}/env/{number}"))?,
            })
        })
        .collect()
}

/// Takes variables out and sets others. The others keep their order; new ones follow in the order of their names.
pub(super) fn patch(container: &mut Value, wanted: Option<&BTreeMap<String, String>>, removed: &BTreeSet<String>) {
    let Some(container) = container.as_object_mut() else { return };
    if let Some(Value::Array(variables)) = container.get_mut("env") {
        variables.retain(|variable| {
            let name = variable.get("name").and_then(Value::as_str);
            !name.is_some_and(|name| removed.contains(name) && !is_wanted(wanted, name))
        });
    }
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return };
    let env = container.entry("env").or_insert(Value::Null);
    if env.is_null() {
        *env = json!([]);
    }
    let Some(variables) = env.as_array_mut() else { return };
    for (name, value) in wanted {
        match variables.iter_mut().find(|variable| is_named(variable, name)).and_then(Value::as_object_mut) {
            Some(variable) => set(variable, value),
            None => variables.push(json!({"name": name, "value": value})),
        }
    }
}

fn set(variable: &mut Map<String, Value>, value: &str) {
    // `remove` would move the last field into the gap.
    variable.shift_remove("valueFrom");
    variable.insert("value".to_owned(), Value::from(value));
}

fn is_wanted(wanted: Option<&BTreeMap<String, String>>, name: &str) -> bool {
    wanted.is_some_and(|wanted| wanted.contains_key(name))
}

/// Tells what is taken out of a container, and what cannot be seen from here.
pub(super) fn notes(
    documents: &[Value],
    daemon_set: &Site,
    container: Container,
    path: &str,
    overrides: &Overrides,
    place: &impl Fn(&str) -> Option<Place>,
) -> Vec<Diagnostic> {
    let wanted = overrides.environment.get(&container);
    let list = |field: &str| daemon_set.value(documents, &format!("{path}/{field}")).and_then(Value::as_array);
    let mut diagnostics: Vec<Diagnostic> = (0..)
        .zip(list("env").into_iter().flatten())
        .filter_map(|(number, variable): (usize, _)| {
            let name = variable.get("name")?.as_str()?;
            let leaves = overrides.removed.contains(name) && !is_wanted(wanted, name);
            leaves.then(|| taken_out(container, name, variable, place(&format!("{path}/env/{number}"))))
        })
        .collect();
    if !overrides.removed.is_empty() && list("envFrom").is_some_and(|sources| !sources.is_empty()) {
        let names = overrides.removed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = format!("container `{}` also takes variables from `envFrom`", container.as_str());
        let warning = Diagnostic::warning(Code::CniEnvironment, message)
            .note(format!("podnet cannot see whether {names} is among them"))
            .help("make sure that the ConfigMaps and Secrets under `envFrom` do not have it");
        diagnostics.push(warning.at_known(place(&format!("{path}/envFrom"))));
    }
    diagnostics
}

fn taken_out(container: Container, name: &str, variable: &Value, place: Option<Place>) -> Diagnostic {
    let was = match (variable.get("value").and_then(Value::as_str), variable.get("valueFrom")) {
        (Some(value), _) => format!("was `{value}`"),
        (None, Some(source)) => format!("was taken from `{source}`"),
        (None, None) => "was empty".to_owned(),
    };
    let message = format!("`{name}` is removed from the container `{}`", container.as_str());
    Diagnostic::remark(Code::CniEnvironment, message).label(was).at_known(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(mut container: Value, wanted: &[(&str, &str)], removed: &[&str]) -> Value {
        let wanted = wanted.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let removed = removed.iter().map(|name| (*name).to_owned()).collect();
        patch(&mut container, Some(&wanted), &removed);
        container
    }

    #[test]
    fn values_change_in_place_and_new_ones_follow() {
        let container = json!({"env": [
            {"value": "1", "name": "WARM_ENI_TARGET"},
            {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            {"name": "KEEP", "value": "k"},
        ], "image": "x"});
        let wanted = [("WARM_ENI_TARGET", "2"), ("NODE", "n"), ("B", "b"), ("A", "a")];
        let expected = json!({"env": [
            {"value": "2", "name": "WARM_ENI_TARGET"},
            {"name": "NODE", "value": "n"},
            {"name": "KEEP", "value": "k"},
            {"name": "A", "value": "a"},
            {"name": "B", "value": "b"},
        ], "image": "x"});
        assert_eq!(patched(container.clone(), &wanted, &[]).to_string(), expected.to_string());
        assert_eq!(patched(expected.clone(), &wanted, &[]).to_string(), expected.to_string());
    }

    #[test]
    fn names_are_taken_out_unless_they_are_wanted() {
        let container = json!({"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]});
        let expected = json!({"env": [{"name": "B", "value": "3"}]});
        assert_eq!(patched(container, &[("B", "3")], &["A", "B", "C"]), expected);
    }

    #[test]
    fn a_container_without_variables_gets_a_list_only_when_there_is_one_to_set() {
        assert_eq!(patched(json!({"env": null}), &[("A", "1")], &[]), json!({"env": [{"name": "A", "value": "1"}]}));
        assert_eq!(patched(json!({}), &[("A", "1")], &[]), json!({"env": [{"name": "A", "value": "1"}]}));
        assert_eq!(patched(json!({"env": null}), &[], &["A"]), json!({"env": null}));
        assert_eq!(patched(json!({}), &[], &["A"]), json!({}));
    }
}
