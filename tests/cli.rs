//! The program as people run it: what it writes, leaves alone, prints and exits with.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fmt::Write as _;

mod workspace;

use workspace::{Workspace, text};

#[test]
fn a_second_synthesis_touches_nothing() {
    let workspace = Workspace::new();
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
    let workspace = Workspace::new();
    workspace.ran(&["synth"], 0);
    let edited = "rendered/prod-usw2/kubernetes/eniconfigs.yaml";
    workspace.write(edited, &workspace.read(edited).replace("us-west-2a", "us-west-2z"));
    fs_err::remove_file(workspace.path("rendered/eks-2021/RUNBOOK.md")).unwrap();
    workspace.write("rendered/eks-2019/kubernetes/notes.yaml", "mine: true\n");
    let before = workspace.files("rendered");
    let out = workspace.ran(&["check"], 1);
    assert_eq!(workspace.files("rendered"), before);
    for line in [
        "rendered/prod-usw2/kubernetes/eniconfigs.yaml: edited by hand: the next synthesis takes the edit back",
        "-  name: us-west-2z",
        "+  name: us-west-2a",
        "rendered/eks-2021/RUNBOOK.md: missing",
        "rendered/eks-2019/kubernetes/notes.yaml: not written by podnet: move it out of the cluster's folder",
        "examples/tutorial.yaml: up to date",
        "run `podnet synth` and commit what it writes",
    ] {
        assert!(out.lines().any(|found| found == line), "no line `{line}` in\n{out}");
    }
    workspace.ran(&["synth"], 0);
    assert_eq!(workspace.read("rendered/eks-2019/kubernetes/notes.yaml"), "mine: true\n", "what is not podnet's stays");
    assert!(workspace.ran(&["check", "examples/production.yaml", "examples/eks-2021.yaml"], 0).contains("up to date"));
}

#[test]
fn what_is_no_longer_synthesized_is_removed() {
    let workspace = Workspace::new();
    let spec = workspace.read("examples/eks-2019.yaml");
    workspace.write("one/a.yaml", &spec);
    workspace.write("one/a.lock.yaml", &workspace.read("examples/eks-2019.lock.yaml"));
    workspace.ran(&["synth", "one/a.yaml"], 0);
    assert!(workspace.path("rendered/eks-2019/kubernetes/eniconfig-crd.yaml").exists());
    let before = spec.find("  nodeGroups:").unwrap();
    workspace.write("one/a.yaml", &spec[..before].replace("crd: always", "crd: never"));
    assert!(workspace.ran(&["check", "one/a.yaml"], 1).contains("orphaned: no longer synthesized"));
    workspace.ran(&["synth", "one/a.yaml"], 0);
    assert!(!workspace.path("rendered/eks-2019/kubernetes/eniconfig-crd.yaml").exists());
    assert!(!workspace.path("rendered/eks-2019/cloudformation").exists(), "an empty folder goes too");
    workspace.ran(&["check", "one/a.yaml"], 0);
}

#[test]
fn a_cluster_without_a_spec_is_told_and_kept() {
    let workspace = Workspace::new();
    workspace.ran(&["synth"], 0);
    fs_err::remove_file(workspace.path("examples/eks-2021.yaml")).unwrap();
    let told = "rendered/eks-2021: orphaned: no spec makes it any more; delete it when nothing runs from it\n";
    assert!(workspace.ran(&["check"], 1).contains(told));
    assert!(workspace.ran(&["synth"], 0).contains("rendered/eks-2021: no spec makes it any more"));
    assert!(workspace.path("rendered/eks-2021/RUNBOOK.md").exists());
    workspace.ran(&["check", "examples/tutorial.yaml"], 0);
}

#[test]
fn somebody_elses_file_is_never_replaced() {
    let workspace = Workspace::new();
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
    let workspace = Workspace::new();
    fs_err::create_dir_all(workspace.path("elsewhere")).unwrap();
    fs_err::create_dir_all(workspace.path("rendered/eks-2021")).unwrap();
    symlink(workspace.path("elsewhere"), workspace.path("rendered/eks-2021/kubernetes")).unwrap();
    let error = workspace.failed(&["synth", "examples/eks-2021.yaml"], 2);
    assert!(error.contains("is a link or leads outside"), "{error}");
    assert!(workspace.files("elsewhere").is_empty());
    workspace.ran(&["synth", "examples/tutorial.yaml"], 0);
    let mode =
        workspace.path("rendered/my-custom-networking-cluster/RUNBOOK.md").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn one_bad_spec_keeps_no_other_back() {
    let workspace = Workspace::new();
    workspace.write(
        "examples/tutorial.yaml",
        &workspace.read("examples/tutorial.yaml").replace("prefixLength: 27", "prefixLength: 23"),
    );
    let output = workspace.run(&["synth"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).ends_with("5 clusters, 5 changed, 1 not written\n"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("error[lock/contradiction]"), "{}", text(&output.stderr));
    assert!(!workspace.path("rendered/my-custom-networking-cluster").exists());
    assert!(workspace.path("rendered/prod-usw2/manifest.json").exists());
}

#[test]
fn ids_are_bound_in_two_rounds() {
    let workspace = Workspace::new();
    fs_err::remove_file(workspace.path("examples/tutorial.lock.yaml")).unwrap();
    let spec = "examples/tutorial.yaml";
    let folder = "rendered/my-custom-networking-cluster";
    let first = workspace.ran(&["synth", spec], 0);
    assert!(
        first.contains(
            "waiting: ENIConfigs (us-west-2a, us-west-2d), aws-node, node groups (my-nodegroup-us-west-2a, my-nodegroup-us-west-2d) for PodSubnetDefaultUsWest2a, PodSubnetDefaultUsWest2d"
        ),
        "{first}"
    );
    assert!(first.contains("    podnet bind examples/tutorial.yaml --from stack.json\n"), "{first}");
    assert!(!workspace.path(&format!("{folder}/kubernetes")).exists());
    let output = |key: &str, value: &str| format!(r#"{{"OutputKey": "{key}", "OutputValue": "{value}"}}"#);
    let subnet = |zone: &str, id: &str, cidr: &str| {
        let name = format!("PodSubnetDefaultUsWest2{zone}");
        [
            output(&name, id),
            output(&format!("{name}AvailabilityZone"), &format!("us-west-2{zone}")),
            output(&format!("{name}CidrBlock"), cidr),
        ]
        .join(", ")
    };
    let stack = |status: &str, outputs: &str| {
        format!(
            r#"{{"Stacks": [{{"StackName": "my-custom-networking-cluster-pod-network", "StackStatus": "{status}", "Outputs": [{outputs}]}}]}}"#
        )
    };
    let (a, d) = (
        subnet("a", "subnet-0aaaaaaaaaaaaaaaa", "192.168.1.0/27"),
        subnet("d", "subnet-0dddddddddddddddd", "192.168.1.32/27"),
    );
    let both = format!("{a}, {d}");
    for (text, message) in [
        (stack("CREATE_IN_PROGRESS", &both), "the stack is `CREATE_IN_PROGRESS`"),
        (stack("CREATE_COMPLETE", &a), "the stack has no output `PodSubnetDefaultUsWest2d`"),
        (
            stack("CREATE_COMPLETE", &both.replace("192.168.1.32/27", "192.168.1.64/27")),
            "has CidrBlock `192.168.1.64/27`, the plan says `192.168.1.32/27`",
        ),
        (stack("CREATE_COMPLETE", &both.replace("subnet-0d", "sn-0d")), "`sn-0dddddddddddddddd` is not a subnet id"),
        (
            stack("CREATE_COMPLETE", &both).replace("my-custom-networking-cluster", "other").replace("PodSubnet", "X"),
            "has no stack `my-custom-networking-cluster-pod-network`",
        ),
        ("{}".to_owned(), "`stack.json` is neither a stack nor a cluster"),
    ] {
        workspace.write("stack.json", &text);
        let lock = workspace.read("examples/tutorial.lock.yaml");
        let error = workspace.failed(&["bind", spec, "--from", "stack.json"], 1);
        assert!(error.contains(message), "{error}");
        assert_eq!(workspace.read("examples/tutorial.lock.yaml"), lock);
    }
    workspace.write("stack.json", "not json");
    assert!(workspace.failed(&["bind", spec, "--from", "stack.json"], 2).contains("`stack.json` is not JSON"));
    workspace.write("stack.json", &stack("CREATE_COMPLETE", &both));
    workspace.ran(&["bind", spec, "--from", "stack.json"], 0);
    let second = workspace.ran(&["synth", spec], 0);
    assert!(second.contains("waiting: node groups for the cluster's API server endpoint"), "{second}");
    let configs = workspace.read(&format!("{folder}/kubernetes/eniconfigs.yaml"));
    assert!(
        configs.contains("  name: us-west-2d\n") && configs.contains("  subnet: subnet-0dddddddddddddddd\n"),
        "{configs}"
    );
    assert!(!workspace.path(&format!("{folder}/cloudformation/node-groups.yaml")).exists());
    let cluster = r#"{"cluster": {"name": "my-custom-networking-cluster", "endpoint": "https://ABC.gr7.us-west-2.eks.amazonaws.com",
        "certificateAuthority": {"data": "LS0tLQ=="}, "resourcesVpcConfig": {"vpcId": "vpc-01c47e3e8a1f2b3c4"},
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.100.0.0/16"}}}"#;
    for (wrong, message) in [
        (cluster.replace("my-custom", "your-custom"), "is of the cluster `your-custom-networking-cluster`"),
        (cluster.replace("vpc-01c47e3e8a1f2b3c4", "vpc-0ffffffff"), "the cluster is in `vpc-0ffffffff`"),
        (cluster.replace("10.100.0.0/16", "10.101.0.0/16"), "the cluster's service CIDR is `10.101.0.0/16`"),
    ] {
        workspace.write("cluster.json", &wrong);
        assert!(workspace.failed(&["bind", spec, "--from", "cluster.json"], 1).contains(message), "{message}");
    }
    workspace.write("cluster.json", cluster);
    workspace.ran(&["bind", spec, "--from", "cluster.json"], 0);
    assert!(!workspace.ran(&["synth", spec], 0).contains("waiting"));
    let groups = workspace.read(&format!("{folder}/cloudformation/node-groups.yaml"));
    assert!(groups.contains("apiServerEndpoint: https://ABC.gr7.us-west-2.eks.amazonaws.com\n"), "{groups}");
    assert!(workspace.ran(&["bind", spec, "--from", "cluster.json"], 0).ends_with("nothing changed\n"));
}

#[test]
fn a_zone_that_is_added_waits_alone() {
    let workspace = Workspace::new();
    let spec = "examples/production.yaml";
    let more =
        "    - name: us-west-2d\n      nodeSubnets:\n        - {id: subnet-0d44444444444444d, cidr: 10.20.48.0/20}\n";
    let text = workspace.read(spec).replace("  podNetwork:\n", &format!("{more}  podNetwork:\n"));
    workspace.write(spec, &text);
    let said = workspace.ran(&["synth", spec], 0);
    assert!(
        said.contains(
            "waiting: ENIConfigs (us-west-2d), node groups (general-us-west-2d) for PodSubnetDefaultUsWest2d"
        ),
        "{said}"
    );
    let folder = "rendered/prod-usw2";
    let groups = workspace.read(&format!("{folder}/cloudformation/node-groups.yaml"));
    assert!(
        groups.contains("  ManagedNodesGeneralUsWest2c:\n") && groups.contains("  NodesBatch:\n"),
        "what runs stays"
    );
    assert!(!groups.contains("UsWest2d") && !groups.contains("subnet-0d44444444444444d"), "what is new waits");
    assert!(workspace.path(&format!("{folder}/kubernetes/aws-node.yaml")).exists());
    assert!(!workspace.read(&format!("{folder}/kubernetes/eniconfigs.yaml")).contains("us-west-2d"));
}

#[test]
fn a_lock_that_is_gone_is_missed() {
    let workspace = Workspace::new();
    let spec = "examples/production.yaml";
    workspace.ran(&["synth", spec], 0);
    let before = workspace.files("rendered");
    fs_err::rename(workspace.path(spec), workspace.path("examples/renamed.yaml")).unwrap();
    for command in ["synth", "check"] {
        let error = workspace.failed(&[command, "examples/renamed.yaml"], 1);
        assert!(error.contains("error[lock/missing]: the lock `examples/renamed.lock.yaml` is gone"), "{error}");
    }
    assert_eq!(workspace.files("rendered"), before);
}

#[test]
fn a_second_pool_takes_the_users_word() {
    let workspace = Workspace::new();
    let spec = "examples/tutorial.yaml";
    let text = workspace
        .read(spec)
        .replace("        prefixLength: 27\n", "        prefixLength: 27\n      extra:\n        prefixLength: 28\n")
        .replace("      kind: managed\n", "      kind: managed\n      pool: default\n");
    workspace.write(spec, &text);
    let error = workspace.failed(&["synth", spec], 1);
    assert!(
        error.contains("error[lock/selection]: nodes would find their ENIConfig by name, and not by zone as they do"),
        "{error}"
    );
    workspace.write(spec, &text.replace("  podNetwork:\n", "  podNetwork:\n    selectBy: name\n"));
    let output = workspace.run(&["synth", spec]);
    assert!(output.status.success() && self::text(&output.stderr).contains("warning[lock/selection]"));
}

#[test]
fn two_clusters_of_a_vpc_have_ranges_of_their_own() {
    let workspace = Workspace::new();
    let other = workspace.read("examples/production.yaml").replace("name: prod-usw2", "name: stage-usw2");
    workspace.write("examples/stage.yaml", &other);
    let error = workspace.failed(&["check", "examples/production.yaml", "examples/stage.yaml"], 1);
    assert!(error.contains("`100.64.0.0/18` of `default/us-west-2a` overlaps `100.64.0.0/18` of `prod-usw2 default/us-west-2a` in the same VPC"), "{error}");
}

#[test]
fn what_is_allocated_stays_where_it_is() {
    let workspace = Workspace::new();
    let spec = "examples/production.yaml";
    workspace.ran(&["synth", spec], 0);
    let configs = workspace.read("rendered/prod-usw2/kubernetes/eniconfigs.yaml");
    let text = workspace.read(spec);
    let fewer = {
        let (head, rest) = text.split_once("    - name: us-west-2a\n").unwrap();
        let (_, tail) = rest.split_once("    - name: us-west-2b\n").unwrap();
        format!("{head}    - name: us-west-2b\n{tail}")
    };
    workspace.write(spec, &fewer);
    workspace.ran(&["synth", spec], 0);
    let lock = workspace.read("examples/production.lock.yaml");
    assert!(
        lock.contains(
            "  default/us-west-2a: {cidr: \"100.64.0.0/18\", state: retired, subnetId: subnet-012f514daf677ffef, seal: "
        ),
        "{lock}"
    );
    assert!(lock.contains("  default/us-west-2b: {cidr: \"100.64.64.0/18\", state: active, seal: "), "{lock}");
    // The stack let the subnet go: when the zone is back, it is used as it is, and not made a second time.
    workspace.write(spec, &text);
    workspace.ran(&["synth", spec], 0);
    let lock = workspace.read("examples/production.lock.yaml");
    assert!(
        lock.contains(
            "  default/us-west-2a: {cidr: \"100.64.0.0/18\", state: active, subnetId: subnet-012f514daf677ffef, seal: "
        ),
        "{lock}"
    );
    assert_eq!(workspace.read("rendered/prod-usw2/kubernetes/eniconfigs.yaml"), configs);
    let template = workspace.read("rendered/prod-usw2/cloudformation/pod-network.yaml");
    assert!(!template.contains("100.64.0.0/18") && template.contains("100.64.64.0/18"), "{template}");
}

#[test]
fn wrong_places_and_arguments_are_told() {
    let workspace = Workspace::new();
    assert!(workspace.failed(&["synth", "nowhere.yaml"], 2).contains("there is no file `nowhere.yaml`"));
    assert!(workspace.failed(&["synth", "--frobnicate"], 2).contains("unexpected argument"));
    fs_err::create_dir_all(workspace.path("empty")).unwrap();
    assert!(workspace.failed(&["synth", "empty"], 2).contains("`empty` has no specs"));
    fs_err::write(workspace.path("binary.yaml"), [0xff, 0xfe, 0x00]).unwrap();
    assert!(workspace.failed(&["synth", "binary.yaml"], 1).contains("`binary.yaml` is not text in UTF-8"));
    workspace.write("twice.yaml", &workspace.read("examples/eks-2021.yaml"));
    assert!(
        workspace
            .failed(&["check", "twice.yaml", "examples/eks-2021.yaml"], 1)
            .contains("2 specs are of the cluster `eks-2021`")
    );
    assert!(workspace.failed(&["max-pods", "m5.lrge"], 2).contains("did you mean `m5.large`"));
}

#[test]
fn machines_get_json_and_nothing_else() {
    let workspace = Workspace::new();
    let plan: serde_json::Value =
        serde_json::from_str(&workspace.ran(&["plan", "examples/eks-2021.yaml", "-o", "json"], 0)).unwrap();
    assert_eq!(plan["nodeGroups"][0]["maxPods"]["value"], 20);
    assert_eq!(
        plan["nodeGroups"][0]["bootstrapArguments"],
        "--use-max-pods false --kubelet-extra-args '--max-pods=20 --node-labels=podnet.dev/node-group=workers'"
    );
    let plans: serde_json::Value = serde_json::from_str(&workspace.ran(&["plan", "-o", "json"], 0)).unwrap();
    assert_eq!(plans.as_array().unwrap().len(), 6);
    let pods: serde_json::Value = serde_json::from_str(
        &workspace.ran(&["max-pods", "m5.large", "c5.18xlarge", "--prefix-delegation", "-o", "json"], 0),
    )
    .unwrap();
    assert_eq!((&pods[0]["value"], &pods[1]["value"]), (&110.into(), &250.into()));
    assert_eq!(workspace.ran(&["schema"], 0), workspace.read("examples/podnet.schema.json"));
    assert!(workspace.ran(&["completions", "bash"], 0).contains("_podnet()"));
}

#[test]
fn the_table_is_for_people() {
    let workspace = Workspace::new();
    insta::assert_snapshot!("plan-production", workspace.ran(&["plan", "examples/production.yaml"], 0));
    insta::assert_snapshot!(
        "max-pods",
        workspace.ran(&["max-pods", "m5.large", "t3.medium", "p5.48xlarge", "c5.metal"], 0)
    );
    let mut help = workspace.ran(&["--help"], 0);
    let commands = "init synth check plan bind lock grow spec explain max-pods schema catalog completions";
    for command in commands.split(' ') {
        write!(help, "\n$ podnet {command} --help\n{}", workspace.ran(&[command, "--help"], 0)).unwrap();
    }
    insta::assert_snapshot!("help", help);
}

#[test]
fn the_catalog_is_refreshed_from_the_aws_cli() {
    let workspace = Workspace::new();
    let described = r#"{"InstanceTypes": [{"InstanceType": "zz9.large", "Hypervisor": "nitro", "BareMetal": false,
        "VCpuInfo": {"DefaultVCpus": 2}, "ProcessorInfo": {"SupportedArchitectures": ["arm64"]},
        "NetworkInfo": {"DefaultNetworkCardIndex": 0, "Ipv4AddressesPerInterface": 12,
            "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 3}]}}]}"#;
    workspace.write("types.json", described);
    let table = workspace.ran(&["catalog", "refresh", "types.json", "--edition", "2026-11-20"], 0);
    assert!(table.contains("\nzz9.large\t3\t12\t2\tnitro\tfalse\tarm64\t1\n"));
    assert!(table.contains("# edition: 2026-11-20\n"));
    workspace.write("types.json", &described.replace("\"DefaultVCpus\"", "\"Vcpus\""));
    assert!(
        workspace.failed(&["catalog", "refresh", "types.json", "--edition", "2026-11-20"], 2).contains("zz9.large")
    );
}

#[test]
fn a_first_spec_says_what_it_needs() {
    let workspace = Workspace::new();
    let said = workspace.ran(&["init", "shop", "--region", "eu-west-1"], 0);
    assert!(said.ends_with("next: podnet check clusters/shop.yaml\n"), "{said}");
    assert_eq!(workspace.read("clusters/podnet.schema.json"), workspace.read("examples/podnet.schema.json"));
    let told = workspace.failed(&["check", "clusters/shop.yaml"], 1);
    let blanks = workspace
        .read("clusters/shop.yaml")
        .lines()
        .filter(|line| line.contains('…') && !line.trim_start().starts_with('#'))
        .count();
    assert_eq!((told.matches("error[").count(), blanks), (5, 5), "{told}");
    let filled = workspace.read("clusters/shop.yaml").replacen("\"…\"", "\"1.33\"", 1).replacen("\"…\"", "1.21.1", 1);
    workspace.write("clusters/shop.yaml", &filled.replace('…', "0a1b2c3d4e5f67890"));
    assert!(workspace.ran(&["synth"], 0).contains("clusters/shop.yaml -> rendered/shop"));
    assert!(
        workspace
            .failed(&["init", "shop", "--region", "eu-west-1"], 2)
            .contains("`clusters/shop.yaml` is there already")
    );
    assert!(workspace.failed(&["init", "shop2", "--region", "eu-west1"], 2).contains("did you mean `eu-west-1`"));
    assert!(workspace.failed(&["init", "../x", "--region", "eu-west-1"], 2).contains("is not an EKS cluster name"));
}
