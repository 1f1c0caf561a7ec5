//! The machine image of a node group.

use crate::catalog::Architecture;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::ids::LogicalId;
use crate::plan::model::kind::decisions;
use crate::plan::model::{Image, ImageParameter, NodeGroupPlan};
use crate::source::{Place, Pointer};
use crate::spec::{NodeGroup, Spec};

/// What is wrong with the image that the spec asks for.
pub(crate) fn problems(spec: &Spec, group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    named_twice(group, at).into_iter().chain(ended(spec, group, at)).collect()
}

fn named_twice(group: &NodeGroup, at: &Pointer) -> Option<Diagnostic> {
    (group.ami.id.is_some() && group.ami.ssm_parameter.is_some()).then(|| {
        Diagnostic::error(Code::NodesAmi, "the AMI is given twice")
            .at(Place::key(at.key("ami").key("ssmParameter")))
            .related(Place::key(at.key("ami").key("id")), "the other one")
            .remove_as("remove one of `id` and `ssmParameter`")
    })
}

/// A family that has ended: refused where AWS has no image of it for the cluster's version and the spec names none.
fn ended(spec: &Spec, group: &NodeGroup, at: &Pointer) -> Option<Diagnostic> {
    let facts = group.ami.family.facts();
    let end = facts.end.as_ref()?;
    let at = at.key("ami");
    let newer = Edit::set(&at, "family", serde_json::json!(end.successor));
    let out_of_support = format!("{} has been out of support since {}", facts.name, end.out_of_support_since);
    let own = group.ami.id.is_some() || group.ami.ssm_parameter.is_some();
    Some(if spec.kubernetes_version > end.last_version && !own {
        let message = format!("there is no {} AMI for Kubernetes {}", facts.name, spec.kubernetes_version);
        Diagnostic::error(Code::NodesAmi, message)
            .at(at.key("family"))
            .note(format!("the last one is for {}; {out_of_support}", end.last_version))
            .edit(newer, |family| format!("write {family}, or give your own AMI with `id:`"))
    } else {
        Diagnostic::warning(Code::NodesAmi, out_of_support)
            .at(at.key("family"))
            .edit(newer, |family| format!("write {family}"))
    })
}

/// Names the image: by the id or parameter that the spec gives, or by AWS's public parameter for the cluster's version.
pub(crate) fn image(spec: &Spec, group: &NodeGroup, architecture: Architecture) -> Image {
    let ami = &group.ami;
    if let Some(id) = &ami.id {
        return Image { family: ami.family, id: Some(id.clone()), ssm_parameter: None, parameter: None };
    }
    let path = ami
        .ssm_parameter
        .as_ref()
        .map_or_else(|| ami.family.facts().image_parameter(spec.kubernetes_version, architecture), ToString::to_string);
    let parameter = LogicalId::of("Image", &[group.name.as_str()]);
    Image { family: ami.family, id: None, ssm_parameter: Some(path), parameter: Some(parameter) }
}

/// Collects the template's parameters: one for each of the spec's node groups that looks its image up.
pub(crate) fn parameters(groups: &[NodeGroupPlan]) -> Vec<ImageParameter> {
    let mut parameters: Vec<ImageParameter> = groups
        .iter()
        .filter(|group| group.needs.is_empty() && decisions(group.kind).start.has_user_data())
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
