//! `podnet diff`: effects for people, for a pull request and for machines, against a folder or a git revision.

use crate::harness::{Workspace, in_place};

const SPEC: &str = "examples/production.yaml";

/// The production example as it is deployed, and an edit of its spec to come.
fn edited(from: &str, to: &str) -> Workspace {
    let workspace = Workspace::of_examples();
    workspace.write(SPEC, in_place(&workspace.read(SPEC)));
    workspace.ran(&["synth", SPEC, "--out", "deployed"], 0);
    let spec = workspace.read(SPEC);
    assert!(spec.contains(from), "{from}");
    workspace.write(SPEC, spec.replace(from, to));
    workspace
}

fn diff(workspace: &Workspace, form: &str, code: i32) -> String {
    workspace.ran(&["diff", SPEC, "--before", "deployed", "-o", form], code)
}

#[test]
fn what_ends_or_cuts_off_what_runs_exits_with_1() {
    let workspace = edited("instanceTypes: [c6i.8xlarge, c5.9xlarge]", "instanceTypes: [c6i.8xlarge]");
    insta::assert_snapshot!("text", diff(&workspace, "text", 1));
    insta::assert_snapshot!("markdown", diff(&workspace, "markdown", 1));
    let json: serde_json::Value = serde_json::from_str(&diff(&workspace, "json", 1)).unwrap();
    let [cluster] = json.as_array().unwrap().as_slice() else { panic!("{json}") };
    assert_eq!((&cluster["cluster"], &cluster["before"]), (&"prod-usw2".into(), &"deployed".into()));
    let effects = cluster["effects"].as_array().unwrap();
    let group = effects.iter().find(|effect| effect["name"] == "NodesBatch").unwrap();
    let said = ["verdict", "kind", "operation", "file", "type"].map(|field| group[field].as_str().unwrap());
    assert_eq!(
        said,
        ["dangerous", "rolled", "update", "cloudformation/node-groups.yaml", "AWS::AutoScaling::AutoScalingGroup"]
    );
    assert_eq!(group["touched"], serde_json::json!({"nodes": 20, "pods": 5000}));
}

#[test]
fn what_drains_and_what_nothing_notices_exit_with_0() {
    let workspace = edited("labels: {workload-class: general}", "labels: {workload-class: web}");
    let text = diff(&workspace, "text", 0);
    assert!(
        text.starts_with("prod-usw2: 3 rolled, 3 updated in place (against deployed)\n  rolled  Managed"),
        "{text}"
    );
    let workspace = edited("size: {min: 1, max: 10}", "size: {min: 1, max: 12}");
    assert_eq!(diff(&workspace, "text", 0), "prod-usw2: 3 updated in place (against deployed)\n");
}

#[test]
fn aws_s_own_verdict_stands_beside() {
    let workspace = edited("[m6i.large, m6a.large, m5.large]", "[m6i.large, m6a.large]");
    let change = |name: &str, action: &str, replacement: &str| {
        serde_json::json!({"Type": "Resource", "ResourceChange": {"Action": action, "LogicalResourceId": name,
            "ResourceType": "AWS::EKS::Nodegroup", "Replacement": replacement, "Details": []}})
    };
    let set = |stack: &str, changes: &[serde_json::Value]| {
        let set = serde_json::json!({"ChangeSetName": "podnet", "StackName": stack, "Status": "CREATE_COMPLETE", "Changes": changes});
        workspace.write("change-set.json", set.to_string());
    };
    let zones = ["a", "b", "c"].map(|zone| change(&format!("ManagedNodesGeneralUsWest2{zone}"), "Modify", "True"));
    set("prod-usw2-node-groups", &zones);
    let with = ["diff", SPEC, "--before", "deployed", "--change-set", "change-set.json"];
    let said = workspace.ran(&with, 1);
    assert!(said.ends_with("\nprod-usw2-node-groups: change set podnet: 3 of 3 agreed\n"), "{said}");
    let [a, b, _] = zones;
    let mut more = vec![a, change("NodesBatch", "Remove", "False"), change("Handmade", "Modify", "False")];
    more.push({
        let mut less = b;
        less["ResourceChange"]["Replacement"] = "False".into();
        less
    });
    set("prod-usw2-node-groups", &more);
    let said = workspace.ran(&with, 1);
    let lines = said.split("change set podnet: ").nth(1).unwrap();
    insta::assert_snapshot!(lines, @"
    1 of 5 agreed
      AWS does more  NodesBatch (AWS::EKS::Nodegroup): podnet expects nothing, AWS delete
      not podnet's  Handmade (AWS::EKS::Nodegroup): podnet expects nothing, AWS update
      podnet expects more  ManagedNodesGeneralUsWest2b (AWS::EKS::Nodegroup): podnet expects replace, AWS update
      podnet expects more  ManagedNodesGeneralUsWest2c (AWS::EKS::Nodegroup): podnet expects replace, AWS nothing
    ");
    let json: serde_json::Value =
        serde_json::from_str(&workspace.ran(&[&with[..], &["-o", "json"]].concat(), 1)).unwrap();
    assert_eq!(json[0]["changeSets"][0]["resources"].as_array().unwrap().len(), 5);
    set("other-node-groups", &[]);
    assert!(workspace.failed(&with, 2).contains("no spec of this run has the stack `other-node-groups`"));
    workspace.write("change-set.json", "{}");
    assert!(workspace.failed(&with, 2).contains("`change-set.json` is not a change set"));
}

#[test]
fn nothing_is_said_where_nothing_changes() {
    let workspace = edited("name: shared services", "name: shared");
    assert_eq!(diff(&workspace, "text", 0), "");
    assert_eq!(diff(&workspace, "markdown", 0), "");
    assert!(diff(&workspace, "json", 0).contains("\"effects\": []"));
}

#[test]
fn what_cannot_be_compared_is_named() {
    let workspace = edited("max: 10", "max: 12");
    let failed = |before: &str| workspace.failed(&["diff", SPEC, "--before", before], 2);
    assert!(failed("nowhere").contains("there is no folder `nowhere`"));
    workspace.write("deployed/prod-usw2/cloudformation/node-groups.yaml", "a: [\n");
    let error = failed("deployed");
    assert!(error.contains("deployed: `cloudformation/node-groups.yaml` cannot be compared: "), "{error}");
    // A cluster that is not deployed yet: there is nothing to judge, and that is said once.
    fs_err::create_dir(workspace.path("empty")).unwrap();
    let (out, error) = workspace.exits(&["diff", SPEC, "--before", "empty"], 0);
    assert_eq!(out, "");
    assert!(error.starts_with("note[change/no-baseline]: what changes for `prod-usw2` cannot be judged"), "{error}");
}

#[test]
fn a_revision_is_what_is_committed_and_not_what_lies_in_the_folder() {
    let workspace = edited("max: 10", "max: 12");
    fs_err::rename(workspace.path("deployed"), workspace.path("rendered")).unwrap();
    if !workspace.committed() {
        return;
    }
    workspace.ran(&["synth", SPEC], 0);
    assert_eq!(workspace.ran(&["diff", SPEC], 0), "prod-usw2: 3 updated in place (against git:HEAD)\n");
    assert_eq!(workspace.ran(&["diff", SPEC, "--before", "rendered"], 0), "");
    assert!(workspace.git(&["commit", "--quiet", "--all", "-m", "changed"]));
    assert_eq!(workspace.ran(&["diff", SPEC], 0), "");
    let before = workspace.ran(&["diff", SPEC, "--before", "git:HEAD~1"], 0);
    assert_eq!(before, "prod-usw2: 3 updated in place (against git:HEAD~1)\n");
    let error = workspace.failed(&["diff", SPEC, "--before", "git:nowhere"], 2);
    assert!(error.contains("cannot read `nowhere` in "), "{error}");
}
