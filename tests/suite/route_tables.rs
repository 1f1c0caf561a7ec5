//! Route tables of pod subnets: whose counts, and what becomes of an association that is deployed.

use podnet::diagnostic::{Code, Severity};
use podnet::lock::{Lock, write};
use serde_json::{Value, json};

use crate::harness::{Example, Output, small};

const NETWORK: &str = "cloudformation/pod-network.yaml";
const ZONES: &str = "rtb-0aaaaaaaaaaaaaaa0";
const POOLS: &str = "rtb-0bbbbbbbbbbbbbbb0";
const FURTHERS: &str = "rtb-0ccccccccccccccc0";

/// One zone with a route table, two pools, and an additional pod subnet.
fn example() -> Example {
    small("us-west-2", "a").with(|spec| {
        spec["zones"][0]["podRouteTableId"] = ZONES.into();
        spec["podNetwork"]["pools"] = json!({
            "one": {"prefixLength": 20},
            "two": {"prefixLength": 20, "zones": {"us-west-2a": {
                "podRouteTableId": POOLS,
                "further": {
                    "b": {"prefixLength": 24},
                    "c": {"prefixLength": 24, "podRouteTableId": FURTHERS}
                }
            }}}
        });
        spec["nodeGroups"][0]["pool"] = "one".into();
    })
}

/// The route table of an association in the template, if it has one.
fn associated(output: &Output, subnet: &str) -> Option<String> {
    let resources = output.document(NETWORK)["Resources"].clone();
    let association = resources.get(format!("{subnet}RouteTableAssociation"))?;
    assert_eq!(association["Properties"]["SubnetId"], json!({"Ref": subnet}));
    Some(association["Properties"]["RouteTableId"].as_str().unwrap().to_owned())
}

#[test]
fn the_nearest_one_counts() {
    let output = example().compiled();
    for (subnet, table) in [
        ("PodSubnetOneUsWest2a", ZONES),
        ("PodSubnetTwoUsWest2a", POOLS),
        ("PodSubnetTwoUsWest2aB", POOLS),
        ("PodSubnetTwoUsWest2aC", FURTHERS),
    ] {
        assert_eq!(associated(&output, subnet).as_deref(), Some(table), "{subnet}");
    }
}

/// The example after its network was deployed.
fn deployed(example: &Example) -> Example {
    let Lock { mut bindings, .. } = Lock::default();
    let lock = example.compiled().compiled.lock;
    for (number, key) in ["OneUsWest2a", "TwoUsWest2a", "TwoUsWest2aB", "TwoUsWest2aC"].iter().enumerate() {
        bindings.insert(format!("PodSubnet{key}"), format!("subnet-0ffffffffffffff0{number}"));
    }
    Example { lock: Some(write(&Lock { bindings, ..lock })), ..example.clone() }
}

/// The next edit of an example, on top of the lock that came of it.
fn next(before: &Example, change: impl FnOnce(&mut Value)) -> (Example, Output) {
    let lock = write(&before.compiled().compiled.lock);
    let after = Example { lock: Some(lock), ..before.with(change) };
    let output = after.compiled();
    (after, output)
}

#[test]
fn one_that_is_taken_away_stays_and_can_be_given_back() {
    let before = deployed(&example());
    let template = before.compiled().text(NETWORK).to_owned();
    let (without, output) = next(&before, |spec| {
        spec["zones"][0].as_object_mut().unwrap().remove("podRouteTableId");
    });
    // The stack retains an association, so that a resource which leaves and comes back would associate its subnet twice.
    assert_eq!(output.text(NETWORK), template);
    let said = output.said(Code::CniRouteTable);
    assert_eq!(
        said,
        [(
            Severity::Warning,
            format!("`one/us-west-2a` keeps the route table `{ZONES}`, which the spec no longer says").as_str()
        )]
    );
    let (_, back) = next(&without, |spec| spec["zones"][0]["podRouteTableId"] = ZONES.into());
    assert_eq!(back.text(NETWORK), template);
    assert_eq!(back.said(Code::CniRouteTable), []);
    // Another one is a replacement, which CloudFormation makes by deleting first.
    let (_, other) = next(&without, |spec| spec["zones"][0]["podRouteTableId"] = FURTHERS.into());
    assert_eq!(associated(&other, "PodSubnetOneUsWest2a").as_deref(), Some(FURTHERS));
    assert!(other.text(NETWORK).contains("UpdateReplacePolicy: Delete"));
}

#[test]
fn what_was_never_deployed_is_taken_away_without_a_word() {
    let (_, output) = next(&example(), |spec| {
        spec["zones"][0].as_object_mut().unwrap().remove("podRouteTableId");
    });
    assert_eq!(associated(&output, "PodSubnetOneUsWest2a"), None);
    assert_eq!(output.said(Code::CniRouteTable), []);
}

#[test]
fn a_given_subnet_leaves_by_its_owners_routes() {
    let given = |subnet: &str| {
        let example = Example::read("tutorial").with(|spec| {
            spec["podNetwork"]["egress"] = json!({"snat": "external"});
            let zones = spec["zones"].as_array().unwrap().clone();
            let zone = |zone: &Value| zone["name"].as_str().unwrap().to_owned();
            for zone in spec["zones"].as_array_mut().unwrap() {
                zone.as_object_mut().unwrap().remove("podRouteTableId");
            }
            let subnets = zones.iter().enumerate().map(|(number, it)| {
                let size = match subnet {
                    "given" => json!({"subnetId": format!("subnet-0c{number:015}")}),
                    _ => json!({"prefixLength": 20}),
                };
                (zone(it), size)
            });
            let subnets: serde_json::Map<String, Value> = subnets.collect();
            spec["podNetwork"]["pools"] = json!({"default": {"zones": subnets}});
        });
        let Example { lock, .. } = &example;
        assert!(lock.is_some());
        let compiled = Example { lock: None, ..example }.compile();
        compiled.diagnostics.iter().filter(|said| said.code == Code::CniRouteTable && said.is_error()).count()
    };
    assert_eq!(given("given"), 0);
    assert_ne!(given("made"), 0);
}
