use serde_json::json;

use super::*;
use crate::catalog::instance_types;

fn options(replace: bool) -> RefreshOptions<'static> {
    RefreshOptions { edition: "2026-11-02", source: "EC2 DescribeInstanceTypes in us-west-2", replace }
}

/// What EC2 says of a type, narrowed to what is read, with one card.
fn entry(name: &str) -> Value {
    json!({
        "InstanceType": name,
        "BareMetal": false,
        "Hypervisor": "nitro",
        "ProcessorInfo": {"SupportedArchitectures": ["x86_64"]},
        "VCpuInfo": {"DefaultVCpus": 2},
        "NetworkInfo": {
            "DefaultNetworkCardIndex": 0,
            "Ipv4AddressesPerInterface": 10,
            "MaximumNetworkInterfaces": 3,
            "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 3}],
        },
    })
}

fn document(entries: &[Value]) -> String {
    json!({ "InstanceTypes": entries }).to_string()
}

fn refreshed(present: &str, entries: &[Value], replace: bool) -> Result<String, RefreshError> {
    let text = document(entries);
    refresh(present, &[DescribeOutput { file: "types.json", text: &text }], &options(replace))
}

fn message(entries: &[Value]) -> String {
    refreshed("", entries, true).unwrap_err().to_string()
}

#[test]
fn the_whole_text() {
    let mut metal = entry("c5.metal");
    metal["BareMetal"] = json!(true);
    metal.as_object_mut().unwrap().remove("Hypervisor");
    let mut multi = entry("p5.48xlarge");
    multi["NetworkInfo"]["MaximumNetworkInterfaces"] = json!(4);
    multi["NetworkInfo"]["DefaultNetworkCardIndex"] = json!(1);
    multi["NetworkInfo"]["NetworkCards"] = json!([
        {"NetworkCardIndex": 1, "MaximumNetworkInterfaces": 3},
        {"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 1},
    ]);
    let mut arm = entry("m6g.large");
    arm["ProcessorInfo"]["SupportedArchitectures"] = json!(["arm64"]);
    let mut mac = entry("mac2.metal");
    mac["ProcessorInfo"]["SupportedArchitectures"] = json!(["arm64_mac"]);
    assert_eq!(
        refreshed("", &[multi, metal, mac, arm], true).unwrap(),
        "\
# EC2 instance types that can be EKS nodes, and the limits that max pods is computed from
# edition: 2026-11-02
# source: EC2 DescribeInstanceTypes in us-west-2
# licence: moto is Apache-2.0; the numbers are facts that Amazon EC2 publishes
# interfaces: of the default network card, not the sum over all cards; addresses: IPv4, an interface
# refresh: aws ec2 describe-instance-types --output json > types.json && podnet catalog refresh types.json
type\tinterfaces\taddresses\tvcpus\thypervisor\tbareMetal\tarchitecture\tcards
c5.metal\t3\t10\t2\tnone\ttrue\tx86_64\t1
m6g.large\t3\t10\t2\tnitro\tfalse\tarm64\t1
p5.48xlarge\t3\t10\t2\tnitro\tfalse\tx86_64\t2
"
    );
}

#[test]
fn merging_keeps_what_the_input_has_not_and_replaces_what_it_has() {
    let first = refreshed("", &[entry("a.large"), entry("b.large")], true).unwrap();
    let mut bigger = entry("b.large");
    bigger["VCpuInfo"]["DefaultVCpus"] = json!(4);
    let merged = refreshed(&first, &[bigger, entry("c.large")], false).unwrap();
    let rows: Vec<&str> = table::lines(&merged).collect();
    assert_eq!(
        rows,
        [
            "a.large\t3\t10\t2\tnitro\tfalse\tx86_64\t1",
            "b.large\t3\t10\t4\tnitro\tfalse\tx86_64\t1",
            "c.large\t3\t10\t2\tnitro\tfalse\tx86_64\t1",
        ]
    );
    let replaced = refreshed(&merged, &[entry("c.large")], true).unwrap();
    assert_eq!(table::lines(&replaced).count(), 1);
}

#[test]
fn merging_names_every_source_once() {
    let from = |present: &str, source, replace| {
        let text = document(&[entry("a.large")]);
        let options = RefreshOptions { edition: "2026-11-02", source, replace };
        refresh(present, &[DescribeOutput { file: "types.json", text: &text }], &options).unwrap()
    };
    let twice = from(&from(&from("", "one", true), "two", false), "one", false);
    assert_eq!(table::comments(&twice, "source").collect::<Vec<_>>(), ["one", "two"]);
    let anew = from(&twice, "three", true);
    assert_eq!(table::comments(&anew, "source").collect::<Vec<_>>(), ["three"]);
}

#[test]
fn merging_nothing_into_the_compiled_in_table_changes_only_the_stamp() {
    let present = instance_types::table_text();
    let source = table::comments(present, "source").next().unwrap();
    let options = RefreshOptions { edition: instance_types::edition(), source, replace: false };
    assert_eq!(refresh(present, &[], &options).unwrap(), present);
}

#[test]
fn the_last_output_wins() {
    let mut bigger = entry("a.large");
    bigger["VCpuInfo"]["DefaultVCpus"] = json!(4);
    let (first, last) = (document(&[entry("a.large")]), document(&[bigger]));
    let outputs = [DescribeOutput { file: "1.json", text: &first }, DescribeOutput { file: "2.json", text: &last }];
    let text = refresh("", &outputs, &options(true)).unwrap();
    assert_eq!(table::lines(&text).collect::<Vec<_>>(), ["a.large\t3\t10\t4\tnitro\tfalse\tx86_64\t1"]);
}

#[test]
fn a_missing_field_is_named_with_its_file_and_type() {
    for (parent, field, path) in [
        ("", "BareMetal", "BareMetal"),
        ("", "Hypervisor", "Hypervisor"),
        ("/ProcessorInfo", "SupportedArchitectures", "ProcessorInfo.SupportedArchitectures"),
        ("/VCpuInfo", "DefaultVCpus", "VCpuInfo.DefaultVCpus"),
        ("/NetworkInfo", "Ipv4AddressesPerInterface", "NetworkInfo.Ipv4AddressesPerInterface"),
        ("/NetworkInfo", "DefaultNetworkCardIndex", "NetworkInfo.DefaultNetworkCardIndex"),
        ("/NetworkInfo", "NetworkCards", "NetworkInfo.NetworkCards"),
        (
            "/NetworkInfo/NetworkCards/0",
            "MaximumNetworkInterfaces",
            "NetworkInfo.NetworkCards[0].MaximumNetworkInterfaces",
        ),
    ] {
        let mut broken = entry("m5.large");
        broken.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(field);
        assert_eq!(
            message(&[broken]),
            format!("`types.json`: `m5.large` has no `{path}`; do not narrow the output with `--query`")
        );
    }
}

#[test]
fn an_unknown_value_is_not_guessed_at() {
    let mut hypervisor = entry("m9.large");
    hypervisor["Hypervisor"] = json!("neutron");
    assert_eq!(
        message(&[hypervisor]),
        "`types.json`: `m9.large` has `Hypervisor` = `neutron`, which is none of `nitro`, `xen`"
    );
    let mut architecture = entry("v1.large");
    architecture["ProcessorInfo"]["SupportedArchitectures"] = json!(["riscv64"]);
    assert!(message(&[architecture]).contains("= `riscv64`, which is none of `x86_64`, `arm64`"));
    assert!(message(&[entry("m5.large\tx")]).contains("lower-case letters"));
}

#[test]
fn what_is_not_an_output_is_refused() {
    let with = |text| refresh("", &[DescribeOutput { file: "x.json", text }], &options(true)).unwrap_err();
    assert!(matches!(with("not json"), RefreshError::NotJson { file, .. } if file == "x.json"));
    assert!(matches!(with("{\"Types\": []}"), RefreshError::NoInstanceTypes { .. }));
    assert!(matches!(with("{\"InstanceTypes\": [{}]}"), RefreshError::NoName { position: 1, .. }));
    assert!(matches!(with("{\"InstanceTypes\": []}"), RefreshError::NoTypes));
}

#[test]
fn a_damaged_present_table_is_not_merged_into() {
    let error = refreshed("type\tinterfaces\nm5.large\t3\n", &[entry("a.large")], false).unwrap_err();
    assert!(matches!(error, RefreshError::PresentRow { ref row } if row == "m5.large\t3"), "{error}");
}

#[test]
fn the_stamp_is_checked() {
    for edition in ["", "2026", "2026-13-01", "2026-00-10", "2026-1-1", "2026-11-32", "2026-11-02\n", "02-11-2026"] {
        let error = refresh("", &[], &RefreshOptions { edition, ..options(true) }).unwrap_err();
        assert!(matches!(error, RefreshError::Edition { .. }), "{edition:?}");
    }
    let error = refresh("", &[], &RefreshOptions { source: "a\nb", ..options(true) }).unwrap_err();
    assert!(matches!(error, RefreshError::Source { .. }));
}
