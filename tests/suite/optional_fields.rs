//! Every optional field of a node group, absent: alone, with each other one, and all of them, for every kind of node and every
//! AMI family. Templates stop at a value that does not exist, so each combination has to be rendered to be known.

use std::collections::BTreeMap;

use podnet::catalog::AmiFamily;
use podnet::lock::{Lock, VERSION, write};
use podnet::plan::Plan;
use podnet::spec::NodeGroupKind;
use serde_json::{Value, json};

use crate::harness::{Example, SMALL};

/// Fields of a node group that some kind refuses, or that exclude another one.
const REFUSED: &[(NodeGroupKind, &[&str])] = &[
    (
        NodeGroupKind::Managed,
        &[
            "update/maxBatchSize",
            "update/minInstancesInService",
            "update/pauseMinutes",
            "update/waitForSignal",
            "ami/id",
        ],
    ),
    (NodeGroupKind::SelfManaged, &["roleArn", "update/strategy", "update/maxUnavailable", "ami/ssmParameter"]),
];

/// A node group that has every field that its kind can have.
fn full(kind: NodeGroupKind, family: AmiFamily) -> Value {
    let mut group = json!({
        "name": "general",
        "kind": kind,
        "ami": {"family": family, "managedBy": "launchTemplate", "id": "ami-0a1b2c3d4e5f67890", "ssmParameter": "/my/ami:3"},
        "instanceTypes": ["m5.large", "m5a.large"],
        "size": {"min": 0, "desired": 1, "max": 4},
        "perZone": true,
        "zones": ["us-west-2a"],
        "pool": "default",
        "maxPods": 20,
        "capacityType": "spot",
        "update": {
            "replace": "inPlace", "strategy": "minimal", "maxUnavailable": 2,
            "maxBatchSize": 2, "minInstancesInService": 1, "pauseMinutes": 10, "waitForSignal": true
        },
        "labels": {"a": "b"},
        "taints": [{"key": "c", "value": "d", "effect": "NoSchedule"}],
        "rootVolume": {"sizeGiB": 100, "type": "gp2"},
        "metadataHopLimit": 2,
        "clusterAutoscaler": true,
        "tags": {"e": "f"},
        "securityGroupIds": ["sg-0d1d2d3d4d5d6d7d8"],
        "roleArn": "arn:aws:iam::111122223333:role/nodes"
    });
    let (_, refused) = REFUSED.iter().find(|(of, _)| *of == kind).unwrap();
    for path in *refused {
        remove(&mut group, path);
    }
    group
}

/// Takes a field out, of a section or of a list's items: `taints/value`.
fn remove(group: &mut Value, path: &str) {
    let (field, section) = match path.rsplit_once('/') {
        Some((section, field)) => (field, group.get_mut(section)),
        None => (path, Some(group)),
    };
    match section {
        Some(Value::Object(fields)) => {
            fields.remove(field);
        }
        Some(Value::Array(items)) => {
            for item in items {
                item.as_object_mut().unwrap().remove(field);
            }
        }
        _ => {}
    }
}

/// The optional fields below a definition of the schema, by their paths.
fn optional(definition: &Value, definitions: &Value, prefix: &str) -> Vec<String> {
    let required = |name: &str| definition["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let mut found = Vec::new();
    for (name, field) in definition["properties"].as_object().unwrap() {
        if !required(name) {
            found.push(format!("{prefix}{name}"));
        }
        let reference =
            field["$ref"].as_str().or(field["items"]["$ref"].as_str()).and_then(|path| path.rsplit('/').next());
        let below = reference.map(|name| &definitions[name]).filter(|below| below["properties"].is_object());
        found.extend(below.iter().flat_map(|below| optional(below, definitions, &format!("{prefix}{name}/"))));
    }
    found
}

fn optional_fields() -> Vec<String> {
    let schema = podnet::spec::schema().to_value();
    optional(&schema["$defs"]["NodeGroup"], &schema["$defs"], "")
}

/// Compiles a spec with the group; every file comes out. Gives the plan.
fn rendered(group: &Value, what: &str) -> Plan {
    // The node security group is there already, so that nothing waits for it.
    let bindings = BTreeMap::from([("NodeSecurityGroup".to_owned(), "sg-0f1f2f3f4f5f6f7f8".to_owned())]);
    let lock = Lock { version: VERSION, cluster: "prod".to_owned(), bindings, ..Lock::default() };
    let small = Example { stem: "prod".to_owned(), spec: SMALL.to_owned(), lock: Some(write(&lock)), base: None };
    let example = small.with(|spec| {
        spec["kubernetesVersion"] = "1.30".into();
        spec["cluster"] = json!({"apiServerEndpoint": "https://example.com", "certificateAuthority": "LS0t"});
        spec["podNetwork"]["pools"] = json!({"default": {"zones": {
            "us-west-2a": {"subnetId": "subnet-0c11111111111111c"}, "us-west-2b": {"subnetId": "subnet-0d22222222222222d"}
        }}});
        spec["podNetwork"]["selectBy"] = "zone".into();
        spec["nodeGroups"] = json!([group]);
    });
    let compiled = example.compile();
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|found| found.is_error()).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
    assert!(compiled.files.iter().any(|file| file.path == "cloudformation/node-groups.yaml"), "{what}");
    compiled.plan.unwrap()
}

#[test]
fn the_full_groups_have_every_optional_field_between_them() {
    let fields = optional_fields();
    assert!(
        fields.contains(&"taints/value".to_owned()) && fields.contains(&"update/waitForSignal".to_owned()),
        "{fields:?}"
    );
    let groups: Vec<Value> = NodeGroupKind::ALL.iter().map(|kind| full(*kind, AmiFamily::Al2023)).collect();
    for path in &fields {
        let has = |group: &Value| {
            let mut without = group.clone();
            remove(&mut without, path);
            without != *group
        };
        assert!(groups.iter().any(has), "`{path}` is in no group of this test");
    }
}

#[test]
fn each_field_may_be_absent_with_every_other() {
    let fields = optional_fields();
    for kind in NodeGroupKind::ALL {
        for family in AmiFamily::ALL {
            let full = full(*kind, *family);
            rendered(&full, &format!("{kind:?} {family:?}"));
            for (number, one) in fields.iter().enumerate() {
                let mut without = full.clone();
                remove(&mut without, one);
                rendered(&without, &format!("{kind:?} {family:?} without {one}"));
                // How a family reads its user data has nothing to do with which two fields are absent.
                let others = if *family == AmiFamily::Al2023 { &fields[number + 1..] } else { &[] };
                for other in others {
                    let mut without = without.clone();
                    remove(&mut without, other);
                    rendered(&without, &format!("{kind:?} {family:?} without {one} and {other}"));
                }
            }
            let mut bare = full;
            for path in &fields {
                remove(&mut bare, path);
            }
            rendered(&bare, &format!("{kind:?} {family:?} without any"));
        }
    }
}

#[test]
fn an_image_of_eks_has_neither_an_id_nor_user_data() {
    let mut group = full(NodeGroupKind::Managed, AmiFamily::Al2023);
    for path in ["ami/ssmParameter", "maxPods"] {
        remove(&mut group, path);
    }
    group["ami"]["managedBy"] = "eks".into();
    for path in optional_fields().iter().filter(|path| *path != "ami/managedBy" && !path.starts_with("ami/")) {
        let mut without = group.clone();
        remove(&mut without, path);
        rendered(&without, path);
    }
    let plan = serde_json::to_value(rendered(&group, "all")).unwrap();
    let planned = &plan["nodeGroups"][0];
    assert_eq!(planned["image"]["amiType"], "AL2023_x86_64_STANDARD");
    assert_eq!((&planned["image"]["id"], &planned["image"]["reference"]), (&Value::Null, &Value::Null));
    assert_eq!(planned["userData"], false);
}
