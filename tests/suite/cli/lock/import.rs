//! What is taken over, and what comes of it.

use serde_json::json;

use super::workspace::{LOCK, SPEC, Workspace, add, listed, spec, subnet, terraform};

#[test]
fn a_terraform_vpc_is_taken_over() {
    let workspace = Workspace::new(&terraform("abc"), &listed("terraform"));
    insta::assert_snapshot!("terraform", workspace.import(&[]));
    insta::assert_snapshot!("terraform-lock", workspace.read(LOCK));
    assert!(workspace.import(&[]).ends_with("clusters/prod.lock.yaml: nothing changed\n"));
    let said = workspace.done(&["synth"]);
    assert!(!said.contains("waiting") && said.contains("3 pod subnets, 3 ENIConfigs"), "{said}");
    workspace.done(&["check"]);
    let configs = workspace.read("rendered/prod/kubernetes/eniconfigs.yaml");
    for id in ["subnet-0a44444444444440a", "subnet-0b44444444444441b", "subnet-0c44444444444442c"] {
        assert!(configs.contains(&format!("  subnet: {id}\n")), "{configs}");
    }
    assert!(!workspace.path("rendered/prod/cloudformation").exists(), "there is nothing to make");
    let plan = workspace.done(&["plan", SPEC]);
    assert!(
        plan.contains("subnet-0a44444444444440a (adopted)  the range of an existing subnet, from the lock"),
        "{plan}"
    );
    // The lock that was imported is the one that synth keeps, and a third import changes nothing.
    assert!(
        workspace
            .import(&[])
            .contains("100.64.0.0/18, subnet-0a44444444444440a (prod-pods-us-west-2a): adopted before\n")
    );
    workspace.done(&["synth", "--locked"]);
}

#[test]
fn a_zone_that_comes_later_is_carved_beside_what_is_there() {
    let workspace = Workspace::new(&terraform("abc"), &listed("terraform"));
    workspace.import(&[]);
    workspace.done(&["synth"]);
    workspace.write(SPEC, terraform("abcd"));
    let said = workspace.done(&["synth"]);
    assert!(said.contains("pending: ENIConfigs (us-west-2d) wait for PodSubnetDefaultUsWest2d\n"), "{said}");
    let lock = workspace.read(LOCK);
    // 100.64.192.0/20 is the transit subnet's.
    assert!(lock.contains("  default/us-west-2d: {cidr: \"100.64.208.0/20\", state: active, seal: "), "{lock}");
    let template = workspace.read("rendered/prod/cloudformation/pod-network.yaml");
    assert_eq!(template.matches("Type: AWS::EC2::Subnet\n").count(), 1, "{template}");
    assert!(template.contains("  PodSubnetDefaultUsWest2d:\n    Type: AWS::EC2::Subnet\n"), "{template}");
    assert!(!template.contains("AWS::EC2::VPCCidrBlock"), "{template}");
    let configs = workspace.read("rendered/prod/kubernetes/eniconfigs.yaml");
    assert_eq!(configs.matches("kind: ENIConfig\n").count(), 3, "{configs}");
    // Podnet's own subnet, deployed and not bound yet, is known by its name.
    let mut list = listed("terraform");
    add(&mut list, "subnet-0dd00000000000001", "100.64.208.0/20", 'd', "prod-pods-default-us-west-2d");
    subnet(&mut list, "subnet-0dd00000000000001")["AvailabilityZoneId"] = "usw2-az4".into();
    workspace.list(&list);
    let said = workspace.import(&[]);
    let own = "default/us-west-2d: subnet-0dd00000000000001 was created by podnet, not bound yet: podnet bind clusters/prod.yaml --from stack.json\n";
    assert!(said.contains(own), "{said}");
    assert!(workspace.read(LOCK).contains("  default/us-west-2d: {cidr: \"100.64.208.0/20\", state: active, seal: "));
    // The subnet of its nodes is known from the spec now.
    assert!(lock.contains("subnet-0d61111111111116d") && !workspace.read(LOCK).contains("subnet-0d61111111111116d"));
    // By any other name it is somebody else's.
    subnet(&mut list, "subnet-0dd00000000000001")["Tags"] = json!([]);
    workspace.list(&list);
    insta::assert_snapshot!("collision", workspace.import_refused(&[]));
    let said = workspace.import(&["--map", "default/us-west-2d=subnet-0dd00000000000001"]);
    assert!(said.contains("default/us-west-2d: 100.64.208.0/20, subnet-0dd00000000000001: adopted\n"), "{said}");
}

#[test]
fn a_cdk_vpc_is_taken_over() {
    let zones = [('a', "subnet-0c02222222222222a", "10.0.96.0/19"), ('b', "subnet-0c02222222222222b", "10.0.128.0/19")];
    // A pool whose subnets all exist needs no size.
    let text = spec("10.0.0.0/16, 100.64.0.0/16", &zones, "{}");
    let workspace = Workspace::new(&text, &listed("cdk"));
    let said = workspace.import(&[]);
    assert!(
        said.contains(
            "default/us-west-2b: 100.64.64.0/18, subnet-0c03333333333333b (ProdNetwork/PodSubnet2): adopted\n"
        ),
        "{said}"
    );
    workspace.done(&["synth"]);
    workspace.done(&["check"]);
    // The same subnets from the stack of another cluster's podnet are that cluster's.
    let mut list = listed("cdk");
    for (zone, name) in [('a', "PodSubnetDefaultUsWest2a"), ('b', "PodSubnetDefaultUsWest2b")] {
        subnet(&mut list, &format!("subnet-0c03333333333333{zone}"))["Tags"] = json!([
            {"Key": "aws:cloudformation:stack-name", "Value": "staging-pod-network"},
            {"Key": "aws:cloudformation:logical-id", "Value": name},
            {"Key": "Name", "Value": format!("staging-pods-default-us-west-2{zone}")},
        ]);
    }
    let workspace = Workspace::new(&text.replace("default: {}", "default: {prefixLength: 18}"), &list);
    let said = workspace.import(&[]);
    assert!(
        said.contains("no subnet was adopted\n") && said.contains("in the blocks for pods: subnet-0c03333333333333a"),
        "{said}"
    );
    workspace.done(&["synth"]);
    assert!(workspace.read(LOCK).contains("  default/us-west-2a: {cidr: \"100.64.128.0/18\", state: active, seal: "));
}

#[test]
fn several_candidates_are_for_people_to_choose_from() {
    let zones =
        [('a', "subnet-0e02222222222220a", "192.168.96.0/19"), ('b', "subnet-0e02222222222221b", "192.168.128.0/19")];
    let text = spec("192.168.0.0/16, 100.64.0.0/16", &zones, "{prefixLength: 19}");
    let workspace = Workspace::new(&text, &listed("eksctl"));
    insta::assert_snapshot!("two-subnets", workspace.import_refused(&[]));
    let said = workspace.import(&["--map", "default/us-west-2a=subnet-0e0333333333333aa"]);
    assert!(said.contains("default/us-west-2a: 100.64.0.0/19, subnet-0e0333333333333aa (pods-a): adopted\n"), "{said}");
    assert!(
        said.contains("default/us-west-2b: 100.64.64.0/19, subnet-0e0333333333333bb (pods-b): adopted\n"),
        "{said}"
    );
    assert!(said.contains("in the blocks for pods: subnet-0e0444444444444aa (100.64.32.0/19, no Name)\n"), "{said}");
    // Two pools, and one subnet in us-west-2b.
    let two = text.replace(
        "      default: {prefixLength: 19}\n",
        "      default: {prefixLength: 19}\n      batch: {prefixLength: 20}\n",
    );
    let workspace = Workspace::new(&two, &listed("eksctl"));
    insta::assert_snapshot!("two-pools", workspace.import_refused(&[]));
    let maps = [
        "--map",
        "default/us-west-2a=subnet-0e0333333333333aa",
        "--map",
        "default/us-west-2b=subnet-0e0333333333333bb",
    ];
    let said = workspace.import(&[&maps[..], &["--map", "batch/us-west-2a=new"]].concat());
    assert!(!said.contains("batch"), "{said}");
    workspace.done(&["synth"]);
    let lock = workspace.read(LOCK);
    assert!(lock.contains("  batch/us-west-2a: {cidr: \"100.64.96.0/20\", state: active, seal: "), "{lock}");
    // What is left belongs to who is left.
    let workspace = Workspace::new(&two, &listed("eksctl"));
    let said = workspace.import(&maps);
    assert!(said.contains("batch/us-west-2a: 100.64.32.0/19, subnet-0e0444444444444aa: adopted\n"), "{said}");
}

#[test]
fn zones_go_by_their_ids_where_names_are_of_another_account() {
    let mut list = listed("terraform");
    for subnet in list["Subnets"].as_array_mut().unwrap() {
        let name = subnet["AvailabilityZone"].as_str().unwrap();
        let other = name.replace("2a", "2x").replace("2b", "2a").replace("2x", "2b");
        subnet["AvailabilityZone"] = other.into();
    }
    let text = terraform("abc");
    let workspace = Workspace::new(&text, &list);
    assert!(workspace.import_refused(&[]).contains("is in us-west-2b, not in us-west-2a"));
    let ids = text
        .replace("us-west-2a\n", "us-west-2a\n      id: usw2-az2\n")
        .replace("us-west-2b\n", "us-west-2b\n      id: usw2-az1\n");
    workspace.write(SPEC, &ids);
    let said = workspace.import(&[]);
    assert!(said.contains("default/us-west-2a: 100.64.0.0/18, subnet-0a44444444444440a"), "{said}");
}

#[test]
fn a_thousand_subnets_are_carved_around() {
    let mut list = listed("terraform");
    for number in 0..1000_u32 {
        let cidr = format!("100.64.{}.{}/28", 192 + (number + 256) / 16 % 64, (number + 256) % 16 * 16);
        add(&mut list, &format!("subnet-{number:017x}"), &cidr, 'd', &format!("batch {number}"));
    }
    list["Subnets"].as_array_mut().unwrap().retain(|subnet| {
        let cidr = subnet["CidrBlock"].as_str().unwrap_or_default();
        subnet["Tags"][0]["Value"].as_str().is_none_or(|name| !name.starts_with("batch"))
            || !cidr.starts_with("100.64.19") && !cidr.starts_with("100.64.20")
    });
    let left = list["Subnets"].as_array().unwrap().len();
    assert!(left > 700, "{left}");
    let workspace = Workspace::new(&terraform("abc"), &list);
    let said = workspace.import(&[]);
    assert!(said.contains("    and ") && said.contains(" more there\n"), "{said}");
    workspace.done(&["synth"]);
    workspace.done(&["check"]);
}
