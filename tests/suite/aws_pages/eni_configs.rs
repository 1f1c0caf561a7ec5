//! The ENIConfigs and their security groups.

use std::collections::BTreeSet;

use podnet::diagnostic::{Code, Severity};
use serde_json::json;

use super::{AWS_NODE, ENI_CONFIGS, NODE_GROUPS, RUNBOOK};
use crate::harness::Example;

#[test]
fn the_eni_configs_as_the_pages_print_them() {
    for (stem, name, group, subnet) in [
        ("eks-2019", "custom-pod-netconfig", "sg-0dff363a7d37c3c61", "subnet-017b472c2f79fdf96"),
        ("eks-2019-zones", "us-east-1a", "sg-08052d900a2c7fb0a", "subnet-0c4678ec01ce68b24"),
        ("eks-2021", "us-west-2a", "sg-0dff111a1d11c1c11", "subnet-011b111c1f11fdf11"),
        // The page edits one ENIConfig to these; a second zone shows them beside the first ones.
        ("eks-2021", "us-west-2b", "sg-0dff222a2d22c2c22", "subnet-022b222c2f22fdf22"),
    ] {
        let printed = json!({"securityGroups": [group], "subnet": subnet});
        let example = Example::read(stem).compiled();
        assert_eq!(example.eni_configs()[name], printed, "{stem}");
        assert_eq!(example.eni_configs().len(), if stem == "eks-2021" { 2 } else { 1 }, "{stem}");
    }
}

#[test]
fn the_security_group_of_the_node_group_goes_into_its_eni_config() {
    let page_2019 =
        Example::read("eks-2019").with(|spec| spec["podNetwork"]["securityGroups"] = json!({"use": "nodeGroup"}));
    let printed = json!({"securityGroups": ["sg-08052d900a2c7fb0a"], "subnet": "subnet-017b472c2f79fdf96"});
    assert_eq!(page_2019.compiled().eni_configs()["custom-pod-netconfig"], printed);
    let page_2021 = Example::read("eks-2021").with(|spec| {
        spec["podNetwork"]["securityGroups"] = json!({"use": "nodeGroup"});
        spec["zones"].as_array_mut().unwrap().remove(1);
        let zones = spec["podNetwork"]["pools"]["default"]["zones"].as_object_mut().unwrap();
        zones.remove("us-west-2b");
        zones["us-west-2a"]["subnetId"] = json!("subnet-022b222c2f22fdf22");
    });
    let printed = json!({"securityGroups": ["sg-0dff222a2d22c2c22"], "subnet": "subnet-022b222c2f22fdf22"});
    let output = page_2021.compiled();
    assert_eq!(output.eni_configs()["us-west-2a"], printed);
    // The same group is the nodes' own.
    let template = output.resource(NODE_GROUPS, "NodesWorkersUsWest2aLaunchTemplate");
    assert_eq!(template["Properties"]["LaunchTemplateData"]["SecurityGroupIds"], json!(["sg-0dff222a2d22c2c22"]));
    // Before the group is there, nothing is written in its place.
    let before = Example { lock: None, ..page_2021 }.compiled();
    assert!(!before.paths().contains(ENI_CONFIGS) && !before.paths().contains(AWS_NODE));
}

#[test]
fn no_groups_fall_back_to_what_the_version_has() {
    let with = |version: &str| {
        let example = Example::read("eks-2021").with(|spec| {
            spec["podNetwork"]["securityGroups"] = json!({"use": "none"});
            spec["cni"]["version"] = json!(version);
        });
        let output = example.compiled();
        assert_eq!(output.eni_configs()["us-west-2a"], json!({"subnet": "subnet-011b111c1f11fdf11"}));
        let said = output.said(Code::CniSecurityGroups);
        assert_eq!(said.len(), 1, "{said:?}");
        (said[0].0, said[0].1.to_owned())
    };
    // "aws-cni will assign Default Security Group from VPC"
    let (severity, message) = with("1.7.5");
    assert_eq!(severity, Severity::Warning);
    assert!(message.contains("VPC's default security group"), "{message}");
    let (severity, message) = with("1.8.0");
    assert_eq!(severity, Severity::Note);
    assert!(message.contains("primary interface"), "{message}");
    assert_eq!(with("1.13.0").0, Severity::Warning);
    assert_eq!(with("1.13.2").0, Severity::Note);
}

#[test]
fn several_subnets_in_a_zone_are_told_apart_by_name() {
    let output = Example::read("china-pools").compiled();
    let configs = output.eni_configs();
    let names: Vec<&str> = configs.keys().map(String::as_str).collect();
    assert_eq!(names, ["jobs-cn-north-1a", "jobs-cn-north-1b", "web-cn-north-1a", "web-cn-north-1b"]);
    let subnets: BTreeSet<String> = configs.values().map(|spec| spec["subnet"].to_string()).collect();
    assert_eq!(subnets.len(), 4, "each subnet has its own");
    for (name, zone) in [("jobs-cn-north-1a", "cn-north-1a"), ("web-cn-north-1b", "cn-north-1b")] {
        let runbook = output.text(RUNBOOK);
        let annotate =
            format!("kubectl annotate node NODE k8s.amazonaws.com/eniConfig={name}   # each node in {zone} ");
        let at = runbook.find(&annotate).unwrap_or_else(|| panic!("{name}: {runbook}"));
        // A node that has no name to look for when aws-node is switched stays NotReady.
        assert!(at < runbook.find("/kubernetes/aws-node.yaml").unwrap(), "{name}: {runbook}");
    }
    for group in output.plan()["nodeGroups"].as_array().unwrap() {
        assert_eq!(group["labels"]["k8s.amazonaws.com/eniConfig"], group["eniConfigs"][0], "{}", group["name"]);
        assert_eq!(group["eniConfigs"].as_array().unwrap().len(), 1);
    }
    let by_zone = Example::read("china-pools").with(|spec| spec["podNetwork"]["selectBy"] = json!("zone"));
    assert!(by_zone.refused().iter().any(|(code, _)| *code == Code::CniEniConfig));
}
