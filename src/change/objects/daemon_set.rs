//! What a change of aws-node does: its `DaemonSet` restarts on every node, and each variable counts from then on for running
//! nodes, or only for what starts later.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::object::{effect, is_metadata};
use crate::catalog::cni::{Reach, environment};
use crate::change::effect::{Cause, Effect, EffectKind, Operation, differences, shown};
use crate::change::state::Running;

const LABEL: &str = "ENI_CONFIG_LABEL_DEF";

/// Compares aws-node before and after; nothing where its pods stay.
pub(super) fn daemon_set_effect(file: &str, name: &str, old: &Value, new: &Value, running: &Running) -> Option<Effect> {
    let changes = variable_changes(old, new);
    let mut causes: Vec<Cause> = changes.iter().map(|change| change.cause.clone()).collect();
    let others = differences(&without_variables(old), &without_variables(new));
    causes.extend(others.into_iter().filter(|cause| !is_metadata(&cause.property)));
    if causes.is_empty() {
        return None;
    }
    let label = changes.iter().any(|change| change.variable == LABEL);
    let kind = if label && running.anything() { EffectKind::CutOff } else { EffectKind::Rolled };
    let effect = effect(file, name, new, (Operation::Update, kind), causes, &consequence(&changes, label));
    Some(Effect { touched: running.all(), ..effect })
}

/// A variable that differs.
struct VariableChange {
    variable: String,
    cause: Cause,
}

fn variable_changes(old: &Value, new: &Value) -> Vec<VariableChange> {
    let (old, new) = (variables(old), variables(new));
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    names
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| VariableChange {
            variable: name.1.clone(),
            cause: Cause {
                property: format!("{} of {}", name.1, name.0),
                before: old.get(name).map(shown),
                after: new.get(name).map(shown),
            },
        })
        .collect()
}

/// The variables by container and name.
fn variables(daemon_set: &Value) -> BTreeMap<(String, String), Value> {
    let mut found = BTreeMap::new();
    for container in containers(daemon_set) {
        let name = container.get("name").and_then(Value::as_str).unwrap_or_default();
        let list = container.get("env").and_then(Value::as_array);
        for variable in list.into_iter().flatten() {
            let Some(key) = variable.get("name").and_then(Value::as_str) else { continue };
            let value = variable.get("value").or_else(|| variable.get("valueFrom")).cloned().unwrap_or_default();
            found.insert((name.to_owned(), key.to_owned()), value);
        }
    }
    found
}

fn containers(daemon_set: &Value) -> impl Iterator<Item = &Value> {
    ["initContainers", "containers"].into_iter().flat_map(|list| {
        let list = daemon_set.pointer(&format!("/spec/template/spec/{list}")).and_then(Value::as_array);
        list.into_iter().flatten()
    })
}

fn without_variables(daemon_set: &Value) -> Value {
    let mut rest = daemon_set.clone();
    for list in ["initContainers", "containers"] {
        let list = rest.pointer_mut(&format!("/spec/template/spec/{list}")).and_then(Value::as_array_mut);
        for container in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            container.remove("env");
        }
    }
    rest
}

fn consequence(changes: &[VariableChange], label: bool) -> String {
    let mut words = "aws-node restarts on every node in turn; running pods keep their addresses".to_owned();
    if label {
        words.push_str(
            ". From then on, a running node finds its ENIConfig only if it has the new label, and a node without it gives new \
             pods no address",
        );
    }
    for (reach, counts) in [
        (Reach::NewPods, "counts for pods that start later"),
        (Reach::NewInterfaces, "counts for network interfaces that are attached later"),
        (Reach::NewNodes, "counts for nodes that start later"),
    ] {
        let mut names: Vec<&str> = changes
            .iter()
            .map(|change| change.variable.as_str())
            .filter(|name| environment(name).is_some_and(|known| known.reach == reach))
            .collect();
        names.dedup();
        if !names.is_empty() {
            let _ = write!(words, "; {} {counts}", names.join(", "));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::state::Output;
    use serde_json::json;

    fn daemon_set(variables: &Value, image: &str) -> Value {
        json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "aws-node", "annotations": {"a": image}},
            "spec": {"template": {"spec": {"containers": [{"name": "aws-node", "image": image, "env": variables}]}}}})
    }

    fn of(old: &Value, new: &Value) -> Option<(EffectKind, Vec<String>, String)> {
        let config = "kind: ENIConfig\nmetadata: {name: a}\n";
        let running = Running::of(&Output::read([("kubernetes/eniconfigs.yaml", config)]).unwrap());
        let effect = daemon_set_effect("f", "DaemonSet aws-node", old, new, &running)?;
        Some((effect.kind, effect.causes.iter().map(ToString::to_string).collect(), effect.consequence))
    }

    #[test]
    fn a_variable_counts_for_what_its_row_says() {
        let one = daemon_set(&json!([{"name": "MAX_ENI", "value": "-1"}]), "a");
        let (kind, causes, words) = of(&one, &daemon_set(&json!([{"name": "MAX_ENI", "value": "3"}]), "a")).unwrap();
        assert_eq!((kind, causes), (EffectKind::Rolled, vec!["MAX_ENI of aws-node: -1 -> 3".to_owned()]));
        assert_eq!(words, "aws-node restarts on every node in turn; running pods keep their addresses");
        let more = json!([{"name": "MAX_ENI", "value": "-1"}, {"name": "ENABLE_PREFIX_DELEGATION", "value": "true"}]);
        let (_, causes, words) = of(&one, &daemon_set(&more, "a")).unwrap();
        assert_eq!(causes, ["ENABLE_PREFIX_DELEGATION of aws-node: nothing -> true"]);
        assert!(words.ends_with("ENABLE_PREFIX_DELEGATION counts for nodes that start later"), "{words}");
        assert_eq!(of(&one, &one), None);
    }

    #[test]
    fn another_label_cuts_running_nodes_off() {
        let label = |label: &str| daemon_set(&json!([{"name": LABEL, "value": label}]), "a");
        let (kind, ..) = of(&label("topology.kubernetes.io/zone"), &label("k8s.amazonaws.com/eniConfig")).unwrap();
        assert_eq!(kind, EffectKind::CutOff);
    }

    #[test]
    fn annotations_restart_nothing_and_an_image_does() {
        let with = |image: &str, annotation: &str| {
            let mut object = daemon_set(&json!([]), image);
            object["metadata"]["annotations"]["a"] = annotation.into();
            object
        };
        assert_eq!(of(&with("a", "1"), &with("a", "2")), None);
        assert_eq!(of(&with("a", "1"), &with("b", "1")).unwrap().0, EffectKind::Rolled);
    }
}
