//! A base manifest as it was read from a server: without what only a server sets, and of a list without what is not of aws-node.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::reading::ManifestText;
use super::site::{Site, objects};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// Fields of the metadata that a server sets (`ObjectMeta` of the Kubernetes API: read-only, or written by the system).
const SERVER_FIELDS: [&str; 7] =
    ["creationTimestamp", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

/// Annotations that clients and controllers keep for themselves. The first has the object as somebody applied it once: applied
/// again, the next `kubectl apply` would compare with that.
const CLIENT_ANNOTATIONS: [&str; 3] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "deprecated.daemonset.template.generation",
    "argocd.argoproj.io/tracking-id",
];

/// The names of aws-node's objects in release manifests and in the Helm chart, besides what has its labels.
const NAMES: [&str; 6] = [
    "aws-node",
    "aws-vpc-cni",
    "amazon-vpc-cni",
    "eniconfigs.crd.k8s.amazonaws.com",
    "cninodes.vpcresources.k8s.aws",
    "policyendpoints.networking.k8s.aws",
];

/// Labels of aws-node's objects, each with its value there.
const LABELS: [(&str, &str); 3] =
    [("k8s-app", "aws-node"), ("app.kubernetes.io/name", "aws-node"), ("app.kubernetes.io/instance", "aws-vpc-cni")];

/// Takes out what a server or a client keeps in an object for itself, and says so once.
///
/// The `status` of a definition in a release manifest is no server's, and neither is its empty time of creation.
pub(super) fn clean(documents: &mut [Value], origin: Option<&ManifestText>) -> Option<Diagnostic> {
    let mut fields: BTreeSet<String> = BTreeSet::new();
    let mut cleaned: Vec<Site> = Vec::new();
    for site in objects(documents) {
        let found = site.value_mut(documents, "").and_then(Value::as_object_mut).map(clean_object).unwrap_or_default();
        if !found.is_empty() {
            fields.extend(found);
            cleaned.push(site);
        }
    }
    for document in documents.iter_mut().filter(|document| document.get("items").is_some_and(Value::is_array)) {
        // A list's own metadata says what the server had when it was asked.
        document.as_object_mut()?.shift_remove("metadata");
    }
    let first = cleaned.first()?;
    let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    let objects = match cleaned.len() {
        1 => "1 object".to_owned(),
        several => format!("{several} objects"),
    };
    Some(
        Diagnostic::remark(Code::CniBaseManifest, "the base manifest was read from a server")
            .label("without what is only the server's")
            .note(format!("left out of {objects}: {}", fields.join(", ")))
            .at_known(place(origin, first, "/metadata")),
    )
}

fn place(origin: Option<&ManifestText>, site: &Site, path: &str) -> Option<Place> {
    Some(origin?.place(site.document, &site.down(path)))
}

/// Gives the names of what was taken out.
fn clean_object(object: &mut Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in SERVER_FIELDS {
            if metadata.get(field).is_some_and(|value| !value.is_null()) {
                metadata.shift_remove(field);
                found.push(format!("metadata.{field}"));
            }
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            for name in CLIENT_ANNOTATIONS {
                if annotations.shift_remove(name).is_some() {
                    found.push(name.to_owned());
                }
            }
        }
    }
    let is_definition = object.get("kind").and_then(Value::as_str) == Some("CustomResourceDefinition");
    if (!is_definition || !found.is_empty()) && object.shift_remove("status").is_some() {
        found.push("status".to_owned());
    }
    // Kubernetes before 1.24 lists the tokens that it made; another cluster has none of that name.
    let is_account = object.get("kind").and_then(Value::as_str) == Some("ServiceAccount");
    if is_account && !found.is_empty() && object.shift_remove("secrets").is_some() {
        found.push("secrets".to_owned());
    }
    found
}

/// Keeps of lists what belongs to aws-node, and says what was left out. Documents of their own stay: somebody wrote them there.
///
/// Gives where the `DaemonSet` is now.
pub(super) fn keep_own(
    documents: &mut [Value],
    daemon_set: &Site,
    origin: Option<&ManifestText>,
) -> (Site, Option<Diagnostic>) {
    let strays: Vec<Site> = objects(documents)
        .into_iter()
        .filter(|site| site.pointer.parent().is_some() && !is_own(documents, site))
        .collect();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for stray in &strays {
        *kinds.entry(stray.text(documents, "/kind").unwrap_or_default().to_owned()).or_default() += 1;
    }
    let note = strays.first().map(|first| {
        let said: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        Diagnostic::remark(Code::CniBaseManifest, "the base manifest's list has objects that are not of aws-node")
            .label("left out, and so is what else is not")
            .note(format!("left out: {}", said.join(", ")))
            .help("what belongs with aws-node goes into a document of its own, after a `---`")
            .at_known(place(origin, first, "/metadata/name"))
    });
    // From the last on, so that those before keep their numbers.
    for stray in strays.iter().rev() {
        let (Some(list), Some(number)) = (stray.pointer.parent(), index(stray)) else { continue };
        if let Some(Value::Array(items)) =
            documents.get_mut(stray.document).and_then(|it| it.pointer_mut(list.as_str()))
        {
            items.remove(number);
        }
    }
    let moved = objects(documents).into_iter().find(|site| {
        site.text(documents, "/kind") == Some("DaemonSet")
            && site.text(documents, "/metadata/name") == Some("aws-node")
            && site.text(documents, "/metadata/namespace") == Some("kube-system")
    });
    (moved.unwrap_or_else(|| daemon_set.clone()), note)
}

fn index(site: &Site) -> Option<usize> {
    site.pointer.segments().last()?.parse().ok()
}

fn is_own(documents: &[Value], site: &Site) -> bool {
    let label = |key: &str| site.value(documents, "/metadata/labels")?.get(key)?.as_str();
    site.text(documents, "/kind") == Some("ENIConfig")
        || site.text(documents, "/metadata/name").is_some_and(|name| NAMES.contains(&name))
        || LABELS.iter().any(|(key, value)| label(key) == Some(*value))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::{AwsNodeManifest, Overrides};
    use crate::diagnostic::Severity;

    const LIVE: &str = r#"
apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: coredns, namespace: kube-system, uid: 0a}
- apiVersion: apps/v1
  kind: DaemonSet
  metadata:
    name: aws-node
    namespace: kube-system
    uid: "0000"
    generation: 7
    resourceVersion: "339"
    creationTimestamp: "2026-11-25T17:53:00Z"
    managedFields: [{manager: eks}]
    annotations:
      kubectl.kubernetes.io/last-applied-configuration: '{}'
      deprecated.daemonset.template.generation: "7"
      team: net
  spec:
    template:
      spec:
        containers:
        - {name: aws-node, image: "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.21.1"}
  status: {numberReady: 3}
- apiVersion: v1
  kind: Service
  metadata: {name: kube-dns, namespace: kube-system}
- apiVersion: v1
  kind: ServiceAccount
  metadata: {name: aws-node, namespace: kube-system, uid: 0b}
  secrets: [{name: aws-node-token-abcde}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: our-own, namespace: kube-system}
"#;

    #[test]
    fn what_is_a_servers_or_others_is_left_out_and_told() {
        let manifest = AwsNodeManifest::read("base.yaml", LIVE).unwrap();
        let overrides = Overrides {
            environment: BTreeMap::new(),
            removed: BTreeSet::new(),
            registry_host: "602401143452.dkr.ecr.us-west-2.amazonaws.com".to_owned(),
            known_hosts: BTreeSet::new(),
        };
        let (patched, told) = manifest.patched(&overrides);
        let yaml = patched.to_yaml().unwrap();
        for gone in
            ["uid", "generation", "resourceVersion", "managedFields", "last-applied", "status", "secrets", "dns"]
        {
            assert!(!yaml.contains(gone), "{gone}: {yaml}");
        }
        for kept in ["team: net", "name: our-own", "kind: ServiceAccount", "kind: DaemonSet"] {
            assert!(yaml.contains(kept), "{kept}: {yaml}");
        }
        let notes: Vec<String> = told.iter().flat_map(|told| told.notes.clone()).collect();
        assert!(told.iter().all(|told| told.severity == Severity::Note), "{told:#?}");
        assert_eq!(notes.len(), 2, "{told:#?}");
        assert!(notes[0].starts_with("left out of 3 objects: `deprecated.daemonset.template.generation`"), "{notes:?}");
        assert_eq!(notes[1], "left out: 1 Deployment, 1 Service");
        // Once is enough, and the DaemonSet is found where it is now.
        assert_eq!(patched.patched(&overrides).0, patched);
        assert_eq!(patched.patched(&overrides).1, []);
    }
}
