//! The machine image of a node group.

use crate::catalog::{Architecture, KubernetesVersion};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::ids::logical_id;
use crate::plan::model::{Image, ImageParameter, NodeGroupPlan};
use crate::source::{Place, Pointer};
use crate::spec::{AmiFamily, NodeGroup, Spec};

/// The last Kubernetes version with an EKS optimized image of Amazon Linux 2.
const LAST_AL2: KubernetesVersion = KubernetesVersion::new(1, 32);

/// What is wrong with the image that the spec asks for.
pub(crate) fn problems(spec: &Spec, group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    let ami = &group.ami;
    let own = ami.id.is_some() || ami.ssm_parameter.is_some();
    let newer = || Edit::set(at.key("ami"), "family", "al2023");
    let mut found = Vec::new();
    if ami.id.is_some() && ami.ssm_parameter.is_some() {
        found.push(
            Diagnostic::error(Code::NodesAmi, "the image is named twice")
                .at(Place::key(at.key("ami").key("ssmParameter")))
                .related(Place::key(at.key("ami").key("id")), "the other one")
                .remove_as("remove one of `id` and `ssmParameter`"),
        );
    }
    if ami.family == AmiFamily::Al2 && spec.kubernetes_version > LAST_AL2 && !own {
        found.push(
            Diagnostic::error(
                Code::NodesAmi,
                format!("there is no Amazon Linux 2 image for Kubernetes {}", spec.kubernetes_version),
            )
            .at(at.key("ami").key("family"))
            .note(format!("the last one is for {LAST_AL2}; Amazon Linux 2 is out of support since November 2025"))
            .edit(newer(), |family| format!("write {family}, or name an image of your own with `id:`")),
        );
    } else if ami.family == AmiFamily::Al2 {
        found.push(
            Diagnostic::warning(Code::NodesAmi, "Amazon Linux 2 is out of support since November 2025")
                .at(at.key("ami").key("family"))
                .edit(newer(), |family| format!("write {family}")),
        );
    }
    found
}

/// Names the image: by the id or parameter that the spec gives, or by AWS's public parameter for the cluster's version.
pub(crate) fn image(spec: &Spec, group: &NodeGroup, architecture: Architecture) -> Image {
    let ami = &group.ami;
    if let Some(id) = &ami.id {
        return Image { family: ami.family, id: Some(id.to_string()), ssm_parameter: None, parameter: None };
    }
    let version = spec.kubernetes_version;
    let path = ami.ssm_parameter.as_ref().map_or_else(
        || match (ami.family, architecture) {
            (AmiFamily::Al2, Architecture::X86_64) => {
                format!("/aws/service/eks/optimized-ami/{version}/amazon-linux-2/recommended/image_id")
            }
            (AmiFamily::Al2, Architecture::Arm64) => {
                format!("/aws/service/eks/optimized-ami/{version}/amazon-linux-2-arm64/recommended/image_id")
            }
            (AmiFamily::Al2023, architecture) => {
                format!("/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/{architecture}/standard/recommended/image_id")
            }
        },
        ToString::to_string,
    );
    let parameter = logical_id("Image", &[group.name.as_str()]);
    Image { family: ami.family, id: None, ssm_parameter: Some(path), parameter: Some(parameter) }
}

/// Collects the template's parameters: one for each of the spec's node groups that looks its image up.
pub(crate) fn parameters(groups: &[NodeGroupPlan]) -> Vec<ImageParameter> {
    let mut parameters: Vec<ImageParameter> = groups
        .iter()
        .filter(|group| group.needs.is_empty())
        .filter_map(|group| {
            Some(ImageParameter {
                logical_id: group.image.parameter.clone()?,
                ssm_parameter: group.image.ssm_parameter.clone()?,
                group: group.group.clone(),
            })
        })
        .collect();
    parameters.sort();
    parameters.dedup();
    parameters
}
