//! Runs of more than one spec: which files are specs, and what no spec shows alone.

use crate::harness::{SMALL, Workspace, text};

#[test]
fn one_bad_spec_keeps_no_other_back() {
    let workspace = Workspace::of_examples();
    workspace.write(
        "examples/tutorial.yaml",
        workspace.read("examples/tutorial.yaml").replace("prefixLength: 27", "prefixLength: 23"),
    );
    let output = workspace.run(&["synth"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).ends_with("5 clusters, 5 changed, 1 not written\n"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("error[lock/contradiction]"), "{}", text(&output.stderr));
    assert!(!workspace.path("rendered/my-custom-networking-cluster").exists());
    assert!(workspace.path("rendered/prod-usw2/manifest.json").exists());
}

#[test]
fn two_clusters_of_a_vpc_have_ranges_of_their_own() {
    let workspace = Workspace::of_examples();
    let other = workspace.read("examples/production.yaml").replace("name: prod-usw2", "name: stage-usw2");
    workspace.write("examples/stage.yaml", &other);
    let error = workspace.failed(&["check", "examples/production.yaml", "examples/stage.yaml"], 1);
    assert!(error.contains("`100.64.0.0/18` of `default/us-west-2a` overlaps `100.64.0.0/18` of `prod-usw2 default/us-west-2a` in the same VPC"), "{error}");
}

#[test]
fn two_clusters_of_a_vpc_share_a_block_by_its_halves() {
    let workspace = Workspace::empty();
    let of = |name: &str, half: &str| {
        SMALL
            .replace("{name: prod}", &format!("{{name: {name}}}"))
            .replace("cidrBlocks: [10.20.0.0/16]", "cidrBlocks: [10.20.0.0/16, 100.64.0.0/16]")
            .replace("cidrBlocks: [100.64.0.0/16] ", &format!("cidrBlocks: [{half}] "))
    };
    workspace.write("clusters/prod.yaml", of("prod", "100.64.0.0/17"));
    workspace.write("clusters/stage.yaml", of("stage", "100.64.128.0/17"));
    assert!(workspace.ran(&["synth"], 0).ends_with("2 clusters, 2 changed\n"));
    for (name, range) in [("prod", "100.64.0.0/24"), ("stage", "100.64.128.0/24")] {
        let network = workspace.read(&format!("rendered/{name}/cloudformation/pod-network.yaml"));
        assert!(network.contains(range), "{network}");
        assert!(!network.contains("AWS::EC2::VPCCidrBlock"), "{network}");
    }
    let plan = workspace.ran(&["plan", "clusters/stage.yaml"], 0);
    assert!(plan.contains("100.64.128.0/17 is a part of 100.64.0.0/16, which the VPC has"), "{plan}");
}

#[test]
fn clusters_whose_names_differ_in_case_alone_are_one_folder_on_some_file_systems() {
    let workspace = Workspace::empty();
    workspace.write("clusters/a.yaml", SMALL);
    let other = SMALL.replace("{name: prod}", "{name: Prod}").replace("vpc-0a1b2c3d4e5f67890", "vpc-0b1b2c3d4e5f67890");
    workspace.write("clusters/b.yaml", &other);
    let error = workspace.failed(&["synth"], 1);
    assert_eq!(error.matches("error[spec/cluster-twice]: 2 specs are of the cluster `prod`").count(), 2, "{error}");
    assert_eq!(error.matches("error[").count(), 2, "{error}");
    assert!(!workspace.path("rendered").exists(), "neither is written");
    workspace.write("clusters/b.yaml", other.replace("{name: Prod}", "{name: Stage}"));
    assert!(workspace.ran(&["synth"], 0).ends_with("2 clusters, 2 changed\n"));
}

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n";

#[test]
fn a_kubernetes_manifest_beside_a_spec_is_not_taken_for_one() {
    let workspace = Workspace::empty();
    workspace.write("clusters/prod.yaml", SMALL);
    workspace.write("clusters/web.yaml", DEPLOYMENT);
    workspace.write("clusters/quoted.yml", DEPLOYMENT.replace("kind: Deployment", "\"kind\": \"Deployment\""));
    workspace.write("clusters/several.yaml", format!("{DEPLOYMENT}---\n{DEPLOYMENT}"));
    let said = workspace.ran(&["synth"], 0);
    assert!(said.ends_with("1 cluster, 1 changed\n"), "{said}");
    // Named itself, it is read and refused.
    let error = workspace.failed(&["synth", "clusters/web.yaml"], 1);
    assert!(error.contains("the file is a `Deployment` of `apps/v1`, not a spec"), "{error}");
}

#[test]
fn whatever_says_that_it_is_a_spec_is_taken_for_one() {
    for (what, text) in [
        ("a manifest before a spec", format!("{DEPLOYMENT}---\n{SMALL}")),
        ("a manifest behind a spec", format!("{SMALL}---\n{DEPLOYMENT}")),
        ("the version of another tool", SMALL.replace("podnet.dev/v1alpha1", "apps/v1")),
        ("another kind", SMALL.replace("kind: PodNetwork", "kind: Deployment")),
        ("no kind", SMALL.replace("kind: PodNetwork\n", "").replace("podnet.dev/v1alpha1", "v1")),
    ] {
        let workspace = Workspace::empty();
        workspace.write("clusters/prod.yaml", SMALL);
        workspace.write("clusters/b.yaml", &text);
        let error = workspace.failed(&["synth"], 1);
        assert!(error.contains("--> clusters/b.yaml:"), "{what}: {error}");
    }
}
