//! What running nodes and pods may still use stays when the spec lets go of it, until it is released.

use serde_json::{Value, json};

use crate::harness::{Workspace, documents};

const SPEC: &str = "examples/production.yaml";
const LOCK: &str = "examples/production.lock.yaml";
const NETWORK: &str = "rendered/prod-usw2/cloudformation/pod-network.yaml";
const CONFIGS: &str = "rendered/prod-usw2/kubernetes/eniconfigs.yaml";

fn rendered() -> Workspace {
    let workspace = Workspace::of_examples();
    workspace.ran(&["synth", SPEC], 0);
    workspace
}

fn resources(workspace: &Workspace) -> Value {
    documents(&workspace.read(NETWORK)).remove(0)["Resources"].clone()
}

/// The security groups of each ENIConfig, by name.
fn groups(workspace: &Workspace) -> Vec<(String, Value)> {
    let of = |config: Value| {
        (config["metadata"]["name"].as_str().unwrap().to_owned(), config["spec"]["securityGroups"].clone())
    };
    documents(&workspace.read(CONFIGS)).into_iter().map(of).collect()
}

#[test]
fn a_security_group_stays_with_its_rules_until_it_is_released() {
    let workspace = rendered();
    let before = resources(&workspace);
    workspace.edit(SPEC, "{use: managed}", "{use: cluster}");
    let said = workspace.ran(&["synth", SPEC], 0);
    assert!(said.contains("changes: 3 updated in place"), "{said}");
    // New pods get the cluster's group; what the old ones have is as it was.
    assert!(groups(&workspace).iter().all(|(_, groups)| *groups == json!(["sg-0c1d2e3f4a5b6c7d8"])));
    let after = resources(&workspace);
    for (name, resource) in before.as_object().unwrap() {
        assert_eq!(after[name]["Properties"], resource["Properties"], "{name}");
    }
    assert!(workspace.read(NETWORK).contains("  # Retired: new nodes and pods no longer get it."));
    assert!(workspace.read(LOCK).contains("  PodSecurityGroup: {by: pods, state: retired, seal: "));
    let runbook = workspace.read("rendered/prod-usw2/RUNBOOK.md");
    assert!(runbook.contains("podnet release PodSecurityGroup \"$spec\"\n"), "{runbook}");
    assert!(runbook.contains("Name=group-id,Values=sg-0a773b975e1a22c0e "), "{runbook}");
    // The way back needs nothing.
    workspace.edit(SPEC, "{use: cluster}", "{use: managed}");
    workspace.ran(&["synth", SPEC], 0);
    assert!(groups(&workspace).iter().all(|(_, groups)| *groups == json!(["sg-0a773b975e1a22c0e"])));
    workspace.edit(SPEC, "{use: managed}", "{use: cluster}");
    workspace.ran(&["synth", SPEC], 0);
    // Released, it goes with all that is about it, and nothing else.
    let said = workspace.ran(&["release", "PodSecurityGroup", SPEC], 0);
    assert_eq!(
        said,
        "  PodSecurityGroup: released\nexamples/production.lock.yaml: written\nnext: podnet synth examples/production.yaml\n"
    );
    workspace.ran(&["synth", SPEC], 0);
    workspace.ran(&["check", SPEC], 0);
    let text = resources(&workspace).to_string();
    assert!(!text.contains("PodSecurityGroup") && text.contains("NodeSecurityGroup"), "{text}");
    let lock = workspace.read(LOCK);
    assert!(
        !lock.contains("PodSecurityGroup: {id") && lock.contains("releasedNames:\n  PodSecurityGroup: {seal: "),
        "{lock}"
    );
    // From here it is one that does not exist yet: what runs stays as it is until it does.
    workspace.edit(SPEC, "{use: cluster}", "{use: managed}");
    let said = workspace.ran(&["synth", SPEC], 0);
    assert!(
        said.contains(
            "pending: changes of ENIConfigs (us-west-2a, us-west-2b, us-west-2c) wait for PodSecurityGroup\n"
        ),
        "{said}"
    );
    assert!(groups(&workspace).iter().all(|(_, groups)| *groups == json!(["sg-0c1d2e3f4a5b6c7d8"])));
    assert!(workspace.path("rendered/prod-usw2/cloudformation/node-groups.yaml").exists());
    assert!(resources(&workspace).get("PodSecurityGroup").is_some());
}

#[test]
fn an_eniconfig_stays_until_it_is_released() {
    let workspace = rendered();
    let before = documents(&workspace.read(CONFIGS));
    let spec = workspace.read(SPEC);
    let zone = spec.find("    - name: us-west-2c").unwrap();
    let end = zone + spec[zone..].find("  podNetwork:").unwrap();
    workspace.write(SPEC, format!("{}{}", &spec[..zone], &spec[end..]));
    workspace.ran(&["synth", SPEC], 0);
    assert_eq!(documents(&workspace.read(CONFIGS)), before, "the same three, of which one is retired");
    let error = workspace.refused(&["release", "ENIConfig us-west-2b", SPEC], 1, LOCK);
    assert!(error.contains("`ENIConfig us-west-2b` is in use: it is active"), "{error}");
    let error = workspace.refused(&["release", "ENIConfig us-west-2d", SPEC], 1, LOCK);
    assert!(error.contains("did you mean `ENIConfig us-west-2c`?"), "{error}");
    let error = workspace.refused(&["release", "ENIConfig us-west-2c", SPEC], 1, LOCK);
    assert!(error.contains("nodes of `ManagedNodesGeneralUsWest2c` have it"), "{error}");
    workspace.released(SPEC, &["ENIConfig us-west-2c"]);
    let said = workspace.ran(&["synth", SPEC], 0);
    assert!(said.contains("  cut off  ENIConfig us-west-2c"), "{said}");
    assert_eq!(documents(&workspace.read(CONFIGS)).len(), 2);
    workspace.ran(&["check", SPEC], 0);
}
