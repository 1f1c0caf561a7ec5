//! What a synthesis writes, replaces, removes and leaves alone.

use crate::harness::Workspace;

#[test]
fn a_second_synthesis_touches_nothing() {
    let workspace = Workspace::of_examples();
    let first = workspace.ran(&["synth"], 0);
    assert!(first.ends_with("6 clusters, 6 changed\n"), "{first}");
    let (rendered, examples) = (workspace.files("rendered"), workspace.files("examples"));
    assert!(rendered.len() > 30, "{}", rendered.len());
    let second = workspace.ran(&["synth"], 0);
    assert!(second.ends_with("6 clusters, nothing changed\n"), "{second}");
    assert_eq!(workspace.files("rendered"), rendered);
    assert_eq!(workspace.files("examples"), examples, "the committed locks are current");
    assert!(workspace.ran(&["check"], 0).lines().all(|line| line.ends_with(": up to date")));
}

#[test]
fn check_reports_what_differs_and_writes_nothing() {
    let workspace = Workspace::of_examples();
    workspace.ran(&["synth"], 0);
    let edited = "rendered/prod-usw2/kubernetes/eniconfigs.yaml";
    workspace.write(edited, workspace.read(edited).replace("us-west-2a", "us-west-2z"));
    fs_err::remove_file(workspace.path("rendered/eks-2021/RUNBOOK.md")).unwrap();
    workspace.write("rendered/eks-2019/kubernetes/notes.yaml", "mine: true\n");
    let before = workspace.files("rendered");
    let out = workspace.ran(&["check"], 1);
    assert_eq!(workspace.files("rendered"), before);
    for line in [
        "rendered/prod-usw2/kubernetes/eniconfigs.yaml: edited by hand: the next `podnet synth` overwrites the edit",
        "-  name: us-west-2z",
        "+  name: us-west-2a",
        "rendered/eks-2021/RUNBOOK.md: missing",
        "rendered/eks-2019/kubernetes/notes.yaml: not written by podnet: move it out of the cluster's folder",
        "examples/tutorial.yaml: up to date",
        "run `podnet synth` and commit what it writes",
    ] {
        assert!(out.lines().any(|found| found == line), "no line `{line}` in\n{out}");
    }
    workspace.allowed(&["synth"]);
    assert_eq!(workspace.read("rendered/eks-2019/kubernetes/notes.yaml"), "mine: true\n", "what is not podnet's stays");
    assert!(workspace.ran(&["check", "examples/production.yaml", "examples/eks-2021.yaml"], 0).contains("up to date"));
}

#[test]
fn what_is_no_longer_synthesized_is_removed() {
    let workspace = Workspace::of_examples();
    let spec = workspace.read("examples/eks-2019.yaml");
    workspace.write("one/a.yaml", &spec);
    workspace.write("one/a.lock.yaml", workspace.read("examples/eks-2019.lock.yaml"));
    workspace.ran(&["synth", "one/a.yaml"], 0);
    assert!(workspace.path("rendered/eks-2019/kubernetes/eniconfig-crd.yaml").exists());
    let before = spec.find("  nodeGroups:").unwrap();
    workspace.write("one/a.yaml", spec[..before].replace("crd: always", "crd: never"));
    assert!(workspace.ran(&["check", "one/a.yaml"], 1).contains("orphaned: no longer rendered"));
    workspace.ran(&["synth", "one/a.yaml"], 0);
    assert!(!workspace.path("rendered/eks-2019/kubernetes/eniconfig-crd.yaml").exists());
    // The nodes' group is theirs until nobody has it any more.
    let template = workspace.read("rendered/eks-2019/cloudformation/pod-network.yaml");
    assert!(template.contains("  # Retired: new nodes and pods no longer get it."), "{template}");
    let said = workspace.failed(&["release", "NodeSecurityGroup", "one/a.yaml"], 1);
    assert!(said.contains("`NodeSecurityGroup` is in use: nodes of `Nodes"), "{said}");
    workspace.released("one/a.yaml", &["NodeSecurityGroup"]);
    workspace.ran(&["synth", "one/a.yaml"], 0);
    assert!(!workspace.path("rendered/eks-2019/cloudformation").exists(), "an empty folder goes too");
    workspace.ran(&["check", "one/a.yaml"], 0);
}

#[test]
fn a_cluster_without_a_spec_is_told_and_kept() {
    let workspace = Workspace::of_examples();
    workspace.ran(&["synth"], 0);
    fs_err::remove_file(workspace.path("examples/eks-2021.yaml")).unwrap();
    let told = "rendered/eks-2021: orphaned: no spec renders it; delete it when nothing is deployed from it\n";
    assert!(workspace.ran(&["check"], 1).contains(told));
    assert!(workspace.ran(&["synth"], 0).contains("rendered/eks-2021: no spec renders it"));
    assert!(workspace.path("rendered/eks-2021/RUNBOOK.md").exists());
    workspace.ran(&["check", "examples/tutorial.yaml"], 0);
}

#[test]
fn somebody_elses_file_is_never_replaced() {
    let workspace = Workspace::of_examples();
    workspace.write("rendered/eks-2021/RUNBOOK.md", "mine\n");
    let error = workspace.failed(&["synth", "examples/eks-2021.yaml"], 2);
    assert!(error.contains("error: `rendered/eks-2021/RUNBOOK.md` was not written by podnet"), "{error}");
    assert_eq!(workspace.files("rendered").len(), 1, "nothing is half written");
    assert_eq!(workspace.read("rendered/eks-2021/RUNBOOK.md"), "mine\n");
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_and_modes_are_readable() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let workspace = Workspace::of_examples();
    fs_err::create_dir_all(workspace.path("elsewhere")).unwrap();
    fs_err::create_dir_all(workspace.path("rendered/eks-2021")).unwrap();
    symlink(workspace.path("elsewhere"), workspace.path("rendered/eks-2021/kubernetes")).unwrap();
    let error = workspace.failed(&["synth", "examples/eks-2021.yaml"], 2);
    assert!(error.contains("is a link or is outside"), "{error}");
    assert!(workspace.files("elsewhere").is_empty());
    workspace.ran(&["synth", "examples/tutorial.yaml"], 0);
    let mode =
        workspace.path("rendered/my-custom-networking-cluster/RUNBOOK.md").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn a_synthesis_that_fails_half_way_leaves_the_manifest_as_it_was() {
    let workspace = Workspace::of_examples();
    let (spec, folder) = ("examples/eks-2021.yaml", "rendered/eks-2021");
    workspace.ran(&["synth", spec], 0);
    let manifest = workspace.read(&format!("{folder}/manifest.json"));
    workspace.write(spec, workspace.read(spec).replace("max: ", "max: 1"));
    // Nothing can be written where a folder is.
    let blocked = workspace.path(&format!("{folder}/kubernetes/kustomization.yaml"));
    fs_err::remove_file(&blocked).unwrap();
    fs_err::create_dir(&blocked).unwrap();
    let error = workspace.failed(&["synth", spec], 2);
    assert!(error.contains("kubernetes/kustomization.yaml"), "{error}");
    assert_eq!(workspace.read(&format!("{folder}/manifest.json")), manifest);
    // Once it can be written, the same command brings the folder up to date.
    fs_err::remove_dir(&blocked).unwrap();
    workspace.ran(&["synth", spec], 0);
    workspace.ran(&["check", spec], 0);
    assert_ne!(workspace.read(&format!("{folder}/manifest.json")), manifest);
}
