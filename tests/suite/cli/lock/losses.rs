//! The output is the lock's witness: what the lock loses is told, and written back on demand.

use crate::harness::Workspace;

const SPEC: &str = "examples/production.yaml";
const LOCK: &str = "examples/production.lock.yaml";

/// The production example, as it was synthesized.
fn rendered() -> (Workspace, String) {
    let workspace = Workspace::of_examples();
    workspace.ran(&["synth", SPEC], 0);
    let lock = workspace.read(LOCK);
    (workspace, lock)
}

fn without(lock: &str, line: &str) -> String {
    let kept: Vec<&str> = lock.lines().filter(|there| !there.trim().starts_with(line)).collect();
    assert_ne!(kept.len(), lock.lines().count(), "{line}");
    kept.join("\n") + "\n"
}

#[test]
fn what_a_lock_has_lost_is_refused_and_repaired() {
    let (workspace, lock) = rendered();
    for line in [
        "PodSecurityGroup: {id",
        "PodSecurityGroup: {by",
        "PodSubnetDefaultUsWest2b",
        "default/us-west-2b",
        "us-west-2b:",
        "selectBy",
    ] {
        workspace.write(LOCK, without(&lock, line));
        for command in [
            vec!["synth", SPEC],
            vec!["synth", SPEC, "--locked"],
            vec!["check", SPEC],
            vec!["diff", SPEC],
            vec!["lock", "reserve", "a/us-west-2a", SPEC, "--prefix-length=28"],
        ] {
            let error = workspace.refused(&command, 1, LOCK);
            assert!(
                error.contains("error[lock/lost]: the lock `examples/production.lock.yaml` has lost a line"),
                "{error}"
            );
            assert!(error.contains(&format!("added: {line}")), "{error}");
            assert!(error.contains("run `podnet lock repair examples/production.yaml`"), "{error}");
        }
        let said = workspace.ran(&["lock", "repair", SPEC], 0);
        assert!(said.contains(&format!("  added: {line}")), "{said}");
        assert_eq!(workspace.read(LOCK), lock);
        workspace.ran(&["check", SPEC], 0);
    }
    let said = workspace.ran(&["lock", "repair", SPEC], 0);
    assert_eq!(said, "examples/production.lock.yaml: nothing changed\n");
}

#[test]
fn a_lock_is_repaired_line_by_line_or_as_a_whole() {
    let (workspace, lock) = rendered();
    workspace.write(LOCK, lock.replace("sg-0a773b975e1a22c0e", "sg-0a773b975e1a22c0f"));
    let error = workspace.failed(&["synth", SPEC], 1);
    assert!(error.contains("`PodSecurityGroup` was edited by hand") && error.contains("podnet lock repair"), "{error}");
    workspace.ran(&["lock", "repair", SPEC], 0);
    assert_eq!(workspace.read(LOCK), lock);
    fs_err::remove_file(workspace.path(LOCK)).unwrap();
    workspace.failed(&["synth", SPEC], 1);
    workspace.ran(&["lock", "repair", SPEC], 0);
    assert_eq!(workspace.read(LOCK), lock);
    // What the output does not show, nobody can mend.
    let made_up = lock.replace("bindings:\n", "bindings:\n  Made: {id: sg-0a773b975e1a22c0f, seal: \"00000000\"}\n");
    workspace.write(LOCK, made_up);
    let error = workspace.refused(&["lock", "repair", SPEC], 1, LOCK);
    assert!(error.contains("`Made` was edited by hand") && error.contains("the output does not show it"), "{error}");
    let error = workspace.refused(&["lock", "repair", SPEC, "--out", "elsewhere"], 2, LOCK);
    assert!(error.contains("`elsewhere` has no output that shows what the lock said"), "{error}");
}

#[test]
fn what_was_given_back_is_not_lost() {
    let (workspace, lock) = rendered();
    let spec = workspace.read(SPEC);
    let zone = spec.find("    - name: us-west-2c").unwrap();
    let end = zone + spec[zone..].find("  podNetwork:").unwrap();
    workspace.write(SPEC, format!("{}{}", &spec[..zone], &spec[end..]));
    workspace.ran(&["synth", SPEC], 0);
    assert!(!workspace.read(LOCK).contains("PodSubnetDefaultUsWest2c: "));
    workspace.ran(&["check", SPEC], 0);
    workspace.released(SPEC, &["default/us-west-2c"]);
    let released = workspace.read(LOCK);
    assert!(released.contains("released:\n  default/us-west-2c: {cidr: \"100.64.128.0/18\", seal: "), "{released}");
    workspace.ran(&["synth", SPEC], 0);
    // The zone comes back, with the same range or another; then the line of the one that was given back is no more needed.
    workspace.write(SPEC, spec);
    workspace.ran(&["synth", SPEC], 0);
    let again = workspace.read(LOCK);
    assert!(again.contains("  default/us-west-2c: {cidr: \"100.64.128.0/18\", state: active, "), "{again}");
    assert!(!again.contains("released:") && again != lock, "{again}");
}

#[test]
fn a_lock_of_an_older_version_is_upgraded_by_its_command() {
    let (workspace, lock) = rendered();
    let older = lock.replace("version: 2", "version: 1");
    workspace.write(LOCK, &older);
    let error = workspace.refused(&["synth", SPEC], 1, LOCK);
    assert!(error.contains("run `podnet lock upgrade examples/production.yaml`"), "{error}");
    let said = workspace.ran(&["lock", "upgrade", SPEC], 0);
    assert_eq!(said, "examples/production.lock.yaml: version 1 is version 2 now\n");
    assert_eq!(workspace.read(LOCK), lock);
    assert!(workspace.ran(&["synth", SPEC], 0).contains("nothing changed"));
    assert!(workspace.ran(&["lock", "upgrade"], 0).contains("examples/tutorial.lock.yaml: version 2 already\n"));
}
