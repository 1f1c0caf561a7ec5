//! Diagnostics for machines: each form is what its reader takes it for, and stands alone on standard output.

use std::process::Output;

use serde_json::Value;

use crate::harness::{Workspace, podnet, text};

/// Two errors on their lines, one with another place, and a warning.
fn broken() -> (Workspace, String) {
    let workspace = Workspace::empty();
    let spec = include_str!("../../../examples/eks-2021.yaml")
        .replace("cidrBlocks: [10.0.0.0/16, 100.64.0.0/16]", "cidrBlocks: [10.0.0.0/16]")
        .replace("    securityGroups:\n", "    cidrBlocks: [192.168.0.0/16]\n    securityGroups:\n")
        .replace("m5.large", "m5.lrge");
    workspace.write("a b.yaml", &spec);
    (workspace, spec)
}

fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(1));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn json_is_what_its_schema_says() {
    let (workspace, spec) = broken();
    let report = json(&workspace.run(&["synth", "a b.yaml", "--format", "json"]));
    let schema: Value = serde_json::from_slice(&workspace.run(&["schema", "--of", "diagnostics"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert_eq!(validator.iter_errors(&report).map(|error| error.to_string()).collect::<Vec<_>>(), Vec::<String>::new());
    assert!(
        !validator.is_valid(&serde_json::json!({"version": 1, "diagnostics": [{"code": 1}]})),
        "the schema can fail"
    );
    let codes: Vec<&str> =
        report["diagnostics"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["address/restricted", "capacity/unbounded", "nodes/ami", "nodes/instance-type"]);
    for item in report["diagnostics"].as_array().unwrap() {
        let at = &item["location"];
        let line = spec.lines().nth(usize::try_from(at["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
        let column = |name: &str| usize::try_from(at[name].as_u64().unwrap()).unwrap() - 1;
        let marked: String = line.chars().skip(column("column")).take(column("endColumn") - column("column")).collect();
        assert!(["192.168.0.0/16", "1.7.5", "al2", "m5.lrge"].contains(&marked.as_str()), "{marked}");
    }
    assert_eq!(report["diagnostics"][0]["path"], "spec.podNetwork.cidrBlocks[0]");
}

#[test]
fn sarif_is_sarif() {
    let (workspace, _) = broken();
    let output = workspace.run(&["check", "a b.yaml", "--format", "sarif"]);
    let mut unknown = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(&output.stdout);
    let log: serde_sarif::sarif::Sarif =
        serde_ignored::deserialize(&mut deserializer, |path| unknown.push(path.to_string())).unwrap();
    assert!(unknown.is_empty(), "{unknown:?}");
    let value = json(&output);
    let run = &value["runs"][0];
    assert_eq!((log.runs.len(), run["results"].as_array().unwrap().len()), (1, 4));
    for result in run["results"].as_array().unwrap() {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "a%20b.yaml");
    }
}

#[test]
fn github_annotates_the_line() {
    let (workspace, _) = broken();
    let output = workspace.run(&["check", "a b.yaml", "--format", "github"]);
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn summaries_make_way_for_machines_and_quiet_is_quiet() {
    let workspace = Workspace::empty();
    workspace.write("a.yaml", include_str!("../../../examples/tutorial.yaml"));
    let empty = workspace.run(&["synth", "a.yaml", "--format", "json"]);
    assert_eq!(text(&empty.stdout), "{\n  \"version\": 1,\n  \"diagnostics\": []\n}\n");
    assert!(text(&empty.stderr).contains("1 cluster, 1 changed"));
    let plan = workspace.run(&["plan", "a.yaml", "-o", "json", "--format", "json"]);
    assert_eq!(serde_json::from_slice::<Value>(&plan.stdout).unwrap()["cluster"]["region"], "us-west-2");
    let quiet = workspace.run(&["synth", "a.yaml", "-q"]);
    assert_eq!((quiet.stdout.len(), quiet.stderr.len()), (0, 0));
    let all = workspace.run(&["synth", "a.yaml", "-v", "--out", "other"]);
    assert!(text(&all.stdout).contains("  wrote other/my-custom-networking-cluster/RUNBOOK.md\n"));
    assert_eq!(workspace.run(&["synth", "-q", "-v"]).status.code(), Some(2));
}

#[test]
fn no_colour_where_nobody_wants_it() {
    let (workspace, _) = broken();
    let plain = workspace.run(&["check", "a b.yaml"]);
    assert!(!plain.stderr.contains(&0x1b), "not to a pipe");
    let command = |name: &str, value: &str| {
        let mut command = podnet(&workspace.path(""), &["check", "a b.yaml"]);
        command.env(name, value);
        command
    };
    assert!(command("CLICOLOR_FORCE", "1").output().unwrap().stderr.contains(&0x1b), "unless it is asked for");
    assert!(!command("NO_COLOR", "1").output().unwrap().stderr.contains(&0x1b));
}

#[test]
fn a_warning_is_silent_with_a_reason() {
    let workspace = Workspace::empty();
    let spec = include_str!("../../../examples/eks-2021.yaml");
    let silences = ["nodes/ami", "capacity/unbounded", "capacity/unknown"]
        .map(|code| format!("    - {{code: {code}, reason: moves in March}}\n"))
        .concat();
    let silenced = format!("{spec}  silence:\n{silences}");
    workspace.write("a.yaml", &silenced);
    let output = workspace.run(&["plan", "a.yaml"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    for (written, said) in [
        ("nodes/amy", "error[spec/silence]: unknown code `nodes/amy`"),
        ("nodes/size", "warning[spec/silence]: `nodes/size` is not reported, so there is nothing to silence"),
    ] {
        workspace.write("a.yaml", silenced.replace("nodes/ami", written));
        assert!(text(&workspace.run(&["plan", "a.yaml"]).stderr).contains(said), "{said}");
    }
    workspace.write("a.yaml", silenced.replace("nodes/ami", "nodes/instance-type").replace("m5.large", "m5.x"));
    let refused = text(&workspace.run(&["plan", "a.yaml"]).stderr);
    assert!(refused.contains("`nodes/instance-type` is an error here, which cannot be silenced"), "{refused}");
}

#[test]
fn the_filled_in_spec_says_where_things_came_from() {
    let workspace = Workspace::empty();
    workspace.write("a.yaml", include_str!("../../../examples/china-pools.yaml"));
    workspace.write("a.lock.yaml", include_str!("../../../examples/china-pools.lock.yaml"));
    let output = workspace.run(&["spec", "a.yaml"]);
    let text = text(&output.stdout);
    insta::assert_snapshot!(text);
    // What it prints is a spec, and says the same.
    workspace.write("b.yaml", &text);
    workspace.write("b.lock.yaml", include_str!("../../../examples/china-pools.lock.yaml"));
    let plan = |name: &str| workspace.run(&["plan", name, "-o", "json"]).stdout;
    assert_eq!(plan("a.yaml"), plan("b.yaml"));
}
