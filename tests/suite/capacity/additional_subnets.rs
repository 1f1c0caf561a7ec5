//! Additional pod subnets of a zone: their names everywhere, whose nodes use them, and that nothing that runs is taken back
//! before they are there.

use std::collections::BTreeMap;

use podnet::diagnostic::{Code, Severity};
use podnet::lock;
use podnet::lock::Lock;
use podnet::spec::SelectBy;
use serde_json::{Value, json};

use crate::harness::{Example, Output, small};

const NETWORK: &str = "cloudformation/pod-network.yaml";
const NODE_GROUPS: &str = "cloudformation/node-groups.yaml";

/// The small cluster, whose node group has 3 to 10 nodes in each zone. Nodes find their ENIConfig by name, and some of the
/// group's nodes in us-west-2a use an additional subnet.
fn cluster(further: &Value) -> Example {
    small("us-west-2", "ab").with(|spec| {
        spec["cluster"] =
            json!({"apiServerEndpoint": "https://ABC.gr7.us-west-2.eks.amazonaws.com", "certificateAuthority": "LS0tLQ=="});
        spec["podNetwork"]["selectBy"] = "name".into();
        spec["podNetwork"]["pools"]["default"]["zones"] = json!({"us-west-2a": {"further": further}});
        spec["nodeGroups"][0]["size"]["min"] = 3.into();
        spec["nodeGroups"][0]["securityGroupIds"] = json!(["sg-0c1d2e3f4a5b6c7d8"]);
    })
}

/// The same in a cluster that was there before it, with the ids of some subnets bound, by what follows
/// `PodSubnetDefaultUsWest2` in their outputs' names.
fn bound(example: &Example, subnets: &[&str]) -> Example {
    let without = example.with(|spec| {
        spec["podNetwork"]["pools"]["default"]["zones"]["us-west-2a"]["further"] = json!({});
    });
    let before = Example { lock: Some(lock::write(&without.compile().lock)), ..example.clone() };
    let mut lock: Lock = before.compile().lock;
    for name in subnets {
        let id = format!("subnet-0{}", name.to_lowercase().repeat(9).chars().take(9).collect::<String>());
        lock.bindings.insert(format!("PodSubnetDefaultUsWest2{name}"), id);
    }
    lock.select_by = Some(SelectBy::Name);
    Example { lock: Some(lock::write(&lock)), ..example.clone() }
}

/// Least and most nodes of every planned group, by name.
fn sizes(output: &Output) -> BTreeMap<String, (u64, u64)> {
    let plan = output.plan();
    let size = |group: &Value| (group["min"].as_u64().unwrap(), group["max"].as_u64().unwrap());
    plan["nodeGroups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["name"].as_str().unwrap().into(), size(group)))
        .collect()
}

/// The managed groups of the template with their most nodes.
fn rendered(output: &Output) -> BTreeMap<String, u64> {
    let template = output.document(NODE_GROUPS);
    let groups = template["Resources"].as_object().unwrap().iter();
    groups
        .filter(|(_, resource)| resource["Type"] == "AWS::EKS::Nodegroup")
        .map(|(id, resource)| (id.clone(), resource["Properties"]["ScalingConfig"]["MaxSize"].as_u64().unwrap()))
        .collect()
}

fn named<const N: usize>(entries: [(&str, u64); N]) -> BTreeMap<String, u64> {
    entries.into_iter().map(|(name, number)| (name.to_owned(), number)).collect()
}

/// The proofs' left sides, by subnet.
fn demands(output: &Output) -> BTreeMap<String, u64> {
    let plan = output.plan();
    let demand = |subnet: &Value| {
        let key = ["zone", "further"].map(|field| subnet[field].as_str().unwrap_or_default());
        (key.join("/"), subnet["proof"]["demand"].as_u64().unwrap())
    };
    plan["podSubnets"].as_array().unwrap().iter().map(demand).collect()
}

#[test]
fn a_further_subnet_has_its_name_everywhere() {
    let example = cluster(&json!({"b": {"size": "auto", "nodeGroups": {"general": 4}}}));
    let waiting = example.compiled();
    let made = waiting.resource(NETWORK, "PodSubnetDefaultUsWest2aB");
    // (4 + 2) × 20 = 120 of a /25's 123; the zones' own come first.
    assert_eq!(made["Properties"]["CidrBlock"], "100.64.2.0/25");
    assert_eq!(made["Properties"]["AvailabilityZone"], "us-west-2a");
    assert!(
        made["Properties"]["Tags"]
            .as_array()
            .unwrap()
            .contains(&json!({"Key": "Name", "Value": "prod-pods-default-us-west-2a-b"}))
    );
    let outputs = waiting.document(NETWORK)["Outputs"].clone();
    assert_eq!(outputs["PodSubnetDefaultUsWest2aB"]["Value"], json!({"Ref": "PodSubnetDefaultUsWest2aB"}));
    assert!(
        waiting
            .text("RUNBOOK.md")
            .contains("- `100.64.2.0/25` in `us-west-2a`, pool `default/b`: 123 usable addresses.\n")
    );
    let output = bound(&example, &["a", "aB", "b"]).compiled();
    assert!(
        lock::write(&output.compiled.lock)
            .contains("  default/us-west-2a/b: {cidr: \"100.64.2.0/25\", state: active, ")
    );
    let configs = output.eni_configs();
    assert_eq!(
        configs.keys().collect::<Vec<_>>(),
        ["default-us-west-2a", "default-us-west-2a-b", "default-us-west-2b"]
    );
    assert_eq!(configs["default-us-west-2a-b"]["subnet"], "subnet-0ababababa");
    let user_data: BTreeMap<String, String> = output.user_data().into_iter().collect();
    let label = |group: &str, name: &str| {
        let data = &user_data[&format!("ManagedNodesGeneralUsWest2{group}LaunchTemplate")];
        assert!(data.contains(&format!("k8s.amazonaws.com/eniConfig={name},")), "{group}: {data}");
    };
    label("a", "default-us-west-2a");
    label("aB", "default-us-west-2a-b");
    label("b", "default-us-west-2b");
}

#[test]
fn a_groups_nodes_are_split_between_the_subnets() {
    let two = json!({
        "b": {"size": "auto", "nodeGroups": {"general": 4}},
        "c": {"size": "auto", "nodeGroups": {"general": 1}},
    });
    let output = bound(&cluster(&two), &["a", "aB", "aC", "b"]).compiled();
    let wanted = [
        ("general-us-west-2a", (3, 5)),
        ("general-us-west-2a-b", (0, 4)),
        ("general-us-west-2a-c", (0, 1)),
        ("general-us-west-2b", (3, 10)),
    ];
    assert_eq!(sizes(&output), wanted.into_iter().map(|(name, size)| (name.to_owned(), size)).collect());
    // Each part is a managed group of its own, with an update of its own: two nodes more.
    assert_eq!(
        demands(&output),
        named([("us-west-2a/", 7 * 20), ("us-west-2a/b", 6 * 20), ("us-west-2a/c", 3 * 20), ("us-west-2b/", 12 * 20)])
    );
}

#[test]
fn what_is_at_least_to_run_goes_where_there_is_room() {
    let least = |nodes: u32, desired: Option<u32>| {
        let example = cluster(&json!({"b": {"size": "auto", "nodeGroups": {"general": nodes}}}));
        let example = example.with(|spec| {
            if let Some(desired) = desired {
                spec["nodeGroups"][0]["size"]["desired"] = desired.into();
            }
        });
        let plan = bound(&example, &["a", "aB", "b"]).compiled().plan();
        let groups = plan["nodeGroups"].as_array().unwrap().clone();
        let of_zone = groups.into_iter().filter(|group| group["zones"] == json!(["us-west-2a"]));
        of_zone.map(|group| (group["min"].as_u64().unwrap(), group["desired"].as_u64())).collect::<Vec<_>>()
    };
    assert_eq!(least(4, None), [(3, None), (0, None)]);
    // One is left in the first subnet, so two of the three are in the further one.
    assert_eq!(least(9, None), [(1, None), (2, None)]);
    assert_eq!(least(10, None), [(3, None)]);
    // A number that says nothing would undo what an autoscaler made of the group.
    assert_eq!(least(4, Some(5)), [(3, Some(5)), (0, None)]);
    assert_eq!(least(9, Some(5)), [(1, Some(1)), (2, Some(4))]);
}

#[test]
fn nothing_is_removed_before_the_further_subnet_is_bound() {
    let example = cluster(&json!({"b": {"size": "auto", "nodeGroups": {"general": 10}}}));
    let waiting = bound(&example, &["a", "b"]).compiled();
    let before = named([("ManagedNodesGeneralUsWest2a", 10), ("ManagedNodesGeneralUsWest2b", 10)]);
    assert_eq!(rendered(&waiting), before, "all nodes stay where they are");
    // What is at least to run does so in both places until then.
    let least: Vec<(String, u64)> = sizes(&waiting).into_iter().map(|(name, (min, _))| (name, min)).collect();
    let names = ["general-us-west-2a", "general-us-west-2a-b", "general-us-west-2b"];
    assert_eq!(least, names.map(|name| (name.to_owned(), 3)));
    assert_eq!(waiting.eni_configs().into_keys().collect::<Vec<_>>(), ["default-us-west-2a", "default-us-west-2b"]);
    assert_eq!(waiting.plan()["pending"][0]["waitsFor"], "PodSubnetDefaultUsWest2aB");
    let moved = bound(&example, &["a", "aB", "b"]).compiled();
    let after = named([("ManagedNodesGeneralUsWest2aB", 10), ("ManagedNodesGeneralUsWest2b", 10)]);
    assert_eq!(rendered(&moved), after);
    // The nodes that are on their way out still look for the first ENIConfig, and its subnet stays.
    assert_eq!(moved.eni_configs().len(), 3);
    assert!(moved.document(NETWORK)["Resources"]["PodSubnetDefaultUsWest2a"].is_object());
    // The proof is about what is to be: the first subnet has no nodes.
    assert_eq!(demands(&waiting), named([("us-west-2a/", 0), ("us-west-2a/b", 240), ("us-west-2b/", 240)]));
    let largest = |number: usize| waiting.plan()["podSubnets"][number]["proof"]["largest"].as_array().unwrap().len();
    assert_eq!([0, 1, 2].map(largest), [0, 1, 1]);
}

#[test]
fn however_much_room_there_is_no_more_nodes_stay_than_the_group_has() {
    for nodes in [4, 10] {
        let roomy = cluster(&json!({"b": {"size": "auto", "nodeGroups": {"general": nodes}}})).with(|spec| {
            spec["podNetwork"]["pools"]["default"]["zones"]["us-west-2a"]["prefixLength"] = 20.into();
        });
        // A /20 has room for 204 nodes.
        let waiting = bound(&roomy, &["a", "b"]).compiled();
        let all = named([("ManagedNodesGeneralUsWest2a", 10), ("ManagedNodesGeneralUsWest2b", 10)]);
        assert_eq!(rendered(&waiting), all, "{nodes} are to go");
    }
}

#[test]
fn a_subnet_that_is_left_keeps_its_range_and_a_new_one_has_nothing_to_count() {
    let all = cluster(&json!({"b": {"size": "auto", "nodeGroups": {"general": 10}}}));
    for subnets in [&["a", "b"][..], &["a", "aB", "b"]] {
        let output = bound(&all, subnets).compiled();
        let left = &output.plan()["podSubnets"][0];
        assert_eq!((&left["cidr"], &left["proof"]["inequality"]), (&json!("100.64.0.0/24"), &json!("0 ≤ 251")));
    }
    let message = "no node group uses `default/us-west-2a`, so `size` cannot be computed".to_owned();
    assert_eq!(all.refused(), [(Code::CapacitySize, message)]);
    // What else is wrong with its size is still told.
    let two = bound(&all, &["a", "aB", "b"]).with(|spec| spec["podNetwork"]["pools"]["default"]["pods"] = 100.into());
    assert!(
        two.refused().contains(&(Code::CapacitySize, "`default` has more than one size".to_owned())),
        "{:?}",
        two.refused()
    );
    let no_block =
        bound(&all, &["a", "aB", "b"]).with(|spec| spec["podNetwork"]["cidrBlocks"] = json!(["100.66.0.0/16"]));
    assert!(no_block.refused().iter().any(|(code, _)| *code == Code::AddressOutside), "{:?}", no_block.refused());
}

#[test]
fn nodes_that_find_their_config_by_zone_cannot_have_a_further_subnet() {
    let example = cluster(&json!({"b": {"size": "auto", "nodeGroups": {"general": 4}}}));
    let newer = example.clone();
    let example = example.with(|spec| {
        spec["kubernetesVersion"] = "1.23".into();
        spec["cni"]["version"] = "1.10.4".into();
    });
    let by_zone = example.with(|spec| spec["podNetwork"]["selectBy"] = "zone".into());
    let message = "with `selectBy: zone`, nodes cannot distinguish the pod subnets of a zone".to_owned();
    assert!(by_zone.refused().contains(&(Code::CniEniConfig, message)));
    // Unless it is said, additional subnets decide; nodes that run and found theirs by zone take the user's word.
    let unsaid = example.with(|spec| _ = spec["podNetwork"].as_object_mut().unwrap().remove("selectBy"));
    assert_eq!(unsaid.compiled().plan()["selection"]["by"], "name");
    let mut lock = unsaid.compile().lock;
    lock.select_by = Some(SelectBy::Zone);
    for name in ["a", "aB", "b"] {
        lock.bindings
            .insert(format!("PodSubnetDefaultUsWest2{name}"), format!("subnet-0{}", name.to_lowercase().repeat(8)));
    }
    let running = Example { lock: Some(lock::write(&lock)), ..unsaid };
    assert_eq!(running.refused().into_iter().map(|(code, _)| code).collect::<Vec<_>>(), [Code::LockSelection]);
    let word = Example { lock: running.lock.clone(), ..example }.compiled();
    assert_eq!(word.said(Code::LockSelection)[0].0, Severity::Warning);
    // Since CNI 1.11 a label wins over the zone's, and nothing changes for those that run.
    let newer = newer.with(|spec| _ = spec["podNetwork"].as_object_mut().unwrap().remove("selectBy"));
    let newer = Example { lock: running.lock, ..newer }.compiled();
    let plan = newer.plan();
    assert_eq!(plan["selection"]["by"], "zone");
    let configs = plan["eniConfigs"].as_array().unwrap();
    let labels: BTreeMap<&str, Option<&str>> =
        configs.iter().map(|config| (config["name"].as_str().unwrap(), config["label"].as_str())).collect();
    let winning = Some("vpc.amazonaws.com/externalEniConfig");
    assert_eq!(labels, [("default-us-west-2a-b", winning), ("us-west-2a", None), ("us-west-2b", None)].into());
    let groups = plan["nodeGroups"].as_array().unwrap().iter().map(|group| {
        (group["name"].as_str().unwrap(), group["labels"]["vpc.amazonaws.com/externalEniConfig"].as_str())
    });
    assert_eq!(
        groups.collect::<BTreeMap<_, _>>(),
        [
            ("general-us-west-2a", None),
            ("general-us-west-2a-b", Some("default-us-west-2a-b")),
            ("general-us-west-2b", None)
        ]
        .into()
    );
}
