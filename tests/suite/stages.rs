//! What is written at which stage: nothing with an id that nobody gave, and nothing that runs is taken back.

use std::collections::BTreeSet;

use crate::harness::Example;

const AWS_NODE: &str = "kubernetes/aws-node.yaml";
const ENI_CONFIGS: &str = "kubernetes/eniconfigs.yaml";
const NODE_GROUPS: &str = "cloudformation/node-groups.yaml";
const RUNBOOK: &str = "RUNBOOK.md";

/// The AWS ids in a text: `subnet-`, `sg-` and so on with 8 to 17 hexadecimal digits.
fn ids(text: &str) -> BTreeSet<String> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    let is_id = |word: &&str| {
        word.rsplit_once('-').is_some_and(|(kind, digits)| {
            ["subnet", "sg", "vpc", "rtb", "eni", "ami"].contains(&kind)
                && (8..=17).contains(&digits.len())
                && digits.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
        })
    };
    text.split(word).filter(is_id).map(ToOwned::to_owned).collect()
}

#[test]
fn no_id_is_made_up() {
    for example in Example::all() {
        for example in [example.unlocked(), example] {
            let known = ids(&format!("{}{}", example.spec, example.lock.as_deref().unwrap_or_default()));
            assert!(known.len() >= 4, "{known:?}");
            let output = example.compiled();
            for file in &output.compiled.files {
                let strange: Vec<String> = ids(&file.text).difference(&known).cloned().collect();
                assert_eq!(strange, Vec::<String>::new(), "{}: {}", example.stem, file.path);
            }
        }
    }
}

#[test]
fn what_waits_for_an_id_is_not_written_and_said_to_be_pending() {
    let all = [ENI_CONFIGS, AWS_NODE, NODE_GROUPS];
    let node_group = "NodeSecurityGroup";
    for (stem, written, waits_for) in [
        ("eks-2019", &all[..2], &[node_group][..]),
        // It has no node groups, and all its ids are given.
        ("eks-2019-zones", &all[..2], &[]),
        ("eks-2021", &all[..2], &[node_group]),
        ("tutorial", &[], &["PodSubnetDefaultUsWest2a", "PodSubnetDefaultUsWest2d"]),
        ("production", &[], &[node_group, "PodSecurityGroup", "PodSubnetDefaultUsWest2a"]),
        ("china-pools", &[], &[node_group, "PodSubnetJobsCnNorth1a", "PodSubnetWebCnNorth1b"]),
    ] {
        let output = Example::read(stem).unlocked().compiled();
        let found: Vec<&str> = all.into_iter().filter(|path| output.paths().contains(path)).collect();
        assert_eq!(found, written, "{stem}");
        let plan = output.plan();
        let said = plan["pending"][0]["waitsFor"].as_str().unwrap_or_default();
        assert!(waits_for.iter().all(|id| said.split(", ").any(|one| one == *id)), "{stem}: {said}");
        assert_eq!(plan["pending"].as_array().unwrap().is_empty(), waits_for.is_empty(), "{stem}");
        assert_eq!(output.text(RUNBOOK).contains("\n## Pending\n"), !waits_for.is_empty(), "{stem}");
    }
}

#[test]
fn what_is_bound_is_written_and_the_rest_still_waits() {
    let tutorial = Example::read("tutorial");
    let lock = tutorial.lock.clone().unwrap();
    let with = |lock: String| Example { lock: Some(lock), ..tutorial.clone() }.compiled();
    let without = |gone: &[&str]| {
        let kept = lock.lines().filter(|line| !gone.iter().any(|gone| line.starts_with(gone)));
        with(kept.collect::<Vec<_>>().join("\n"))
    };
    let nodes = "  ManagedNodesMyNodegroupUsWest2";
    let unwritten = ["nodeGroups:", "nodeResources:", "  ManagedNodeRole:", nodes];
    let missing = ["  PodSubnetDefaultUsWest2d:", "  us-west-2d:"];
    let one = without(&[&missing[..], &unwritten].concat());
    assert_eq!(one.eni_configs().into_keys().collect::<Vec<_>>(), ["us-west-2a"]);
    // aws-node was switched before: what runs stays, and the zone that is missing waits alone.
    assert!(one.paths().contains(AWS_NODE) && one.text(NODE_GROUPS).contains("ManagedNodesMyNodegroupUsWest2a:"));
    assert!(!one.text(NODE_GROUPS).contains("UsWest2d"));
    // Before the first switch, one that is missing keeps all of it back.
    let first = without(&[&missing[..], &["selectBy:"], &unwritten].concat());
    assert!(!first.paths().contains(AWS_NODE) && !first.paths().contains(NODE_GROUPS));
    assert_eq!(one.plan()["pending"][0]["waitsFor"], "PodSubnetDefaultUsWest2d");
    // AL2023's nodes are told how to reach the cluster; ENIConfigs and aws-node need no such thing.
    let no_access = with(lock.split("clusterAccess:").next().unwrap_or_default().to_owned());
    assert!(no_access.paths().contains(ENI_CONFIGS) && no_access.paths().contains(AWS_NODE));
    // Node groups that were written stay as they were.
    assert_eq!(no_access.document(NODE_GROUPS)["Resources"], with(lock.clone()).document(NODE_GROUPS)["Resources"]);
    let access = lock.split("clusterAccess:").next().unwrap_or_default().lines();
    let kept = access.filter(|line| !unwritten.iter().any(|gone| line.starts_with(gone)));
    assert!(!with(kept.collect::<Vec<_>>().join("\n")).paths().contains(NODE_GROUPS));
    let pending = &no_access.plan()["pending"][0];
    assert!(pending["waitsFor"].as_str().is_some_and(|said| said.contains("API server endpoint")), "{pending}");
}
