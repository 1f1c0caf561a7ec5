//! A manifest of aws-node: read, asked, changed, written.

use std::sync::OnceLock;

use serde_json::Value;

use super::live;
use super::overrides::Overrides;
use super::patch;
use super::reading::{self, ManifestText};
use super::site::{self, Site};
use crate::diagnostic::{Code, Diagnostic};

/// The Kubernetes objects of an aws-node, in the order of their text, with the `DaemonSet` kube-system/aws-node found.
///
/// Two are equal when their objects are; where they were read from does not count.
#[derive(Debug, Clone)]
pub struct AwsNodeManifest {
    pub(super) documents: Vec<Value>,
    pub(super) daemon_set: Site,
    /// Missing once changed: positions have moved.
    pub(super) origin: Option<ManifestText>,
}

impl PartialEq for AwsNodeManifest {
    fn eq(&self, other: &Self) -> bool {
        self.documents == other.documents
    }
}

impl AwsNodeManifest {
    /// The CNI version of the built-in base manifest.
    pub const BUILTIN_VERSION: &str = "1.21.1";

    /// The name to read the built-in base manifest under.
    pub const BUILTIN_FILE: &str = "kubernetes/aws-node-base.yaml";

    /// Gives the text of the built-in base manifest, with the images of us-west-2.
    pub const fn builtin() -> &'static str {
        include_str!("../../blueprints/kubernetes/aws-node-base.yaml")
    }

    /// Gives the built-in base manifest. It is read once a process.
    ///
    /// # Errors
    ///
    /// Never for a podnet that passed its tests.
    pub fn built_in() -> Result<&'static Self, Vec<Diagnostic>> {
        static BUILT_IN: OnceLock<Result<AwsNodeManifest, Vec<Diagnostic>>> = OnceLock::new();
        let read = || Self::read(Self::BUILTIN_FILE, Self::builtin());
        BUILT_IN.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// Reads a base manifest: any number of documents, in any YAML style or JSON, lists of objects included. `file` is
    /// the name that diagnostics use; their places are bytes of `text`.
    ///
    /// # Errors
    ///
    /// Gives everything that is wrong, as `cni/base-manifest`: what is not YAML or over [`ReadLimits::MANIFEST`], has a
    /// key twice, an anchor or a tag, or an unquoted word that kubectl and YAML 1.2 read differently; what is no
    /// object; no aws-node or two; a container or a variable of it missing its name or having it twice.
    ///
    /// [`ReadLimits::MANIFEST`]: crate::source::ReadLimits::MANIFEST
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (documents, origin) = reading::documents(file, text)?;
        let daemon_set = site::check(&documents, &origin)?;
        Ok(Self { documents, daemon_set, origin: Some(origin) })
    }

    /// Gives the objects of the manifest, a list of objects as one, in their order.
    pub fn documents(&self) -> &[Value] {
        &self.documents
    }

    /// Makes the manifest with the overrides, without what belongs to a server or to others, and nothing else different. Doing
    /// it twice gives the same.
    ///
    /// The diagnostics tell what a reviewer should know (a variable taken out, an image that stays at its mirror) and
    /// what keeps the order of Argo CD's waves from holding. One can be an error: a variable of the init container
    /// where the base has none.
    pub fn patched(&self, overrides: &Overrides) -> (Self, Vec<Diagnostic>) {
        let mut documents = self.documents.clone();
        let mut diagnostics = patch::apply(&mut documents, &self.daemon_set, self.origin.as_ref(), overrides);
        diagnostics.extend(live::clean(&mut documents, self.origin.as_ref()));
        let (daemon_set, left_out) = live::keep_own(&mut documents, &self.daemon_set, self.origin.as_ref());
        diagnostics.extend(left_out);
        (Self { documents, daemon_set, origin: None }, diagnostics)
    }

    /// Writes the manifest: block style, `---` between documents, a line break at the end. [`AwsNodeManifest::read`] gives
    /// the same back.
    ///
    /// # Errors
    ///
    /// Gives the emitter's own words, should it refuse a value; none that was read is one.
    pub fn to_yaml(&self) -> Result<String, Vec<Diagnostic>> {
        // The emitter quotes every value and key that YAML 1.1 or 1.2 would take for something else (`on`, `012`,
        // `1:20`, `2010-09-09`, `~`) and writes floats with a point and a signed exponent, which both versions need.
        // Texts of several lines are quoted rather than written as blocks: block indicators are where readers differ.
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let mut out = String::new();
        for document in &self.documents {
            if !out.is_empty() {
                out.push_str("---\n");
            }
            let text = serde_saphyr::to_string_with_options(document, options.clone()).map_err(|error| {
                vec![Diagnostic::error(Code::CniBaseManifest, format!("the manifest cannot be written: {error}"))]
            })?;
            out.push_str(text.trim_end_matches('\n'));
            out.push('\n');
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::json;

    use super::super::samples::{BLOCK, JSON_STYLE, LIST};
    use super::super::site::objects;
    use super::*;
    use crate::catalog::cni::Container;
    use crate::diagnostic::Severity;
    use crate::source::Target;

    const HERE: &str = "602401143452.dkr.ecr.eu-west-1.amazonaws.com";

    fn read(text: &str) -> AwsNodeManifest {
        AwsNodeManifest::read("base.yaml", text).unwrap()
    }

    fn overrides() -> Overrides {
        let set = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>()
        };
        let main = set(&[
            ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
            ("ENI_CONFIG_LABEL_DEF", "topology.kubernetes.io/zone"),
            ("WARM_ENI_TARGET", "2"),
        ]);
        Overrides {
            environment: BTreeMap::from([(Container::AwsNode, main)]),
            removed: BTreeSet::from(["ENI_CONFIG_ANNOTATION_DEF".to_owned()]),
            registry_host: HERE.to_owned(),
            known_hosts: BTreeSet::from(["602401143452.dkr.ecr.us-west-2.amazonaws.com".to_owned()]),
        }
    }

    /// The objects without what the overrides may touch, as text, so that the order of fields counts.
    fn untouched(manifest: &AwsNodeManifest) -> Vec<String> {
        let mut documents = manifest.documents.clone();
        for site in objects(&manifest.documents) {
            if let Some(metadata) = site.value_mut(&mut documents, "/metadata").and_then(Value::as_object_mut) {
                let annotations = metadata.entry("annotations").or_insert(json!({})).as_object_mut().unwrap();
                annotations.shift_remove("argocd.argoproj.io/sync-wave");
                annotations.shift_remove("argocd.argoproj.io/sync-options");
            }
        }
        for container in Container::ALL {
            let list = manifest.daemon_set.value_mut(&mut documents, container.list());
            for found in list.and_then(Value::as_array_mut).into_iter().flatten() {
                let found = found.as_object_mut().unwrap();
                found.shift_remove("env");
                if let Some(image) = found.get_mut("image") {
                    *image =
                        json!(image.as_str().unwrap().replace(HERE, "602401143452.dkr.ecr.us-west-2.amazonaws.com"));
                }
            }
        }
        documents.iter().map(Value::to_string).collect()
    }

    fn variables(manifest: &AwsNodeManifest) -> Vec<String> {
        let path = format!("{}/env", Container::AwsNode.find(&manifest.documents, &manifest.daemon_set).unwrap());
        let variables = manifest.daemon_set.value(&manifest.documents, &path).unwrap().as_array().unwrap();
        let text = |variable: &Value| {
            let value = variable.get("value").and_then(Value::as_str).unwrap_or("from elsewhere");
            format!("{}={value}", variable["name"].as_str().unwrap())
        };
        variables.iter().map(text).collect()
    }

    #[test]
    fn only_what_must_differ_differs() {
        for text in [JSON_STYLE, BLOCK, LIST, AwsNodeManifest::builtin()] {
            let base = read(text);
            let (patched, _) = base.patched(&overrides());
            assert_ne!(patched, base);
            assert_eq!(untouched(&patched), untouched(&base));
            let (twice, _) = patched.patched(&overrides());
            assert_eq!(twice, patched);
            assert_eq!(twice.to_yaml().unwrap(), patched.to_yaml().unwrap());
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in [JSON_STYLE, BLOCK, LIST, AwsNodeManifest::builtin()] {
            for manifest in [read(text), read(text).patched(&overrides()).0] {
                let yaml = manifest.to_yaml().unwrap();
                let back = read(&yaml);
                let texts =
                    |manifest: &AwsNodeManifest| manifest.documents.iter().map(Value::to_string).collect::<Vec<_>>();
                assert_eq!(texts(&back), texts(&manifest), "{yaml}");
                assert!(yaml.ends_with('\n') && !yaml.ends_with("\n\n") && !yaml.starts_with("---"));
                assert_eq!(yaml.lines().filter(|line| *line == "---").count() + 1, manifest.documents.len());
            }
        }
    }

    #[test]
    fn variables_are_set_by_name() {
        assert_eq!(
            variables(&read(JSON_STYLE).patched(&overrides()).0),
            [
                "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true",
                "MY_NODE_NAME=from elsewhere",
                "WARM_ENI_TARGET=2",
                "ENI_CONFIG_LABEL_DEF=topology.kubernetes.io/zone",
            ]
        );
    }

    #[test]
    fn what_is_taken_out_is_told_where_it_stood() {
        let (_, diagnostics) = read(JSON_STYLE).patched(&overrides());
        let [note] = diagnostics.as_slice() else { panic!("{diagnostics:#?}") };
        assert_eq!((note.severity, note.code), (Severity::Note, Code::CniEnvironment));
        assert_eq!(note.label.as_deref(), Some("was `example.com/eniConfig`"));
        let Target::Bytes { start, end } = note.place.as_ref().unwrap().target else { panic!("{note:?}") };
        assert!(JSON_STYLE[start..end].contains("ENI_CONFIG_ANNOTATION_DEF"));
        assert!(!JSON_STYLE[start..end].contains("MY_NODE_NAME"));
    }

    #[test]
    fn images_move_and_mirrors_stay() {
        let images = |manifest: &AwsNodeManifest| {
            let yaml = manifest.to_yaml().unwrap();
            yaml.lines()
                .filter_map(|line| line.split_once("image: "))
                .map(|(_, image)| image.to_owned())
                .collect::<Vec<_>>()
        };
        let (patched, diagnostics) = read(BLOCK).patched(&overrides());
        let at = |image: &str| format!("{HERE}/{image}");
        assert_eq!(
            images(&patched),
            [
                at("amazon-k8s-cni-init:v1.21.1"),
                at("amazon-k8s-cni:v1.21.1"),
                at("amazon/aws-network-policy-agent:v1.3.1"),
                "registry.example/log-shipper:1".to_owned(),
            ]
        );
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        let (patched, diagnostics) = read(LIST).patched(&overrides());
        assert_eq!(images(&patched), images(&read(LIST)));
        let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "container `aws-node` also takes variables from `envFrom`",
                "the image of container `aws-node` is not from an EKS registry",
            ]
        );
    }

    #[test]
    fn every_object_gets_its_wave_once() {
        let annotations = |text: &str| {
            let (patched, _) = read(text).patched(&overrides());
            let annotation = |site: &Site, name: &str| {
                let path = format!("/metadata/annotations/argocd.argoproj.io~1{name}");
                site.text(&patched.documents, &path).unwrap_or_default().to_owned()
            };
            objects(&patched.documents)
                .iter()
                .map(|site| (annotation(site, "sync-wave"), annotation(site, "sync-options")))
                .collect::<Vec<_>>()
        };
        let pair = |wave: &str, options: &str| (wave.to_owned(), options.to_owned());
        assert_eq!(
            annotations(BLOCK),
            [
                pair("-3", "Prune=false,Delete=false"),
                pair("-9", "Prune=false,Delete=false"),
                pair("-1", "Validate=false,ServerSideApply=true,Prune=false,Delete=false")
            ]
        );
        assert_eq!(
            annotations(LIST),
            [pair("-3", "Prune=false,Delete=false"), pair("-1", "ServerSideApply=true,Prune=false,Delete=false")]
        );
        let (patched, _) = read(LIST).patched(&overrides());
        assert_eq!(patched.documents[0].get("metadata"), None);
    }

    #[test]
    fn a_variable_of_an_init_container_that_is_not_there_is_an_error() {
        let mut overrides = overrides();
        let early = BTreeMap::from([("DISABLE_TCP_EARLY_DEMUX".to_owned(), "true".to_owned())]);
        overrides.environment.insert(Container::Init, early);
        assert!(read(BLOCK).patched(&overrides).1.is_empty());
        let (_, diagnostics) = read(LIST).patched(&overrides);
        let errors: Vec<_> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
        assert_eq!(errors.len(), 1, "{diagnostics:#?}");
        assert!(errors[0].notes[0].contains("`DISABLE_TCP_EARLY_DEMUX`"));
    }

    #[test]
    fn the_built_in_base_is_canonical_and_gives_nothing_to_tell() {
        let base = AwsNodeManifest::read(AwsNodeManifest::BUILTIN_FILE, AwsNodeManifest::builtin()).unwrap();
        assert_eq!(base.patched(&overrides()).1, []);
        let yaml = base.to_yaml().unwrap();
        // A reference is written `fieldRef:`, then its version, then its path.
        let lines: Vec<&str> = yaml.lines().map(str::trim).collect();
        let references = lines.iter().enumerate().filter(|(_, line)| **line == "fieldRef:");
        assert!(
            references.clone().count() == 3 && references.into_iter().all(|(at, _)| lines[at + 1] == "apiVersion: v1")
        );
        assert_eq!(yaml.matches("cpu:").count(), yaml.matches("cpu: 25m\n").count());
        let kinds: Vec<&str> = base.documents.iter().filter_map(|document| document["kind"].as_str()).collect();
        let expected = [
            "CustomResourceDefinition",
            "CustomResourceDefinition",
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "ConfigMap",
            "DaemonSet",
        ];
        assert_eq!(kinds, expected);
    }
}
