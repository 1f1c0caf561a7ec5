//! Whether a base manifest fits the spec.

use crate::aws_node::AwsNodeManifest;
use crate::catalog::KubernetesVersion;
use crate::catalog::cni::manifest_defect;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::{Place, Pointer};
use crate::spec::{Delivery, Spec};

/// Kubernetes dropped `apiextensions.k8s.io/v1beta1` here.
const V1BETA1_GONE: KubernetesVersion = KubernetesVersion::new(1, 22);

/// Checks the base manifest that the delivery uses, and that no other one is named.
pub(crate) fn base_manifest(spec: &Spec, base: Option<&AwsNodeManifest>) -> Vec<Diagnostic> {
    match spec.cni.delivery {
        Delivery::Patch => misplaced(spec).into_iter().collect(),
        Delivery::Manifest => base.map(|base| base_fits(spec, base)).unwrap_or_default(),
    }
}

/// A base manifest counts only with the delivery that uses it.
fn misplaced(spec: &Spec) -> Option<Diagnostic> {
    spec.cni.base_manifest.is_some().then(|| {
        Diagnostic::error(Code::CniBaseManifest, "`baseManifest` has no effect without `delivery: manifest`")
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
        let message = format!("{which} is of CNI `{tag}`, but the spec says `{version}`");
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
            .note("the base manifest's CustomResourceDefinition of ENIConfig uses that version, which Kubernetes 1.22 removed")
            .help("vendor the manifest of CNI 1.10 or later"),
        );
    }
    found
}
