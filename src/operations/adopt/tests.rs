use serde_json::{Value, json};

use super::map::MapTo;
use super::*;
use crate::lock::{self, LineChange};

const SPEC: &str = r#"
apiVersion: podnet.dev/v1alpha1
kind: PodNetwork
metadata: {name: prod}
spec:
  region: us-west-2
  kubernetesVersion: "1.33"
  vpc: {id: vpc-0a1b2c3d, cidrBlocks: [10.0.0.0/16, 100.64.0.0/16]}
  zones:
    - {name: us-west-2a, nodeSubnets: [{id: subnet-aaaaaaaa, cidr: 10.0.0.0/20}]}
    - {name: us-west-2b, nodeSubnets: [{id: subnet-bbbbbbbb, cidr: 10.0.16.0/20}]}
  podNetwork:
    cidrBlocks: [100.64.0.0/16]
    pools:
      default: {prefixLength: 20}
  cni: {version: 1.21.1}
"#;

fn document(change: impl FnOnce(String) -> String) -> Document {
    crate::spec::read(&change(SPEC.to_owned())).document.unwrap()
}

fn plain() -> Document {
    document(|text| text)
}

fn described(id: &str, zone: char, cidr: &str, name: &str) -> Value {
    json!({"SubnetId": id, "VpcId": "vpc-0a1b2c3d", "CidrBlock": cidr, "AvailabilityZone": format!("us-west-2{zone}"),
        "State": "available", "Tags": [{"Key": "Name", "Value": name}]})
}

/// The subnets of the nodes, and more.
fn listing(more: &[(&str, char, &str, &str)]) -> Listing {
    let nodes = [("subnet-aaaaaaaa", 'a', "10.0.0.0/20", ""), ("subnet-bbbbbbbb", 'b', "10.0.16.0/20", "")];
    let all: Vec<Value> =
        nodes.iter().chain(more).map(|(id, zone, cidr, name)| described(id, *zone, cidr, name)).collect();
    Listing::read(&json!({"Subnets": all}), "subnets.json").unwrap()
}

fn lock(allocations: &[(&str, &str, State)]) -> Lock {
    let mut lock = Lock::empty("prod", "2026-10-27");
    for (key, cidr, state) in allocations {
        let allocation = Allocation {
            cidr: cidr.parse().unwrap(),
            state: *state,
            subnet_id: None,
            reservations: Reservations::default(),
            route_table_id: None,
            zone_id: None,
        };
        lock.allocations.insert(key.parse().unwrap(), allocation);
    }
    lock
}

fn run(document: &Document, lock: &Lock, listing: &Listing, maps: &[&str]) -> Result<Vec<String>, Vec<String>> {
    let maps: Vec<Map> = maps.iter().map(|map| map.parse().unwrap()).collect();
    let inputs = AdoptInputs { document, lock: ("prod.lock.yaml", lock), listing, vpc: None, maps: &maps };
    match adopt(inputs) {
        Ok(adoption) => Ok(lock::changes(lock, &adoption.lock).iter().map(LineChange::to_string).collect()),
        Err(problems) => Err(problems.into_iter().map(|problem| problem.message).collect()),
    }
}

#[test]
fn one_subnet_of_a_zone_is_adopted_and_the_rest_is_noted() {
    let listing = listing(&[
        ("subnet-0000000a", 'a', "100.64.0.0/20", "pods"),
        ("subnet-0000000c", 'c', "100.64.16.0/20", "of a zone that the spec has not"),
        ("subnet-0000000d", 'b', "10.0.32.0/24", "databases"),
    ]);
    assert_eq!(
        run(&plain(), &lock(&[]), &listing, &[]).unwrap(),
        [
            "added: default/us-west-2a: {cidr: \"100.64.0.0/20\", state: active, subnetId: subnet-0000000a}",
            "added: subnet-0000000c: {cidr: \"100.64.16.0/20\"}",
            "added: subnet-0000000d: {cidr: \"10.0.32.0/24\"}",
        ]
    );
}

#[test]
fn nothing_is_guessed() {
    let two = listing(&[("subnet-0000000a", 'a', "100.64.0.0/20", ""), ("subnet-0000000b", 'a', "100.64.16.0/20", "")]);
    let said = run(&plain(), &lock(&[]), &two, &[]).unwrap_err();
    assert_eq!(said, ["2 subnets of us-west-2a could belong to `default/us-west-2a`"]);
    // The very range of the spec is no guess.
    let given = document(|text| {
        text.replace("{prefixLength: 20}", "{prefixLength: 20, zones: {us-west-2a: {cidr: 100.64.16.0/20}}}")
    });
    let changes = run(&given, &lock(&[]), &two, &[]).unwrap();
    assert!(changes[0].ends_with("subnetId: subnet-0000000b}"), "{changes:?}");
    // Two pools of which one has its range are one pool that is open.
    let pools = document(|text| {
        text.replace(
            "default: {prefixLength: 20}",
            "{default: {prefixLength: 20}, more: {prefixLength: 20, zones: {us-west-2a: {cidr: 100.64.16.0/20}}}}",
        )
        .replace("pools:\n", "pools: ")
    });
    let changes = run(&pools, &lock(&[]), &two, &[]).unwrap();
    assert!(changes[0].contains("default/us-west-2a") && changes[0].ends_with("subnet-0000000a}"), "{changes:?}");
    assert!(changes[1].contains("more/us-west-2a") && changes[1].ends_with("subnet-0000000b}"), "{changes:?}");
}

#[test]
fn a_range_of_the_lock_stays_until_somebody_says_otherwise() {
    let there = listing(&[("subnet-0000000a", 'a', "100.64.0.0/20", "")]);
    let overlap =
        |state| run(&plain(), &lock(&[("default/us-west-2a", "100.64.0.0/18", state)]), &there, &[]).unwrap_err();
    for state in [State::Active, State::Reserved, State::Retired] {
        assert_eq!(
            overlap(state),
            ["`subnet-0000000a` (100.64.0.0/20, no Name) overlaps `100.64.0.0/18` of `default/us-west-2a`"]
        );
    }
    let active = lock(&[("default/us-west-2a", "100.64.0.0/18", State::Active)]);
    let map = ["default/us-west-2a=subnet-0000000a"];
    let changes = run(&plain(), &active, &there, &map).unwrap();
    assert_eq!(
        changes,
        [
            "changed: default/us-west-2a: {cidr: \"100.64.0.0/18\", state: active} becomes {cidr: \"100.64.0.0/20\", state: active, subnetId: subnet-0000000a}"
        ]
    );
    // What is bound was deployed.
    let mut bound = active;
    bound.bindings.insert("PodSubnetDefaultUsWest2a".to_owned(), "subnet-0000000f".to_owned());
    let said = run(&plain(), &bound, &there, &map).unwrap_err();
    assert!(
        said.contains(&"podnet created the subnet of `default/us-west-2a`, `100.64.0.0/18`".to_owned()),
        "{said:?}"
    );
    // A free range elsewhere stays a candidate for nobody: the pool has its range.
    let elsewhere = listing(&[("subnet-0000000a", 'a', "100.64.128.0/20", "")]);
    let changes =
        run(&plain(), &lock(&[("default/us-west-2a", "100.64.0.0/18", State::Active)]), &elsewhere, &[]).unwrap();
    assert_eq!(changes, ["added: subnet-0000000a: {cidr: \"100.64.128.0/20\"}"]);
}

#[test]
fn what_podnet_made_is_left_alone() {
    let held = lock(&[
        ("default/us-west-2a", "100.64.0.0/20", State::Active),
        ("default/us-west-2c", "100.64.16.0/20", State::Retired),
    ]);
    let mine = listing(&[
        ("subnet-0000000a", 'a', "100.64.0.0/20", "prod-pods-default-us-west-2a"),
        ("subnet-0000000c", 'c', "100.64.16.0/20", "prod-pods-default-us-west-2c"),
    ]);
    assert_eq!(run(&plain(), &held, &mine, &[]).unwrap(), Vec::<String>::new());
    // The stack associated the block, so that the spec need not list it among the VPC's.
    let unlisted = document(|text| text.replace(", 100.64.0.0/16]}", "]}"));
    assert_eq!(run(&unlisted, &held, &mine, &[]).unwrap(), Vec::<String>::new());
    let said = run(&unlisted, &lock(&[]), &listing(&[("subnet-0000000a", 'a', "100.64.0.0/20", "")]), &[]).unwrap_err();
    assert_eq!(said, ["the VPC has `100.64.0.0/16` already: `subnet-0000000a` (100.64.0.0/20, no Name) is in it"]);
    let said = run(&plain(), &lock(&[]), &mine, &[]).unwrap_err();
    assert!(
        said[0].starts_with("podnet created `subnet-0000000a`") && said[0].ends_with("but the lock does not have it"),
        "{said:?}"
    );
}

#[test]
fn a_given_subnet_without_a_range_is_carved_around() {
    let given = |more: &str| {
        document(|text| {
            text.replace(
                "{prefixLength: 20}",
                &format!("{{prefixLength: 20, zones: {{us-west-2a: {{subnetId: subnet-0000000a{more}}}}}}}"),
            )
        })
    };
    let there = listing(&[("subnet-0000000a", 'a', "100.64.0.0/20", "")]);
    assert_eq!(
        run(&given(""), &lock(&[]), &there, &[]).unwrap(),
        ["added: subnet-0000000a: {cidr: \"100.64.0.0/20\"}"]
    );
    assert_eq!(run(&given(", cidr: 100.64.0.0/20"), &lock(&[]), &there, &[]).unwrap(), Vec::<String>::new());
    let said = run(&given(", cidr: 100.64.0.0/21"), &lock(&[]), &there, &[]).unwrap_err();
    assert_eq!(said, ["the pod subnet `subnet-0000000a` has `100.64.0.0/20`, not `100.64.0.0/21`"]);
}

#[test]
fn maps_are_read() {
    let map: Map = "default/us-west-2a=subnet-0000000a".parse().unwrap();
    assert_eq!(
        (map.key.to_string().as_str(), map.to),
        ("default/us-west-2a", MapTo::Subnet("subnet-0000000a".parse().unwrap()))
    );
    assert_eq!("default/us-west-2a=new".parse::<Map>().unwrap().to, MapTo::New);
    for text in ["", "=", "default=new", "default/us-west-2a", "default/us-west-2a=", "default/us-west-2a=New"] {
        assert!(text.parse::<Map>().is_err(), "{text}");
    }
}

#[test]
fn a_block_that_came_back_is_there() {
    let association = |cidr: &str, state: &str| json!({"CidrBlock": cidr, "CidrBlockState": {"State": state}});
    let vpc = |set: Value| {
        VpcBlocks::read(
            &json!({"Vpcs": [{"VpcId": "vpc-0a1b2c3d", "CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": set}]}),
            "vpcs.json",
            "vpc-0a1b2c3d",
        )
        .unwrap()
    };
    let blocks = vpc(json!([
        association("100.64.0.0/16", "disassociated"),
        association("100.64.0.0/16", "associating"),
        association("10.1.0.0/16", "failed")
    ]));
    assert_eq!(blocks.state("100.64.0.0/16".parse().unwrap()), Some("associating"));
    assert_eq!(blocks.state("10.1.0.0/16".parse().unwrap()), Some("failed"));
    assert_eq!(blocks.state("10.2.0.0/16".parse().unwrap()), None);
    assert_eq!(blocks.there().count(), 1);
    assert_eq!(vpc(json!([])).there().map(|block| block.to_string()).collect::<Vec<_>>(), ["10.0.0.0/16"]);
}

#[test]
fn further_subnets_of_a_zone_are_pod_subnets_too() {
    let further = document(|text| {
        text.replace(
            "{prefixLength: 20}",
            "{prefixLength: 20, zones: {us-west-2a: {further: {b: {prefixLength: 20, nodeGroups: {batch: 2}}}}}}",
        )
    });
    let one = listing(&[("subnet-0000000a", 'a', "100.64.0.0/20", "")]);
    let said = run(&further, &lock(&[]), &one, &[]).unwrap_err();
    assert_eq!(said, ["`subnet-0000000a` could belong to `default/us-west-2a` or `default/us-west-2a/b`"]);
    let changes = run(&further, &lock(&[]), &one, &["default/us-west-2a/b=subnet-0000000a"]).unwrap();
    let taken = "added: default/us-west-2a/b: {cidr: \"100.64.0.0/20\", state: active, subnetId: subnet-0000000a}";
    assert_eq!(changes, [taken]);
}
