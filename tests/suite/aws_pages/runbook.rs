//! The commands of every step, in order.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{CRD, NODE_GROUPS, POD_NETWORK, RUNBOOK};
use crate::harness::Example;

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
        let drain = "kubectl drain \"$node\" --ignore-daemonsets --delete-emptydir-data";
        assert_eq!(replace.matches(drain).count(), 1, "{}", example.stem);
        // They get no new pods from the moment on in which custom networking is enabled.
        let (before, enable) = runbook.split_once("\n### Enable custom networking\n").unwrap();
        let cordon = "kubectl cordon \"$node\"";
        let (enable, after) = enable.split_once("\n### Check aws-node\n").unwrap();
        let counts = [before, enable, after].map(|part| part.matches(cordon).count());
        assert_eq!(counts, [0, 1, 0], "{}", example.stem);
        assert!(replace.contains("terminate their instances"), "{}", example.stem);
    }
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
        assert_eq!(by_patch, plan["awsNode"]["delivery"] == "patch", "{}", example.stem);
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

/// The runbook of the production example with a change of its spec.
fn with(change: impl FnOnce(&mut Value)) -> String {
    Example::read("production").with(change).compiled().text(RUNBOOK).to_owned()
}

#[test]
fn a_step_is_there_where_the_cluster_needs_it_and_only_there() {
    let plain = with(|_| {});
    let steps = [
        (with(|spec| spec["cni"]["credentials"] = json!("serviceAccount")), "aws-node has a role of its own"),
        (
            with(|spec| spec["cni"]["securityGroupsForPods"] = json!(true)),
            "arn:aws:iam::aws:policy/AmazonEKSVPCResourceController",
        ),
        (
            with(|spec| spec["cni"]["delivery"] = json!("manifest")),
            "aws eks delete-addon --region us-west-2 --cluster-name prod-usw2 --addon-name vpc-cni --preserve\n",
        ),
        (with(|spec| spec["podNetwork"]["adopted"] = json!(true)), "Custom networking is on already"),
    ];
    for (runbook, step) in &steps {
        assert!(runbook.contains(step), "no {step}");
        assert!(!plain.contains(step), "{step}");
    }
    let [.., (adopted, _)] = steps;
    for step in ["### Enable custom networking\n", "## Replace the old nodes\n", "kubectl drain", "kubectl cordon"] {
        assert!(plain.contains(step), "no {step}");
        assert!(!adopted.contains(step), "{step}");
    }
}

#[test]
fn every_runbook_finds_its_spec_and_says_what_never_to_do() {
    for example in Example::all() {
        let output = example.compiled();
        let (plan, runbook) = (output.plan(), output.text(RUNBOOK));
        let cluster = plan["cluster"]["name"].as_str().unwrap();
        for text in [
            &format!("spec=$(git grep --untracked -l '^cluster: \"\\?{cluster}\"\\?$' -- '*.lock.yaml'"),
            "Do not revert the lock, whatever goes wrong",
            "ever `kubectl delete` the folder",
            "## Decommission the cluster\n",
            "kubectl -n kube-system get daemonset aws-node -o jsonpath='{range .metadata.managedFields[*]}",
        ] {
            assert!(runbook.contains(text), "{}: no {text}", example.stem);
        }
        // A step is there once.
        let applied = "kubectl apply -f \"$out/kubernetes/eniconfigs.yaml\"\n";
        assert_eq!(runbook.matches(applied).count(), 1, "{}", example.stem);
        // Nodes in China cannot pull from Amazon ECR Public.
        let public = !plan["cluster"]["region"].as_str().unwrap().starts_with("cn-");
        assert_eq!(runbook.contains("image=public.ecr.aws/"), public, "{}", example.stem);
        let nodes = output.paths().contains(NODE_GROUPS);
        assert_eq!(runbook.contains("The control plane goes first"), nodes, "{}", example.stem);
    }
}
