//! What `podnet explain` says: every code has a text, and every example in it does what the text says.

use std::collections::BTreeSet;
use std::process::Output;

use podnet::compile::Named;
use podnet::diagnostic::{Code, ExampleChange, Explanation, Files, Remedy};
use similar::{ChangeTag, TextDiff};

use crate::harness;
use crate::harness::{Verdict, at_root};

/// Codes without an example, each with the reason.
const INSTEAD: &[(Code, &str)] = &[
    (Code::SpecUnreadable, "about files, not about what is in them"),
    (Code::SpecClusterTwice, "about two specs"),
    (Code::LockMissing, "about a folder and no lock"),
    (Code::ChangeDeleted, "about a change of the output"),
    (Code::ChangeReplaced, "about a change of the output"),
    (Code::ChangeCutOff, "about a change of the output"),
    (Code::ChangeUndrained, "about a change of the output"),
    (Code::ChangeFails, "about a change of the output"),
    (Code::ChangeAllowance, "about a change of the output"),
    (Code::LockLost, "about a folder and a lock"),
    (Code::OutputDiffers, "about files that `podnet check` compares"),
    (Code::LockBinding, "about the output of the AWS CLI that `podnet bind` reads"),
    (Code::BindStatus, "about the output of `aws eks describe-cluster`"),
    (Code::BindRegion, "about the output of `aws eks describe-cluster`"),
    (Code::BindServiceCidr, "about the output of `aws eks describe-cluster`"),
    (Code::BindKubernetesVersion, "about the output of `aws eks describe-cluster`"),
    (Code::BindAutoMode, "about the output of `aws eks describe-cluster`"),
    (Code::BindOutposts, "about the output of `aws eks describe-cluster`"),
    (Code::BindControlPlaneSubnets, "about the output of `aws eks describe-cluster`"),
    (Code::BindZone, "about the output of the AWS CLI"),
    (Code::BindNodeSubnet, "about the output of the AWS CLI"),
    (Code::BindDuplicateId, "about the output of the AWS CLI"),
    (Code::BindOutpostSubnet, "about the output of the AWS CLI"),
    (Code::BindFreeAddresses, "about the output of the AWS CLI"),
    (Code::LockImport, "about the output of the AWS CLI that `podnet lock import` reads"),
    (Code::LockRelease, "about what `podnet release` is asked for"),
    (Code::LockReserve, "about what `podnet lock reserve` is asked for"),
    (Code::LockStale, "about what `podnet synth --locked` would write"),
    (Code::ChangeNoBaseline, "about a folder without output"),
    (Code::BlueprintTemplate, "a fault of a blueprint, which no spec can bring about"),
    (Code::BlueprintPack, "a fault of a blueprint, which no spec can bring about"),
    (Code::BlueprintGate, "a fault of a blueprint, which no spec can bring about"),
    (Code::OutputTemplateSize, "a template of more than 50 KB takes a spec that nobody wants to read"),
];

/// Lines that may differ between wrong and right, counted in both.
const CHANGED_LINES: usize = 6;

/// Columns of a terminal that the texts fit into.
const COLUMNS: usize = 100;

fn all() -> Vec<(Code, Explanation)> {
    Code::ALL.iter().map(|code| (*code, Explanation::of(*code).unwrap())).collect()
}

fn changes() -> Vec<(Code, ExampleChange)> {
    let change = |(code, explanation): (Code, Explanation)| match explanation.remedy {
        Remedy::Change(change) => Some((code, *change)),
        Remedy::Instead(_) => None,
    };
    all().into_iter().filter_map(change).collect()
}

fn verdict(files: &Files) -> Verdict {
    let lock = files.lock.as_deref().map(|text| Named { name: "prod.lock.yaml", text });
    Verdict::of("prod.yaml", &files.spec, lock, |_| files.base.clone().unwrap())
}

fn said(verdict: &Verdict) -> String {
    verdict.diagnostics.iter().map(|said| verdict.render(said)).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn every_code_has_a_file_and_every_file_a_code() {
    let wanted: BTreeSet<String> = Code::ALL.iter().map(|code| code.as_str().replace('/', "-") + ".yaml").collect();
    let found: BTreeSet<String> = fs_err::read_dir(at_root("src/diagnostic/explanations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn every_code_that_a_spec_can_bring_about_has_an_example() {
    for (code, explanation) in all() {
        let without = INSTEAD.iter().any(|(instead, _)| *instead == code);
        assert_eq!(matches!(explanation.remedy, Remedy::Instead(_)), without, "{code}");
    }
}

#[test]
fn what_is_wrong_brings_its_code_about_and_no_other_error() {
    for (code, change) in changes() {
        let verdict = verdict(&change.bad);
        assert!(verdict.diagnostics.iter().any(|said| said.code == code), "{code}:\n{}", said(&verdict));
        assert!(verdict.errors().all(|error| error.code == code), "{code}:\n{}", said(&verdict));
    }
}

#[test]
fn what_is_right_compiles_without_it() {
    for (code, change) in changes() {
        let verdict = verdict(&change.good);
        assert_eq!(verdict.errors().count(), 0, "{code}:\n{}", said(&verdict));
        assert!(verdict.diagnostics.iter().all(|said| said.code != code), "{code}:\n{}", said(&verdict));
        assert!(verdict.compiled.unwrap().plan.is_some(), "{code}");
    }
}

#[test]
fn wrong_and_right_differ_in_a_handful_of_lines() {
    for (code, ExampleChange { bad, good }) in changes() {
        let pairs = [(Some(&bad.spec), Some(&good.spec)), (bad.lock.as_ref(), good.lock.as_ref())];
        let changed: usize = pairs
            .into_iter()
            .chain([(bad.base.as_ref(), good.base.as_ref())])
            .filter_map(|(bad, good)| bad.zip(good))
            .map(|(bad, good)| {
                let lines = TextDiff::from_lines(bad, good);
                lines.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).count()
            })
            .sum();
        assert!((1..=CHANGED_LINES).contains(&changed), "{code}: {changed} lines");
    }
}

#[test]
fn texts_are_written_for_a_terminal() {
    for (code, explanation) in all() {
        let Explanation { title, meaning, why, source, remedy } = explanation;
        assert!(!title.ends_with('.') && title.len() <= COLUMNS - 30, "{code}: {title}");
        let first = title.split([' ', '/']).next().unwrap();
        let names = ["AWS", "CNI", "EKS", "ENIConfig", "ENI_CONFIG_ANNOTATION_DEF", "Kubernetes"];
        assert!(first.to_lowercase() == first || names.contains(&first), "{code}: {title}");
        let mut texts = vec![meaning, why];
        match remedy {
            Remedy::Instead(instead) => texts.push(instead),
            Remedy::Change(change) => {
                let ExampleChange { bad, good } = *change;
                texts.extend([bad.spec, good.spec]);
                texts.extend([bad.lock, good.lock, bad.base, good.base].into_iter().flatten());
            }
        }
        for text in &texts {
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{code}: {text}");
        }
        for line in texts.iter().flat_map(|text| text.lines()).chain([source.as_str()]) {
            assert!(line.chars().count() <= COLUMNS, "{code}: {line}");
            assert_eq!(line, line.trim_end(), "{code}: trailing blanks");
            assert!(!line.contains('\t'), "{code}: {line}");
        }
    }
}

fn podnet(arguments: &[&str]) -> Output {
    harness::podnet(&at_root(""), &[&["explain"], arguments].concat()).output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = podnet(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = podnet(arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn all_codes_are_listed_by_area() {
    let listing = printed(&[]);
    insta::assert_snapshot!("listing", listing);
    for code in Code::ALL {
        let line = |line: &str| line.starts_with(&format!("  {code} "));
        assert_eq!(listing.lines().filter(|found| line(found)).count(), 1, "{code}");
    }
    assert!(listing.lines().all(|line| line.chars().count() <= COLUMNS));
}

#[test]
fn a_code_is_explained() {
    insta::assert_snapshot!("address-restricted", printed(&["address/restricted"]));
    insta::assert_snapshot!("lock-binding", printed(&["lock/binding"]));
    for code in Code::ALL {
        assert!(printed(&[code.as_str()]).starts_with(&format!("{code}: ")));
    }
    assert_eq!(printed(&["Address/Restricted"]), printed(&["address/restricted"]));
}

#[test]
fn files_that_are_the_same_are_printed_once() {
    let headings = |code: &str| -> Vec<String> {
        let text = printed(&[code]);
        let names = ["Wrong", "Right", "With"];
        let heading = |line: &&str| names.iter().any(|name| *line == *name || line.starts_with(&format!("{name}: ")));
        text.lines().filter(heading).map(str::to_owned).collect()
    };
    assert_eq!(headings("address/size"), ["Wrong", "Right"]);
    assert_eq!(headings("lock/version"), ["With: prod.yaml", "Wrong: prod.lock.yaml", "Right: prod.lock.yaml"]);
    assert_eq!(headings("lock/contradiction"), ["Wrong: prod.yaml", "Right: prod.yaml", "With: prod.lock.yaml"]);
}

#[test]
fn an_example_can_be_pasted() {
    for (code, change) in changes() {
        let text = printed(&[code.as_str()]);
        assert!(text.contains(&change.bad.spec) && text.contains(&change.good.spec), "{code}");
    }
}

#[test]
fn words_are_found_whatever_their_case() {
    let found = |words: &[&str]| -> Vec<String> {
        let listing = printed(&[&["--search"], words].concat());
        let code = |line: &str| Some(line.strip_prefix("  ")?.split(' ').next()?.to_owned());
        listing.lines().filter_map(code).collect()
    };
    assert_eq!(found(&["podRouteTableId", "GATEWAY"]), ["cni/route-table"]);
    assert_eq!(found(&["podroutetableid gateway"]), ["cni/route-table"]);
    assert_eq!(found(&["docker-bridge", "sagemaker"]), ["address/docker-bridge"]);
    assert!(found(&["ENIConfig"]).len() > 3);
    assert!(found(&["lock"]).contains(&"lock/syntax".to_owned()));
    assert!(!podnet(&["--search", "nodeSubnets"]).status.success(), "a word of the examples alone");
}

#[test]
fn what_is_not_there_is_told() {
    for (written, near) in [
        ("address/restrictd", "`address/restricted`"),
        ("host-bit", "`address/host-bits`"),
        ("adress/host-bits", "`address/host-bits`"),
        ("blueprint", "`blueprint/template`, `blueprint/pack` or `blueprint/gate`"),
    ] {
        let expected = format!("error: unknown code `{written}`\n  = help: did you mean {near}?\n");
        assert_eq!(refused(&[written]), expected);
    }
    insta::assert_snapshot!(refused(&["quux"]), @r"
    error: unknown code `quux`
      = help: `podnet explain` lists all codes, `podnet explain --search WORDS` searches them
    ");
    insta::assert_snapshot!(refused(&["--search", "quux", "vpc"]), @r"
    error: no explanation contains all of `quux vpc`
      = help: try fewer words, or parts of words; `podnet explain` lists the codes
    ");
    assert!(refused(&["address/size", "--search", "vpc"]).contains("cannot be used with"));
}
