//! Node groups whose change would end nodes get successors, and stay until they are released.

use serde_json::Value;

use crate::harness::{Workspace, documents};

const SPEC: &str = "examples/production.yaml";
const LOCK: &str = "examples/production.lock.yaml";
const STACK: &str = "rendered/prod-usw2/cloudformation/node-groups.yaml";
const TYPES: &str = "[c6i.8xlarge, c5.9xlarge]";

fn rendered() -> Workspace {
    let workspace = Workspace::of_examples();
    workspace.ran(&["synth", SPEC], 0);
    workspace
}

fn resources(workspace: &Workspace) -> Value {
    documents(&workspace.read(STACK)).remove(0)["Resources"].clone()
}

#[test]
fn the_old_group_stays_as_it_was_until_it_is_released() {
    let workspace = rendered();
    let before = resources(&workspace);
    workspace.edit(SPEC, TYPES, "[c6a.8xlarge]");
    let said = workspace.ran(&["synth", SPEC], 0);
    assert!(said.contains("  retired: NodesBatch (batch) keeps its nodes beside NodesBatchG2; "), "{said}");
    let beside = resources(&workspace);
    for name in ["NodesBatch", "NodesBatchLaunchTemplate", "NodeRole", "NodeInstanceProfile", "NodeAccessEntry"] {
        assert_eq!(beside[name], before[name], "{name}");
    }
    assert_eq!(
        beside["NodesBatchG2"]["Properties"]["LaunchTemplate"]["LaunchTemplateId"]["Ref"],
        "NodesBatchG2LaunchTemplate"
    );
    let runbook = workspace.read("rendered/prod-usw2/RUNBOOK.md");
    assert!(runbook.contains("| `NodesBatch` | `batch` | 20 | `NodesBatchG2` |"), "{runbook}");
    workspace.ran(&["check", SPEC], 0);
    workspace.ran(&["synth", SPEC, "--locked"], 0);
    // Whatever else changes, the retired one does not.
    workspace.edit(SPEC, "rootVolume: {sizeGiB: 200}", "rootVolume: {sizeGiB: 300}");
    workspace.ran(&["synth", SPEC], 0);
    assert_eq!(resources(&workspace)["NodesBatchLaunchTemplate"], before["NodesBatchLaunchTemplate"]);
    let in_use = workspace.refused(&["release", "NodesBatchG3", SPEC], 1, LOCK);
    assert!(in_use.contains("`NodesBatchG3` is in use: it is active"), "{in_use}");
    workspace.released(SPEC, &[]);
    let said = workspace.ran(&["synth", SPEC], 0);
    assert!(said.contains("  deleted  NodesBatch, NodesBatchG2 (AWS::AutoScaling::AutoScalingGroup)"), "{said}");
    let after = resources(&workspace);
    let names: Vec<&String> = after.as_object().unwrap().keys().filter(|name| name.starts_with("NodesBatch")).collect();
    assert_eq!(names, ["NodesBatchG3LaunchTemplate", "NodesBatchG3"]);
    workspace.ran(&["check", SPEC], 0);
}

#[test]
fn a_group_that_is_the_spec_s_again_is_the_present_one() {
    let workspace = rendered();
    let before = resources(&workspace);
    let spec = workspace.read(SPEC);
    workspace.edit(SPEC, TYPES, "[c6a.8xlarge]");
    workspace.ran(&["synth", SPEC], 0);
    workspace.write(SPEC, &spec);
    let said = workspace.ran(&["synth", SPEC], 0);
    assert!(said.contains("  retired: NodesBatchG2 (batch) keeps its nodes beside NodesBatch; "), "{said}");
    assert_eq!(resources(&workspace)["NodesBatch"], before["NodesBatch"]);
    workspace.released(SPEC, &[]);
    workspace.ran(&["synth", SPEC], 0);
    assert_eq!(resources(&workspace), before);
    // A logical id that was released is not given again: what it was for may still be there.
    workspace.edit(SPEC, TYPES, "[c6a.8xlarge]");
    assert!(workspace.ran(&["synth", SPEC], 0).contains("beside NodesBatchG3;"));
}

#[test]
fn the_last_group_of_a_role_stays_with_it() {
    let workspace = rendered();
    let before = resources(&workspace);
    let spec = workspace.read(SPEC);
    let (start, end) = (spec.find("    - name: batch").unwrap(), spec.find("  tags:\n    team").unwrap());
    workspace.write(SPEC, format!("{}{}", &spec[..start], &spec[end..]));
    workspace.ran(&["synth", SPEC], 0);
    assert_eq!(resources(&workspace), before);
    // Its role, its profile and its access go with it, without another word of leave.
    workspace.ran(&["release", "NodesBatch", SPEC], 0);
    let said = workspace.ran(&["synth", SPEC], 0);
    assert!(said.contains("cut off  NodeRole") && said.contains("deleted  NodesBatch "), "{said}");
    assert!(resources(&workspace).as_object().unwrap().keys().all(|name| name.starts_with("Managed")));
    workspace.ran(&["check", SPEC], 0);
}

#[test]
fn what_was_never_committed_gets_no_successor() {
    let workspace = rendered();
    let lock = workspace.read(LOCK);
    if !workspace.committed() {
        return;
    }
    for types in ["[c6a.8xlarge]", "[c6a.4xlarge]", "[m6a.4xlarge]"] {
        workspace.ran(&["synth", SPEC], 0);
        let spec = workspace.read(SPEC);
        let at = spec.find("instanceTypes: [c").or(spec.find("instanceTypes: [m6a.4")).unwrap();
        let end = at + spec[at..].find('\n').unwrap();
        workspace.write(SPEC, format!("{}instanceTypes: {types}{}", &spec[..at], &spec[end..]));
        let said = workspace.ran(&["synth", SPEC], 0);
        assert!(said.contains("retired: NodesBatch (batch) keeps its nodes beside NodesBatchG2;"), "{said}");
        workspace.ran(&["check", SPEC], 0);
    }
    workspace.edit(SPEC, "instanceTypes: [m6a.4xlarge]", &format!("instanceTypes: {TYPES}"));
    workspace.ran(&["synth", SPEC], 0);
    assert_eq!(workspace.read(LOCK), lock);
}

#[test]
fn before_the_first_commit_nothing_is_deployed() {
    let workspace = rendered();
    if !workspace.git(&["init", "--quiet"]) {
        return;
    }
    workspace.edit(SPEC, TYPES, "[c6a.8xlarge]");
    let (said, note) = workspace.exits(&["synth", SPEC], 0);
    assert!(!said.contains("retired:") && note.starts_with("note[change/no-baseline]"), "{said}{note}");
    assert!(!workspace.read(STACK).contains("G2"));
    workspace.ran(&["check", SPEC], 0);
    // Once it is committed, it may be.
    assert!(workspace.committed());
    workspace.edit(SPEC, "[c6a.8xlarge]", TYPES);
    assert!(
        workspace.ran(&["synth", SPEC], 0).contains("retired: NodesBatch (batch) keeps its nodes beside NodesBatchG2;")
    );
}

#[test]
fn a_retired_group_that_the_lock_has_lost_is_missed() {
    let workspace = rendered();
    workspace.edit(SPEC, TYPES, "[c6a.8xlarge]");
    workspace.ran(&["synth", SPEC], 0);
    let lock = workspace.read(LOCK);
    let without = |start: &str| {
        let lines: Vec<&str> = lock.lines().filter(|line| !line.starts_with(start)).collect();
        workspace.write(LOCK, lines.join("\n") + "\n");
    };
    for (line, named) in [
        ("  NodesBatch: {state", "added: NodesBatch: {state: retired"),
        ("  NodesBatch: {resource", "the lock has lost the resource `NodesBatch`, which `NodesBatch` needs"),
        (
            "  NodesBatchLaunchTemplate: ",
            "the lock has lost the resource `NodesBatchLaunchTemplate`, which `NodesBatch` needs",
        ),
        ("  NodeRole: ", "the lock has lost the resource `NodeRole`, which `NodeRole` needs"),
    ] {
        without(line);
        let error = workspace.refused(&["synth", SPEC], 1, LOCK);
        assert!(error.contains(named), "{line}: {error}");
        workspace.ran(&["lock", "repair", SPEC], 0);
        assert_eq!(workspace.read(LOCK), lock, "{line}");
    }
    // One that others wrote into the lock, seal and all.
    workspace.write(LOCK, lock.replace("AWS::EC2::LaunchTemplate", "AWS::IAM::User"));
    assert!(workspace.refused(&["synth", SPEC], 1, LOCK).contains("`NodesBatchG2LaunchTemplate` was edited by hand"));
}

#[test]
fn old_and_new_nodes_have_to_fit_beside_each_other() {
    let workspace = rendered();
    workspace.edit(SPEC, "size: {min: 0, max: 20}", "size: {min: 0, max: 80}");
    workspace.ran(&["synth", SPEC], 0);
    // 80 of before and none of the new ones at first.
    workspace.edit(SPEC, TYPES, "[c6a.8xlarge]");
    workspace.ran(&["synth", SPEC], 0);
    // The same with 60 at first.
    let workspace = rendered();
    workspace.edit(SPEC, "size: {min: 0, max: 20}", "size: {min: 60, max: 80}");
    workspace.ran(&["synth", SPEC], 0);
    workspace.edit(SPEC, TYPES, "[c6a.8xlarge]");
    let error = workspace.refused(&["synth", SPEC], 1, LOCK);
    insta::assert_snapshot!(error);
}

#[test]
fn old_and_new_nodes_have_to_fit_into_the_node_subnets_too() {
    let workspace = Workspace::of_examples();
    let small = |spec: String| {
        (0..3).fold(spec, |spec, zone| {
            spec.replace(&format!("10.20.{}.0/20", zone * 16), &format!("10.20.{}.0/27", zone * 16))
        })
    };
    workspace.write(SPEC, small(workspace.read(SPEC)));
    workspace.ran(&["synth", SPEC], 0);
    // 12 of `general` and 11 of `batch` in each zone, of 27 addresses.
    workspace.edit(SPEC, "size: {min: 1, max: 10}", "size: {min: 6, max: 10}");
    workspace.edit(SPEC, "[m6i.large, m6a.large, m5.large]", "[m6i.large, m6a.large]");
    let error = workspace.refused(&["synth", SPEC], 1, LOCK);
    let said = "error[capacity/node-subnet]: the node subnets in `us-west-2a` have 27 addresses, but there can be ";
    assert!(error.contains(said) && error.contains(" old and new nodes beside each other"), "{error}");
    assert!(error.contains("10 (ManagedNodesGeneralUsWest2a) + 11 (batch) + 8 (general) = 29 > 27"), "{error}");
}
