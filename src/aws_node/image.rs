//! The images, which are the only difference between the CNI's regional release manifests.

use std::collections::BTreeSet;

use serde_json::Value;

use super::overrides::Overrides;
use super::site::Site;
use crate::catalog::cni::Container;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// The repositories that every region's EKS registry has.
const REPOSITORIES: [&str; 3] = ["amazon-k8s-cni-init", "amazon-k8s-cni", "amazon/aws-network-policy-agent"];

/// The containers that run them.
const CONTAINERS: [&str; 3] = ["aws-vpc-cni-init", "aws-node", "aws-eks-nodeagent"];

/// An image as it is written, in its parts: `host/repository:tag@digest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ImageReference<'a> {
    host: Option<&'a str>,
    /// Everything behind the host.
    rest: &'a str,
    repository: &'a str,
    /// The tag, where one is written.
    pub(super) tag: Option<&'a str>,
}

impl<'a> ImageReference<'a> {
    /// Takes an image apart by the rule of container runtimes: the first part is a host when it has a dot or a port,
    /// or is `localhost`.
    ///
    /// `localhost:5000/amazon-k8s-cni:v1.21.1` is the repository `amazon-k8s-cni` with the tag `v1.21.1`.
    pub(super) fn parse(text: &'a str) -> Self {
        let (host, rest) = match text.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (Some(host), rest),
            _ => (None, text),
        };
        let name = rest.split_once('@').map_or(rest, |(name, _)| name);
        let (repository, tag) = name.split_once(':').map_or((name, None), |(repository, tag)| (repository, Some(tag)));
        Self { host, rest, repository, tag }
    }

    /// Tells whether a digest is written, by which runtimes go whatever the tag says.
    pub(super) fn by_digest(self) -> bool {
        self.rest.contains('@')
    }

    /// Gives the image at the region's registry; `None` where it is not one of EKS's own three from a host of EKS.
    fn moved(self, registry_host: &str, known_hosts: &BTreeSet<String>) -> Option<String> {
        let host = self.host?;
        let is_eks = host == registry_host || known_hosts.contains(host);
        (is_eks && REPOSITORIES.contains(&self.repository)).then(|| format!("{registry_host}/{}", self.rest))
    }

    /// Tells whether the last part of its name is one of EKS's.
    fn looks_like_cni(self) -> bool {
        let last = |repository: &'a str| repository.rsplit('/').next();
        REPOSITORIES.into_iter().any(|repository| last(repository) == last(self.repository))
    }
}

/// Moves the images of the `DaemonSet` to the region's registry; tells of mirrors, which stay.
pub(super) fn patch(
    documents: &mut [Value],
    daemon_set: &Site,
    overrides: &Overrides,
    place: &impl Fn(&str) -> Option<Place>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for list in Container::ALL.map(Container::list) {
        let containers = daemon_set.value_mut(documents, list).and_then(Value::as_array_mut);
        for (number, container) in containers.into_iter().flatten().enumerate() {
            let name = container.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let Some(Value::String(text)) = container.get_mut("image") else { continue };
            let image = ImageReference::parse(text);
            if let Some(moved) = image.moved(&overrides.registry_host, &overrides.known_hosts) {
                *text = moved;
            } else if image.looks_like_cni() || CONTAINERS.contains(&name.as_str()) {
                diagnostics.push(stays(&name, text, overrides).at_known(place(&format!("{list}/{number}/image"))));
            }
        }
    }
    diagnostics
}

fn stays(container: &str, image: &str, overrides: &Overrides) -> Diagnostic {
    Diagnostic::remark(
        Code::CniBaseManifest,
        format!("the image of container `{container}` is not from an EKS registry"),
    )
    .label("left unchanged")
    .note(format!(
        "`{image}` must be there for every region that pulls it; EKS's own is at {}",
        overrides.registry_host
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "602401143452.dkr.ecr.eu-west-1.amazonaws.com";

    fn moved(text: &str) -> Option<String> {
        let known =
            ["602401143452.dkr.ecr.us-west-2.amazonaws.com", "961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn"];
        ImageReference::parse(text).moved(HERE, &known.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn eks_images_move_with_their_tag_or_digest() {
        for (from, to) in [
            ("602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.21.1", "amazon-k8s-cni:v1.21.1"),
            (
                "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni-init@sha256:0a1b",
                "amazon-k8s-cni-init@sha256:0a1b",
            ),
            (
                "961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn/amazon/aws-network-policy-agent:v1.3.1@sha256:0a",
                "amazon/aws-network-policy-agent:v1.3.1@sha256:0a",
            ),
            ("602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni", "amazon-k8s-cni"),
        ] {
            assert_eq!(moved(from), Some(format!("{HERE}/{to}")));
        }
    }

    #[test]
    fn mirrors_and_other_images_stay() {
        for image in [
            "111122223333.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.21.1",
            "public.ecr.aws/eks/amazon-k8s-cni:v1.21.1",
            "localhost:5000/amazon-k8s-cni:v1.21.1",
            "amazon-k8s-cni:v1.21.1",
            "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/pause:3.10",
        ] {
            assert_eq!(moved(image), None, "{image}");
        }
    }

    #[test]
    fn the_tag_is_what_stands_behind_the_name() {
        for (image, tag) in [
            ("localhost:5000/amazon-k8s-cni:v1.21.1", Some("v1.21.1")),
            ("mirror.example/eks/amazon-k8s-cni:v1.21.1@sha256:0a1b", Some("v1.21.1")),
            ("mirror.example:443/eks/amazon-k8s-cni@sha256:0a1b", None),
            ("amazon-k8s-cni", None),
        ] {
            assert_eq!(ImageReference::parse(image).tag, tag, "{image}");
        }
        assert!(ImageReference::parse("mirror.example/eks/amazon-k8s-cni:v1.21.1").looks_like_cni());
        assert!(!ImageReference::parse("mirror.example/eks/kube-proxy:v1.33.0").looks_like_cni());
    }
}
