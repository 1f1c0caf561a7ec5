//! The machine image of a node group.

pub(crate) mod lookups;
pub(crate) mod problems;

use crate::catalog::Architecture;
use crate::ids::SsmParameter;
use crate::plan::model::Image;
use crate::spec::{AmiManager, NodeGroup, Spec};

/// Names the image: by the id or parameter that the spec gives, or by AWS's public parameter for the cluster's version.
///
/// A parameter is looked up by a dynamic reference in the launch template, not by a parameter of the template:
/// `aws cloudformation deploy` keeps the value that a parameter of the same name had, so that another path, of another
/// Kubernetes version, family or architecture, would never arrive.
pub(crate) fn image(spec: &Spec, group: &NodeGroup, architecture: Architecture) -> Image {
    let ami = &group.ami;
    let facts = ami.family.facts();
    let named = Image {
        family: ami.family,
        id: None,
        ssm_parameter: None,
        reference: None,
        ami_type: None,
        how: String::new(),
    };
    match ami.managed_by {
        AmiManager::LaunchTemplate => {}
        AmiManager::Eks => {
            let ami_type = facts.ami_type(architecture);
            let how = format!(
                "the newest {ami_type} for Kubernetes {} when EKS creates the group, and whenever it updates it",
                spec.kubernetes_version
            );
            return Image { ami_type: Some(ami_type.to_owned()), how, ..named };
        }
    }
    if let Some(id) = &ami.id {
        return Image { id: Some(id.clone()), how: format!("{id}, until the spec names another"), ..named };
    }
    let path = ami
        .ssm_parameter
        .as_ref()
        .map_or_else(|| facts.image_parameter(spec.kubernetes_version, architecture), ToString::to_string);
    let how = if ami.ssm_parameter.as_ref().is_some_and(SsmParameter::is_pinned) {
        format!("{path}, until the spec names another version")
    } else {
        format!("the newest of {path} whenever CloudFormation creates or changes the launch template")
    };
    let reference = format!("{{{{resolve:ssm:{path}}}}}");
    Image { ssm_parameter: Some(path), reference: Some(reference), how, ..named }
}
