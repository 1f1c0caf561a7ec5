//! What a manifest of aws-node is asked before it is used: its version, its settings, what else it brings.

use serde_json::Value;

use super::environment::{self, BaseVariable};
use super::image::ImageReference;
use super::manifest::AwsNodeManifest;
use super::site::objects;
use super::waves::is_eni_config_crd;
use crate::catalog::cni::Container;
use crate::source::Place;

/// An image of EKS's, as a manifest has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImage {
    /// The container.
    pub container: String,
    /// Which of EKS's images it is.
    pub kind: ImageKind,
    /// Its tag, such as `v1.21.1`, where one is written.
    pub tag: Option<String>,
    /// Whether a digest is written, which then decides.
    pub by_digest: bool,
    /// Where it stands.
    pub place: Place,
}

/// Which of the images of aws-node it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// The CNI and its init container, which have the release's version.
    Cni,
    /// The network policy agent, which has a version of its own.
    NetworkPolicyAgent,
}

impl ImageKind {
    /// What a container of the release manifests runs; `None` of somebody else's container.
    fn of(container: &str) -> Option<Self> {
        match container {
            "aws-node" | "aws-vpc-cni-init" => Some(Self::Cni),
            "aws-eks-nodeagent" => Some(Self::NetworkPolicyAgent),
            _ => None,
        }
    }
}

impl AwsNodeManifest {
    /// Tells whether the CRD of `ENIConfig` is among the objects.
    pub fn brings_crd(&self) -> bool {
        self.crd_version().is_some()
    }

    /// Gives the API version of the CRD of `ENIConfig`: `apiextensions.k8s.io/v1beta1` up to CNI 1.9, which Kubernetes
    /// 1.22 removed, `apiextensions.k8s.io/v1` since. `None` where there is no CRD.
    pub fn crd_version(&self) -> Option<String> {
        let sites = objects(&self.documents);
        let crd = sites.iter().find(|site| is_eni_config_crd(&self.documents, site))?;
        crd.text(&self.documents, "/apiVersion").map(str::to_owned)
    }

    /// Gives the variables of the two containers, in their order; none of a manifest that was changed, whose places are gone.
    pub fn variables(&self) -> Vec<BaseVariable> {
        let place = |path: &str| self.place_in_set(path);
        let of = |container: Container| {
            let path = container.find(&self.documents, &self.daemon_set);
            path.map(|path| environment::variables(&self.documents, &self.daemon_set, container, &path, &place))
                .unwrap_or_default()
        };
        Container::ALL.into_iter().flat_map(of).collect()
    }

    /// Gives the images of EKS's own containers, init containers first; none of a manifest that was changed.
    pub fn images(&self) -> Vec<BaseImage> {
        let mut found = Vec::new();
        for list in [Container::Init.list(), Container::AwsNode.list()] {
            let containers = self.daemon_set.value(&self.documents, list).and_then(Value::as_array);
            for (number, container) in containers.into_iter().flatten().enumerate() {
                let text = |field: &str| container.get(field).and_then(Value::as_str);
                let (Some(name), Some(image)) = (text("name"), text("image")) else { continue };
                let place = self.place_in_set(&format!("{list}/{number}/image"));
                if let (Some(kind), Some(place)) = (ImageKind::of(name), place) {
                    let image = ImageReference::parse(image);
                    found.push(BaseImage {
                        container: name.to_owned(),
                        kind,
                        tag: image.tag.map(str::to_owned),
                        by_digest: image.by_digest(),
                        place,
                    });
                }
            }
        }
        found
    }

    /// Gives the labels by which the `DaemonSet` finds its pods where they are others than `k8s-app: aws-node`, with their place;
    /// none of a manifest that was changed, or one without a selector.
    pub fn other_selector(&self) -> Option<(String, Place)> {
        let path = "/spec/selector";
        let selector = self.daemon_set.value(&self.documents, path)?;
        let usual = serde_json::json!({"matchLabels": {"k8s-app": "aws-node"}});
        if *selector == usual {
            return None;
        }
        let labels = selector.get("matchLabels").and_then(Value::as_object);
        let said: Vec<String> = labels
            .into_iter()
            .flatten()
            .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
            .collect();
        Some((said.join(","), self.place_in_set(path)?))
    }

    /// Gives the names of the `ENIConfig`s among the objects, each with its place; none of a manifest that was changed.
    pub fn eni_configs(&self) -> Vec<(String, Place)> {
        let sites = objects(&self.documents);
        let configs = sites.iter().filter(|site| site.text(&self.documents, "/kind") == Some("ENIConfig"));
        configs
            .filter_map(|site| {
                let name = site.text(&self.documents, "/metadata/name")?.to_owned();
                let origin = self.origin.as_ref()?;
                Some((name, origin.place(site.document, &site.down("/metadata/name"))))
            })
            .collect()
    }

    fn place_in_set(&self, path: &str) -> Option<Place> {
        Some(self.origin.as_ref()?.place(self.daemon_set.document, &self.daemon_set.down(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{BLOCK, JSON_STYLE, LIST};
    use super::*;

    #[test]
    fn a_manifest_tells_its_version_and_its_crd() {
        let told = |text: &str| {
            let manifest = AwsNodeManifest::read("base.yaml", text).unwrap();
            let images = manifest.images();
            let main = images.iter().find(|image| image.container == "aws-node").unwrap();
            (main.tag.clone(), manifest.crd_version(), manifest.brings_crd())
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(told(JSON_STYLE), (text("v1.7.5"), text("apiextensions.k8s.io/v1beta1"), true));
        assert_eq!(told(BLOCK), (text("v1.21.1"), text("apiextensions.k8s.io/v1"), true));
        assert_eq!(told(LIST), (text("v1.12.6"), None, false));
        assert_eq!(told(AwsNodeManifest::builtin()).0, Some(format!("v{}", AwsNodeManifest::BUILTIN_VERSION)));
    }
}
