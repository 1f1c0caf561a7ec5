//! Ranges that are given back or kept for later, and locks that are to stay.

use serde_json::{Value, json};

use crate::harness::at_root;

use super::workspace::{LIST, LOCK, SPEC, Workspace, listed, terraform, without};

#[test]
fn a_range_is_given_back_when_its_subnet_is_gone() {
    let workspace = Workspace::new(&terraform("abc"), &listed("terraform"));
    workspace.import(&[]);
    workspace.done(&["synth"]);
    let key = "default/us-west-2c";
    let release = ["release", key];
    assert!(workspace.refused(&release, 1).contains("remove the pool or the zone from clusters/prod.yaml first"));
    workspace.write(SPEC, terraform("ab"));
    assert!(workspace.refused(&release, 1).contains("run `podnet synth` first: it retires the range"));
    let said = workspace.done(&["synth"]);
    assert!(said.contains("retired: default/us-west-2c keeps 100.64.128.0/18"), "{said}");
    let runbook = workspace.read("rendered/prod/RUNBOOK.md");
    insta::assert_snapshot!("runbook", runbook.split("## Retired").nth(1).unwrap().split("\n## ").next().unwrap());
    assert!(workspace.read(LOCK).contains("state: retired, subnetId: subnet-0c44444444444442c, "));
    insta::assert_snapshot!("still-there", workspace.refused(&["release", key, "--subnets", LIST], 1));
    // Back in the spec it is the pool's again.
    workspace.write(SPEC, terraform("abc"));
    assert!(workspace.refused(&release, 1).contains("the spec has `default/us-west-2c` again"));
    workspace.write(SPEC, terraform("ab"));
    let mut list = listed("terraform");
    without(&mut list, "subnet-0c44444444444442c");
    workspace.list(&list);
    // With errors in the spec, or no spec that could be read, the lock is there still.
    for text in
        [terraform("ab").replace("10.20.0.0/16, ", ""), terraform("ab").replace("kind:", "kin:"), "{".to_owned()]
    {
        let lock = workspace.read(LOCK);
        workspace.write(SPEC, &text);
        let said = workspace.done(&["release", key, SPEC, "--subnets", LIST]);
        assert_eq!(said, "  default/us-west-2c: 100.64.128.0/18 is free again\nclusters/prod.lock.yaml: written\n");
        assert!(workspace.read(LOCK).contains("released:\n  default/us-west-2c: {cidr: \"100.64.128.0/18\", seal: "));
        assert!(!workspace.read(LOCK).contains("retired"));
        workspace.write(LOCK, &lock);
    }
    workspace.write(SPEC, terraform("ab"));
    let said = workspace.refused(&["release", key, "--never-deployed"], 2);
    assert!(said.contains("`default/us-west-2c` was deployed: the lock has its id"), "{said}");
    insta::assert_snapshot!("released", workspace.done(&release));
    insta::assert_snapshot!("unknown", workspace.refused(&release, 1));
    workspace.done(&["synth"]);
    assert!(!workspace.read("rendered/prod/RUNBOOK.md").contains("## Retired"));
    let said = workspace.refused(&["release", "us-west-2c"], 1);
    assert!(said.contains("no lock has `us-west-2c`") && said.contains("a range is named POOL/ZONE"), "{said}");
}

#[test]
fn a_release_takes_the_binding_out_and_names_the_spec() {
    let example = |name: &str| fs_err::read_to_string(at_root("examples").join(name)).unwrap();
    let (text, lock) = (example("production.yaml"), example("production.lock.yaml"));
    let workspace = Workspace::new(&text, &json!({}));
    let (head, rest) = text.split_once("    - name: us-west-2a\n").unwrap();
    let fewer = format!("{head}    - name: us-west-2b\n{}", rest.split_once("    - name: us-west-2b\n").unwrap().1);
    for name in ["prod", "other"] {
        workspace.write(&format!("clusters/{name}.yaml"), fewer.replace("prod-usw2", &format!("{name}-usw2")));
    }
    workspace.write(LOCK, &lock);
    workspace.done(&["synth", SPEC]);
    workspace.write("clusters/other.lock.yaml", workspace.read(LOCK));
    // Another cluster's seals are not this one's.
    assert!(workspace.refused(&["release", "default/us-west-2a"], 1).contains("clusters/other.lock.yaml"));
    fs_err::remove_file(workspace.path("clusters/other.yaml")).unwrap();
    workspace.write("more/prod.yaml", workspace.read(SPEC));
    workspace.write("more/prod.lock.yaml", workspace.read(LOCK));
    let said = workspace.refused(&["release", "default/us-west-2a", "clusters", "more"], 1);
    assert!(said.contains("2 locks have `default/us-west-2a`"), "{said}");
    assert!(said.contains("`podnet release default/us-west-2a clusters/prod.yaml` or `podnet release default/us-west-2a more/prod.yaml`"), "{said}");
    let in_use = workspace.refused(&["release", "default/us-west-2a", SPEC], 1);
    assert!(in_use.contains("nodes of `ManagedNodesGeneralUsWest2a` have it"), "{in_use}");
    for group in ["ManagedNodesGeneralUsWest2a", "NodesBatch"] {
        workspace.done(&["release", group, SPEC]);
    }
    let said = workspace.done(&["release", "default/us-west-2a", SPEC]);
    assert!(said.contains("check that subnet-012f514daf677ffef is deleted"), "{said}");
    let lock = workspace.read(LOCK);
    assert!(!lock.contains("PodSubnetDefaultUsWest2a") && !lock.contains("retired"), "{lock}");
    workspace.done(&["synth", SPEC]);
}

#[test]
fn a_range_is_kept_for_a_zone_to_come() {
    let workspace = Workspace::new(&terraform("abc"), &listed("terraform"));
    workspace.import(&[]);
    workspace.done(&["synth"]);
    let reserve =
        |key: &str, length: &str| ["lock", "reserve", key, SPEC, "--prefix-length", length].map(ToOwned::to_owned);
    let run = |key: &str, length: &str| reserve(key, length);
    let refused = |key: &str, length: &str| {
        let arguments = run(key, length);
        workspace.refused(&arguments.each_ref().map(String::as_str), 1)
    };
    assert!(
        refused("default/us-west-2a", "20")
            .contains("`default/us-west-2a` already has `100.64.0.0/18`, which is active")
    );
    assert!(refused("default/eu-west-1a", "20").contains("`eu-west-1a` is not a zone of `us-west-2`"));
    insta::assert_snapshot!("no-room", refused("default/us-west-2d", "18"));
    let arguments = run("default/us-west-2d", "20");
    let said = workspace.done(&arguments.each_ref().map(String::as_str));
    assert_eq!(said, "  default/us-west-2d: 100.64.208.0/20 is reserved\nclusters/prod.lock.yaml: written\n");
    assert!(
        refused("default/us-west-2d", "21")
            .contains("release it first: `podnet release default/us-west-2d clusters/prod.yaml`")
    );
    // It is neither retired nor handed out to another.
    let lock = workspace.read(LOCK);
    assert!(lock.contains("  default/us-west-2d: {cidr: \"100.64.208.0/20\", state: reserved, seal: "), "{lock}");
    workspace.done(&["synth"]);
    assert_eq!(workspace.read(LOCK), lock);
    workspace.write(
        SPEC,
        terraform("abc")
            .replace("default: {prefixLength: 18}", "default: {prefixLength: 18}\n      gpu: {prefixLength: 22}")
            .replace("pools:", "selectBy: name\n    pools:"),
    );
    workspace.allowed(&["synth"]);
    assert!(
        workspace.read(LOCK).contains("  gpu/us-west-2a: {cidr: \"100.64.224.0/22\", state: active, "),
        "{}",
        workspace.read(LOCK)
    );
    let undo = || {
        workspace.write(LOCK, &lock);
        fs_err::remove_dir_all(workspace.path("rendered")).unwrap();
    };
    undo();
    workspace.write(SPEC, terraform("abcd"));
    workspace.done(&["synth"]);
    assert!(workspace.read(LOCK).contains("  default/us-west-2d: {cidr: \"100.64.208.0/20\", state: active, "));
    undo();
    workspace.write(SPEC, terraform("abc"));
    let said = workspace.done(&["release", "default/us-west-2d", "--never-deployed"]);
    assert_eq!(said, "  default/us-west-2d: 100.64.208.0/20 is free again\nclusters/prod.lock.yaml: written\n");
    assert!(!workspace.read(LOCK).contains("reserved"));
    assert!(
        workspace.refused(&["lock", "reserve", "a/us-west-2d", SPEC, "--prefix-length", "29"], 2).contains("16..=28")
    );
}

#[test]
fn locked_writes_no_other_lock() {
    let workspace = Workspace::new(&terraform("ab"), &listed("terraform"));
    let said = workspace.refused(&["synth", "--locked"], 1);
    assert!(said.contains("error[lock/stale]: the lock `clusters/prod.lock.yaml` is missing"), "{said}");
    assert!(!workspace.path("rendered").exists());
    workspace.import(&[]);
    workspace.done(&["synth"]);
    workspace.done(&["synth", "--locked"]);
    workspace.write(SPEC, terraform("ad"));
    let before = workspace.read("rendered/prod/kubernetes/eniconfigs.yaml");
    insta::assert_snapshot!("locked", workspace.refused(&["synth", "--locked"], 1));
    assert_eq!(workspace.read("rendered/prod/kubernetes/eniconfigs.yaml"), before);
    workspace.write(SPEC, terraform("ab"));
    workspace.write(LOCK, format!("{}\n", workspace.read(LOCK)));
    let output = workspace.run(&["synth", "--locked"]);
    assert!(
        String::from_utf8(output.stderr).unwrap().contains("its content is the same, but its layout is not podnet's")
    );
    let report = workspace.run(&["synth", "--locked", "--format", "json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["diagnostics"][0]["code"], "lock/stale");
}

#[test]
fn the_commands_say_what_they_take() {
    let workspace = Workspace::new("", &json!({}));
    let help =
        |command: &str| format!("$ podnet lock {command} --help\n{}", workspace.done(&["lock", command, "--help"]));
    insta::assert_snapshot!("help", ["import", "repair", "reserve", "upgrade"].map(help).join("\n"));
}
