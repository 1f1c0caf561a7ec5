//! ENIConfigs that nodes select by a label of the user's own.

use podnet::diagnostic::{Code, Severity};
use serde_json::{Value, json};

use crate::harness::Example;

fn by_label(key: &str) -> Example {
    Example::read("china-pools").with(|spec| spec["podNetwork"]["selectBy"] = json!({"label": key}))
}

#[test]
fn nodes_get_the_label_and_aws_node_looks_for_it() {
    let compiled = by_label("awscni").compiled();
    assert_eq!(compiled.environment()["ENI_CONFIG_LABEL_DEF"], "awscni");
    let plan = compiled.plan();
    let groups = plan["nodeGroups"].as_array().unwrap();
    assert!(groups.len() > 1);
    let names: Vec<&str> =
        plan["eniConfigs"].as_array().unwrap().iter().map(|config| config["name"].as_str().unwrap()).collect();
    for group in groups {
        assert!(names.contains(&group["labels"]["awscni"].as_str().unwrap()), "{group}");
        assert_eq!(group["labels"].get("k8s.amazonaws.com/eniConfig"), None);
    }
}

#[test]
fn another_label_takes_the_users_word() {
    // What the lock says is what running nodes have.
    let told = |before: &str, now: Value| {
        let mut example = Example::read("china-pools").with(|spec| match now {
            Value::Null => {
                spec["podNetwork"].as_object_mut().unwrap().remove("selectBy");
            }
            now => spec["podNetwork"]["selectBy"] = now,
        });
        let lock = example.lock.unwrap();
        assert!(lock.contains("\nselectBy: name\n"));
        example.lock = Some(lock.replace("\nselectBy: name\n", &format!("\nselectBy: {before}\n")));
        let compiled = example.compile();
        let about = compiled.diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::LockSelection);
        about.map(|diagnostic| diagnostic.severity).collect::<Vec<_>>()
    };
    assert_eq!(told("name", json!({"label": "awscni"})), [Severity::Warning]);
    assert_eq!(told("{label: awscni}", json!({"label": "other"})), [Severity::Warning]);
    assert_eq!(told("{label: awscni}", json!("name")), [Severity::Warning]);
    assert_eq!(told("{label: awscni}", json!(null)), [Severity::Error]);
    // The same label, however it is said.
    assert_eq!(told("{label: awscni}", json!({"label": "awscni"})), []);
    assert_eq!(told("{label: k8s.amazonaws.com/eniConfig}", json!("name")), []);
}
