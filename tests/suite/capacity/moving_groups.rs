//! Node groups on their way to an additional pod subnet, several of them in one subnet, and groups over some of the zones.
//! m5.large takes 20 addresses. A /24 has 251 for nodes, a /25 123.

use std::collections::BTreeMap;

use podnet::lock;
use serde_json::{Value, json};

use crate::harness::{Example, Output, small};

/// A group of m5.large whose updates add no node.
fn group(name: &str, max: u32) -> Value {
    json!({"name": name, "kind": "managed", "ami": {"family": "al2023"}, "instanceTypes": ["m5.large"],
        "size": {"min": 3, "max": max}, "securityGroupIds": ["sg-0c1d2e3f4a5b6c7d8"], "update": {"strategy": "minimal"}})
}

/// Groups in us-west-2a alone, whose first pod subnet is as the settings say and bound; `b` is there, and not bound.
fn one_zone(groups: &[Value], zone: &Value, length: u8) -> Example {
    let example = small("us-west-2", "a").with(|spec| {
        spec["cluster"] =
            json!({"apiServerEndpoint": "https://ABC.gr7.us-west-2.eks.amazonaws.com", "certificateAuthority": "LS0tLQ=="});
        spec["podNetwork"]["selectBy"] = "name".into();
        spec["podNetwork"]["pools"]["default"] = json!({"prefixLength": length});
        spec["nodeGroups"] = groups.into();
    });
    let there = bound(&example, &["a"]);
    there.with(|spec| spec["podNetwork"]["pools"]["default"]["zones"]["us-west-2a"] = zone.clone())
}

/// The example with the ids of the first pod subnets of some zones bound.
fn bound(example: &Example, zones: &[&str]) -> Example {
    let mut lock = example.compile().lock;
    for zone in zones {
        lock.bindings.insert(format!("PodSubnetDefaultUsWest2{zone}"), format!("subnet-0{zone}aaaaaaa"));
    }
    Example { lock: Some(lock::write(&lock)), ..example.clone() }
}

/// The most nodes of every planned group, by name.
fn most(output: &Output) -> BTreeMap<String, u64> {
    let plan = output.plan();
    let groups = plan["nodeGroups"].as_array().unwrap().iter();
    groups.map(|group| (group["name"].as_str().unwrap().into(), group["max"].as_u64().unwrap())).collect()
}

fn named<const N: usize>(entries: [(&str, u64); N]) -> BTreeMap<String, u64> {
    entries.into_iter().map(|(name, number)| (name.to_owned(), number)).collect()
}

#[test]
fn a_group_that_goes_as_a_whole_has_room_before_one_that_goes_in_part() {
    let b = json!({"further": {"b": {"prefixLength": 23, "nodeGroups": {"general": 10, "batch": 4}}}});
    let waiting = one_zone(&[group("general", 10), group("batch", 10)], &b, 24);
    // 6 of batch stay for good: 120. The rest of the 251 has room for 6 of general, and then for none of batch.
    let expected =
        [("batch-us-west-2a", 6), ("batch-us-west-2a-b", 4), ("general-us-west-2a", 6), ("general-us-west-2a-b", 10)];
    assert_eq!(most(&waiting.compiled()), named(expected));
}

#[test]
fn what_is_at_least_to_run_of_a_group_that_goes_stays_even_where_it_does_not_fit() {
    let b = json!({"further": {"b": {"prefixLength": 23, "nodeGroups": {"general": 10}}}});
    let waiting = one_zone(&[group("general", 10), group("batch", 6)], &b, 25);
    let expected = [("batch-us-west-2a", 6), ("general-us-west-2a", 3), ("general-us-west-2a-b", 10)];
    assert_eq!(most(&waiting.compiled()), named(expected));
}

#[test]
fn an_additional_subnet_has_the_nodes_of_no_other_group() {
    let b = json!({"further": {"b": {"prefixLength": 24, "nodeGroups": {"general": 4}}}});
    // Without `update`, a group would have two nodes more wherever it is.
    let mut batch = group("batch", 5);
    batch.as_object_mut().unwrap().remove("update");
    let output = one_zone(&[group("general", 10), batch], &b, 23).compiled();
    let plan = output.plan();
    let proofs: Vec<&Value> =
        plan["podSubnets"].as_array().unwrap().iter().map(|subnet| &subnet["proof"]["inequality"]).collect();
    assert_eq!(proofs, ["7 × 20 (batch) + 6 × 20 (general) = 260 ≤ 507", "4 × 20 (general) = 80 ≤ 251"]);
}

#[test]
fn nodes_stay_in_a_subnet_whose_range_is_not_known() {
    for (nodes, stay) in [(10, 10), (4, 6)] {
        let existing = json!({"subnetId": "subnet-0a1b2c3d4e5f60009",
            "further": {"b": {"prefixLength": 23, "nodeGroups": {"general": nodes}}}});
        let mut waiting = one_zone(&[group("general", 10)], &existing, 24);
        waiting.lock = None;
        let expected = [("general-us-west-2a", stay), ("general-us-west-2a-b", nodes)];
        assert_eq!(most(&waiting.compiled()), named(expected));
    }
}

#[test]
fn a_group_over_some_zones_leans_to_those_alone() {
    let three = small("us-west-2", "abc").with(|spec| {
        spec["podNetwork"]["capacity"] = json!({"spread": "balanced"});
        spec["podNetwork"]["pools"]["default"] = json!({"prefixLength": 24});
        let mut over = group("general", 10);
        over["perZone"] = false.into();
        over["zones"] = json!(["us-west-2a", "us-west-2b"]);
        spec["nodeGroups"] = json!([over]);
    });
    // 10 and one while zones are rebalanced, over two zones.
    let output = bound(&three, &["a", "b", "c"]).compiled();
    let plan = output.plan();
    let nodes: Vec<&Value> =
        plan["podSubnets"].as_array().unwrap().iter().map(|subnet| &subnet["proof"]["groups"][0]["nodes"]).collect();
    assert_eq!(nodes, [&json!(6), &json!(6), &Value::Null]);
}
