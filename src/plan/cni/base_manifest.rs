//! Whether a base manifest fits the spec.

use super::base_release::base_release;
use crate::aws_node::AwsNodeManifest;
use crate::catalog::KubernetesVersion;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::model::EniConfig;
use crate::source::{Place, Pointer};
use crate::spec::{Delivery, Spec};

/// Kubernetes dropped `apiextensions.k8s.io/v1beta1` here.
const V1BETA1_GONE: KubernetesVersion = KubernetesVersion::new(1, 22);

/// Checks the base manifest that the delivery uses, and that no other one is named. `configs` are the plan's.
pub(crate) fn base_manifest(spec: &Spec, configs: &[EniConfig], base: Option<&AwsNodeManifest>) -> Vec<Diagnostic> {
    match (spec.cni.delivery, base) {
        (Delivery::Patch, _) => misplaced(spec).into_iter().collect(),
        (Delivery::Manifest, None) => Vec::new(),
        (Delivery::Manifest, Some(base)) => {
            let mut found = base_release(spec, base);
            found.extend(definition(spec, base));
            found.extend(same_configs(configs, base));
            found
        }
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

/// Its definition is one that the cluster takes.
fn definition(spec: &Spec, base: &AwsNodeManifest) -> Option<Diagnostic> {
    let stray = if spec.cni.base_manifest.is_none() { "version" } else { "baseManifest" };
    let old = base.crd_version().as_deref() == Some("apiextensions.k8s.io/v1beta1");
    (old && spec.kubernetes_version >= V1BETA1_GONE).then(|| {
        Diagnostic::error(
            Code::CniBaseManifest,
            format!("Kubernetes {} has no apiextensions.k8s.io/v1beta1", spec.kubernetes_version),
        )
        .at(Pointer::from_text(format!("/spec/cni/{stray}")))
        .note("the base manifest's CustomResourceDefinition of ENIConfig uses that version, which Kubernetes 1.22 removed")
        .help("vendor the manifest of CNI 1.10 or later")
    })
}

/// `ENIConfig`s are podnet's to write: of two with one name, the one that is applied last would count.
fn same_configs(configs: &[EniConfig], base: &AwsNodeManifest) -> Vec<Diagnostic> {
    let in_plan = |name: &String| configs.iter().any(|config| config.name == *name);
    let same = base.eni_configs().into_iter().filter(|(name, _)| in_plan(name));
    same.map(|(name, place)| {
        Diagnostic::error(
            Code::CniBaseManifest,
            format!("the base manifest has the ENIConfig `{name}`, which podnet writes"),
        )
        .at(place)
        .note("of two with one name, the one that is applied last would count, and Argo CD refuses both")
        .help("remove it here; if it comes from the Helm chart, render that with `eniConfig.create=false`")
    })
    .collect()
}
