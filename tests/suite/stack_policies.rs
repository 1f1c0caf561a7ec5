//! What no update of a stack may replace or delete.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{Example, Workspace, in_place};

/// Types whose replacement or deletion ends something that runs.
const LASTING: [&str; 5] = [
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPCCidrBlock",
    "AWS::EKS::Nodegroup",
];

#[test]
fn a_policy_names_all_that_must_stay_and_nothing_else() {
    let mut policies = 0;
    for example in Example::all() {
        let output = example.compiled();
        for template in ["pod-network", "node-groups"] {
            let path = format!("cloudformation/{template}.yaml");
            if !output.paths().contains(&path.as_str()) {
                continue;
            }
            let resources = output.document(&path)["Resources"].clone();
            let lasting = |(name, resource): (&String, &Value)| {
                LASTING.contains(&resource["Type"].as_str().unwrap()).then(|| format!("LogicalResourceId/{name}"))
            };
            let wanted: BTreeSet<String> = resources.as_object().unwrap().iter().filter_map(lasting).collect();
            let path = format!("cloudformation/{template}.policy.json");
            let Some(path) = output.paths().into_iter().find(|there| *there == path) else {
                assert!(wanted.is_empty(), "{}: {path} is missing", example.stem);
                continue;
            };
            let policy: Value = serde_json::from_str(output.text(path)).unwrap();
            let [allow, deny] = policy["Statement"].as_array().unwrap().as_slice() else { panic!("{policy}") };
            assert_eq!(
                (&allow["Effect"], &allow["Action"], &allow["Resource"]),
                (&"Allow".into(), &"Update:*".into(), &"*".into())
            );
            assert_eq!((&deny["Effect"], &deny["Principal"]), (&"Deny".into(), &"*".into()));
            assert_eq!(deny["Action"], serde_json::json!(["Update:Replace", "Update:Delete"]));
            let denied = deny["Resource"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned());
            assert_eq!(denied.collect::<BTreeSet<_>>(), wanted, "{}: {path}", example.stem);
            policies += 1;
        }
    }
    assert!(policies >= 8, "{policies}");
}

#[test]
fn a_change_that_is_allowed_is_not_denied() {
    let (spec, policy) = ("examples/production.yaml", "rendered/prod-usw2/cloudformation/node-groups.policy.json");
    let workspace = Workspace::of_examples();
    workspace.write(spec, in_place(&workspace.read(spec)));
    workspace.ran(&["synth", spec], 0);
    assert!(workspace.read(policy).contains("LogicalResourceId/ManagedNodesGeneralUsWest2a"));
    let text = workspace.read(spec).replace("[m6i.large, m6a.large, m5.large]", "[m6i.large, m6a.large]");
    workspace.write(spec, text);
    workspace.allowed(&["synth", spec]);
    let text = workspace.read(policy);
    assert!(!text.contains("ManagedNodes") && text.contains("LogicalResourceId/NodesBatch"), "{text}");
    // With the next change of the groups, the allowances go, and the groups are back, at once.
    workspace.write(spec, workspace.read(spec).replace("size: {min: 1, max: 10}", "size: {min: 1, max: 9}"));
    workspace.ran(&["synth", spec], 0);
    assert!(workspace.read(policy).contains("LogicalResourceId/ManagedNodesGeneralUsWest2a"));
    workspace.ran(&["check", spec], 0);
}
