//! Node groups, their max pods, and the strings for other tools.

use std::collections::BTreeMap;

use podnet::diagnostic::Code;
use serde_json::{Value, json};

use super::{NODE_GROUPS, RUNBOOK};
use crate::harness::{Example, value};

/// The words after `/etc/eks/bootstrap.sh` in a script, as the shell reads them.
fn bootstrap_words(script: &str) -> Vec<String> {
    let words = shlex::split(&script.replace("\\\n", " ")).unwrap_or_default();
    words.into_iter().skip_while(|word| word != "/etc/eks/bootstrap.sh").skip(1).collect()
}

/// The kubelet's arguments of a script, which are one word for bootstrap.sh.
fn kubelet_arguments(script: &str) -> Vec<String> {
    let words = bootstrap_words(script);
    let extra = words.iter().skip_while(|word| *word != "--kubelet-extra-args").nth(1).cloned().unwrap_or_default();
    extra.split(' ').map(ToOwned::to_owned).collect()
}

#[test]
fn a_node_group_for_each_eni_config_limited_to_its_zone() {
    let example = Example::read("eks-2019").unlocked().with(|spec| {
        let zone =
            |name: &str, subnet: &str, cidr: &str| json!({"name": name, "nodeSubnets": [{"id": subnet, "cidr": cidr}]});
        spec["zones"] = json!([
            zone("us-east-1a", "subnet-0a9b8c7d6e5f40312", "10.0.0.0/19"),
            zone("us-east-1b", "subnet-0b9b8c7d6e5f40312", "10.0.32.0/19"),
        ]);
        spec["podNetwork"]["pools"]["default"]["zones"]["us-east-1b"] = json!({"subnetId": "subnet-0eeeeeeeeeeeeeeee"});
        spec["nodeGroups"][0]["securityGroupIds"] = json!(["sg-08052d900a2c7fb0a"]);
    });
    let output = example.compiled();
    assert_eq!(output.eni_configs().into_keys().collect::<Vec<_>>(), ["custom-pod-netconfig", "default-us-east-1b"]);
    for (id, subnet, config) in [
        ("NodesWorkersUsEast1a", "subnet-0a9b8c7d6e5f40312", "custom-pod-netconfig"),
        ("NodesWorkersUsEast1b", "subnet-0b9b8c7d6e5f40312", "default-us-east-1b"),
    ] {
        let group = output.resource(NODE_GROUPS, id);
        assert_eq!(group["Type"], "AWS::AutoScaling::AutoScalingGroup");
        assert_eq!(group["Properties"]["VPCZoneIdentifier"], json!([subnet]), "{id}");
        assert_eq!(
            group["Properties"]["LaunchTemplate"]["LaunchTemplateId"],
            json!({"Ref": format!("{id}LaunchTemplate")})
        );
        let user_data: BTreeMap<String, String> = output.user_data().into_iter().collect();
        let arguments = kubelet_arguments(&user_data[&format!("{id}LaunchTemplate")]);
        let labels = arguments.iter().find_map(|argument| argument.strip_prefix("--node-labels=")).unwrap_or_default();
        let label = format!("k8s.amazonaws.com/eniConfig={config}");
        assert!(labels.split(',').any(|one| one == label), "{id}: {arguments:?}");
    }
    // One group over both zones could only have the label of one of them.
    let over_all = example.with(|spec| spec["nodeGroups"][0]["perZone"] = json!(false));
    assert_eq!(over_all.refused().first().map(|(code, _)| *code), Some(Code::NodesZone));
}

#[test]
fn the_strings_to_paste_into_other_tools() {
    let page_2019 = Example::read("eks-2019").compiled();
    let group = &page_2019.plan()["nodeGroups"][0];
    let bootstrap = group["bootstrapArguments"].as_str().unwrap();
    // "--kubelet-extra-args '--node-labels=k8s.amazonaws.com/eniConfig=custom-pod-netconfig'", with max pods before it, and
    // after it the label that keeps these nodes out of the runbook's list of those to drain.
    let name = group["group"].as_str().unwrap();
    let labels = format!("k8s.amazonaws.com/eniConfig=custom-pod-netconfig,podnet.dev/node-group={name}");
    assert_eq!(bootstrap, format!("--use-max-pods false --kubelet-extra-args '--max-pods=20 --node-labels={labels}'"));
    let eksctl = group["eksctlArguments"].as_str().unwrap();
    assert_eq!(eksctl, format!("--max-pods-per-node 20 --node-labels {labels}"));
    for text in [bootstrap, eksctl] {
        assert!(page_2019.text(RUNBOOK).contains(&format!("`{text}`")), "{text}");
    }
    let page_2021 = Example::read("eks-2021").compiled();
    let name = page_2021.plan()["nodeGroups"][0]["group"].as_str().unwrap().to_owned();
    // "--use-max-pods false --kubelet-extra-args '--max-pods=20'", with that label.
    let printed =
        format!("--use-max-pods false --kubelet-extra-args '--max-pods=20 --node-labels=podnet.dev/node-group={name}'");
    assert_eq!(page_2021.plan()["nodeGroups"][0]["bootstrapArguments"], json!(printed));
    assert!(page_2021.text(RUNBOOK).contains(&format!("`{printed}`")));
}

/// The runbook drains the nodes of a zone that lack the label: those that another tool makes must have it too.
#[test]
fn nodes_have_the_same_labels_whatever_makes_them() {
    for example in Example::all() {
        let plan = example.compiled().plan();
        for group in plan["nodeGroups"].as_array().unwrap() {
            let labels = group["labels"].as_object().unwrap();
            assert_eq!(labels["podnet.dev/node-group"], group["group"]);
            let joined: Vec<String> =
                labels.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap())).collect();
            let joined = joined.join(",");
            let has = |text: &Value, option: &str| text.as_str().unwrap().contains(&format!("{option}{joined}"));
            assert!(has(&group["eksctlArguments"], "--node-labels "), "{group:#}");
            assert!(has(&group["bootstrapArguments"], "--node-labels="), "{group:#}");
            assert_eq!(group["kubeletFlags"][0], format!("--node-labels={joined}"));
        }
    }
}

#[test]
fn max_pods_in_the_user_data() {
    for (stem, cluster) in [("eks-2019", "eks-2019"), ("eks-2021", "eks-2021")] {
        let output = Example::read(stem).compiled();
        assert_eq!(output.plan()["nodeGroups"][0]["maxPods"]["value"], 20);
        assert_eq!(output.user_data().len(), output.eni_configs().len(), "a group for each");
        for (_, script) in output.user_data() {
            assert!(script.starts_with("#!/bin/bash\n"), "{script}");
            let words = bootstrap_words(&script);
            assert_eq!(words[..4], [cluster, "--use-max-pods", "false", "--kubelet-extra-args"], "{script}");
            assert_eq!((words.len(), kubelet_arguments(&script)[0].as_str()), (5, "--max-pods=20"), "{script}");
        }
    }
    let tutorial = Example::read("tutorial").compiled();
    assert_eq!(tutorial.user_data().len(), 2);
    for (id, text) in tutorial.user_data() {
        let part = text.split("\n--podnet").nth(1).and_then(|part| part.split_once("\n\n")).unwrap_or_default().1;
        let config = value(part);
        let kubelet = &config["spec"]["kubelet"];
        assert_eq!((&kubelet["config"]["maxPods"], &kubelet["maxPodsExpression"]), (&json!(12), &json!("12")), "{id}");
    }
}
