//! The two editions of the AWS page on custom networking, step by step, against what their examples come to: every
//! object and string that the pages print is here as they print it.

#![cfg(test)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use podnet::diagnostic::{Code, Severity};
use serde_json::{Value, json};
use support::Example;

const AWS_NODE: &str = "kubernetes/aws-node.yaml";
const CRD: &str = "kubernetes/eniconfig-crd.yaml";
const ENI_CONFIGS: &str = "kubernetes/eniconfigs.yaml";
const NODE_GROUPS: &str = "cloudformation/node-groups.yaml";
const POD_NETWORK: &str = "cloudformation/pod-network.yaml";
const RUNBOOK: &str = "RUNBOOK.md";

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

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

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
fn the_switch() {
    for example in Example::all() {
        let environment = example.compiled().environment();
        let switch = environment.get("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG").map(String::as_str);
        assert_eq!(switch, Some("true"), "{}", example.stem);
    }
}

#[test]
fn the_environment_as_the_pages_print_it() {
    let page_2019 = Example::read("eks-2019-zones").compiled();
    let printed = [
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
        ("ENI_CONFIG_LABEL_DEF", "failure-domain.beta.kubernetes.io/zone"),
        ("AWS_VPC_K8S_CNI_LOGLEVEL", "DEBUG"),
    ];
    assert_eq!(page_2019.environment(), map(&printed));
    let page_2021 = Example::read("eks-2021").compiled();
    let printed = [
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
        // The page still has the label of before 1.17, which Kubernetes 1.19 calls deprecated.
        ("ENI_CONFIG_LABEL_DEF", "topology.kubernetes.io/zone"),
    ];
    assert_eq!(page_2021.environment(), map(&printed));
}

#[test]
fn an_annotation_never_overrides_the_label() {
    for example in Example::all() {
        let output = example.compiled();
        assert!(!output.environment().contains_key("ENI_CONFIG_ANNOTATION_DEF"), "{}", example.stem);
        let set = example.with(|spec| spec["cni"]["env"] = json!({"ENI_CONFIG_ANNOTATION_DEF": "k8s.amazonaws.com/x"}));
        assert_eq!(set.refused().first().map(|(code, _)| *code), Some(Code::CniEnvironment), "{}", example.stem);
        if output.plan()["awsNode"]["delivery"] == "patch" {
            let remove = "kubectl -n kube-system set env daemonset aws-node ENI_CONFIG_ANNOTATION_DEF-`.\n";
            assert!(output.text(RUNBOOK).contains(remove), "{}", example.stem);
        }
    }
}

#[test]
fn cni_1_4_0_or_later() {
    for stem in ["eks-2019", "eks-2019-zones"] {
        let with = |version: &str| Example::read(stem).with(|spec| spec["cni"]["version"] = json!(version));
        for old in ["1.3.3", "1.2.1"] {
            let refused = with(old).refused();
            assert!(
                refused.iter().any(|(code, message)| *code == Code::CniVersion && message.contains(old)),
                "{refused:?}"
            );
        }
        assert!(with("1.4.0").compiled().paths().contains(AWS_NODE));
    }
}

#[test]
fn the_definition_as_the_pages_print_it() {
    for stem in ["eks-2019", "eks-2019-zones"] {
        let mut definition = Example::read(stem).compiled().document(CRD);
        definition["metadata"].as_object_mut().unwrap().remove("annotations");
        let printed = json!({
            "apiVersion": "apiextensions.k8s.io/v1beta1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "eniconfigs.crd.k8s.amazonaws.com"},
            "spec": {
                "scope": "Cluster",
                "group": "crd.k8s.amazonaws.com",
                "version": "v1alpha1",
                "names": {"plural": "eniconfigs", "singular": "eniconfig", "kind": "ENIConfig"},
            },
        });
        assert_eq!(definition, printed, "{stem}");
    }
    // "If you have version 1.3 or later of the CNI installed, you can skip" it.
    assert!(!Example::read("eks-2021").compiled().paths().contains(CRD));
}

#[test]
fn the_definition_is_of_a_version_that_the_cluster_takes() {
    let with = |version: &str| {
        let example = Example::read("eks-2019-zones").with(|spec| spec["kubernetesVersion"] = json!(version));
        example.compiled().document(CRD)["apiVersion"].clone()
    };
    assert_eq!(with("1.15"), "apiextensions.k8s.io/v1beta1");
    assert_eq!(with("1.16"), "apiextensions.k8s.io/v1");
    assert_eq!(with("1.22"), "apiextensions.k8s.io/v1");
}

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
fn the_label_that_the_clusters_version_has() {
    let label = |version: &str| {
        let example = Example::read("eks-2019-zones").with(|spec| spec["kubernetesVersion"] = json!(version));
        example.compiled().environment().remove("ENI_CONFIG_LABEL_DEF").unwrap_or_default()
    };
    for old in ["1.14", "1.16"] {
        assert_eq!(label(old), "failure-domain.beta.kubernetes.io/zone", "{old}");
    }
    for new in ["1.17", "1.19", "1.33"] {
        assert_eq!(label(new), "topology.kubernetes.io/zone", "{new}");
    }
    let by_name = Example::read("eks-2019").compiled();
    assert_eq!(by_name.environment().get("ENI_CONFIG_LABEL_DEF").unwrap(), "k8s.amazonaws.com/eniConfig");
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
        let config = support::value(part);
        let kubelet = &config["spec"]["kubelet"];
        assert_eq!((&kubelet["config"]["maxPods"], &kubelet["maxPodsExpression"]), (&json!(12), &json!("12")), "{id}");
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
            format!("kubectl annotate node NODE k8s.amazonaws.com/eniConfig={name}   # each node of {zone} ");
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

#[test]
fn nodes_from_before_are_terminated() {
    for example in Example::all() {
        let output = example.compiled();
        let runbook = output.text(RUNBOOK);
        let plan = output.plan();
        let zones: BTreeSet<&str> =
            plan["podSubnets"].as_array().unwrap().iter().filter_map(|subnet| subnet["zone"].as_str()).collect();
        let label = plan["selection"]["zoneLabel"].as_str().unwrap();
        let (_, replace) = runbook.split_once("\n## Replace the old nodes\n").unwrap();
        for zone in &zones {
            assert!(replace.contains(&format!("{label}={zone}")), "{}: {zone}", example.stem);
        }
        for command in
            ["kubectl cordon \"$node\"", "kubectl drain \"$node\" --ignore-daemonsets --delete-emptydir-data"]
        {
            assert_eq!(replace.matches(command).count(), 1, "{}: {command}", example.stem);
        }
        assert!(replace.contains("terminate their instances"), "{}", example.stem);
    }
}

#[test]
fn external_snat() {
    let production = Example::read("production");
    let variable = "AWS_VPC_K8S_CNI_EXTERNALSNAT";
    assert_eq!(production.compiled().environment().get(variable), None);
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

#[test]
fn the_commands_of_every_step_are_in_the_runbook() {
    for example in Example::all() {
        let output = example.compiled();
        let plan = output.plan();
        let (region, runbook) = (plan["cluster"]["region"].as_str().unwrap(), output.text(RUNBOOK));
        for (path, stack) in [(POD_NETWORK, "podNetwork"), (NODE_GROUPS, "nodeGroups")] {
            let stack = plan["stacks"][stack].as_str().unwrap();
            let deploy = format!(
                "aws cloudformation deploy --region {region} --stack-name {stack} --template-file \"$out/{path}\""
            );
            assert_eq!(runbook.contains(&deploy), output.paths().contains(path), "{}: {path}", example.stem);
        }
        let at = |needle: &str| runbook.find(needle).unwrap_or_else(|| panic!("{}: no `{needle}`", example.stem));
        // ENIConfigs before the switch, the switch before new nodes, new nodes before the old ones go.
        let configs = at("kubectl apply -f \"$out/kubernetes/eniconfigs.yaml\"\n");
        let by_patch = runbook.contains(
            "patch daemonset aws-node --type strategic --patch \"$(cat \"$out/kubernetes/aws-node.yaml\")\"\n",
        );
        assert_eq!(by_patch, plan["awsNode"]["serverSideApply"] == false, "{}", example.stem);
        let switch = at("/kubernetes/aws-node.yaml").max(at("rollout status daemonset aws-node\n"));
        assert!(configs < switch && switch < at("\n## Replace the old nodes\n"), "{}", example.stem);
        if output.paths().contains(CRD) {
            assert!(at("kubectl apply -f \"$out/kubernetes/eniconfig-crd.yaml\"\n") < configs, "{}", example.stem);
        }
        if output.paths().contains(NODE_GROUPS) {
            let deploy = at("--template-file \"$out/cloudformation/node-groups.yaml\"");
            assert!(switch < deploy && deploy < at("\n## Replace the old nodes\n"), "{}", example.stem);
        }
    }
}
