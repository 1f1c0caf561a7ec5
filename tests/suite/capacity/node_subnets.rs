//! Node subnets have an address for every node that can be in their zone, of all groups that share them.

use podnet::diagnostic::Code;
use serde_json::{Value, json};

use crate::harness::{Example, small};

/// The small cluster in some zones with one node subnet of a length in each, and some node groups.
fn cluster(zones: &str, length: u8, groups: Value) -> Example {
    small("us-west-2", zones).with(|spec| {
        for (number, zone) in spec["zones"].as_array_mut().unwrap().iter_mut().enumerate() {
            zone["nodeSubnets"][0]["cidr"] = format!("10.20.{}.0/{length}", number * 16).into();
        }
        spec["nodeGroups"] = groups;
    })
}

fn group(name: &str, max: u32) -> Value {
    json!({
        "name": name, "kind": "managed", "ami": {"family": "al2023"}, "instanceTypes": ["m5.large"],
        "size": {"min": 1, "max": max}
    })
}

fn with(mut group: Value, field: &str, value: Value) -> Value {
    group[field] = value;
    group
}

/// What the plan has of the first zone.
fn first(example: &Example) -> Value {
    example.compiled().plan()["nodeSubnets"][0].clone()
}

#[test]
fn all_groups_that_share_a_zone_count_with_their_updates() {
    // A /28 has 11 usable addresses. 5 and 2 more during an update, twice: 14.
    let two = json!([group("one", 5), group("two", 5)]);
    assert_eq!(
        cluster("a", 28, two.clone()).refused().into_iter().map(|(code, _)| code).collect::<Vec<_>>(),
        [Code::CapacityNodeSubnet]
    );
    // A /27 has 27.
    let proof = first(&cluster("a", 27, two));
    assert_eq!(proof["inequality"], "7 (one) + 7 (two) = 14 ≤ 27");
    // Updates that need no more nodes: 10.
    let minimal = |name| with(group(name, 5), "update", json!({"strategy": "minimal"}));
    assert_eq!(
        first(&cluster("a", 28, json!([minimal("one"), minimal("two")])))["inequality"],
        "5 (one) + 5 (two) = 10 ≤ 11"
    );
}

#[test]
fn a_zone_that_is_lost_leaves_its_nodes_to_the_others() {
    // 30 nodes, 6 more during an update (twice the zones), 3 more while zones are rebalanced: 39 over two of three zones.
    let over = with(group("over", 30), "perZone", false.into());
    let example = cluster("abc", 27, json!([over]));
    assert_eq!(first(&example)["inequality"], "20 (over) = 20 ≤ 27");
    let all_in_one = example.with(|spec| spec["podNetwork"]["capacity"] = json!({"spread": "oneZone"}));
    let refused = all_in_one.refused();
    assert_eq!(refused[0].1, "the node subnets in `us-west-2a` have 27 addresses, but there can be 39 nodes");
    assert_eq!(refused.len(), 1, "one error for the group, not one a zone: {refused:?}");
}

#[test]
fn nodes_of_additional_pod_subnets_are_in_the_same_node_subnets() {
    // 6 stay, 4 go to an additional pod subnet, as a group of their own with an update of its own.
    let example = cluster("a", 28, json!([group("general", 10)])).with(|spec| {
        spec["podNetwork"]["pools"]["default"] = json!({"size": "auto", "zones": {"us-west-2a": {
            "further": {"b": {"size": "auto", "nodeGroups": {"general": 4}}}
        }}});
    });
    let refused = example.refused();
    assert_eq!(refused[0].1, "the node subnets in `us-west-2a` have 11 addresses, but there can be 14 nodes");
}

#[test]
fn several_node_subnets_of_a_zone_count_together() {
    let two = cluster("a", 28, json!([group("general", 18)])).with(|spec| {
        let more = json!({"id": "subnet-0fffffffffffffff1", "cidr": "10.20.8.0/28"});
        spec["zones"][0]["nodeSubnets"].as_array_mut().unwrap().push(more);
    });
    assert_eq!(first(&two)["inequality"], "20 (general) = 20 ≤ 22");
}
