//! What podnet says about specs that have one thing wrong: `invalid/*.yaml`, each with its whole message beside it in
//! `invalid/snapshots`.
//!
//! Those called `warning-…` are right, and have something that one should know. A spec's lock is `NAME.lock.yaml`, as podnet would look for it; base manifests are in `invalid/manifests`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fs_err::{read_dir, read_to_string};
use podnet::compile::Named;
use podnet::diagnostic::{Code, Severity};

use crate::harness::{Verdict, at_root, podnet};

/// Codes that no file of the corpus brings about, each with the reason.
const ELSEWHERE: &[(Code, &str)] = &[
    (Code::SpecUnreadable, "about files, not about what is in them: `cli` has it"),
    (Code::SpecClusterTwice, "about two specs: `cli` has it"),
    (Code::LockMissing, "about a folder and no lock: `cli` has it"),
    (Code::ChangeDeleted, "about a change of the output: `cli` has it"),
    (Code::ChangeReplaced, "about a change of the output: `cli` has it"),
    (Code::ChangeCutOff, "about a change of the output: `cli` has it"),
    (Code::ChangeUndrained, "about a change of the output: `cli` has it"),
    (Code::ChangeFails, "about a change of the output: `cli` has it"),
    (Code::ChangeAllowance, "about a change of the output: `cli` has it"),
    (Code::LockLost, "about a folder and a lock: `cli` has it"),
    (Code::OutputDiffers, "about files, found by `podnet check`: `cli` has it"),
    (Code::LockBinding, "about the output of the AWS CLI that `podnet bind` reads"),
    (Code::BindStatus, "about the output of the AWS CLI: `cli/bind_cluster` has it"),
    (Code::BindRegion, "about the output of the AWS CLI: `cli/bind_cluster` has it"),
    (Code::BindServiceCidr, "about the output of the AWS CLI: `cli/bind_cluster` has it"),
    (Code::BindKubernetesVersion, "about the output of the AWS CLI: `cli/bind_cluster` has it"),
    (Code::BindAutoMode, "about the output of the AWS CLI: `cli/bind_cluster` has it"),
    (Code::BindOutposts, "about the output of the AWS CLI: `cli/bind_cluster` has it"),
    (Code::BindControlPlaneSubnets, "about the output of the AWS CLI: `cli/bind_cluster` has it"),
    (Code::ChangeNoBaseline, "about a folder, found by `podnet diff`: `cli/diff` has it"),
    (Code::BindZone, "about the output of the AWS CLI: `cli/bind_stack` has it"),
    (Code::BindNodeSubnet, "about the output of the AWS CLI: `cli/bind_stack` has it"),
    (Code::BindDuplicateId, "about the output of the AWS CLI: `cli/bind_stack` has it"),
    (Code::BindOutpostSubnet, "about the output of the AWS CLI: `cli/bind_stack` has it"),
    (Code::BindFreeAddresses, "about the output of the AWS CLI: `cli/bind_stack` has it"),
    (Code::LockImport, "about the output of the AWS CLI: `cli/lock` has it"),
    (Code::LockRelease, "about an argument of `podnet release`: `cli/lock` has it"),
    (Code::LockReserve, "about an argument of `podnet lock reserve`: `cli/lock` has it"),
    (Code::LockStale, "about `podnet synth --locked`: `cli/lock` has it"),
    (Code::BlueprintTemplate, "a fault of a blueprint, which no spec can bring about"),
    (Code::BlueprintPack, "a fault of a blueprint, which no spec can bring about"),
    (Code::BlueprintGate, "a fault of a blueprint, which no spec can bring about"),
    (Code::OutputTemplateSize, "a note about templates of more than 50 KB, which a readable file does not make"),
];

/// Cases with a second error that is another fact.
const TWO: &[&str] = &["silence-error.yaml"];

fn folder() -> PathBuf {
    at_root("tests/suite/diagnostics/invalid")
}

fn is_case(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    name.ends_with(".yaml") && !name.ends_with(".lock.yaml")
}

fn cases() -> impl Iterator<Item = PathBuf> {
    let mut paths: Vec<PathBuf> = read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().filter(|path| is_case(path))
}

/// Compiles a case under the names that a user in its folder would see.
fn verdict(path: &Path) -> Verdict {
    let name = path.file_name().unwrap().to_string_lossy();
    let lock_name = name.replace(".yaml", ".lock.yaml");
    let lock = read_to_string(folder().join(&lock_name)).ok();
    let lock = lock.as_deref().map(|text| Named { name: &lock_name, text });
    Verdict::of(&name, &read_to_string(path).unwrap(), lock, |base| read_to_string(folder().join(base)).unwrap())
}

#[test]
fn every_message_is_the_one_that_was_judged() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("invalid/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("invalid/*.yaml", |path| {
            if !is_case(path) {
                return;
            }
            let verdict = verdict(path);
            let messages: Vec<String> = verdict.diagnostics.iter().map(|said| verdict.render(said)).collect();
            insta::assert_snapshot!("message", messages.join("\n\n"));
        });
    });
}

#[test]
fn one_slip_gives_one_error() {
    for path in cases() {
        let verdict = verdict(&path);
        let said: Vec<String> = verdict.errors().map(|error| verdict.render(error)).collect();
        let name = path.file_name().unwrap().to_string_lossy();
        let wanted = usize::from(!name.starts_with("warning-")) + usize::from(TWO.contains(&&*name));
        assert_eq!(said.len(), wanted, "{name}:\n{}", said.join("\n\n"));
        assert!(!verdict.diagnostics.is_empty(), "{name}");
    }
}

#[test]
fn every_error_says_where_and_what_to_write() {
    for path in cases() {
        for error in verdict(&path).errors() {
            let name = path.display();
            assert!(error.place.is_some(), "{name}: no place");
            assert!(!error.help.is_empty(), "{name}: no help");
            assert!(!error.message.contains("invalid") && !error.message.ends_with('.'), "{name}: {}", error.message);
            let first = error.message.chars().next().unwrap();
            let names = ["AWS", "CNI", "CloudFormation", "EKS", "IAM", "Kubernetes", "YAML"]
                .iter()
                .any(|name| error.message.starts_with(name));
            assert!(!first.is_uppercase() || names, "{name}: {}", error.message);
        }
    }
}

#[test]
fn every_code_that_a_spec_can_bring_about_has_a_case() {
    let mut seen: BTreeMap<Code, Severity> = BTreeMap::new();
    for path in cases() {
        for said in verdict(&path).diagnostics {
            let worst = seen.entry(said.code).or_insert(said.severity);
            *worst = (*worst).min(said.severity);
        }
    }
    let elsewhere: BTreeSet<Code> = ELSEWHERE.iter().map(|(code, _)| *code).collect();
    for code in Code::ALL {
        let text = code.as_str();
        assert!(seen.contains_key(code) != elsewhere.contains(code), "{text}: {:?}", seen.get(code));
    }
}

#[test]
fn every_message_belongs_to_a_case() {
    let known: BTreeSet<String> =
        cases().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    for entry in read_dir(folder().join("snapshots")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let case = name.strip_prefix("message@").and_then(|name| name.strip_suffix(".snap"));
        assert!(case.is_some_and(|case| known.contains(case)), "{name} belongs to no case");
    }
}

#[test]
fn a_base_manifest_that_is_not_there() {
    let output = podnet(&folder().join("command-line"), &["check", "base-missing.yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r#"
    error[cni/base-manifest]: there is no file `aws-node.yaml`
      --> base-missing.yaml:27:19
       |
    27 |     baseManifest: aws-node.yaml
       |                   ^^^^^^^^^^^^^
       |
       = help: the path starts at the spec's folder; the release manifests are in aws/amazon-vpc-cni-k8s under config/
    "#);
}
