//! What would end something that runs is refused at `synth`, and allowed for one change.

use crate::harness::{Workspace, in_place};

const SPEC: &str = "examples/production.yaml";
const LOCK: &str = "examples/production.lock.yaml";
const TYPES: &str = "instanceTypes: [m6i.large, m6a.large, m5.large]";

/// The production example, whose node groups are replaced in place, as it was synthesized, and an edit of its spec.
fn edited(from: &str, to: &str) -> Workspace {
    let workspace = Workspace::of_examples();
    workspace.write(SPEC, in_place(&workspace.read(SPEC)));
    workspace.ran(&["synth", SPEC], 0);
    workspace.edit(SPEC, from, to);
    workspace
}

const ZONES: [&str; 3] = ["ManagedNodesGeneralUsWest2a", "ManagedNodesGeneralUsWest2b", "ManagedNodesGeneralUsWest2c"];

#[test]
fn a_dangerous_change_is_not_written_until_it_is_allowed() {
    let workspace = edited(TYPES, "instanceTypes: [m6i.large, m6a.large]");
    let (lock, files) = (workspace.read(LOCK), workspace.files("rendered"));
    insta::assert_snapshot!("refused", workspace.failed(&["synth", SPEC], 1));
    assert_eq!(workspace.read(LOCK), lock);
    assert_eq!(workspace.files("rendered"), files, "nothing was touched");
    assert!(workspace.failed(&["diff", SPEC], 1).contains("error[change/replaced]"));
    let plan = workspace.ran(&["plan", SPEC], 0);
    assert!(plan.contains("\nCHANGES\nprod-usw2: 3 replaced (against rendered/prod-usw2)\n"), "{plan}");
    // One of three is not enough.
    let said = workspace.ran(&["allow", SPEC, ZONES[0]], 0);
    assert_eq!(
        said,
        "  ManagedNodesGeneralUsWest2a: replaced, at most 10 nodes with 1100 pods\nexamples/production.lock.yaml: written\nnext: podnet synth examples/production.yaml\n"
    );
    let error = workspace.failed(&["synth", SPEC], 1);
    assert!(!error.contains(ZONES[0]) && error.contains(ZONES[1]), "{error}");
    workspace.ran(&["allow", SPEC, ZONES[1], ZONES[2]], 0);
    let diff = workspace.ran(&["diff", SPEC, "-o", "json"], 0);
    assert_eq!(diff.matches("\"allowed\": true").count(), 3, "{diff}");
    let said = workspace.ran(&["synth", SPEC], 0);
    assert!(said.contains("  changes: 3 replaced (against rendered/prod-usw2)\n"), "{said}");
    // What was allowed is done; the lines say so until the next change of the groups, and nothing is refused for them.
    let allowed = workspace.read(LOCK);
    assert!(allowed.contains(
        "allowances:\n  ManagedNodesGeneralUsWest2a: {effect: replaced, file: cloudformation/node-groups.yaml, before: "
    ));
    workspace.ran(&["synth", SPEC, "--locked"], 0);
    workspace.ran(&["check", SPEC], 0);
    workspace.edit(SPEC, "size: {min: 1, max: 10}", "size: {min: 1, max: 12}");
    workspace.ran(&["synth", SPEC], 0);
    let now = workspace.read(LOCK);
    assert!(
        !now.contains("allowances:") && !now.contains("G2"),
        "the next change of the groups ends the allowances: {now}"
    );
}

#[test]
fn an_allowance_is_for_one_change_from_one_state() {
    let workspace = edited(TYPES, "instanceTypes: [m6i.large, m6a.large]");
    workspace.ran(&[&["allow", SPEC][..], &ZONES].concat(), 0);
    // Another change of the same groups is another one.
    workspace.edit(SPEC, "instanceTypes: [m6i.large, m6a.large]", "instanceTypes: [m6i.large]");
    let error = workspace.failed(&["synth", SPEC], 1);
    assert!(error.contains("error[change/replaced]: `ManagedNodesGeneralUsWest2a`"), "{error}");
    // The same change from another state: what is deployed was changed by somebody else meanwhile.
    workspace.edit(SPEC, "instanceTypes: [m6i.large]", "instanceTypes: [m6i.large, m6a.large]");
    let template = "rendered/prod-usw2/cloudformation/node-groups.yaml";
    workspace.write(template, workspace.read(template).replace("MaxSize: 10", "MaxSize: 11"));
    let error = workspace.failed(&["synth", SPEC], 1);
    assert!(
        error.contains("error[change/allowance]: the lock allows that `ManagedNodesGeneralUsWest2a` is replaced"),
        "{error}"
    );
    assert!(error.contains("error[change/replaced]: `ManagedNodesGeneralUsWest2a`"), "{error}");
    // Looked at and allowed again, it is allowed.
    workspace.ran(&[&["allow", SPEC][..], &ZONES].concat(), 0);
    workspace.ran(&["synth", SPEC], 0);
}

#[test]
fn only_what_is_refused_can_be_allowed() {
    let workspace = edited(TYPES, "instanceTypes: [m6i.large, m6a.large]");
    let error = workspace.refused(&["allow", SPEC, "ManagedNodesGeneralUsWest2"], 2, LOCK);
    assert!(error.contains("did you mean `ManagedNodesGeneralUsWest2a`, "), "{error}");
    let error = workspace.refused(&["allow", SPEC, "NodesBatch"], 2, LOCK);
    assert!(error.contains("nothing that this change does to `NodesBatch` has to be allowed"), "{error}");
    workspace.edit(SPEC, "instanceTypes: [m6i.large, m6a.large]", TYPES);
    let error = workspace.refused(&["allow", SPEC, ZONES[0]], 2, LOCK);
    assert!(error.contains("`podnet diff` shows what the change does"), "{error}");
}

#[test]
fn what_is_committed_counts_and_not_what_a_run_left_behind() {
    let workspace = edited(TYPES, "instanceTypes: [m6i.large, m6a.large]");
    if !workspace.committed() {
        return;
    }
    // Somebody writes the new files past podnet: they are still refused, although nothing would be written.
    workspace.ran(&["synth", SPEC, "--out", "elsewhere"], 0);
    fs_err::remove_dir_all(workspace.path("rendered")).unwrap();
    fs_err::rename(workspace.path("elsewhere"), workspace.path("rendered")).unwrap();
    let error = workspace.failed(&["synth", SPEC], 1);
    assert!(error.contains("error[change/replaced]"), "{error}");
    workspace.ran(&[&["allow", SPEC][..], &ZONES].concat(), 0);
    assert!(workspace.ran(&["synth", SPEC], 0).contains("changes: 3 replaced (against git:HEAD)"));
    assert!(workspace.git(&["commit", "--quiet", "--all", "-m", "changed"]));
    assert!(!workspace.ran(&["synth", SPEC], 0).contains("changes:"));
    workspace.ran(&["diff", SPEC, "--before", "git:HEAD~1"], 0);
}

#[test]
fn a_revert_takes_back_what_is_deployed() {
    let workspace = Workspace::of_examples();
    workspace.ran(&["synth", SPEC], 0);
    let (spec, lock) = (workspace.read(SPEC), workspace.read(LOCK));
    let zone =
        "    - name: us-west-2d\n      nodeSubnets:\n        - {id: subnet-0d44444444444444d, cidr: 10.20.48.0/20}\n";
    workspace.write(SPEC, spec.replace("  podNetwork:\n", &format!("{zone}  podNetwork:\n")));
    workspace.ran(&["synth", SPEC], 0);
    fs_err::rename(workspace.path("rendered"), workspace.path("deployed")).unwrap();
    // Spec, lock and output of before: nothing in them contradicts the rest.
    workspace.write(SPEC, &spec);
    workspace.write(LOCK, &lock);
    workspace.ran(&["synth", SPEC], 0);
    workspace.ran(&["check", SPEC], 0);
    let error = workspace.failed(&["diff", SPEC, "--before", "deployed"], 1);
    assert!(
        error
            .contains("error[lock/lost]: the lock `examples/production.lock.yaml` has lost a line that `deployed` has"),
        "{error}"
    );
    assert!(error.contains("= note: added: default/us-west-2d: {cidr: \"100.64.192.0/18\", state: active}"), "{error}");
    assert!(
        workspace
            .ran(&["diff", SPEC, "--before", "deployed", "-o", "json"], 1)
            .contains("\"lost\": [\n      \"added: default")
    );
}

#[test]
fn that_nothing_is_known_of_what_is_deployed_is_said_once() {
    let workspace = Workspace::of_examples();
    let (_, said) = workspace.exits(&["synth"], 0);
    assert_eq!(said.matches("note[change/no-baseline]").count(), 1, "{said}");
    assert!(said.contains("what changes for `shop-cnn1`, `eks-2019`, `eks-2021`, `prod-usw2`, "), "{said}");
    let (_, said) = workspace.exits(&["synth"], 0);
    assert!(!said.contains("change/no-baseline"), "{said}");
}
