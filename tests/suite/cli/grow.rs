//! `podnet grow` as people run it: what it writes into the spec, what it prints, and when it leaves the spec alone.

use crate::harness::{SMALL, Workspace};

const SPEC: &str = "clusters/prod.yaml";

/// A folder with a spec whose subnets are in its lock, and after that with another text of the spec.
fn edited(before: &str, now: &str) -> Workspace {
    let workspace = Workspace::empty();
    workspace.write(SPEC, before);
    workspace.ran(&["synth"], 0);
    workspace.write(SPEC, now);
    workspace
}

/// The spec as it is, with so many nodes more than fitted at first.
fn outgrown(text: &str, max: u32) -> Workspace {
    edited(text, &with_max(text, max))
}

/// Runs podnet, which has to fail and to leave the spec alone; gives standard error.
fn refused(workspace: &Workspace, arguments: &[&str], code: i32) -> String {
    workspace.refused(arguments, code, SPEC)
}

fn with_max(text: &str, max: u32) -> String {
    text.replace("max: 10}", &format!("max: {max}}}"))
}

/// What a text has become: its lines that were not there before, each of them. All others have to be where they were.
fn added(before: &str, after: &str) -> Vec<String> {
    let mut old = before.lines().peekable();
    let mut new = Vec::new();
    for line in after.lines() {
        if old.peek() == Some(&line) {
            old.next();
        } else {
            new.push(line.to_owned());
        }
    }
    assert_eq!(old.next(), None, "a line is gone:\n{after}");
    assert!(after.ends_with('\n'));
    new
}

#[test]
fn the_nodes_that_do_not_fit_get_a_subnet_of_their_own() {
    let workspace = outgrown(SMALL, 30);
    let before = workspace.read(SPEC);
    assert!(
        refused(&workspace, &["check"], 1)
            .contains("help: `podnet grow default`: adds a /23 in the zone for 20 nodes of `general`; existing subnets do not change\n")
    );
    let (out, err) = workspace.exits(&["grow", "default"], 0);
    assert_eq!(err, "");
    assert_eq!(
        out,
        "\
Before
  POD SUBNET          CIDR BLOCK     NODES × ADDRESSES              PROOF
  default/us-west-2a  100.64.0.0/24  32 × 20 (general) = 640 > 251  too small
  default/us-west-2b  100.64.1.0/24  32 × 20 (general) = 640 > 251  too small

After
  POD SUBNET            CIDR BLOCK     NODES × ADDRESSES              PROOF
  default/us-west-2a    100.64.0.0/24  12 × 20 (general) = 240 ≤ 251  11 left
  default/us-west-2a/b  100.64.2.0/23  22 × 20 (general) = 440 ≤ 507  67 left
  default/us-west-2b    100.64.1.0/24  12 × 20 (general) = 240 ≤ 251  11 left
  default/us-west-2b/b  100.64.4.0/23  22 × 20 (general) = 440 ≤ 507  67 left

clusters/prod.yaml: written
next: podnet synth clusters/prod.yaml
"
    );
    assert_eq!(
        added(&before, &workspace.read(SPEC)),
        [
            "        zones:",
            "          us-west-2a:",
            "            further:",
            "              b: {size: auto, nodeGroups: {general: 20}}",
            "          us-west-2b:",
            "            further:",
            "              b: {size: auto, nodeGroups: {general: 20}}",
        ]
    );
    workspace.ran(&["synth"], 0);
    let lock = workspace.read("clusters/prod.lock.yaml");
    for range in ["default/us-west-2a: {cidr: \"100.64.0.0/24\"", "default/us-west-2a/b: {cidr: \"100.64.2.0/23\""] {
        assert!(lock.contains(range), "{lock}");
    }
}

#[test]
fn a_zone_grows_alone_though_others_are_short() {
    let workspace = outgrown(SMALL, 12);
    let (out, err) = workspace.exits(&["grow", "default/us-west-2b"], 1);
    assert!(out.ends_with("clusters/prod.yaml: written\nnext: podnet check clusters/prod.yaml\n"), "{out}");
    assert!(err.contains("`default/us-west-2a` has 251 addresses, but its nodes can take 280"), "{err}");
    assert!(err.contains("help: `podnet grow default/us-west-2a`: "), "{err}");
    // 2 nodes and 2 during an update: 4 × 20 = 80.
    assert!(out.contains("  default/us-west-2b/b  100.64.2.0/25  4 × 20 (general) = 80 ≤ 123"), "{out}");
    let (out, _) = workspace.exits(&["grow", "default/us-west-2a"], 0);
    assert!(out.ends_with("next: podnet synth clusters/prod.yaml\n"), "{out}");
    workspace.ran(&["synth"], 0);
}

#[test]
fn what_is_asked_for_is_written() {
    let workspace = edited(SMALL, SMALL);
    let arguments = ["grow", "default/us-west-2a", "--nodes", "general=4", "--name", "peak", "--prefix-length", "22"];
    let (out, _) = workspace.exits(&arguments, 0);
    assert!(out.contains("  default/us-west-2a       100.64.0.0/24  8 × 20 (general) = 160 ≤ 251"), "{out}");
    assert!(out.contains("  default/us-west-2a/peak  100.64.4.0/22  6 × 20 (general) = 120 ≤ 1019"), "{out}");
    assert_eq!(
        added(SMALL, &workspace.read(SPEC))[2..],
        ["            further:", "              peak: {prefixLength: 22, nodeGroups: {general: 4}}"]
    );
    // Not a node goes to a subnet that is too small for it.
    let error =
        refused(&workspace, &["grow", "default/us-west-2a", "--nodes", "general=4", "--prefix-length", "28"], 1);
    assert!(error.contains("`default/us-west-2a/b` has 11 addresses, but its nodes can take 120"), "{error}");
    let error = refused(&workspace, &["grow", "default/us-west-2a", "--nodes", "general=7"], 1);
    assert!(error.contains("`general` has at most 10 nodes in `us-west-2a`"), "{error}");
}

#[test]
fn a_second_growth_takes_the_next_letter() {
    let workspace = outgrown(SMALL, 30);
    workspace.ran(&["grow", "default"], 0);
    workspace.ran(&["synth"], 0);
    let before = workspace.read(SPEC).replace("max: 30}", "max: 40}");
    workspace.write(SPEC, &before);
    let error = refused(&workspace, &["check"], 1);
    // 40 less the 20 of the additional subnets; the first subnet has room for 10, so the group may have 30.
    assert!(error.contains("22 nodes (20 of the 40 at most, 2 more during an update)"), "{error}");
    assert!(error.contains("help: write `max: 30` for `general`, the most that fits\n"), "{error}");
    let (out, _) = workspace.exits(&["grow", "default"], 0);
    assert!(out.contains("  default/us-west-2a/c  100.64.6.0/24  12 × 20 (general) = 240 ≤ 251  11 left\n"), "{out}");
    let line = "              c: {size: auto, nodeGroups: {general: 10}}";
    assert_eq!(added(&before, &workspace.read(SPEC)), [line, line]);
    workspace.ran(&["synth"], 0);
    workspace.write(SPEC, workspace.read(SPEC).replace("max: 40}", "max: 30}").replace(&format!("{line}\n"), ""));
    workspace.ran(&["check", "-q"], 1);
    workspace.ran(&["synth"], 0);
}

#[test]
fn every_group_that_does_not_fit_goes_along() {
    let group = |name: &str, max: u32| {
        format!(
            "    - {{name: {name}, kind: managed, ami: {{family: al2023}}, instanceTypes: [m5.large], size: {{min: 0, max: {max}}}}}\n"
        )
    };
    let more = format!("{SMALL}{}{}", group("jobs", 10), group("web", 1));
    let workspace = edited(SMALL, &more);
    // (10 + 2) × 20 and (1 + 2) × 20 are 300.
    let error = refused(&workspace, &["check"], 1);
    let help = "`podnet grow default`: adds a /23 in the zone for 10 nodes of `jobs` and 1 node of `web`; existing subnets do not change";
    assert!(error.contains(help), "{error}");
    let (out, _) = workspace.exits(&["grow", "default"], 0);
    assert!(out.contains("  default/us-west-2a/b  100.64.2.0/23  12 × 20 (jobs) + 3 × 20 (web) = 300 ≤ 507"), "{out}");
    assert!(workspace.read(SPEC).contains("              b: {size: auto, nodeGroups: {jobs: 10, web: 1}}\n"));
    workspace.ran(&["synth"], 0);
}

#[test]
fn a_spec_in_flow_style_stays_in_it() {
    let flow = |pools: &str| {
        let block = "    pools:\n      default:\n        size: auto   # as the nodes need\n";
        assert!(SMALL.contains(block));
        SMALL.replace(block, &format!("    pools: {pools}\n"))
    };
    for (pools, wanted) in [
        (
            "{default: {size: auto}}",
            "{default: {size: auto, zones: {us-west-2a: {further: {b: {size: auto, nodeGroups: {general: 2}}}}}}}",
        ),
        (
            "{default: {zones: {us-west-2a: {size: auto}, us-west-2b: {prefixLength: 20}}}}",
            "{default: {zones: {us-west-2a: {size: auto, further: {b: {size: auto, nodeGroups: {general: 2}}}}, us-west-2b: {prefixLength: 20}}}}",
        ),
    ] {
        let one_zone = SMALL.find("    - name: us-west-2b").unwrap()..SMALL.find("  podNetwork:").unwrap();
        let mut before = flow(pools);
        if !pools.contains("us-west-2b") {
            before.replace_range(one_zone, "");
        }
        let workspace = outgrown(&before, 12);
        workspace.ran(&["grow", "default/us-west-2a"], 0);
        let after = with_max(&before, 12).replace(&format!("pools: {pools}\n"), &format!("pools: {wanted}\n"));
        assert_eq!(workspace.read(SPEC), after);
        workspace.ran(&["synth"], 0);
    }
}

#[test]
fn nodes_that_find_their_config_by_zone_are_to_find_it_by_name() {
    let by_zone = SMALL.replace("    selectBy: name\n", "");
    let workspace = outgrown(&by_zone, 12);
    let before = workspace.read(SPEC);
    workspace.ran(&["grow", "default"], 0);
    let lines = added(&before, &workspace.read(SPEC));
    assert!(lines.iter().all(|line| !line.contains("selectBy")), "a label wins over the zone: {lines:#?}");
    // Before CNI 1.11 there is none.
    let older = by_zone.replace("1.33", "1.23").replace("version: 1.21.1", "version: 1.10.4");
    let workspace = outgrown(&older, 12);
    let error = refused(&workspace, &["check"], 1);
    assert!(error.contains("2 nodes of `general`; nodes then select their ENIConfig by name\n"), "{error}");
    let before = workspace.read(SPEC);
    workspace.ran(&["grow", "default"], 0);
    let lines = added(&before, &workspace.read(SPEC));
    assert_eq!(lines.last().map(String::as_str), Some("    selectBy: name"), "{lines:#?}");
    workspace.ran(&["synth"], 0);
}

#[test]
fn a_group_over_several_zones_has_to_be_split_first() {
    let over = SMALL
        .replace("    selectBy: name\n", "")
        .replace("      kind: managed\n", "      kind: managed\n      perZone: false\n");
    let workspace = outgrown(&over, 30);
    // 10, 4 during an update and 1 while zones are evened out, all in one zone, made it a /23. Of 30 it is 37.
    let error = refused(&workspace, &["check"], 1);
    assert!(error.contains("37 × 20 (general) = 740 > 507"), "{error}");
    let help = "help: replace `general` with a new group with `perZone: true`, which additional pod subnets require (changing the existing group would remove all its nodes at once); then run `podnet grow default` for the missing addresses\n";
    assert!(error.contains(help), "{error}");
    assert!(refused(&workspace, &["grow", "default"], 1).contains("help: write `perZone: true`\n"));
    workspace.write(SPEC, workspace.read(SPEC).replace("perZone: false", "perZone: true"));
    workspace.ran(&["grow", "default"], 0);
    workspace.ran(&["synth"], 0);
}

#[test]
fn a_full_block_leaves_the_spec_alone() {
    let workspace = outgrown(&SMALL.replace("100.64.0.0/16", "100.64.0.0/23"), 30);
    let error = refused(&workspace, &["grow", "default"], 1);
    assert!(error.contains("error[capacity/full]: no space for a /23 for `default/us-west-2a/b`"), "{error}");
    assert!(error.contains("help: add a block under `podNetwork.cidrBlocks`, such as `100.65.0.0/16`"), "{error}");
    let error = refused(&workspace, &["check"], 1);
    assert!(
        error.contains("help: add `100.65.0.0/16` under `podNetwork.cidrBlocks`, then `podnet grow default`: "),
        "{error}"
    );
    workspace.write(SPEC, workspace.read(SPEC).replace("[100.64.0.0/23]", "[100.64.0.0/23, 100.65.0.0/16]"));
    workspace.ran(&["grow", "default"], 0);
    workspace.ran(&["synth"], 0);
}

#[test]
fn where_nothing_is_short_podnet_asks_for_whom() {
    let workspace = edited(SMALL, SMALL);
    let error = refused(&workspace, &["grow", "default/us-west-2a"], 2);
    assert_eq!(
        error,
        "\
error: `default/us-west-2a` is large enough: 12 × 20 (general) = 240 ≤ 251
  = help: raise the group's `max` first; or say whose nodes are to use another subnet: podnet grow default/us-west-2a --nodes general=NODES
"
    );
}

#[test]
fn a_subnet_of_unknown_range_is_not_said_to_suffice() {
    let given = SMALL.replace(
        "        size: auto   # as the nodes need\n",
        "        zones:\n          us-west-2a: {subnetId: subnet-0eeeeeeee}\n          us-west-2b: {size: auto}\n",
    );
    let workspace = edited(&given, &given);
    let error = refused(&workspace, &["grow", "default/us-west-2a"], 2);
    assert!(error.ends_with("is large enough, because its range is not known\n  = help: add `cidr:` beside its `subnetId:`; or say whose nodes are to use another subnet: podnet grow default/us-west-2a --nodes GROUP=NODES\n"), "{error}");
    workspace.ran(&["grow", "default/us-west-2a", "--nodes", "general=3"], 0);
    let line =
        "          us-west-2a: {subnetId: subnet-0eeeeeeee, further: {b: {size: auto, nodeGroups: {general: 3}}}}";
    assert!(workspace.read(SPEC).lines().any(|found| found == line), "{}", workspace.read(SPEC));
    workspace.ran(&["synth"], 0);
}

#[test]
fn slips_are_told_and_change_nothing() {
    let workspace = outgrown(SMALL, 30);
    for (arguments, message) in [
        (&["grow", "defualt"][..], "error: no spec has `defualt`\n  = help: did you mean `default`"),
        (
            &["grow", "default/us-west-2c"],
            "error: no spec has `default/us-west-2c`\n  = help: did you mean `default/us-west-2a`, `default/us-west-2b` or `default`?\n",
        ),
        (&["grow", "x"], "  = help: write `default`, `default/us-west-2a` or `default/us-west-2b`\n"),
        (
            &["grow", "default", "--nodes", "genral=3"],
            "error: `clusters/prod.yaml` has no node group `genral`\n  = help: did you mean `general`?\n",
        ),
        (&["grow", "default", "--nodes", "general=0"], "`general=0` gives no nodes"),
        (&["grow", "default", "--nodes", "general"], "`general` is not of the form GROUP=NODES"),
        (&["grow", "default", "--prefix-length", "29"], "29 is not in 16..=28"),
        (
            &["grow", "default/us-west-2a/b"],
            "`default/us-west-2a/b` is already an additional pod subnet; give `default/us-west-2a`",
        ),
        (&["grow", "default", "nowhere.yaml"], "there is no file `nowhere.yaml`"),
    ] {
        let error = refused(&workspace, arguments, 2);
        assert!(error.contains(message), "{error}");
    }
    workspace.ran(&["grow", "default"], 0);
    let error = refused(&workspace, &["grow", "default/us-west-2a", "--nodes", "general=3", "--name", "b"], 2);
    assert!(
        error.contains(
            "error: `default/us-west-2a` already has an additional pod subnet `b`\n  = help: give another name: `c` is free\n"
        ),
        "{error}"
    );
    // What is wrong elsewhere is said first.
    workspace.write(SPEC, with_max(SMALL, 30).replace("m5.large", "m5.lrge"));
    let error = refused(&workspace, &["grow", "default"], 2);
    assert!(error.contains("did you mean `m5.large`"), "{error}");
}

#[test]
fn of_several_specs_one_has_to_be_named() {
    let workspace = outgrown(SMALL, 30);
    let other = SMALL.replace("name: prod", "name: stage").replace("vpc-0a1b2c3d4e5f67890", "vpc-0b1b2c3d4e5f67890");
    workspace
        .write("clusters/stage.yaml", other.replace("default:", "jobs:\n        prefixLength: 20\n      default:"));
    let error = refused(&workspace, &["grow", "default"], 2);
    let last = "error: 2 specs have `default`\n  = help: name one: podnet grow default clusters/prod.yaml\n";
    assert!(error.ends_with(last), "{error}");
    workspace.ran(&["grow", "default", SPEC], 0);
    assert!(workspace.read(SPEC).contains("b: {size: auto, nodeGroups: {general: 20}}"));
}
