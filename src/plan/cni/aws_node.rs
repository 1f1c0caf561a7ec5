//! What is set on aws-node, and whether the CustomResourceDefinition of ENIConfig goes with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::aws_node::AwsNodeManifest;
use crate::catalog::Capability;
use crate::catalog::cni::{Container, environment};
use crate::plan::model::{AwsNode, Selection};
use crate::spec::{CrdDelivery, Snat, Spec};

/// Plans aws-node's settings. `base` is the base manifest, where the delivery has one.
pub(crate) fn aws_node(spec: &Spec, selection: &Selection, base: Option<&AwsNodeManifest>) -> AwsNode {
    let cni = &spec.cni;
    let is_init = |name: &str| environment(name).is_some_and(|variable| variable.container == Container::Init);
    let (init_environment, environment) = variables(spec, selection).into_iter().partition(|(name, _)| is_init(name));
    let (definition, definition_how) = definition(spec, base);
    AwsNode {
        delivery: cni.delivery,
        cni_version: cni.version.clone(),
        addon_configuration: addon_configuration(&environment, &init_environment),
        environment,
        init_environment,
        removed_environment: vec!["ENI_CONFIG_ANNOTATION_DEF".to_owned()],
        definition,
        definition_how,
        snat: spec.pod_network.egress.snat,
        missing_config_blocks: cni.version.has(Capability::MissingEniConfigBlocksNode),
        server_side_apply: spec.kubernetes_version.server_side_apply(),
    }
}

/// Every variable that the spec comes to, by name.
fn variables(spec: &Spec, selection: &Selection) -> BTreeMap<String, String> {
    let cni = &spec.cni;
    let egress = &spec.pod_network.egress;
    let mut excluded = egress.exclude_snat_cidrs.clone();
    excluded.sort_unstable();
    let excluded: Vec<String> = excluded.iter().map(ToString::to_string).collect();
    let external = match egress.snat {
        Snat::External => true,
        Snat::Node => false,
    };
    let on = |condition: bool| condition.then(|| "true".to_owned());
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let set = [
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", on(true)),
        ("ENI_CONFIG_LABEL_DEF", Some(selection.label.clone())),
        ("ENABLE_SUBNET_DISCOVERY", cni.version.has(Capability::SubnetDiscovery).then(|| "false".to_owned())),
        ("ENABLE_PREFIX_DELEGATION", on(cni.prefix_delegation)),
        ("ENABLE_POD_ENI", on(cni.security_groups_for_pods)),
        ("AWS_VPC_K8S_CNI_EXTERNALSNAT", on(external)),
        ("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", (!excluded.is_empty()).then(|| excluded.join(","))),
        ("MAX_ENI", number(cni.max_eni)),
        ("WARM_ENI_TARGET", number(cni.warm.eni_target)),
        ("WARM_IP_TARGET", number(cni.warm.ip_target)),
        ("MINIMUM_IP_TARGET", number(cni.warm.minimum_ip_target)),
        ("WARM_PREFIX_TARGET", number(cni.warm.prefix_target)),
    ];
    let set = set.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    set.chain(cni.env.clone()).collect()
}

/// The settings as `aws eks update-addon --configuration-values` takes them.
fn addon_configuration(environment: &BTreeMap<String, String>, init: &BTreeMap<String, String>) -> String {
    let mut values = serde_json::Map::new();
    values.insert("env".to_owned(), serde_json::json!(environment));
    if !init.is_empty() {
        values.insert("init".to_owned(), serde_json::json!({"env": init}));
    }
    let json = serde_json::Value::Object(values).to_string();
    // Only what a terminal shows and Markdown leaves alone; JSON reads the rest back from its escapes.
    let plain = |character: char| matches!(character, ' '..='~') && character != '`';
    let mut out = String::new();
    for character in json.chars() {
        if plain(character) {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// The definition's API version, where it is written, and why or why not.
fn definition(spec: &Spec, base: Option<&AwsNodeManifest>) -> (Option<String>, String) {
    let version = spec.kubernetes_version;
    let (api, since) = if version.custom_resource_definition_v1() {
        ("apiextensions.k8s.io/v1", "which has it since 1.16")
    } else {
        ("apiextensions.k8s.io/v1beta1", "which has no v1 before 1.16")
    };
    let brought = base.is_some_and(AwsNodeManifest::brings_crd);
    match spec.cni.crd {
        CrdDelivery::Never => (None, "not written: the spec says `never`".to_owned()),
        _ if brought => (None, "not written separately: aws-node's manifest has it".to_owned()),
        CrdDelivery::Always => (Some(api.to_owned()), format!("{api} for Kubernetes {version}, {since}")),
        CrdDelivery::Auto if base.is_some() => {
            (Some(api.to_owned()), format!("{api} for Kubernetes {version}: the base manifest has none"))
        }
        CrdDelivery::Auto => (None, "not written: the CNI installed it".to_owned()),
    }
}
