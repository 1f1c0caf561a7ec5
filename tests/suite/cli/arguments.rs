//! Arguments that are wrong, and commands that print.

use std::fmt::Write as _;

use crate::harness::Workspace;

#[test]
fn wrong_places_and_arguments_are_told() {
    let workspace = Workspace::of_examples();
    assert!(workspace.failed(&["synth", "nowhere.yaml"], 2).contains("there is no file `nowhere.yaml`"));
    assert!(workspace.failed(&["synth", "--frobnicate"], 2).contains("unexpected argument"));
    fs_err::create_dir_all(workspace.path("empty")).unwrap();
    assert!(workspace.failed(&["synth", "empty"], 2).contains("`empty` has no specs"));
    workspace.write("binary.yaml", [0xff, 0xfe, 0x00]);
    assert!(workspace.failed(&["synth", "binary.yaml"], 1).contains("`binary.yaml` is not UTF-8"));
    workspace.write("twice.yaml", workspace.read("examples/eks-2021.yaml"));
    assert!(
        workspace
            .failed(&["check", "twice.yaml", "examples/eks-2021.yaml"], 1)
            .contains("2 specs are of the cluster `eks-2021`")
    );
    assert!(workspace.failed(&["max-pods", "m5.lrge"], 2).contains("did you mean `m5.large`"));
}

#[test]
fn machines_get_json_and_nothing_else() {
    let workspace = Workspace::of_examples();
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
    let workspace = Workspace::of_examples();
    insta::assert_snapshot!("plan-production", workspace.ran(&["plan", "examples/production.yaml"], 0));
    insta::assert_snapshot!(
        "max-pods",
        workspace.ran(&["max-pods", "m5.large", "t3.medium", "p5.48xlarge", "c5.metal"], 0)
    );
    let mut help = workspace.ran(&["--help"], 0);
    let commands =
        "init synth check plan diff allow bind lock release grow spec explain max-pods schema catalog completions";
    for command in commands.split(' ') {
        write!(help, "\n$ podnet {command} --help\n{}", workspace.ran(&[command, "--help"], 0)).unwrap();
    }
    insta::assert_snapshot!("help", help);
}

#[test]
fn the_catalog_is_refreshed_from_the_aws_cli() {
    let workspace = Workspace::of_examples();
    let described = r#"{"InstanceTypes": [{"InstanceType": "zz9.large", "Hypervisor": "nitro", "BareMetal": false,
        "VCpuInfo": {"DefaultVCpus": 2}, "ProcessorInfo": {"SupportedArchitectures": ["arm64"]},
        "NetworkInfo": {"DefaultNetworkCardIndex": 0, "Ipv4AddressesPerInterface": 12,
            "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 3}]}}]}"#;
    workspace.write("types.json", described);
    let table = workspace.ran(&["catalog", "refresh", "types.json", "--edition", "2026-11-20"], 0);
    assert!(table.contains("\nzz9.large\t3\t12\t2\tnitro\tfalse\tarm64\t1\n"));
    assert!(table.contains("# edition: 2026-11-20\n"));
    workspace.write("types.json", described.replace("\"DefaultVCpus\"", "\"Vcpus\""));
    assert!(
        workspace.failed(&["catalog", "refresh", "types.json", "--edition", "2026-11-20"], 2).contains("zz9.large")
    );
}

#[test]
fn a_first_spec_says_what_it_needs() {
    let workspace = Workspace::of_examples();
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
    workspace.write("clusters/shop.yaml", filled.replace('…', "0a1b2c3d4e5f67890"));
    assert!(workspace.ran(&["synth"], 0).contains("clusters/shop.yaml -> rendered/shop"));
    assert!(
        workspace.failed(&["init", "shop", "--region", "eu-west-1"], 2).contains("`clusters/shop.yaml` already exists")
    );
    assert!(workspace.failed(&["init", "shop2", "--region", "eu-west1"], 2).contains("did you mean `eu-west-1`"));
    assert!(workspace.failed(&["init", "../x", "--region", "eu-west-1"], 2).contains("is not an EKS cluster name"));
}
