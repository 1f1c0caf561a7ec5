//! What is written on aws-node: all that max pods, addresses and egress depend on, and nothing on which it would not start.

use std::collections::BTreeMap;

use podnet::diagnostic::Code;
use serde_json::{Value, json};

use crate::harness::{Example, Workspace};

const BASE: &str = r#"
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: aws-node}}
  template:
    metadata: {labels: {k8s-app: aws-node}}
    spec:
      initContainers:
        - {name: aws-vpc-cni-init, image: "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni-init:v1.21.1", env: INIT}
      containers:
        - {name: aws-node, image: "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.21.1", env: MAIN}
"#;

/// The tutorial with a base manifest whose containers have these variables.
fn with_base(main: &[(&str, &str)], init: &[(&str, &str)], cni: &Value) -> Example {
    let list = |variables: &[(&str, &str)]| -> String {
        let one = |(name, value): &(&str, &str)| json!({"name": name, "value": value});
        Value::from(variables.iter().map(one).collect::<Vec<_>>()).to_string()
    };
    let base = BASE.replace("INIT", &list(init)).replace("MAIN", &list(main));
    let mut example = Example::read("tutorial").with(|spec| {
        spec["cni"] = cni.clone();
        spec["cni"]["version"] = json!("1.21.1");
        spec["cni"]["delivery"] = json!("manifest");
        spec["cni"]["baseManifest"] = json!("base.yaml");
    });
    example.base = Some(base);
    example
}

fn with_env(env: &Value) -> Example {
    Example::read("tutorial").with(|spec| spec["cni"]["env"] = env.clone())
}

#[test]
fn every_delivery_writes_all_that_is_counted_on() {
    let counted = [
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
        ("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", ""),
        ("AWS_VPC_K8S_CNI_EXTERNALSNAT", "false"),
        ("DISABLE_NETWORK_RESOURCE_PROVISIONING", "false"),
        ("ENABLE_IMDS_ONLY_MODE", "false"),
        ("ENABLE_IPv4", "true"),
        ("ENABLE_IPv6", "false"),
        ("ENABLE_MULTI_NIC", "false"),
        ("ENABLE_POD_ENI", "false"),
        ("ENABLE_PREFIX_DELEGATION", "false"),
        ("ENABLE_SUBNET_DISCOVERY", "false"),
        ("ENI_CONFIG_ANNOTATION_DEF", "k8s.amazonaws.com/eniConfig"),
        ("ENI_CONFIG_LABEL_DEF", "topology.kubernetes.io/zone"),
        ("MAX_ENI", "-1"),
        ("MINIMUM_IP_TARGET", "0"),
        ("WARM_ENI_TARGET", "1"),
        ("WARM_IP_TARGET", "0"),
        ("WARM_PREFIX_TARGET", "1"),
    ];
    let wanted: BTreeMap<String, String> =
        counted.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let patch = Example::read("tutorial").compiled();
    assert_eq!(patch.environment(), wanted);
    assert_eq!(patch.plan()["awsNode"]["initEnvironment"], json!({"ENABLE_IPv6": "false"}));
    for base in [vec![], vec![("WARM_ENI_TARGET", "1"), ("ENABLE_SUBNET_DISCOVERY", "true"), ("MAX_ENI", "0")]] {
        let manifest = with_base(&base, &[], &json!({})).compiled();
        assert_eq!(manifest.environment(), wanted);
    }
    // What a release does not read is not written.
    let old = Example::read("eks-2019-zones").compiled().environment();
    assert!(!old.contains_key("ENABLE_POD_ENI") && !old.contains_key("MINIMUM_IP_TARGET"), "{old:?}");
}

#[test]
fn what_the_spec_says_is_written() {
    let written = Example::read("production").with(|spec| {
        spec["cni"]["prefixDelegation"] = json!(true);
        spec["cni"]["maxEni"] = json!(3);
        spec["cni"]["securityGroupsForPods"] = json!(true);
        spec["cni"]["warm"] = json!({"ipTarget": 5, "minimumIpTarget": 10});
        spec["cni"]["env"] = json!({"ENABLE_MULTI_NIC": "1"});
    });
    let environment = written.compile().plan.unwrap().aws_node.environment;
    for (name, value) in [
        ("ENABLE_PREFIX_DELEGATION", "true"),
        ("MAX_ENI", "3"),
        ("ENABLE_POD_ENI", "true"),
        ("WARM_IP_TARGET", "5"),
        ("MINIMUM_IP_TARGET", "10"),
        ("ENABLE_MULTI_NIC", "1"),
    ] {
        assert_eq!(environment.get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[test]
fn a_base_manifest_that_contradicts_the_spec_is_an_error_at_its_line() {
    for (name, value, field) in [
        ("MAX_ENI", "2", "cni.maxEni: 2"),
        ("WARM_IP_TARGET", "8", "cni.warm.ipTarget: 8"),
        ("MINIMUM_IP_TARGET", "20", "cni.warm.minimumIpTarget: 20"),
        ("WARM_ENI_TARGET", "3", "cni.warm.eniTarget: 3"),
        ("WARM_PREFIX_TARGET", "2", "cni.warm.prefixTarget: 2"),
        ("ENABLE_PREFIX_DELEGATION", "1", "cni.prefixDelegation: true"),
        ("ENABLE_POD_ENI", "True", "cni.securityGroupsForPods: true"),
        ("AWS_VPC_K8S_CNI_EXTERNALSNAT", "t", "podNetwork.egress.snat: external"),
        ("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", "10.0.0.0/8", "podNetwork.egress.excludeSnatCidrs: [10.0.0.0/8]"),
        ("ENABLE_MULTI_NIC", "true", "cni.env.ENABLE_MULTI_NIC: \"true\""),
        ("ENI_CONFIG_LABEL_DEF", "awscni", "podNetwork.selectBy: {label: awscni}"),
        ("ENI_CONFIG_LABEL_DEF", "failure-domain.beta.kubernetes.io/zone", "podNetwork.selectBy: zone"),
    ] {
        let compiled = with_base(&[(name, value)], &[], &json!({})).compile();
        let errors: Vec<_> = compiled.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
        assert_eq!(errors.len(), 1, "{name}: {errors:?}");
        assert_eq!(errors[0].code, Code::CniBaseManifest, "{name}");
        assert!(errors[0].help.iter().any(|help| help.contains(field)), "{name}: {:?}", errors[0].help);
        assert!(errors[0].place.is_some(), "{name}");
    }
    // The same values are right where the spec says them too, or where they are anybody's default.
    let same = json!({"maxEni": 2, "warm": {"ipTarget": 8}, "env": {"AWS_VPC_K8S_CNI_LOGLEVEL": "INFO"}});
    let base = [
        ("MAX_ENI", "2"),
        ("WARM_IP_TARGET", "8"),
        ("MINIMUM_IP_TARGET", "0"),
        ("ENABLE_POD_ENI", "0"),
        ("AWS_VPC_K8S_CNI_LOGLEVEL", "WARN"),
        ("SOMEBODYS_OWN", "x"),
    ];
    let compiled = with_base(&base, &[], &same).compiled();
    assert_eq!(compiled.environment()["AWS_VPC_K8S_CNI_LOGLEVEL"], "INFO");
    assert_eq!(compiled.environment()["SOMEBODYS_OWN"], "x");
}

#[test]
fn values_that_aws_node_does_not_start_with_are_refused_in_the_spec_and_in_a_base_manifest() {
    for (name, value) in [
        ("AWS_VPC_ENI_MTU", "9100"),
        ("AWS_VPC_ENI_MTU", "jumbo"),
        ("POD_MTU", "500"),
        ("AWS_VPC_K8S_CNI_VETHPREFIX", "interface"),
        ("AWS_VPC_K8S_CNI_VETHPREFIX", "eth"),
        ("AWS_VPC_K8S_PLUGIN_LOG_FILE", "stdout"),
        ("IP_COOLDOWN_PERIOD", "30s"),
        ("NETWORK_POLICY_ENFORCING_MODE", "Strict"),
        ("POD_SECURITY_GROUP_ENFORCING_MODE", "off"),
        ("ANNOTATE_POD_IP", "yes"),
        ("ENABLE_IMDS_ONLY_MODE", "true"),
        ("DISABLE_NETWORK_RESOURCE_PROVISIONING", "T"),
        ("ENABLE_IPv6", "1"),
        ("ENABLE_IPv4", "F"),
    ] {
        let codes = |example: &Example| example.refused().into_iter().map(|(code, _)| code).collect::<Vec<_>>();
        assert_eq!(codes(&with_env(&json!({name: value}))), [Code::CniEnvironment], "{name}");
        assert_eq!(codes(&with_base(&[(name, value)], &[], &json!({}))), [Code::CniEnvironment], "{name}");
    }
    for (name, value) in [
        ("AWS_VPC_ENI_MTU", "1500"),
        ("POD_MTU", "9001"),
        ("AWS_VPC_K8S_CNI_VETHPREFIX", "veth"),
        ("AWS_VPC_K8S_PLUGIN_LOG_FILE", "stderr"),
        ("IP_COOLDOWN_PERIOD", "0"),
        ("NETWORK_POLICY_ENFORCING_MODE", "strict"),
        ("ANNOTATE_POD_IP", "1"),
        ("HTTPS_PROXY", "http://proxy.example:3128"),
        ("NO_PROXY", "169.254.169.254,10.0.0.0/8"),
        ("no_proxy", "169.254.169.254"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("HOST_CNI_BIN_PATH", "/host/opt/bin"),
    ] {
        let set = with_env(&json!({name: value})).compiled();
        assert_eq!(set.environment()[name], value);
        assert!(set.said(Code::CniUnknownVariable).is_empty(), "{name}");
    }
}

#[test]
fn egress_for_ipv6_is_set_on_both_containers() {
    let plan = with_env(&json!({"ENABLE_V6_EGRESS": "true"})).compiled().plan();
    assert_eq!(plan["awsNode"]["environment"]["ENABLE_V6_EGRESS"], "true");
    assert_eq!(plan["awsNode"]["initEnvironment"]["ENABLE_V6_EGRESS"], "true");
}

#[test]
fn further_cards_count_whatever_word_switches_them_on() {
    let need = |word: &str| {
        let example = Example::read("tutorial").with(|spec| {
            spec["cni"]["env"] = json!({"ENABLE_MULTI_NIC": word});
            spec["nodeGroups"][0]["instanceTypes"] = json!(["p4d.24xlarge"]);
            spec["nodeGroups"][0]["ami"] = json!({"family": "al2023", "id": "ami-0a1b2c3d4e5f60718"});
            spec["podNetwork"]["cidrBlocks"] = json!(["100.64.0.0/16"]);
            spec["podNetwork"]["pools"]["default"] = json!({"size": "auto"});
        });
        let compiled = example.unlocked().compile();
        assert!(compiled.plan.is_some(), "{:#?}", compiled.diagnostics);
        compiled.plan.unwrap().pod_subnets[0].proof.as_ref().unwrap().demand
    };
    let without = need("false");
    for word in ["true", "1", "t", "T", "TRUE", "True"] {
        assert!(need(word) > 2 * without, "{word}");
    }
    assert_eq!(need("0"), without);
}

#[test]
fn a_variable_is_never_dropped_once_it_was_written() {
    let spec = "examples/tutorial.yaml";
    let workspace = Workspace::of_examples();
    let plain = workspace.read(spec);
    let set = |env: &str| {
        let (before, after) = plain.split_once("  cni:\n").unwrap();
        workspace.write(spec, format!("{before}  cni:\n    env: {env}\n{after}"));
    };
    let patch = || workspace.read("rendered/my-custom-networking-cluster/kubernetes/aws-node.yaml");
    let runbook = || workspace.read("rendered/my-custom-networking-cluster/RUNBOOK.md");
    set(r#"{AWS_VPC_K8S_CNI_LOGLEVEL: WARN, POD_MTU: "1400", AWS_VPC_ENI_MTU: "1500", SOMEBODYS_OWN: x}"#);
    workspace.ran(&["synth", spec], 0);
    assert!(patch().contains("- name: SOMEBODYS_OWN\n"));
    let lock = workspace.read("examples/tutorial.lock.yaml");
    for name in ["AWS_VPC_K8S_CNI_LOGLEVEL", "AWS_VPC_ENI_MTU", "POD_MTU", "SOMEBODYS_OWN"] {
        assert!(lock.contains(&format!("\n  {name}: {{seal: ")), "{lock}");
    }
    set(r#"{AWS_VPC_ENI_MTU: "1500"}"#);
    workspace.ran(&["synth", spec], 0);
    let value = |name: &str| {
        let text = patch();
        let (_, after) = text.split_once(&format!("- name: {name}\n")).unwrap_or_else(|| panic!("{name}: {text}"));
        after.lines().next().unwrap().trim().to_owned()
    };
    assert_eq!(value("AWS_VPC_K8S_CNI_LOGLEVEL"), "value: DEBUG");
    // Unset, pods have the nodes' MTU; an empty value is none.
    assert_eq!(value("POD_MTU"), "value: \"1500\"");
    assert!(!patch().contains("SOMEBODYS_OWN"));
    assert!(runbook().contains("kubectl -n kube-system set env daemonset aws-node SOMEBODYS_OWN-\n"), "{}", runbook());
    assert_eq!(workspace.read("examples/tutorial.lock.yaml"), lock);
    workspace.write(spec, &plain);
    workspace.ran(&["synth", spec], 0);
    assert_eq!(value("AWS_VPC_ENI_MTU"), "value: \"9001\"");
}

#[test]
fn the_add_on_gets_no_name_that_its_schema_does_not_know() {
    let plan = with_env(&json!({"CLUSTER_NAME": "x", "DISABLE_TCP_EARLY_DEMUX": "true", "ENABLE_V6_EGRESS": "true"}));
    let plan = plan.compiled().plan();
    let values: Value = serde_json::from_str(plan["awsNode"]["addonConfiguration"].as_str().unwrap()).unwrap();
    for name in ["CLUSTER_NAME", "ENABLE_IPv4", "ENABLE_IPv6", "ENABLE_SUBNET_DISCOVERY", "ENABLE_IMDS_ONLY_MODE"] {
        assert_eq!(values["env"][name], Value::Null, "{name}");
    }
    assert_eq!(values["env"]["MAX_ENI"], "-1");
    assert_eq!(values["init"]["env"], json!({"DISABLE_TCP_EARLY_DEMUX": "true", "ENABLE_V6_EGRESS": "true"}));
}
