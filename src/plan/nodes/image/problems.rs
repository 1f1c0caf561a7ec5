//! What is wrong with the AMI that a node group asks for.

use crate::capacity::InstanceLimits;
use crate::catalog::KubernetesVersion;
use crate::catalog::accelerators::accelerator;
use crate::diagnostic::{Code, Diagnostic, Edit, one_of};
use crate::plan::model::kind::{Field, decisions};
use crate::source::{Place, Pointer};
use crate::spec::{AmiManager, MaxPods, NodeGroup, Spec};

/// Checks a group's AMI: given once, of a family that has one for the cluster's version, with the driver that its types need.
pub(crate) fn image_problems(
    spec: &Spec,
    group: &NodeGroup,
    limits: &[(InstanceLimits, Pointer)],
    at: &Pointer,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = named_twice(group, at).into_iter().collect();
    found.extend(of_eks(group, at));
    found.extend(not_yet(spec, group, at).or_else(|| ended(spec, group, at)));
    found.extend(without_driver(spec, group, limits, at));
    found
}

fn named_twice(group: &NodeGroup, at: &Pointer) -> Option<Diagnostic> {
    (group.ami.id.is_some() && group.ami.ssm_parameter.is_some()).then(|| {
        Diagnostic::error(Code::NodesAmi, "the AMI is given twice")
            .at(Place::key(at.key("ami").key("ssmParameter")))
            .related(Place::key(at.key("ami").key("id")), "the other one")
            .remove_as("remove one of `id` and `ssmParameter`")
    })
}

/// What does not go together with an AMI that EKS chooses.
fn of_eks(group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    match group.ami.managed_by {
        AmiManager::LaunchTemplate => return Vec::new(),
        AmiManager::Eks => {}
    }
    let section = at.key("ami");
    if let Field::Refused(why) = decisions(group.kind).ami_of_eks {
        return vec![
            Diagnostic::error(Code::NodesAmi, "`managedBy: eks` is for managed node groups")
                .at(section.key("managedBy"))
                .note(why)
                .edit(Edit::remove(section.key("managedBy")), |_| "remove it".to_owned()),
        ];
    }
    let named = [("id", group.ami.id.is_some()), ("ssmParameter", group.ami.ssm_parameter.is_some())];
    let mut found: Vec<Diagnostic> = named
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(field, _)| {
            Diagnostic::error(Code::NodesAmi, format!("`{field}` names an AMI, but `managedBy: eks` leaves it to EKS"))
                .at(Place::key(section.key(field)))
                .related(section.key("managedBy"), "who chooses it")
                .remove_as("remove one of the two")
        })
        .collect();
    if let MaxPods::Exactly(number) = group.max_pods {
        found.push(
            Diagnostic::error(Code::NodesMaxPods, format!("EKS computes max pods itself, so {number} would not count"))
                .at(at.key("maxPods"))
                .related(section.key("managedBy"), "EKS chooses the AMI")
                .note("the number of EKS goes before any other where its launch template names no AMI")
                .remove_as("remove it, or `managedBy: eks`"),
        );
    }
    found
}

/// Whether the spec says which AMI it is.
fn is_own(group: &NodeGroup) -> bool {
    group.ami.id.is_some() || group.ami.ssm_parameter.is_some()
}

/// A family that begins with a later version: refused unless the spec names an AMI.
fn not_yet(spec: &Spec, group: &NodeGroup, at: &Pointer) -> Option<Diagnostic> {
    let facts = group.ami.family.facts();
    let version = spec.kubernetes_version;
    // One that EKS never had is told as such.
    let had = version >= KubernetesVersion::FIRST_ON_EKS && !is_own(group);
    let start = facts.start.as_ref().filter(|start| had && version < start.first_version)?;
    let message = format!("there is no {} AMI for Kubernetes {version}", facts.name);
    let older = Edit::set(at.key("ami"), "family", serde_json::json!(start.predecessor));
    Some(
        Diagnostic::error(Code::NodesAmi, message)
            .at(at.key("ami").key("family"))
            .note(format!("the first one is for {}", start.first_version))
            .edit(older, |family| format!("write {family}, or give your own AMI with `id:`")),
    )
}

/// A family that has ended: refused where AWS has no image of it for the cluster's version and the spec names none.
fn ended(spec: &Spec, group: &NodeGroup, at: &Pointer) -> Option<Diagnostic> {
    let facts = group.ami.family.facts();
    let end = facts.end.as_ref()?;
    let at = at.key("ami");
    let newer = Edit::set(&at, "family", serde_json::json!(end.successor));
    let out_of_support = format!("{} has been out of support since {}", facts.name, end.out_of_support_since);
    Some(if spec.kubernetes_version > end.last_version && !is_own(group) {
        let message = format!("there is no {} AMI for Kubernetes {}", facts.name, spec.kubernetes_version);
        Diagnostic::error(Code::NodesAmi, message)
            .at(at.key("family"))
            .note(format!("the last one is for {}; {out_of_support}", end.last_version))
            .edit(newer, |family| format!("write {family}, or give your own AMI with `id:`"))
    } else {
        let warning = Diagnostic::warning(Code::NodesAmi, out_of_support).at(at.key("family"));
        match end.successor.facts().start.as_ref().filter(|start| spec.kubernetes_version < start.first_version) {
            Some(start) => warning.help(format!("upgrade to Kubernetes {} or later first", start.first_version)),
            None => warning.edit(newer, |family| format!("write {family}")),
        }
    })
}

/// Types with an accelerator on the family's ordinary image, which has no driver for it.
fn without_driver(
    spec: &Spec,
    group: &NodeGroup,
    limits: &[(InstanceLimits, Pointer)],
    at: &Pointer,
) -> Option<Diagnostic> {
    if is_own(group) {
        return None;
    }
    let (limits, type_at, accelerator) =
        limits.iter().find_map(|(limits, at)| Some((limits, at, accelerator(&limits.name)?)))?;
    let facts = group.ami.family.facts();
    let message = format!(
        "`{}` needs a driver for {}, which the AMI of `{}` does not have",
        limits.name, accelerator.name, group.name
    );
    let diagnostic = Diagnostic::error(Code::NodesAmi, message)
        .at(type_at)
        .related(at.key("ami").key("family"), format!("the ordinary {} AMI", facts.name))
        .note("pods that ask for the accelerator would never start");
    let with_driver = accelerator
        .driver
        .and_then(|driver| facts.image_parameter_with(driver, spec.kubernetes_version, limits.architecture));
    Some(match with_driver {
        Some(path) => {
            let edit = Edit::set(at.key("ami"), "ssmParameter", path);
            match group.ami.managed_by {
                AmiManager::LaunchTemplate => {
                    diagnostic.edit(edit, |field| format!("write {field} under `ami`, for the EKS AMI with the driver"))
                }
                AmiManager::Eks => {
                    let mut diagnostic = diagnostic.edit(edit, |field| {
                        format!("write {field} in place of `managedBy: eks`, for the EKS AMI with the driver")
                    });
                    diagnostic.edits.push(Edit::remove(at.key("ami").key("managedBy")));
                    diagnostic
                }
            }
        }
        None => diagnostic.help(format!("give an AMI with the driver by {}", one_of(&["id", "ssmParameter"]))),
    })
}
