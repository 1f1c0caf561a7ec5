//! Max pods of groups whose AMI EKS chooses: EKS computes it, and no other setting counts.

use super::group_types::{has_no_trunk, no_interface_left, takes_no_prefixes};
use crate::capacity::max_pods::{InstanceLimits, NetworkSettings, TypeMaxPods, max_pods};
use crate::diagnostic::{Checked, Code, Diagnostic, Problems};
use crate::plan::model::GroupMaxPods;
use crate::source::Pointer;
use crate::spec::NodeGroup;

/// Computes what EKS will: the smallest of the group's types, capped at 110 or 250, with custom networking and prefixes as
/// aws-node has them when the group is created. `MAX_ENI` and the trunk of security groups for pods do not count for it ("Choose
/// an optimal Amazon EC2 node instance type" in the EKS User Guide), so a type that has fewer addresses than that is refused.
/// Nothing where a type has no interface left for pods.
pub(crate) fn eks_max_pods(
    settings: &NetworkSettings,
    group: &NodeGroup,
    limits: &[(InstanceLimits, Pointer)],
    at: &Pointer,
) -> Checked<Option<GroupMaxPods>> {
    let mut problems = Problems::default();
    for (limits, at) in limits {
        if max_pods(limits, settings).is_none() {
            problems.add([no_interface_left(limits, settings, at)]);
        }
        problems.add(takes_no_prefixes(limits, settings, at));
        problems.add(has_no_trunk(limits, settings, at));
    }
    let of_eks = NetworkSettings { max_eni: None, security_groups_for_pods: false, ..settings.clone() };
    let before = NetworkSettings { custom_networking: false, ..of_eks.clone() };
    let pods = |settings: &NetworkSettings| -> Vec<TypeMaxPods> {
        limits.iter().filter_map(|(limits, _)| max_pods(limits, settings)).collect()
    };
    let (types, ours) = (pods(&of_eks), pods(settings));
    let smallest = types.iter().min_by_key(|pods| pods.value).cloned();
    let (Some(smallest), Some(otherwise)) = (smallest, pods(&before).iter().map(|pods| pods.value).min()) else {
        return problems.with(None);
    };
    if let Some(fewer) = ours.iter().find(|ours| ours.by_addresses < smallest.value) {
        problems.add([Diagnostic::error(
            Code::NodesMaxPods,
            format!(
                "EKS would let {} pods run on `{}`, which has addresses for {}",
                smallest.value, fewer.instance_type, fewer.by_addresses
            ),
        )
        .at(at.key("ami").key("managedBy"))
        .note("EKS does not consider `maxEni` and security groups for pods when it computes max pods")
        .note(fewer.how.clone())
        .remove_as("remove `managedBy: eks`, so that podnet's number counts")]);
        return problems.with(None);
    }
    let several = if types.len() > 1 { format!("smallest of {} types, ", types.len()) } else { String::new() };
    let how = format!(
        "computed by EKS, {several}{}: {}, if custom networking is enabled on aws-node before `{}` is created; {otherwise} otherwise",
        smallest.instance_type, smallest.how, group.name
    );
    problems.with(Some(GroupMaxPods { value: smallest.value, how, types }))
}
