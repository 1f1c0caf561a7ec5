//! The blocks and subnets that the pages make, and how pods leave them.

use std::collections::BTreeSet;

use podnet::diagnostic::Code;
use serde_json::{Value, json};

use super::POD_NETWORK;
use crate::harness::Example;

fn types_of(template: &Value) -> Vec<&str> {
    template["Resources"].as_object().unwrap().values().filter_map(|resource| resource["Type"].as_str()).collect()
}

#[test]
fn associate_a_secondary_block() {
    let tutorial = Example::read("tutorial").compiled();
    let block = tutorial.resource(POD_NETWORK, "PodCidrBlock192x168x1x0x24");
    assert_eq!(block["Type"], "AWS::EC2::VPCCidrBlock");
    assert_eq!(block["Properties"], json!({"VpcId": "vpc-01c47e3e8a1f2b3c4", "CidrBlock": "192.168.1.0/24"}));
    // A block that the VPC has is not associated twice.
    for stem in ["eks-2019", "eks-2021"] {
        let template = Example::read(stem).compiled().document(POD_NETWORK);
        assert!(!types_of(&template).contains(&"AWS::EC2::VPCCidrBlock"), "{stem}");
    }
}

#[test]
fn a_subnet_for_each_zone_in_the_secondary_block() {
    let tutorial = Example::read("tutorial").compiled();
    for (id, zone, cidr) in [
        ("PodSubnetDefaultUsWest2a", "us-west-2a", "192.168.1.0/27"),
        ("PodSubnetDefaultUsWest2d", "us-west-2d", "192.168.1.32/27"),
    ] {
        let subnet = tutorial.resource(POD_NETWORK, id);
        assert_eq!(subnet["Type"], "AWS::EC2::Subnet");
        // CloudFormation sees no link between a subnet and the block it lies in.
        assert_eq!(subnet["DependsOn"], "PodCidrBlock192x168x1x0x24", "{id}");
        let properties = &subnet["Properties"];
        assert_eq!(properties["VpcId"], "vpc-01c47e3e8a1f2b3c4");
        assert_eq!((&properties["AvailabilityZone"], &properties["CidrBlock"]), (&json!(zone), &json!(cidr)));
    }
    let template = tutorial.document(POD_NETWORK);
    assert_eq!(types_of(&template).iter().filter(|kind| **kind == "AWS::EC2::Subnet").count(), 2);
}

#[test]
fn the_subnets_are_from_a_different_block_than_the_nodes() {
    let in_the_nodes_block = Example::read("tutorial").unlocked().with(|spec| {
        spec["podNetwork"]["cidrBlocks"] = json!(["192.168.0.0/24"]);
    });
    let codes: BTreeSet<&str> = in_the_nodes_block.refused().iter().map(|(code, _)| code.as_str()).collect();
    assert!(codes.contains("address/node-block"), "{codes:?}");
}

#[test]
fn external_snat() {
    let production = Example::read("production");
    let variable = "AWS_VPC_K8S_CNI_EXTERNALSNAT";
    assert_eq!(production.compiled().environment().get(variable).map(String::as_str), Some("false"));
    let external = production.with(|spec| spec["podNetwork"]["egress"] = json!({"snat": "external"}));
    assert_eq!(external.compiled().environment().get(variable).map(String::as_str), Some("true"));
    assert_eq!(Example::read("china-pools").compiled().environment().get(variable).map(String::as_str), Some("true"));
    // Pods then leave by their own subnet's route: without a route table of its own a zone is refused.
    let no_route = external.with(|spec| {
        spec["zones"][1].as_object_mut().unwrap().remove("podRouteTableId");
    });
    let refused = no_route.refused();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].0, Code::CniRouteTable);
    assert!(refused[0].1.contains("us-west-2b"), "{refused:?}");
}
