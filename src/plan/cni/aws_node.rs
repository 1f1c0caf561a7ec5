//! What is set on aws-node, and whether the definition of ENIConfig goes with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::aws_node::AwsNodeManifest;
use crate::catalog::cni::{Container, environment, manifest_defect};
use crate::catalog::{Capability, regions};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::plan::model::{AwsNode, ClusterPlan, Selection};
use crate::source::{Place, Pointer};
use crate::spec::{CrdDelivery, Delivery, Snat, Spec};

/// Kubernetes dropped `apiextensions.k8s.io/v1beta1` here.
const V1BETA1_GONE: crate::catalog::KubernetesVersion = crate::catalog::KubernetesVersion::new(1, 22);

/// Plans what is set on aws-node. `base` is the base manifest, where the delivery takes one.
pub(crate) fn aws_node(
    spec: &Spec,
    cluster: &ClusterPlan,
    selection: &Selection,
    base: Option<&AwsNodeManifest>,
    problems: &mut Vec<Diagnostic>,
) -> AwsNode {
    let cni = &spec.cni;
    problems.extend(misplaced(spec));
    problems.extend(base.into_iter().flat_map(|base| base_fits(spec, base)));
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut set = |name: &str, value: String| {
        variables.insert(name.to_owned(), value);
    };
    set("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true".to_owned());
    set("ENI_CONFIG_LABEL_DEF", selection.label.clone());
    if cni.version.has(Capability::SubnetDiscovery) {
        set("ENABLE_SUBNET_DISCOVERY", "false".to_owned());
    }
    if cni.prefix_delegation {
        set("ENABLE_PREFIX_DELEGATION", "true".to_owned());
    }
    if cni.security_groups_for_pods {
        set("ENABLE_POD_ENI", "true".to_owned());
    }
    let egress = &spec.pod_network.egress;
    match egress.snat {
        // The CNI's own default.
        Snat::Node => {}
        Snat::External => set("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true".to_owned()),
    }
    if !egress.exclude_snat_cidrs.is_empty() {
        let mut ranges = egress.exclude_snat_cidrs.clone();
        ranges.sort_unstable();
        let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        set("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", ranges.join(","));
    }
    for (name, number) in [
        ("MAX_ENI", cni.max_eni),
        ("WARM_ENI_TARGET", cni.warm.eni_target),
        ("WARM_IP_TARGET", cni.warm.ip_target),
        ("MINIMUM_IP_TARGET", cni.warm.minimum_ip_target),
        ("WARM_PREFIX_TARGET", cni.warm.prefix_target),
    ] {
        if let Some(number) = number {
            set(name, number.to_string());
        }
    }
    variables.extend(cni.env.clone());
    let is_init = |name: &str| environment(name).is_some_and(|variable| variable.container == Container::Init);
    let (init_environment, environment) = variables.into_iter().partition(|(name, _)| is_init(name));
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
        snat: egress.snat,
        missing_config_blocks: cni.version.has(Capability::MissingEniConfigBlocksNode),
        server_side_apply: spec.kubernetes_version.server_side_apply(),
        registry_host: regions::registry(&cluster.region).map(|registry| registry.host()),
    }
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

/// A base manifest counts only with the delivery that uses it.
fn misplaced(spec: &Spec) -> Option<Diagnostic> {
    let used = match spec.cni.delivery {
        Delivery::Patch => false,
        Delivery::Manifest => true,
    };
    (spec.cni.base_manifest.is_some() && !used).then(|| {
        Diagnostic::error(Code::CniBaseManifest, "`baseManifest` counts only with `delivery: manifest`")
            .at(Place::key(Pointer::from_text("/spec/cni/baseManifest")))
            .remove_as("remove it, or write `delivery: manifest`")
    })
}

/// The base manifest is of the version that the spec names, and its definition is one that the cluster takes.
fn base_fits(spec: &Spec, base: &AwsNodeManifest) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let version = &spec.cni.version;
    let built_in = spec.cni.base_manifest.is_none();
    let tag = base.cni_tag().unwrap_or_default();
    let same = tag == version.tag() || tag.strip_prefix(&version.tag()).is_some_and(|rest| rest.starts_with('-'));
    let stray = if built_in { "version" } else { "baseManifest" };
    // A manifest that names another release's images was refused as such.
    if !tag.is_empty() && !same && manifest_defect(version).is_none() {
        let which = if built_in { "the built-in manifest" } else { "the base manifest" };
        let message = format!("{which} is of CNI `{tag}`, the spec says `{version}`");
        let diagnostic =
            Diagnostic::error(Code::CniBaseManifest, message).at(Pointer::from_text(format!("/spec/cni/{stray}")));
        let cni = Pointer::from_text("/spec/cni");
        found.push(if built_in {
            diagnostic.edit(Edit::set(cni, "delivery", "patch"), |field| {
                format!("vendor the release manifest of {version} and name it as `baseManifest:`, or write {field}")
            })
        } else {
            diagnostic.edit(Edit::set(cni, "version", tag.trim_start_matches('v')), |field| {
                format!("write {field}, or vendor the release manifest of {version}")
            })
        });
    }
    if base.crd_version().as_deref() == Some("apiextensions.k8s.io/v1beta1") && spec.kubernetes_version >= V1BETA1_GONE
    {
        found.push(
            Diagnostic::error(
                Code::CniBaseManifest,
                format!("Kubernetes {} has no apiextensions.k8s.io/v1beta1", spec.kubernetes_version),
            )
            .at(Pointer::from_text(format!("/spec/cni/{stray}")))
            .note("the base manifest's definition of ENIConfig is of that version, which Kubernetes dropped in 1.22")
            .help("vendor the manifest of CNI 1.10 or later"),
        );
    }
    found
}

/// The definition's API version, where it is written, and why or why not.
fn definition(spec: &Spec, base: Option<&AwsNodeManifest>) -> (Option<String>, String) {
    let version = spec.kubernetes_version;
    let (api, since) = if version.custom_resource_definition_v1() {
        ("apiextensions.k8s.io/v1", "which has it from 1.16 on")
    } else {
        ("apiextensions.k8s.io/v1beta1", "which has no v1 before 1.16")
    };
    let brought = base.is_some_and(AwsNodeManifest::brings_crd);
    match spec.cni.crd {
        CrdDelivery::Never => (None, "not written: the spec says never".to_owned()),
        _ if brought => (None, "not written here: aws-node's manifest brings it".to_owned()),
        CrdDelivery::Always => (Some(api.to_owned()), format!("{api} for Kubernetes {version}, {since}")),
        CrdDelivery::Auto if base.is_some() => {
            (Some(api.to_owned()), format!("{api} for Kubernetes {version}: the base manifest has none"))
        }
        CrdDelivery::Auto => (None, "not written: the CNI that is installed brought it".to_owned()),
    }
}
