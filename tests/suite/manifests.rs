//! Every rendered Kubernetes object as Kubernetes reads it: into its own types, with no field that they do not have.
//!
//! A YAML file with a misspelt or misplaced field is applied without a word, and the field has no effect.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::DaemonSet;
use k8s_openapi::api::core::v1::{ConfigMap, ServiceAccount};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use podnet::aws_node::AwsNodeManifest;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::harness::{Example, Output, documents, value};

const AWS_NODE: &str = "kubernetes/aws-node.yaml";

/// Reads an object as its type; a field that the type does not have is an error.
fn typed<T: DeserializeOwned>(object: &Value) -> Result<T, String> {
    let mut unknown = Vec::new();
    let read: T =
        serde_ignored::deserialize(object, |path| unknown.push(path.to_string())).map_err(|e| e.to_string())?;
    if unknown.is_empty() { Ok(read) } else { Err(format!("no such field: {}", unknown.join(", "))) }
}

/// Reads an object as what it says that it is. ENIConfigs are looked at by their definition, elsewhere.
fn check(object: &Value) -> Result<(), String> {
    let text = |field: &str| object[field].as_str().unwrap_or_default();
    match (text("apiVersion"), text("kind")) {
        ("apps/v1", "DaemonSet") => typed::<DaemonSet>(object).map(drop),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition") => typed::<CustomResourceDefinition>(object).map(drop),
        ("rbac.authorization.k8s.io/v1", "ClusterRole") => typed::<ClusterRole>(object).map(drop),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding") => typed::<ClusterRoleBinding>(object).map(drop),
        ("v1", "ServiceAccount") => typed::<ServiceAccount>(object).map(drop),
        ("v1", "ConfigMap") => typed::<ConfigMap>(object).map(drop),
        // Removed from Kubernetes in 1.22, and from the types: only for clusters before 1.16.
        ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition") => v1beta1(object),
        ("crd.k8s.amazonaws.com/v1alpha1", "ENIConfig") => typed::<EniConfig>(object).map(drop),
        ("kustomize.config.k8s.io/v1beta1", "Kustomization") => typed::<Kustomization>(object).map(drop),
        (api, kind) => Err(format!("an object that nobody expects: {api} {kind}")),
    }
}

/// The CNI's own type of ENIConfig, `pkg/apis/crd/v1alpha1/eniconfig_types.go`.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct EniConfig {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    #[serde(rename = "kind")]
    _kind: String,
    metadata: k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
    spec: EniConfigSpec,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct EniConfigSpec {
    #[serde(default)]
    security_groups: Vec<String>,
    subnet: String,
}

#[derive(serde::Deserialize)]
struct Kustomization {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "sortOptions")]
    sort_options: Option<SortOptions>,
    resources: Vec<String>,
}

/// Of kustomize 5.
#[derive(serde::Deserialize)]
struct SortOptions {
    order: String,
}

/// A definition of before Kubernetes 1.16 as one of today, which has the same fields with the version in a list.
fn v1beta1(object: &Value) -> Result<(), String> {
    let mut object = object.clone();
    let spec = object["spec"].as_object_mut().ok_or("no spec")?;
    let version = spec.remove("version").ok_or("no version")?;
    spec.insert("versions".to_owned(), json!([{"name": version, "served": true, "storage": true}]));
    object["apiVersion"] = json!("apiextensions.k8s.io/v1");
    typed::<CustomResourceDefinition>(&object).map(drop)
}

/// A part of a DaemonSet with what only the running one has: its selector, its pods' labels and its images.
fn completed(part: &Value) -> Value {
    let mut whole = part.clone();
    whole["spec"]["selector"] = json!({"matchLabels": {"k8s-app": "aws-node"}});
    whole["spec"]["template"]["metadata"] = json!({"labels": {"k8s-app": "aws-node"}});
    whole
}

/// The examples, and each of them that can with the other delivery and with a definition of its own.
fn outputs() -> Vec<Output> {
    let mut all = Vec::new();
    for example in Example::all() {
        let spec = value(&example.spec);
        if spec["spec"]["cni"]["version"] == AwsNodeManifest::BUILTIN_VERSION {
            for delivery in ["manifest", "patch"] {
                let mut other = example.with(|spec| spec["cni"]["delivery"] = json!(delivery));
                other.stem = format!("{} by {delivery}", example.stem);
                all.push(other);
            }
        }
        let mut defined = example.with(|spec| spec["cni"]["crd"] = json!("always"));
        defined.stem = format!("{} with a definition", example.stem);
        all.extend([defined, example]);
    }
    assert!(all.iter().any(|example| example.stem == "production by manifest"));
    assert!(all.iter().any(|example| example.stem == "china-pools by patch"));
    all.iter().map(Example::compiled).collect()
}

/// The Kubernetes objects of an output, by file.
fn objects(output: &Output) -> Vec<(String, Value)> {
    let files = output.compiled.files.iter().filter(|file| file.path.starts_with("kubernetes/"));
    files.flat_map(|file| documents(&file.text).into_iter().map(|one| (file.path.clone(), one))).collect()
}

fn partial(output: &Output) -> bool {
    output.plan()["awsNode"]["delivery"] == "patch"
}

#[test]
fn every_object_has_the_fields_of_its_kind_and_no_others() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for output in outputs() {
        for (path, object) in objects(&output) {
            let kind = object["kind"].as_str().unwrap_or_default().to_owned();
            let object = if kind == "DaemonSet" && partial(&output) { completed(&object) } else { object };
            assert_eq!(check(&object), Ok(()), "{}: {path}", output.stem);
            *seen.entry(kind).or_default() += 1;
        }
    }
    let kinds: Vec<&str> = seen.keys().map(String::as_str).collect();
    let expected = [
        "ClusterRole",
        "ClusterRoleBinding",
        "ConfigMap",
        "CustomResourceDefinition",
        "DaemonSet",
        "ENIConfig",
        "Kustomization",
        "ServiceAccount",
    ];
    assert_eq!(kinds, expected, "{seen:?}");
}

#[test]
fn a_field_that_does_not_exist_would_be_noticed() {
    let output = Example::read("china-pools").compiled();
    for (path, object) in objects(&output) {
        for at in ["", "/metadata", "/spec", "/spec/template/spec", "/spec/template/spec/containers/0", "/spec/names"] {
            let mut wrong = object.clone();
            let Some(fields) = wrong.pointer_mut(at).and_then(Value::as_object_mut) else { continue };
            fields.insert("notAField".to_owned(), json!("x"));
            let found = check(&wrong).unwrap_err();
            assert!(found.contains("notAField"), "{path} at `{at}`: {found}");
        }
    }
}

#[test]
fn the_partial_aws_node_says_nothing_but_the_settings() {
    for output in outputs().iter().filter(|output| partial(output)) {
        let part = output.document(AWS_NODE);
        let fields = |at: &str| -> Vec<String> {
            part.pointer(at)
                .and_then(Value::as_object)
                .map(|fields| fields.keys().cloned().collect())
                .unwrap_or_default()
        };
        assert_eq!(fields("/spec"), ["template"], "{}", output.stem);
        assert_eq!(fields("/spec/template"), ["spec"], "{}", output.stem);
        let pods = fields("/spec/template/spec");
        assert!(pods == ["containers"] || pods == ["initContainers", "containers"], "{}: {pods:?}", output.stem);
        for list in ["initContainers", "containers"] {
            for container in part["spec"]["template"]["spec"][list].as_array().into_iter().flatten() {
                let fields: Vec<&str> = container.as_object().unwrap().keys().map(String::as_str).collect();
                assert_eq!(fields, ["name", "env"], "{}: {list}", output.stem);
            }
        }
    }
}

/// Server-side apply of the partial object merges lists by the keys that Kubernetes declares for them: containers and
/// variables by name. Here that is done onto the built-in manifest, and the whole comes out as `delivery: manifest` has
/// it.
#[test]
fn the_partial_aws_node_on_the_built_in_one_is_the_full_one() {
    for stem in ["production", "china-pools"] {
        let by = |delivery: &str| Example::read(stem).with(|spec| spec["cni"]["delivery"] = json!(delivery)).compiled();
        let (part, full) = (by("patch").document(AWS_NODE), daemon_set(&by("manifest").documents(AWS_NODE)));
        let mut merged = daemon_set(&documents(AwsNodeManifest::builtin()));
        merge(&mut merged["spec"]["template"]["spec"], &part["spec"]["template"]["spec"]);
        typed::<DaemonSet>(&merged).unwrap();
        for list in ["initContainers", "containers"] {
            let found = variables(&merged, list);
            assert!(found.len() >= 2, "{stem}: {list}: {found:?}");
            assert_eq!(found, variables(&full, list), "{stem}: {list}");
        }
    }
}

fn daemon_set(objects: &[Value]) -> Value {
    objects.iter().find(|object| object["kind"] == "DaemonSet").cloned().unwrap_or_default()
}

/// Merges objects field by field and lists by their items' names.
fn merge(into: &mut Value, part: &Value) {
    match part {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| merge(&mut into[name.as_str()], field)),
        Value::Array(items) => {
            if !into.is_array() {
                *into = json!([]);
            }
            for item in items {
                let there = into.as_array_mut().into_iter().flatten().find(|there| there["name"] == item["name"]);
                match there {
                    Some(there) => merge(there, item),
                    None => into.as_array_mut().into_iter().for_each(|list| list.push(item.clone())),
                }
            }
        }
        scalar => *into = scalar.clone(),
    }
}

/// The variables of every container of a list, by container and name.
fn variables(daemon_set: &Value, list: &str) -> BTreeMap<(String, String), Value> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let containers = daemon_set["spec"]["template"]["spec"][list].as_array().cloned().unwrap_or_default();
    containers
        .iter()
        .flat_map(|container| container["env"].as_array().into_iter().flatten().map(move |one| (container, one)))
        .map(|(container, one)| ((text(&container["name"]), text(&one["name"])), one.clone()))
        .collect()
}

#[test]
fn the_full_aws_node_selects_its_own_pods_and_pulls_from_its_region() {
    for (stem, host) in [
        ("production", "602401143452.dkr.ecr.us-west-2.amazonaws.com"),
        ("china-pools", "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn"),
    ] {
        let output = Example::read(stem).with(|spec| spec["cni"]["delivery"] = json!("manifest")).compiled();
        let object: DaemonSet = typed(&daemon_set(&output.documents(AWS_NODE))).unwrap();
        let spec = object.spec.unwrap();
        let labels = spec.template.metadata.unwrap().labels.unwrap();
        // The selector of a DaemonSet cannot change, so it has to be the one that every release has.
        let selected = spec.selector.match_labels.unwrap();
        assert_eq!(selected, [("k8s-app".to_owned(), "aws-node".to_owned())].into());
        assert_eq!(labels.get("k8s-app").map(String::as_str), Some("aws-node"));
        let pods = spec.template.spec.unwrap();
        assert_eq!(pods.host_network, Some(true));
        let containers: Vec<_> = pods.init_containers.unwrap().into_iter().chain(pods.containers).collect();
        assert_eq!(containers.len(), 3);
        for container in containers {
            let image = container.image.unwrap();
            assert!(image.starts_with(&format!("{host}/amazon")), "{}: {image}", container.name);
            let names: Vec<String> = container.env.unwrap_or_default().into_iter().map(|one| one.name).collect();
            let mut unique = names.clone();
            unique.sort();
            unique.dedup();
            assert_eq!(unique.len(), names.len(), "{}: {names:?}", container.name);
        }
    }
}

/// The definitions of ENIConfig with a schema: the one that podnet writes, and the built-in manifest's.
#[test]
fn the_eni_configs_are_valid_by_the_rendered_definition() {
    let mut schemas = 0;
    for output in outputs() {
        let objects = objects(&output);
        let is_definition = |object: &&Value| object["metadata"]["name"] == "eniconfigs.crd.k8s.amazonaws.com";
        let Some(definition) = objects.iter().map(|(_, object)| object).find(is_definition) else { continue };
        let spec = &definition["spec"];
        assert_eq!((&spec["group"], &spec["scope"]), (&json!("crd.k8s.amazonaws.com"), &json!("Cluster")));
        let Some(version) = spec["versions"].as_array().map(|versions| versions[0].clone()) else { continue };
        assert_eq!(
            (&version["name"], &version["served"], &version["storage"]),
            (&json!("v1alpha1"), &json!(true), &json!(true))
        );
        let mut schema = version["schema"]["openAPIV3Schema"].clone();
        // The API server drops fields that the schema does not have; here they are refused.
        schema["properties"]["spec"]["additionalProperties"] = json!(false);
        let schema = jsonschema::validator_for(&schema).unwrap();
        let configs: Vec<&Value> =
            objects.iter().map(|(_, one)| one).filter(|one| one["kind"] == "ENIConfig").collect();
        assert!(!configs.is_empty(), "{}", output.stem);
        for config in configs {
            let errors: Vec<String> = schema.iter_errors(config).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{}", output.stem);
            for (field, value) in [("subnet", json!(null)), ("subnet", json!(1)), ("securityGroups", json!("sg-0"))] {
                let mut wrong = config.clone();
                wrong["spec"][field] = value;
                assert!(!schema.is_valid(&wrong), "{}: {wrong}", output.stem);
            }
            let mut unknown = config.clone();
            unknown["spec"]["securityGroup"] = json!([]);
            assert!(!schema.is_valid(&unknown), "{}: {unknown}", output.stem);
        }
        schemas += 1;
    }
    assert!(schemas >= 4, "only {schemas} outputs have a definition with a schema");
}

#[test]
fn eni_configs_have_ids_and_names_that_a_label_can_have() {
    for output in outputs() {
        for (_, object) in objects(&output).iter().filter(|(_, object)| object["kind"] == "ENIConfig") {
            let config: EniConfig = typed(object).unwrap();
            let name = config.metadata.name.unwrap();
            assert!((1..=63).contains(&name.len()), "{name}");
            assert!(config.metadata.namespace.is_none(), "{name} is cluster-scoped");
            assert!(config.spec.subnet.starts_with("subnet-"), "{name}");
            let groups = &config.spec.security_groups;
            assert!(!groups.is_empty() && groups.iter().all(|id| id.starts_with("sg-")), "{name}: {groups:?}");
        }
    }
}

/// A DaemonSet is applied before custom resources within one wave, so that the order has to be said.
#[test]
fn waves_put_the_definition_before_eni_configs_and_those_before_aws_node() {
    for output in outputs() {
        let mut waves: BTreeMap<String, i32> = BTreeMap::new();
        for (path, object) in objects(&output) {
            let kind = object["kind"].as_str().unwrap_or_default();
            if kind == "Kustomization" {
                continue;
            }
            let wave = object["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"].as_str();
            let wave = wave.unwrap_or_else(|| panic!("{}: {path}: {kind} has no wave", output.stem)).parse().unwrap();
            let same = *waves.entry(kind.to_owned()).or_insert(wave);
            assert_eq!(same, wave, "{}: {kind}", output.stem);
        }
        let (configs, aws_node) = (waves["ENIConfig"], waves["DaemonSet"]);
        assert!(configs < aws_node, "{}: {waves:?}", output.stem);
        for before in ["CustomResourceDefinition", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "ConfigMap"] {
            assert!(waves.get(before).is_none_or(|wave| *wave < configs), "{}: {waves:?}", output.stem);
        }
    }
}

#[test]
fn the_kustomization_lists_every_file_beside_it() {
    for output in outputs() {
        let listed: Kustomization = typed(&output.document("kubernetes/kustomization.yaml")).unwrap();
        assert_eq!(
            listed.sort_options.map(|options| options.order).as_deref(),
            Some("fifo"),
            "the order is the list's"
        );
        let mut listed = listed.resources;
        listed.sort();
        let beside = output.paths().into_iter().filter_map(|path| path.strip_prefix("kubernetes/"));
        let beside: Vec<&str> = beside.filter(|name| *name != "kustomization.yaml").collect();
        assert_eq!(listed, beside, "{}", output.stem);
    }
}
