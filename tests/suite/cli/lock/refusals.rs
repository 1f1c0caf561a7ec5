//! What is not taken over: nothing is guessed, and nothing is written.

use serde_json::{Value, json};

use super::workspace::{LIST, LOCK, SPEC, Workspace, listed, subnet, terraform, without};

#[test]
fn a_map_has_to_fit() {
    let workspace = Workspace::new(&terraform("abc"), &listed("terraform"));
    for (map, message) in [
        (
            "default/us-west-2b=subnet-0a44444444444440a",
            "`subnet-0a44444444444440a` is in us-west-2a (usw2-az2), not in us-west-2b",
        ),
        ("default/us-west-2a=subnet-0a11111111111110a", "`subnet-0a11111111111110a` is a node subnet"),
        ("default/us-west-2a=subnet-0a22222222222220a", "is in none of the blocks for pods"),
        ("default/us-west-2a=subnet-0a7777777777777a7", "`subnet-0a7777777777777a7` has no IPv4 range"),
        (
            "default/us-west-2a=subnet-0f8888888888888f8",
            "`subnets.json` has no `subnet-0f8888888888888f8` in `vpc-0a1b2c3d4e5f67890`",
        ),
        ("defalt/us-west-2a=new", "did you mean `default/us-west-2a`"),
    ] {
        let said = workspace.import_refused(&["--map", map]);
        assert!(said.contains(message), "{map}\n{said}");
        assert_eq!(said.matches("error[lock/import]").count(), 1, "{said}");
    }
    let a = "default/us-west-2a=subnet-0a44444444444440a";
    assert!(workspace.import_refused(&["--map", a, "--map", a]).contains("duplicate `--map` for `default/us-west-2a`"));
    for (map, message) in [
        ("default/us-west-2a", "is not of the form POOL/ZONE=SUBNET"),
        ("default=subnet-0a44444444444440a", "`default` is not of the form POOL/ZONE"),
        ("default/us-west-2a=sg-0a444444", "`sg-0a444444` is a security group id, not a subnet id"),
    ] {
        let said = workspace.refused(&["lock", "import", SPEC, "--subnets", LIST, "--map", map], 2);
        assert!(said.contains(message), "{said}");
    }
    workspace.import(&[]);
    let said = workspace.import_refused(&["--map", "default/us-west-2a=new"]);
    assert!(said.contains("`default/us-west-2a` has already adopted `subnet-0a44444444444440a`"), "{said}");
    workspace.import(&["--map", a]);
}

#[test]
fn what_contradicts_the_list_is_refused() {
    let text = terraform("abc");
    let long = |message: &str| message.to_owned();
    for (from, to, message) in [
        (
            "10.20.16.0/20",
            "10.20.112.0/20",
            long("`subnet-0b11111111111111b` has `10.20.16.0/20`, not `10.20.112.0/20`"),
        ),
        (
            "subnet-0b11111111111111b, cidr: 10.20.16.0/20",
            "subnet-0a22222222222220a, cidr: 10.20.48.0/24",
            long("`subnet-0a22222222222220a` is in us-west-2a, not in us-west-2b"),
        ),
        (
            "subnet-0b11111111111111b",
            "subnet-0b11111111111111c",
            long("`subnets.json` does not have the node subnet `subnet-0b11111111111111c`"),
        ),
        (
            "subnet-0b11111111111111b",
            "subnet-0f8888888888888f8",
            long("is in `vpc-0fedcba9876543210`, but the spec has `vpc-0a1b2c3d4e5f67890`"),
        ),
        (
            "- name: us-west-2b\n",
            "- name: us-west-2b\n      id: usw2-az4\n",
            long("is in us-west-2b (usw2-az1), not in us-west-2b (usw2-az4)"),
        ),
        (", 100.64.0.0/16]", "]", long("the VPC has `100.64.0.0/16` already")),
        ("[10.20.0.0/16, 100.64.0.0/16]", "[10.20.0.0/18, 100.64.0.0/16]", long("is in no block that the spec lists")),
        (
            "vpc-0a1b2c3d4e5f67890",
            "vpc-0a1b2c3d4e5f67891",
            long("`subnets.json` has no subnet of `vpc-0a1b2c3d4e5f67891`"),
        ),
        (
            "{prefixLength: 18}",
            "{prefixLength: 18, zones: {us-west-2c: {subnetId: subnet-0a33333333333330a}}}",
            long("the pod subnet `subnet-0a33333333333330a` is in us-west-2a, not in us-west-2c"),
        ),
        (
            "{prefixLength: 18}",
            "{prefixLength: 18, zones: {us-west-2c: {cidr: 100.64.128.0/17}}}",
            long("`100.64.128.0/17` of `default/us-west-2c` overlaps `subnet-0c44444444444442c`"),
        ),
    ] {
        let workspace = Workspace::new(&text.replace(from, to), &listed("terraform"));
        let said = workspace.import_refused(&[]);
        assert!(said.contains(&message), "{to}\n{said}");
        assert!(!workspace.path(LOCK).exists());
    }
    // What is wrong with the spec itself keeps the lock as it is too.
    let workspace = Workspace::new(&text.replace("172.20.0.0/16", "100.64.0.0/16"), &listed("terraform"));
    assert!(workspace.import_refused(&[]).contains("error[address/service-cidr]"));
}

#[test]
fn the_blocks_of_the_vpc_are_compared() {
    let workspace = Workspace::new(&terraform("abc"), &listed("terraform"));
    let association = |cidr: &str, state: &str| json!({"AssociationId": "vpc-cidr-assoc-0d1e2f3a4b5c6d7e8", "CidrBlock": cidr, "CidrBlockState": {"State": state}});
    let vpcs = |blocks: &[(&str, &str)]| {
        let set: Vec<Value> = blocks.iter().map(|(cidr, state)| association(cidr, state)).collect();
        let vpc = json!({"OwnerId": "111122223333", "InstanceTenancy": "default", "CidrBlockAssociationSet": set, "IsDefault": false,
            "VpcId": "vpc-0a1b2c3d4e5f67890", "State": "available", "CidrBlock": "10.20.0.0/16", "DhcpOptionsId": "dopt-0c1d2e3f"});
        workspace.write("vpcs.json", serde_json::to_string_pretty(&json!({"Vpcs": [vpc]})).unwrap());
    };
    vpcs(&[
        ("10.20.0.0/16", "associated"),
        ("100.64.0.0/16", "associated"),
        ("10.30.0.0/20", "associated"),
        ("10.40.0.0/20", "disassociated"),
    ]);
    insta::assert_snapshot!("vpc-has-more", workspace.import_refused(&["--vpcs", "vpcs.json"]));
    vpcs(&[("10.20.0.0/16", "associated"), ("100.64.0.0/16", "disassociated")]);
    insta::assert_snapshot!("vpc-has-less", workspace.import_refused(&["--vpcs", "vpcs.json"]));
    vpcs(&[("10.20.0.0/16", "associated"), ("100.64.0.0/16", "associated")]);
    workspace.write("other.json", workspace.read("vpcs.json").replace("vpc-0a1b", "vpc-0fff"));
    assert!(
        workspace
            .import_refused(&["--vpcs", "other.json"])
            .contains("`other.json` does not have `vpc-0a1b2c3d4e5f67890`")
    );
    assert!(workspace.import_refused(&["--vpcs", LIST]).contains("`subnets.json` has no list `Vpcs`"));
    workspace.import(&["--vpcs", "vpcs.json"]);
}

#[test]
fn what_was_taken_over_has_to_stay() {
    let workspace = Workspace::new(&terraform("abc"), &listed("terraform"));
    workspace.import(&[]);
    let id = "subnet-0c44444444444442c";
    let mut list = listed("terraform");
    without(&mut list, id);
    workspace.list(&list);
    insta::assert_snapshot!("gone", workspace.import_refused(&[]));
    let mut list = listed("terraform");
    subnet(&mut list, id)["CidrBlock"] = "100.64.128.0/19".into();
    workspace.list(&list);
    let said = workspace.import_refused(&[]);
    assert!(said.contains("adopted for `default/us-west-2c`, has `100.64.128.0/19`, not `100.64.128.0/18`"), "{said}");
    // What is only remembered may come and go.
    let mut list = listed("terraform");
    without(&mut list, "subnet-0d555555555555555");
    workspace.list(&list);
    workspace.import(&[]);
    assert!(!workspace.read(LOCK).contains("subnet-0d555555555555555"));
    // A subnet that is not ready is not taken over.
    let mut list = listed("terraform");
    subnet(&mut list, id)["State"] = "pending".into();
    let workspace = Workspace::new(&terraform("abc"), &list);
    assert!(workspace.import_refused(&[]).contains("`subnet-0c44444444444442c` is `pending`"));
}

#[test]
fn a_lock_that_was_lost_is_not_made_up() {
    let mut list = listed("terraform");
    subnet(&mut list, "subnet-0c44444444444442c")["Tags"] =
        json!([{"Key": "Name", "Value": "prod-pods-default-us-west-2c"}]);
    let workspace = Workspace::new(&terraform("abc"), &list);
    insta::assert_snapshot!("forgotten", workspace.import_refused(&[]));
    workspace.import(&["--map", "default/us-west-2c=subnet-0c44444444444442c"]);
    workspace.done(&["synth"]);
    fs_err::remove_file(workspace.path(LOCK)).unwrap();
    assert!(workspace.import_refused(&[]).contains("error[lock/missing]"));
    assert!(
        workspace
            .refused(&["lock", "reserve", "gpu/us-west-2a", SPEC, "--prefix-length", "20"], 1)
            .contains("error[lock/missing]")
    );
}

#[test]
fn other_files_are_told() {
    let workspace = Workspace::new(&terraform("abc"), &listed("terraform"));
    let import = ["lock", "import", SPEC, "--subnets", LIST];
    let list = listed("terraform");
    let whole = serde_json::to_string_pretty(&list).unwrap();
    for (text, message) in [
        ("not json", "`subnets.json` is not JSON"),
        (&whole[..whole.len() / 2], "it is truncated"),
        ("", "it is truncated"),
    ] {
        workspace.write(LIST, text);
        let said = workspace.refused(&import, 2);
        assert!(said.contains(message), "{said}");
    }
    fs_err::write(workspace.path(LIST), [0xff, 0xfe, b'{', 0, b'}', 0]).unwrap();
    assert!(workspace.refused(&import, 2).contains("Windows PowerShell writes UTF-16"));
    let mut page = list.clone();
    page["NextToken"] = "eyJOZXh0VG9rZW4iOiBudWxsfQ==".into();
    let mut host_bits = list.clone();
    host_bits["Subnets"][2]["CidrBlock"] = "10.20.33.0/20".into();
    for (json, message) in [
        (json!({}), "has no list `Subnets`"),
        (json!([]), "has no list `Subnets`"),
        (json!({"Vpcs": []}), "it has `Vpcs`"),
        (json!({"Subnets": []}), "`subnets.json` lists nothing"),
        (json!({"Subnets": [{"SubnetId": "subnet-0a11111111111110a"}]}), "has no VpcId"),
        (json!({"Subnets": ["subnet-0a11111111111110a"]}), "the subnet number 1 of `subnets.json` has no SubnetId"),
        (json!({"Subnets": [{"SubnetId": 7}]}), "has no SubnetId"),
        (json!({"Subnets": [{"SubnetId": "sn-1"}]}), "`sn-1` is not a subnet id"),
        (page, "is not the whole list"),
        (host_bits, "`10.20.33.0/20` has host bits set"),
    ] {
        workspace.list(&json);
        let said = workspace.import_refused(&[]);
        assert!(said.contains(message) && said.contains("error[lock/import]"), "{message}\n{said}");
    }
    assert!(workspace.refused(&["lock", "import", SPEC, "--subnets", "nowhere.json"], 2).contains("nowhere.json"));
    // A byte order mark is no slip.
    workspace.write(LIST, format!("\u{feff}{whole}"));
    workspace.import(&[]);
}
