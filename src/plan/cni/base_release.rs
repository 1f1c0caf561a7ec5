//! Whether a base manifest is of the release that the spec names: its images, and what the cluster cannot change.

use crate::aws_node::{AwsNodeManifest, BaseImage, ImageKind};
use crate::catalog::cni::{manifest_defect, network_policy_agent_differs};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::Pointer;
use crate::spec::Spec;

/// Compares the images with the spec's version, and the selector with that of every release.
pub(super) fn base_release(spec: &Spec, base: &AwsNodeManifest) -> Vec<Diagnostic> {
    let images = base.images();
    let mut found: Vec<Diagnostic> = Vec::new();
    // A manifest that names another release's images was refused as such.
    if manifest_defect(&spec.cni.version).is_none() {
        // One release's manifest has one version: it is told once.
        found.extend(mixed(&images).or_else(|| images.iter().find_map(|image| other_version(spec, image))));
    }
    if spec.cni.base_manifest.is_some() {
        found.extend(images.iter().filter_map(|image| untold(spec, image)));
        found.extend(images.iter().filter_map(|image| other_agent(spec, image)));
        found.extend(other_selector(base));
    }
    found
}

/// The CNI and its init container are of one release.
fn mixed(images: &[BaseImage]) -> Option<Diagnostic> {
    let cni = images.iter().filter(|image| image.kind == ImageKind::Cni);
    let tagged: Vec<(&BaseImage, &str)> = cni.filter_map(|image| Some((image, image.tag.as_deref()?))).collect();
    let [(one, first), (other, second)] = tagged.as_slice() else { return None };
    (first != second).then(|| {
        let message = format!("`{}` is of CNI `{first}`, but `{}` of `{second}`", one.container, other.container);
        Diagnostic::error(Code::CniBaseManifest, message)
            .at(one.place.clone())
            .related(other.place.clone(), "the other one")
            .note("the init container sets up what the CNI of its own release expects")
            .help("vendor the release manifest again, and keep the two together")
    })
}

/// A tag of the CNI's images may have more behind the version: `v1.21.1-eksbuild.3`.
fn is_of(tag: &str, version: &str) -> bool {
    tag == version || tag.strip_prefix(version).is_some_and(|rest| rest.starts_with('-'))
}

fn other_version(spec: &Spec, image: &BaseImage) -> Option<Diagnostic> {
    let version = &spec.cni.version;
    let tag = image.tag.as_deref().filter(|tag| !is_of(tag, &version.tag()))?;
    let cni = Pointer::from_text("/spec/cni");
    match image.kind {
        ImageKind::NetworkPolicyAgent => None,
        ImageKind::Cni if spec.cni.base_manifest.is_none() => Some(
            Diagnostic::error(
                Code::CniBaseManifest,
                format!("the built-in manifest is of CNI `{tag}`, but the spec says `{version}`"),
            )
            .at(cni.key("version"))
            .edit(Edit::set(cni, "delivery", "patch"), |field| {
                format!("vendor the release manifest of {version} and name it as `baseManifest:`, or write {field}")
            }),
        ),
        ImageKind::Cni => Some(
            Diagnostic::error(
                Code::CniBaseManifest,
                format!("the base manifest is of CNI `{tag}`, but the spec says `{version}`"),
            )
            .at(cni.key("baseManifest"))
            .related(image.place.clone(), format!("the image of `{}`", image.container))
            .edit(Edit::set(cni, "version", tag.trim_start_matches('v')), |field| {
                format!("write {field}, or vendor the release manifest of {version}")
            }),
        ),
    }
}

/// A digest decides, whatever a tag beside it says; without both, the newest image does.
fn untold(spec: &Spec, image: &BaseImage) -> Option<Diagnostic> {
    let container = &image.container;
    let message = match (&image.tag, image.by_digest) {
        (Some(_), false) => return None,
        (Some(tag), true) => format!("the digest of `{container}` decides which version runs, not `{tag}`"),
        (None, true) => format!("podnet cannot tell the version of `{container}` from a digest"),
        (None, false) => format!("the image of `{container}` has no tag: nodes would pull `latest`"),
    };
    let version = &spec.cni.version;
    let note = match image.kind {
        ImageKind::Cni => format!("all numbers are those of CNI {version}"),
        ImageKind::NetworkPolicyAgent => format!("it has to be one that works with CNI {version}"),
    };
    Some(Diagnostic::remark(Code::CniBaseManifest, message).at(image.place.clone()).note(note))
}

/// The agent has a version of its own, which not every CNI works with.
fn other_agent(spec: &Spec, image: &BaseImage) -> Option<Diagnostic> {
    let version = &spec.cni.version;
    let tag = match image.kind {
        ImageKind::Cni => return None,
        ImageKind::NetworkPolicyAgent => image.tag.as_deref()?,
    };
    let differs = network_policy_agent_differs(version, tag)?;
    Some(
        Diagnostic::warning(
            Code::CniBaseRelease,
            format!("CNI {version} comes with network policy agent {}, not `{tag}`", differs.released),
        )
        .at(image.place.clone())
        .note(differs.why)
        .help(format!("vendor the release manifest of {version} again, or silence this with a reason")),
    )
}

fn other_selector(base: &AwsNodeManifest) -> Option<Diagnostic> {
    let (selector, place) = base.other_selector()?;
    Some(
        Diagnostic::warning(Code::CniBaseRelease, format!("this aws-node selects its pods by `{selector}`, not by `k8s-app=aws-node`"))
            .at(place)
            .note("every release of the CNI selects by `k8s-app=aws-node`, and the API server refuses to change the selector of a DaemonSet")
            .help("if the cluster's aws-node was installed so (`kubectl -n kube-system get daemonset aws-node -o jsonpath='{.spec.selector}'`), silence this with that reason; the Helm chart has the usual one with `originalMatchLabels=true`"),
    )
}
