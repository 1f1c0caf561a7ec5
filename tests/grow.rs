//! `podnet grow` as people run it: what it writes into the spec, what it prints, and when it leaves the spec alone.

#![cfg(test)]

use std::process::Command;

use tempfile::TempDir;

/// Two zones, `size: auto`, 10 managed m5.large in each: 12 nodes × 20 = 240 addresses of a /24's 251. The comments, the
/// order and the blanks are a person's.
const BLOCK: &str = r#"# The shop.
apiVersion: podnet.dev/v1alpha1
kind: PodNetwork
metadata: {name: prod}
spec:
  region: us-west-2
  kubernetesVersion: "1.33"
  vpc:
    id: vpc-0a1b2c3d4e5f67890
    cidrBlocks: [10.20.0.0/16]
    clusterSecurityGroupId: sg-0c1d2e3f4a5b6c7d8
    serviceCidr: 172.20.0.0/16
  zones:
    - name: us-west-2a
      nodeSubnets:
        - {id: subnet-0a11111111111111a, cidr: 10.20.0.0/20}
    - name: us-west-2b
      nodeSubnets:
        - {id: subnet-0b22222222222222b, cidr: 10.20.16.0/20}
  podNetwork:
    cidrBlocks: [100.64.0.0/16]   # ours alone
    selectBy: name
    pools:
      default:
        size: auto   # as the nodes need

  # The add-on's.
  cni: {version: 1.21.1}
  nodeGroups:
    - name: general
      kind: managed
      ami: {family: al2023}
      instanceTypes: [ m5.large ]
      size: {min: 1, max: 10}   # per zone
"#;

const SPEC: &str = "clusters/prod.yaml";

struct Workspace(TempDir);

impl Workspace {
    /// A folder with a spec whose subnets are in its lock, and after that with another text of the spec.
    fn new(before: &str, now: &str) -> Self {
        let workspace = Self(TempDir::new().unwrap());
        workspace.write(SPEC, before);
        workspace.run(&["synth"], 0);
        workspace.write(SPEC, now);
        workspace
    }

    /// The spec as it is, with so many nodes more than fitted at first.
    fn outgrown(text: &str, max: u32) -> Self {
        Self::new(text, &with_max(text, max))
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }

    fn spec(&self) -> String {
        fs_err::read_to_string(self.0.path().join(SPEC)).unwrap()
    }

    /// Runs podnet, asserts its exit code, and gives what it printed: standard output, standard error.
    fn run(&self, arguments: &[&str], code: i32) -> (String, String) {
        let mut podnet = Command::new(env!("CARGO_BIN_EXE_podnet"));
        let output = podnet.args(arguments).current_dir(self.0.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert_eq!(output.status.code(), Some(code), "podnet {}\n{out}\n{err}", arguments.join(" "));
        (out, err)
    }

    /// Runs podnet, which has to fail and to leave the spec alone; gives standard error.
    fn refused(&self, arguments: &[&str], code: i32) -> String {
        let before = self.spec();
        let (_, err) = self.run(arguments, code);
        assert_eq!(self.spec(), before, "podnet {}", arguments.join(" "));
        err
    }
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
    let workspace = Workspace::outgrown(BLOCK, 30);
    let before = workspace.spec();
    assert!(
        workspace
            .refused(&["check"], 1)
            .contains("help: `podnet grow default`: a /23 more in the zone for 20 nodes of `general`; nothing moves\n")
    );
    let (out, err) = workspace.run(&["grow", "default"], 0);
    assert_eq!(err, "");
    assert_eq!(
        out,
        "\
Before
  POD SUBNET          CIDR BLOCK     NODES × ADDRESSES              PROOF
  default/us-west-2a  100.64.0.0/24  32 × 20 (general) = 640 > 251  does not suffice
  default/us-west-2b  100.64.1.0/24  32 × 20 (general) = 640 > 251  does not suffice

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
        added(&before, &workspace.spec()),
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
    workspace.run(&["synth"], 0);
    let lock = fs_err::read_to_string(workspace.0.path().join("clusters/prod.lock.yaml")).unwrap();
    for range in ["default/us-west-2a: {cidr: \"100.64.0.0/24\"", "default/us-west-2a/b: {cidr: \"100.64.2.0/23\""] {
        assert!(lock.contains(range), "{lock}");
    }
}

#[test]
fn a_zone_grows_alone_though_others_are_short() {
    let workspace = Workspace::outgrown(BLOCK, 12);
    let (out, err) = workspace.run(&["grow", "default/us-west-2b"], 1);
    assert!(out.ends_with("clusters/prod.yaml: written\nnext: podnet check clusters/prod.yaml\n"), "{out}");
    assert!(err.contains("`default/us-west-2a` has 251 addresses, its nodes can take 280"), "{err}");
    assert!(err.contains("help: `podnet grow default/us-west-2a`: "), "{err}");
    // 2 nodes and 2 during an update: 4 × 20 = 80.
    assert!(out.contains("  default/us-west-2b/b  100.64.2.0/25  4 × 20 (general) = 80 ≤ 123"), "{out}");
    let (out, _) = workspace.run(&["grow", "default/us-west-2a"], 0);
    assert!(out.ends_with("next: podnet synth clusters/prod.yaml\n"), "{out}");
    workspace.run(&["synth"], 0);
}

#[test]
fn what_is_asked_for_is_written() {
    let workspace = Workspace::new(BLOCK, BLOCK);
    let arguments = ["grow", "default/us-west-2a", "--nodes", "general=4", "--name", "peak", "--prefix-length", "22"];
    let (out, _) = workspace.run(&arguments, 0);
    assert!(out.contains("  default/us-west-2a       100.64.0.0/24  8 × 20 (general) = 160 ≤ 251"), "{out}");
    assert!(out.contains("  default/us-west-2a/peak  100.64.4.0/22  6 × 20 (general) = 120 ≤ 1019"), "{out}");
    assert_eq!(
        added(BLOCK, &workspace.spec())[2..],
        ["            further:", "              peak: {prefixLength: 22, nodeGroups: {general: 4}}"]
    );
    // Not a node goes to a subnet that is too small for it.
    let error = workspace.refused(&["grow", "default/us-west-2a", "--nodes", "general=4", "--prefix-length", "28"], 1);
    assert!(error.contains("`default/us-west-2a/b` has 11 addresses, its nodes can take 120"), "{error}");
    let error = workspace.refused(&["grow", "default/us-west-2a", "--nodes", "general=7"], 1);
    assert!(error.contains("`general` has at most 10 nodes in `us-west-2a`"), "{error}");
}

#[test]
fn a_second_growth_takes_the_next_letter() {
    let workspace = Workspace::outgrown(BLOCK, 30);
    workspace.run(&["grow", "default"], 0);
    workspace.run(&["synth"], 0);
    let before = workspace.spec().replace("max: 30}", "max: 40}");
    workspace.write(SPEC, &before);
    let error = workspace.refused(&["check"], 1);
    // 40 less the 20 of the further subnets; the first subnet has room for 10, so the group may have 30.
    assert!(error.contains("22 nodes (20 of the 40 at most, 2 more during an update)"), "{error}");
    assert!(error.contains("help: write `max: 30` for `general`, the most that fits\n"), "{error}");
    let (out, _) = workspace.run(&["grow", "default"], 0);
    assert!(out.contains("  default/us-west-2a/c  100.64.6.0/24  12 × 20 (general) = 240 ≤ 251  11 left\n"), "{out}");
    let line = "              c: {size: auto, nodeGroups: {general: 10}}";
    assert_eq!(added(&before, &workspace.spec()), [line, line]);
    workspace.run(&["synth"], 0);
    workspace.write(SPEC, &workspace.spec().replace("max: 40}", "max: 30}").replace(&format!("{line}\n"), ""));
    workspace.run(&["check", "-q"], 1);
    workspace.run(&["synth"], 0);
}

#[test]
fn every_group_that_does_not_fit_goes_along() {
    let group = |name: &str, max: u32| {
        format!(
            "    - {{name: {name}, kind: managed, ami: {{family: al2023}}, instanceTypes: [m5.large], size: {{min: 0, max: {max}}}}}\n"
        )
    };
    let more = format!("{BLOCK}{}{}", group("jobs", 10), group("web", 1));
    let workspace = Workspace::new(BLOCK, &more);
    // (10 + 2) × 20 and (1 + 2) × 20 are 300.
    let error = workspace.refused(&["check"], 1);
    let help =
        "`podnet grow default`: a /23 more in the zone for 10 nodes of `jobs` and 1 node of `web`; nothing moves";
    assert!(error.contains(help), "{error}");
    let (out, _) = workspace.run(&["grow", "default"], 0);
    assert!(out.contains("  default/us-west-2a/b  100.64.2.0/23  12 × 20 (jobs) + 3 × 20 (web) = 300 ≤ 507"), "{out}");
    assert!(workspace.spec().contains("              b: {size: auto, nodeGroups: {jobs: 10, web: 1}}\n"));
    workspace.run(&["synth"], 0);
}

#[test]
fn a_spec_in_flow_style_stays_in_it() {
    let flow = |pools: &str| {
        let block = "    pools:\n      default:\n        size: auto   # as the nodes need\n";
        assert!(BLOCK.contains(block));
        BLOCK.replace(block, &format!("    pools: {pools}\n"))
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
        let one_zone = BLOCK.find("    - name: us-west-2b").unwrap()..BLOCK.find("  podNetwork:").unwrap();
        let mut before = flow(pools);
        if !pools.contains("us-west-2b") {
            before.replace_range(one_zone, "");
        }
        let workspace = Workspace::outgrown(&before, 12);
        workspace.run(&["grow", "default/us-west-2a"], 0);
        let after = with_max(&before, 12).replace(&format!("pools: {pools}\n"), &format!("pools: {wanted}\n"));
        assert_eq!(workspace.spec(), after);
        workspace.run(&["synth"], 0);
    }
}

#[test]
fn nodes_that_find_their_config_by_zone_are_to_find_it_by_name() {
    let by_zone = BLOCK.replace("    selectBy: name\n", "");
    let workspace = Workspace::outgrown(&by_zone, 12);
    let error = workspace.refused(&["check"], 1);
    assert!(error.contains("2 nodes of `general`; nodes then find their ENIConfig by name\n"), "{error}");
    let before = workspace.spec();
    workspace.run(&["grow", "default"], 0);
    let lines = added(&before, &workspace.spec());
    assert_eq!(lines.last().map(String::as_str), Some("    selectBy: name"), "{lines:#?}");
    workspace.run(&["synth"], 0);
}

#[test]
fn a_group_over_several_zones_has_to_be_split_first() {
    let over = BLOCK
        .replace("    selectBy: name\n", "")
        .replace("      kind: managed\n", "      kind: managed\n      perZone: false\n");
    let workspace = Workspace::outgrown(&over, 30);
    // 10, 4 during an update and 1 while zones are evened out, all in one zone, made it a /23. Of 30 it is 37.
    let error = workspace.refused(&["check"], 1);
    assert!(error.contains("37 × 20 (general) = 740 > 507"), "{error}");
    let help = "help: put a new group with `perZone: true` in the place of `general`, as further subnets need it (changed itself, it would lose all nodes at once); then `podnet grow default` for what is missing\n";
    assert!(error.contains(help), "{error}");
    assert!(workspace.refused(&["grow", "default"], 1).contains("help: write `perZone: true`\n"));
    workspace.write(SPEC, &workspace.spec().replace("perZone: false", "perZone: true"));
    workspace.run(&["grow", "default"], 0);
    workspace.run(&["synth"], 0);
}

#[test]
fn a_full_block_leaves_the_spec_alone() {
    let workspace = Workspace::outgrown(&BLOCK.replace("100.64.0.0/16", "100.64.0.0/23"), 30);
    let error = workspace.refused(&["grow", "default"], 1);
    assert!(error.contains("error[capacity/full]: no room for a /23 for `default/us-west-2a/b`"), "{error}");
    assert!(error.contains("help: add a block under `podNetwork.cidrBlocks`, such as `100.65.0.0/16`"), "{error}");
    let error = workspace.refused(&["check"], 1);
    assert!(
        error.contains("help: add `100.65.0.0/16` under `podNetwork.cidrBlocks`, then `podnet grow default`: "),
        "{error}"
    );
    workspace.write(SPEC, &workspace.spec().replace("[100.64.0.0/23]", "[100.64.0.0/23, 100.65.0.0/16]"));
    workspace.run(&["grow", "default"], 0);
    workspace.run(&["synth"], 0);
}

#[test]
fn where_nothing_is_short_podnet_asks_for_whom() {
    let workspace = Workspace::new(BLOCK, BLOCK);
    let error = workspace.refused(&["grow", "default/us-west-2a"], 2);
    assert_eq!(
        error,
        "\
error: `default/us-west-2a` suffices: 12 × 20 (general) = 240 ≤ 251
  = help: raise the group's `max` first; or say whose nodes are to use another subnet: podnet grow default/us-west-2a --nodes general=NODES
"
    );
}

#[test]
fn a_subnet_of_unknown_range_is_not_said_to_suffice() {
    let given = BLOCK.replace(
        "        size: auto   # as the nodes need\n",
        "        zones:\n          us-west-2a: {subnetId: subnet-0eeeeeeee}\n          us-west-2b: {size: auto}\n",
    );
    let workspace = Workspace::new(&given, &given);
    let error = workspace.refused(&["grow", "default/us-west-2a"], 2);
    assert!(error.ends_with("is not known, because its range is not\n  = help: add `cidr:` beside its `subnetId:`; or say whose nodes are to use another subnet: podnet grow default/us-west-2a --nodes GROUP=NODES\n"), "{error}");
    workspace.run(&["grow", "default/us-west-2a", "--nodes", "general=3"], 0);
    let line =
        "          us-west-2a: {subnetId: subnet-0eeeeeeee, further: {b: {size: auto, nodeGroups: {general: 3}}}}";
    assert!(workspace.spec().lines().any(|found| found == line), "{}", workspace.spec());
    workspace.run(&["synth"], 0);
}

#[test]
fn slips_are_told_and_change_nothing() {
    let workspace = Workspace::outgrown(BLOCK, 30);
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
        (&["grow", "default", "--nodes", "general=0"], "`general=0` has no nodes that could use it"),
        (&["grow", "default", "--nodes", "general"], "`general` is not of the form GROUP=NODES"),
        (&["grow", "default", "--prefix-length", "29"], "29 is not in 16..=28"),
        (
            &["grow", "default/us-west-2a/b"],
            "`default/us-west-2a/b` is a further subnet already; give `default/us-west-2a`",
        ),
        (&["grow", "default", "nowhere.yaml"], "there is no file `nowhere.yaml`"),
    ] {
        let error = workspace.refused(arguments, 2);
        assert!(error.contains(message), "{error}");
    }
    workspace.run(&["grow", "default"], 0);
    let error = workspace.refused(&["grow", "default/us-west-2a", "--nodes", "general=3", "--name", "b"], 2);
    assert!(
        error.contains(
            "error: `default/us-west-2a` has a further subnet `b` already\n  = help: give another name: `c` is free\n"
        ),
        "{error}"
    );
    // What is wrong elsewhere is said first.
    workspace.write(SPEC, &with_max(BLOCK, 30).replace("m5.large", "m5.lrge"));
    let error = workspace.refused(&["grow", "default"], 2);
    assert!(error.contains("did you mean `m5.large`"), "{error}");
}

#[test]
fn of_several_specs_one_has_to_be_named() {
    let workspace = Workspace::outgrown(BLOCK, 30);
    let other = BLOCK.replace("name: prod", "name: stage").replace("vpc-0a1b2c3d4e5f67890", "vpc-0b1b2c3d4e5f67890");
    workspace
        .write("clusters/stage.yaml", &other.replace("default:", "jobs:\n        prefixLength: 20\n      default:"));
    let error = workspace.refused(&["grow", "default"], 2);
    let last = "error: 2 specs have `default`\n  = help: name one: podnet grow default clusters/prod.yaml\n";
    assert!(error.ends_with(last), "{error}");
    workspace.run(&["grow", "default", SPEC], 0);
    assert!(workspace.spec().contains("b: {size: auto, nodeGroups: {general: 20}}"));
}
