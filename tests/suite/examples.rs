//! Everything that every example comes to, byte by byte.
//!
//! `snapshots/<example>/` holds each rendered file (`/` in its path is `__` there), the plan and the lock. After an
//! intended change: `INSTA_UPDATE=always cargo test examples`, and read the difference.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use podnet::compile::Compiled;
use podnet::lock;
use serde_json::{Value, json};

use crate::harness::{Example, Output, at_root, files_under, value};

/// The texts that an example comes to, by the names of their snapshots.
fn texts(output: &Output) -> BTreeMap<String, String> {
    let compiled = &output.compiled;
    let plan = serde_json::to_string_pretty(&output.plan()).unwrap_or_default() + "\n";
    let files = compiled.files.iter().map(|file| (file.path.replace('/', "__"), file.text.clone()));
    files.chain([("plan.json".to_owned(), plan), ("lock.yaml".to_owned(), lock::write(&compiled.lock))]).collect()
}

#[test]
fn each_file_is_the_one_that_was_reviewed() {
    let mut differ = Vec::new();
    for example in Example::all() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(at_root("snapshots").join(&example.stem));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        for (name, text) in texts(&example.compiled()) {
            // Going on after a difference shows all of them in one run.
            let compare = AssertUnwindSafe(|| settings.bind(|| insta::assert_snapshot!(name.clone(), text)));
            if catch_unwind(compare).is_err() {
                differ.push(format!("{}/{name}", example.stem));
            }
        }
    }
    assert_eq!(differ, Vec::<String>::new());
}

#[test]
fn no_snapshot_is_left_of_a_file_that_is_no_longer_made() {
    let made: Vec<String> = Example::all()
        .iter()
        .flat_map(|example| {
            texts(&example.compiled())
                .into_keys()
                .map(|name| format!("{}/{name}.snap", example.stem))
                .collect::<Vec<_>>()
        })
        .collect();
    // `….snap.new` is what insta writes beside a snapshot that differs.
    let snapshots = files_under(&at_root("snapshots")).into_iter().filter(|path| path.strip_suffix(".new").is_none());
    let stale: Vec<String> = snapshots.filter(|path| !made.contains(path)).collect();
    assert_eq!(stale, Vec::<String>::new(), "remove them");
}

/// A snapshot is compared without the line breaks at its end, so this is what says that there is one.
#[test]
fn texts_end_with_one_line_break_and_have_no_blanks_at_line_ends() {
    for example in Example::all() {
        for (name, text) in texts(&example.compiled()) {
            let what = format!("{}: {name}", example.stem);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{what}: the end");
            assert!(!text.starts_with('\n'), "{what}: the start");
            assert!(!text.contains(['\r', '\t']), "{what}: a carriage return or a tab");
            let blank = text.lines().find(|line| line.ends_with(char::is_whitespace));
            assert_eq!(blank, None, "{what}: blanks at a line's end");
            assert!(!text.contains("\n\n\n"), "{what}: two empty lines");
            assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "{what}: a control character");
        }
    }
}

#[test]
fn the_committed_lock_is_the_one_that_compiling_gives() {
    for example in Example::all() {
        let written = lock::write(&example.compiled().compiled.lock);
        assert_eq!(example.lock.as_deref(), Some(written.as_str()), "{}", example.stem);
    }
}

#[test]
fn without_a_lock_the_same_ranges_are_handed_out() {
    for example in Example::all() {
        let with = example.compile().lock.allocations;
        let without = example.unlocked().compile().lock.allocations;
        assert_eq!(with, without, "{}", example.stem);
    }
}

#[test]
fn the_committed_schema_is_the_one_that_the_types_give() {
    let committed = fs_err::read_to_string(at_root("examples/podnet.schema.json")).unwrap();
    let made = serde_json::to_string_pretty(&podnet::spec::schema()).unwrap() + "\n";
    similar_asserted(&committed, &made, "run `podnet schema > examples/podnet.schema.json`");
}

#[test]
fn every_example_is_valid_by_the_committed_schema() {
    let text = fs_err::read_to_string(at_root("examples/podnet.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    for example in Example::all() {
        let errors: Vec<String> = schema.iter_errors(&value(&example.spec)).map(|e| e.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", example.stem);
    }
    assert!(!schema.is_valid(&json!({"apiVersion": "podnet.dev/v1alpha1", "kind": "PodNetwork"})));
}

/// The lists whose order is the user's: the first instance type is launched first, the first block is the primary one.
const ORDERED: &[&str] = &["instanceTypes", "cidrBlocks of vpc"];

/// Turns the lists and mappings of a spec around, but for those whose order says something.
fn turned(value: &Value, parent: &str, key: &str) -> Value {
    let ordered = ORDERED.contains(&key) || ORDERED.contains(&format!("{key} of {parent}").as_str());
    match value {
        Value::Array(items) => {
            let items = items.iter().map(|item| turned(item, parent, key));
            Value::Array(if ordered { items.collect() } else { items.rev().collect() })
        }
        Value::Object(fields) => {
            Value::Object(fields.iter().rev().map(|(name, field)| (name.clone(), turned(field, key, name))).collect())
        }
        other => other.clone(),
    }
}

fn turned_around(example: &Example) -> Example {
    let turned = turned(&value(&example.spec), "", "");
    // JSON is YAML.
    Example { spec: serde_json::to_string_pretty(&turned).unwrap_or_default(), ..example.clone() }
}

fn same(one: &Compiled, other: &Compiled, what: &str) {
    assert_eq!(lock::write(&one.lock), lock::write(&other.lock), "{what}: the lock");
    let paths = |compiled: &Compiled| compiled.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(one), paths(other), "{what}");
    for (a, b) in one.files.iter().zip(&other.files) {
        similar_asserted(&a.text, &b.text, &format!("{what}: {}", a.path));
    }
    let plan = |compiled: &Compiled| serde_json::to_string_pretty(&compiled.plan).unwrap_or_default();
    similar_asserted(&plan(one), &plan(other), &format!("{what}: the plan"));
}

/// Compares two long texts and shows only where they differ.
fn similar_asserted(one: &str, other: &str, what: &str) {
    let differs = one.lines().zip(other.lines()).position(|(one, other)| one != other);
    let line = |text: &str| differs.and_then(|at| text.lines().nth(at)).map(ToOwned::to_owned);
    assert!(one == other, "{what}: line {differs:?} is {:?} and {:?}", line(one), line(other));
}

#[test]
fn the_order_of_lists_means_nothing() {
    for example in Example::all() {
        let around = turned_around(&example);
        let before = serde_json::to_string_pretty(&value(&example.spec)).unwrap();
        assert_ne!(before, around.spec, "{}: nothing was turned", example.stem);
        same(&example.compile(), &around.compile(), &example.stem);
        same(
            &example.unlocked().compile(),
            &around.unlocked().compile(),
            &format!("{} without its lock", example.stem),
        );
    }
}

/// The examples' lists are short. Here every list of a spec that has no order has two items, and each is turned around
/// by itself, so that a failure names it.
#[test]
fn the_order_of_longer_lists_means_nothing_either() {
    let example = Example::read("production").unlocked().with(|spec| {
        spec["vpc"]["cidrBlocks"] = json!(["10.20.0.0/16", "10.21.0.0/16"]);
        spec["zones"][0]["nodeSubnets"] = json!([
            {"id": "subnet-0d4444444444444aa", "cidr": "10.21.0.0/20"},
            {"id": "subnet-0a11111111111111a", "cidr": "10.20.0.0/20"},
        ]);
        spec["podNetwork"]["cidrBlocks"] = json!(["100.65.0.0/17", "100.64.0.0/16"]);
        spec["podNetwork"]["egress"] = json!({"excludeSnatCidrs": ["172.30.0.0/16", "10.0.0.0/12"]});
        spec["podNetwork"]["securityGroups"] = json!({"use": "ids", "ids": ["sg-0bbbbbbbb", "sg-0aaaaaaaa"]});
        spec["podNetwork"]["pools"]["default"]["zones"] =
            json!({"us-west-2b": {"securityGroupIds": ["sg-0dddddddd", "sg-0cccccccc"]}});
        spec["nodeGroups"][1]["zones"] = json!(["us-west-2c", "us-west-2a"]);
        spec["nodeGroups"][1]["securityGroupIds"] = json!(["sg-0ffffffff", "sg-0eeeeeeee"]);
        spec["nodeGroups"][1]["taints"] = json!([
            {"key": "workload-class", "value": "batch", "effect": "NoSchedule"},
            {"key": "interruptible", "effect": "PreferNoSchedule"},
        ]);
    });
    let straight = example.compiled();
    let lists = [
        "/vpc/avoid",
        "/zones",
        "/zones/0/nodeSubnets",
        "/podNetwork/cidrBlocks",
        "/podNetwork/egress/excludeSnatCidrs",
        "/podNetwork/securityGroups/ids",
        "/podNetwork/pools/default/zones/us-west-2b/securityGroupIds",
        "/nodeGroups",
        "/nodeGroups/1/zones",
        "/nodeGroups/1/securityGroupIds",
        "/nodeGroups/1/taints",
    ];
    let differs = |list: &&str| {
        let around = example.with(|spec| {
            let items = spec.pointer_mut(list).and_then(Value::as_array_mut).unwrap();
            assert!(items.len() > 1, "{list} has nothing to turn");
            items.reverse();
        });
        around.compiled().compiled.files != straight.compiled.files
    };
    let found: Vec<&str> = lists.into_iter().filter(differs).collect();
    assert_eq!(found, Vec::<&str>::new(), "the order of these reaches the output");
}

#[test]
fn an_order_that_is_the_users_stays() {
    let output = Example::read("production").compiled();
    let types = &output.resource("cloudformation/node-groups.yaml", "ManagedNodesGeneralUsWest2a")["Properties"];
    assert_eq!(types["InstanceTypes"], json!(["m6i.large", "m6a.large", "m5.large"]));
    assert_eq!(output.plan()["vpc"]["cidrBlocks"], json!(["10.20.0.0/16"]));
}
