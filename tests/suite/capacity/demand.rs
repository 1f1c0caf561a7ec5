//! How many addresses the nodes of a pod subnet can take, and the sizes that come of it. Every number here was worked out by
//! hand from what AWS and the CNI document; none was taken from a run.
//!
//! m5.large has 3 interfaces of 10 addresses. The primary one is in the node subnet, so a node takes 2 × 10 = 20 addresses of
//! the pod subnet for (3 - 1) × (10 - 1) + 2 = 20 pods.

use podnet::capacity::{InstanceLimits, NetworkSettings, NodeAddressing, WarmTargets, max_pods};
use podnet::catalog::{CniVersion, instance_types};
use podnet::diagnostic::Code;
use podnet::lock;
use serde_json::{Value, json};

use crate::harness::{Example, Output, small};

const ZONES: [&str; 4] = ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"];

/// The small cluster in so many zones of us-west-2.
fn cluster(zones: usize) -> Example {
    small("us-west-2", &"abcd"[..zones])
}

fn group(name: &str, instance_type: &str, max: u32) -> Value {
    let size = json!({"min": 1, "max": max});
    json!({"name": name, "kind": "managed", "ami": {"family": "al2023"}, "instanceTypes": [instance_type], "size": size})
}

/// One zone whose group is changed.
fn with_group(change: impl FnOnce(&mut Value)) -> Example {
    cluster(1).with(|spec| change(&mut spec["nodeGroups"][0]))
}

/// A self-managed group alone: its nodes are as many as its `max` says.
fn self_managed(instance_type: &str, max: u32, change: impl FnOnce(&mut Value)) -> Example {
    cluster(1).with(|spec| {
        spec["nodeGroups"] = json!([group("general", instance_type, max)]);
        spec["nodeGroups"][0]["kind"] = "self-managed".into();
        change(spec);
    })
}

fn with_pool(example: &Example, pool: &Value) -> Example {
    example.with(|spec| spec["podNetwork"]["pools"]["default"] = pool.clone())
}

/// The pod subnet of a zone in the plan.
fn subnet(output: &Output, zone: usize) -> Value {
    let plan = output.plan();
    let all = plan["podSubnets"].as_array().unwrap();
    all.iter().find(|subnet| subnet["zone"] == ZONES[zone]).unwrap().clone()
}

/// Nodes at a time, addresses of a node, and the prefix length, of a cluster whose first subnet has one group.
fn counted(example: &Example) -> (u64, u64, u8) {
    let subnet = subnet(&example.compiled(), 0);
    let [group] = subnet["proof"]["groups"].as_array().unwrap().as_slice() else { panic!("{subnet}") };
    let (nodes, each) = (group["nodes"].as_u64().unwrap(), group["node"]["addresses"].as_u64().unwrap());
    assert_eq!(subnet["proof"]["demand"], nodes * each, "{subnet}");
    (nodes, each, length(&subnet))
}

fn length(subnet: &Value) -> u8 {
    subnet["cidr"].as_str().unwrap().split_once('/').unwrap().1.parse().unwrap()
}

#[test]
fn a_managed_group_has_more_nodes_during_an_update() {
    // Twice its zones more, or `maxUnavailable` where that is more.
    assert_eq!(counted(&cluster(1)), (12, 20, 24));
    let update = |update: Value| with_group(|group| group["update"] = update);
    assert_eq!(counted(&update(json!({"maxUnavailable": 2}))), (12, 20, 24));
    // 15 × 20 = 300 are more than the 251 of a /24.
    assert_eq!(counted(&update(json!({"maxUnavailable": 5}))), (15, 20, 23));
    assert_eq!(counted(&update(json!({"strategy": "minimal"}))), (10, 20, 24));
    assert_eq!(counted(&update(json!({"strategy": "minimal", "maxUnavailable": 5}))), (10, 20, 24));
    assert_eq!(counted(&self_managed("m5.large", 10, |_| {})), (10, 20, 24));
}

#[test]
fn a_group_over_several_zones_can_lean_to_one() {
    let over = |zones: usize, kind: &str, max: u32, spread: &str| {
        counted(&cluster(zones).with(|spec| {
            spec["nodeGroups"] = json!([group("general", "m5.large", max)]);
            spec["nodeGroups"][0]["kind"] = kind.into();
            spec["nodeGroups"][0]["perZone"] = false.into();
            spec["podNetwork"]["capacity"] = json!({"spread": spread});
        }))
    };
    // 12, 6 during an update, and a tenth, 2, while EC2 Auto Scaling evens the zones out.
    assert_eq!(over(3, "managed", 12, "balanced"), (7, 20, 24));
    assert_eq!(over(3, "managed", 12, "zoneLost"), (10, 20, 24));
    assert_eq!(over(3, "managed", 12, "oneZone"), (20, 20, 23));
    // Less than a tenth is one: 9 + 1.
    assert_eq!(over(3, "self-managed", 9, "balanced"), (4, 20, 25));
    assert_eq!(over(3, "self-managed", 9, "zoneLost"), (5, 20, 25));
    assert_eq!(over(3, "self-managed", 9, "oneZone"), (10, 20, 24));
    // Of two zones, one is left: 10 + 4 + 1.
    assert_eq!(over(2, "managed", 10, "balanced"), (8, 20, 24));
    assert_eq!(over(2, "managed", 10, "zoneLost"), (15, 20, 23));
    assert_eq!(over(2, "managed", 10, "oneZone"), (15, 20, 23));
    for spread in ["balanced", "zoneLost", "oneZone"] {
        assert_eq!(over(1, "managed", 10, spread), (12, 20, 24), "one zone has nothing to even out");
    }
    // Unless it is said otherwise, a zone may be lost.
    let default = cluster(3).with(|spec| spec["nodeGroups"][0]["perZone"] = false.into());
    assert_eq!(counted(&default), ((10u64 + 6 + 1).div_ceil(2), 20, 24));
}

#[test]
fn no_group_has_room_for_more_nodes_than_a_spec_can_ask_for() {
    // 65,531 addresses are 32,765 × 2, but `size.max` is 10,000 at most.
    let nano = self_managed("t3.nano", 5, |spec| {
        spec["podNetwork"]["pools"]["default"] = json!({"prefixLength": 16});
    });
    let subnet = subnet(&nano.compiled(), 0);
    assert_eq!(subnet["proof"]["inequality"], "5 × 2 (general) = 10 ≤ 65531");
    assert_eq!(subnet["proof"]["largest"][0]["largest"], 10_000);
}

#[test]
fn the_groups_of_a_pool_add_up() {
    // c5.xlarge: 3 × 15 = 45.
    let two = cluster(1).with(|spec| {
        spec["nodeGroups"] = json!([group("general", "m5.large", 10), group("batch", "c5.xlarge", 3)]);
        spec["nodeGroups"][1]["kind"] = "self-managed".into();
    });
    let subnet = subnet(&two.compiled(), 0);
    assert_eq!(subnet["proof"]["inequality"], "3 × 45 (batch) + 12 × 20 (general) = 375 ≤ 507");
    assert_eq!((length(&subnet), &subnet["proof"]["headroom"]), (23, &json!(132)));
    // 507 - 240 has room for 5 × 45, 507 - 135 for 18 × 20, of which an update takes 2.
    let room: Vec<_> = subnet["proof"]["largest"].as_array().unwrap().iter().map(|one| &one["largest"]).collect();
    assert_eq!(room, [5, 16]);
    // Each subnet has those of its own pool alone.
    let apart = two.with(|spec| {
        spec["podNetwork"]["pools"] = json!({"default": {"size": "auto"}, "jobs": {"size": "auto"}});
        spec["nodeGroups"][0]["pool"] = "default".into();
        spec["nodeGroups"][1]["pool"] = "jobs".into();
    });
    let plan = apart.compiled().plan();
    let demands: Vec<_> = plan["podSubnets"].as_array().unwrap().iter().map(|one| &one["proof"]["demand"]).collect();
    assert_eq!(demands, [240, 135]);
}

#[test]
fn of_several_types_the_one_that_takes_most_counts() {
    // Max pods is the smaller one's, 20. c5.xlarge takes two interfaces of 15 for them.
    let types = |types: Value| with_group(|group| group["instanceTypes"] = types);
    assert_eq!(counted(&types(json!(["m5.large", "c5.xlarge"]))), (12, 30, 23));
    assert_eq!(counted(&types(json!(["c5.xlarge", "m5.large"]))), (12, 30, 23));
}

/// What a node of a type with some max pods takes.
fn node(instance_type: &str, max_pods: u32, cni: &Value) -> u64 {
    let example = self_managed(instance_type, 1, |spec| {
        spec["cni"] = cni.clone();
        spec["nodeGroups"][0]["maxPods"] = max_pods.into();
    });
    counted(&example).1
}

#[test]
fn what_is_kept_ready_counts() {
    // m5.4xlarge: 8 interfaces of 30.
    let warm = |version: &str, warm: Value, pods| node("m5.4xlarge", pods, &json!({"version": version, "warm": warm}));
    // Before 1.16.3, whole interfaces on top of the one that holds 20 pods.
    for (target, addresses) in [(0, 30), (1, 60), (2, 90)] {
        assert_eq!(warm("1.15.5", json!({"eniTarget": target}), 20), addresses, "{target}");
        assert_eq!(warm("1.21.1", json!({"eniTarget": target}), 20), 30, "none that max pods cannot use");
    }
    // 49 pods have all, 5 more come before 50 is enough: 54 on two interfaces.
    assert_eq!(warm("1.21.1", json!({"ipTarget": 5, "minimumIpTarget": 10}), 50), 54 + 2);
    // The minimum: 29 on the first interface are not yet 30, and then it takes the rest of the 40.
    assert_eq!(warm("1.21.1", json!({"ipTarget": 2, "minimumIpTarget": 40}), 30), 40 + 2);
    let prefixes =
        |warm: Value| node("m5.4xlarge", 110, &json!({"version": "1.21.1", "prefixDelegation": true, "warm": warm}));
    assert_eq!(prefixes(json!({})), 7 * 16 + 1);
    assert_eq!(prefixes(json!({"prefixTarget": 1})), 7 * 16 + 1);
    // 6 prefixes have a pod each, so 3 more are taken at once.
    assert_eq!(prefixes(json!({"prefixTarget": 3})), 9 * 16 + 1);
    assert_eq!(prefixes(json!({"ipTarget": 1})), 7 * 16 + 1);
}

#[test]
fn the_bound_of_max_pods_came_with_1_16_3() {
    let version = |version: &str| node("m5.large", 5, &json!({"version": version}));
    assert_eq!((version("1.16.2"), version("1.16.3")), (20, 10));
}

#[test]
fn fewer_interfaces_take_fewer_addresses_and_branches_take_more() {
    let cni = |cni: Value, instance_type: &str| {
        let example =
            with_group(|group| group["instanceTypes"] = json!([instance_type])).with(|spec| spec["cni"] = cni);
        (example.compiled().plan()["nodeGroups"][0]["maxPods"]["value"].as_u64().unwrap(), counted(&example))
    };
    // m5.xlarge has 4 interfaces of 15; of 2, one is for 14 pods and the two on their host's network.
    assert_eq!(cni(json!({"version": "1.21.1", "maxEni": 2}), "m5.xlarge"), (16, (12, 15, 24)));
    // m5.large: one interface of 10 is left beside the trunk, and 9 of the 11 pods may have a branch: that is the type's most.
    let trunk = |version: &str| json!({"version": version, "securityGroupsForPods": true});
    assert_eq!(cni(trunk("1.21.1"), "m5.large"), (11, (12, 1 + 9 + 10, 24)));
    // t3.medium has no trunk: 3 interfaces of 6, of which 2 are for pods since 1.20.4, and 1 before.
    assert_eq!(cni(trunk("1.20.4"), "t3.medium"), (12, (12, 2 * 6, 24)));
    assert_eq!(cni(trunk("1.20.3"), "t3.medium"), (7, (12, 6, 25)));
}

#[test]
fn room_to_grow_is_asked_for_and_not_proven() {
    let growth =
        |percent: u32| cluster(1).with(|spec| spec["podNetwork"]["capacity"] = json!({"growthPercent": percent}));
    for (percent, prefix_length) in [(0, 24), (4, 24), (5, 23), (50, 23), (111, 23), (112, 22), (200, 22)] {
        assert_eq!(counted(&growth(percent)), (12, 20, prefix_length), "{percent} % of 240");
    }
    // 1,000 nodes take 20,000. A subnet is a /16 at most, which ends the growth and not the plan.
    let large = |percent: u32| {
        let example = self_managed("m5.large", 1000, |spec| {
            spec["podNetwork"]["capacity"] = json!({"growthPercent": percent});
        });
        counted(&example)
    };
    assert_eq!(
        [large(0), large(63), large(64), large(227), large(228), large(1000)].map(|(_, _, length)| length),
        [17, 17, 16, 16, 16, 16]
    );
}

#[test]
fn pods_and_addresses_are_counted_too() {
    let small = self_managed("m5.large", 1, |_| {});
    let sized = |pool: Value| counted(&with_pool(&small, &pool)).2;
    // 18 pods of a node need an address; the other two are on its own network. 12 nodes × 20 = 240, 13 × 20 = 260.
    assert_eq!([1, 18, 216, 217, 1000].map(|pods| sized(json!({"pods": pods}))), [27, 27, 24, 23, 21]);
    assert_eq!([12, 27, 28, 251, 252, 65531].map(|all| sized(json!({"addresses": all}))), [27, 27, 26, 24, 23, 16]);
}

#[test]
fn a_zone_has_its_own_size() {
    let pool = json!({"prefixLength": 20, "zones": {
        "us-west-2a": {"size": "auto"},
        "us-west-2b": {"addresses": 600},
        "us-west-2c": {"pods": 300},
        "us-west-2d": {"prefixLength": 21},
    }});
    let lengths = |pool: &Value| {
        let output = with_pool(&cluster(4), pool).compiled();
        [0, 1, 2, 3].map(|zone| length(&subnet(&output, zone)))
    };
    // 300 pods: 17 nodes × 20 = 340.
    assert_eq!(lengths(&pool), [24, 22, 23, 21]);
    assert_eq!(lengths(&json!({"size": "auto", "zones": {"us-west-2b": {"prefixLength": 20}}})), [24, 20, 24, 24]);
    assert_eq!(lengths(&json!({"pods": 300, "zones": {"us-west-2c": {"size": "auto"}}})), [23, 23, 24, 23]);
    assert_eq!(lengths(&json!({"addresses": 600, "zones": {"us-west-2d": {"pods": 300}}})), [22, 22, 22, 23]);
}

#[test]
fn the_five_of_aws_decide() {
    let nodes = |max, max_pods: u32, ip_target: u32| {
        self_managed("m5.4xlarge", max, |spec| {
            spec["cni"]["warm"] = json!({"ipTarget": ip_target});
            spec["nodeGroups"][0]["maxPods"] = max_pods.into();
        })
    };
    let fixed = json!({"prefixLength": 25});
    // 39 addresses on 2 interfaces: 3 × 41 = 123 = 2^7 - 5.
    let exact = nodes(3, 35, 5);
    assert_eq!(counted(&exact), (3, 41, 25));
    let proof = subnet(&with_pool(&exact, &fixed).compiled(), 0)["proof"].clone();
    assert_eq!((&proof["holds"], &proof["headroom"]), (&json!(true), &json!(0)));
    assert_eq!(proof["inequality"], "3 × 41 (general) = 123 ≤ 123");
    // 59 addresses on 3 interfaces: 2 × 62 = 124.
    let one_more = nodes(2, 59, 1);
    assert_eq!(counted(&one_more), (2, 62, 24));
    let message = "`default/us-west-2a` has 123 addresses, but its nodes can take 124".to_owned();
    assert_eq!(with_pool(&one_more, &fixed).refused(), [(Code::CapacityExceeded, message)]);
}

/// The lock that a cluster comes to, and what becomes of a changed one beside it: its first range, or what refuses it.
fn relocked(before: &Example, after: Example) -> Result<String, Vec<(Code, String)>> {
    let lock = Some(lock::write(&before.compiled().compiled.lock));
    let after = Example { lock, ..after };
    let compiled = after.compile();
    let range = compiled.lock.allocations.values().next().unwrap().cidr.to_string();
    assert_eq!(range, before.compiled().compiled.lock.allocations.values().next().unwrap().cidr.to_string());
    if compiled.plan.is_some() { Ok(range) } else { Err(after.refused()) }
}

#[test]
fn a_range_that_was_handed_out_stays_as_long_as_it_suffices() {
    let with_max = |max: u32| with_group(|group| group["size"]["max"] = max.into());
    let locked = |max| relocked(&cluster(1), with_max(max));
    // Of 4 nodes alone it would be a /25, of 13 a /23.
    assert_eq!([1, 4, 9, 10].map(locked), [(); 4].map(|()| Ok("100.64.0.0/24".to_owned())));
    let message = "`default/us-west-2a` has 251 addresses, but its nodes can take 260".to_owned();
    assert_eq!(locked(11), Err(vec![(Code::CapacityExceeded, message)]));
    assert_eq!(length(&subnet(&with_max(4).compiled(), 0)), 25);
    assert_eq!(length(&subnet(&with_max(11).compiled(), 0)), 23);
}

#[test]
fn a_smaller_number_keeps_the_range_and_a_larger_one_contradicts_it() {
    let small = self_managed("m5.large", 1, |_| {});
    let sized = |field: &str, number: u32| with_pool(&small, &json!({field: number}));
    // 200 pods are 12 nodes × 20 = 240, 217 are 13.
    for (field, before, fine, more) in [("addresses", 250, [1, 100, 251], 252), ("pods", 200, [1, 100, 216], 217)] {
        for number in fine {
            let range = relocked(&sized(field, before), sized(field, number));
            assert_eq!(range.as_deref(), Ok("100.64.0.0/24"), "{field}: {number}");
        }
        let refused = relocked(&sized(field, before), sized(field, more)).unwrap_err();
        let codes: Vec<Code> = refused.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [Code::LockContradiction], "{refused:?}");
    }
    let exactly = |length: u32| relocked(&sized("prefixLength", 24), sized("prefixLength", length)).is_ok();
    assert_eq!([23, 24, 25].map(exactly), [false, true, false]);
}

#[test]
fn interfaces_of_further_network_cards_count() {
    // p5.48xlarge has 32 network cards with 2 interfaces of 50 addresses. The primary interface is on the default card, so 1
    // is left there, and 2 on each of the other 31.
    let limits = InstanceLimits::from(instance_types::find("p5.48xlarge").unwrap());
    let taken = |multi_nic: bool, prefix_delegation: bool, pods: u64| {
        let settings = NetworkSettings {
            version: CniVersion::new(1, 21, 1),
            custom_networking: true,
            prefix_delegation,
            max_eni: None,
            security_groups_for_pods: false,
            multi_nic,
        };
        let most = max_pods(&limits, &settings).unwrap().value;
        let node = NodeAddressing::new(&limits, &settings, &WarmTargets::default(), most).unwrap().with_pods(pods);
        (node.interfaces, node.addresses, node.prefixes)
    };
    assert_eq!(taken(false, false, 10), (1, 50, 0));
    // Another card has an address for each pod and one that is free: 11, and the interface's own.
    assert_eq!(taken(true, false, 10), (1 + 31, 50 + 31 * 12, 0));
    // 49 pods and one that is free are one more than an interface has.
    assert_eq!(taken(true, false, 49), (1 + 31 * 2, 50 + 31 * (50 + 2), 0));
    // With prefixes, 10 pods and one that is free are in one /28. On the default card each pod can be in a prefix of its own
    // by the time that the last step is taken, from 1 prefix to 2.
    assert_eq!(taken(false, true, 10), (1, 2 * 16 + 1, 2));
    assert_eq!(taken(true, true, 10), (1 + 31, 33 + 31 * (16 + 1), 2 + 31));
}

#[test]
fn the_spec_says_whether_further_network_cards_count() {
    let with = |env: Value| {
        self_managed("p5.48xlarge", 2, |spec| {
            spec["cni"]["env"] = env;
            spec["nodeGroups"][0]["maxPods"] = 51.into();
            spec["nodeGroups"][0]["ami"]["id"] = "ami-0a1b2c3d4e5f67890".into();
        })
    };
    assert_eq!(counted(&with(json!({}))), (2, 50, 25));
    assert_eq!(counted(&with(json!({"ENABLE_MULTI_NIC": "false"}))), (2, 50, 25));
    // No card gets more addresses than max pods, 51, which take two interfaces: 50 + 31 × 53 = 1,693. Twice that is more than
    // the 2,043 of a /21.
    assert_eq!(counted(&with(json!({"ENABLE_MULTI_NIC": "true"}))), (2, 1693, 20));
}
