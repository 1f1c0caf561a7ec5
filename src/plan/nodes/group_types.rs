//! The instance types of a node group: their limits, architecture and max pods.

use std::collections::BTreeMap;

use crate::capacity::max_pods::{InstanceLimits, NetworkSettings, TypeMaxPods, max_pods};
use crate::catalog::trunk_types::{Trunk, trunk};
use crate::catalog::{Architecture, Capability, instance_types};
use crate::diagnostic::{Checked, Code, Diagnostic, Edit, Problems};
use crate::ids::InstanceTypeName;
use crate::plan::model::GroupMaxPods;
use crate::source::Pointer;
use crate::spec::{self, NodeGroup, Spec, TypeLimits};

/// The limits that the spec gives for a type.
pub(crate) fn given_limits(name: &str, limits: &TypeLimits) -> InstanceLimits {
    InstanceLimits {
        name: name.to_owned(),
        interfaces: limits.interfaces,
        addresses: limits.addresses_per_interface,
        vcpus: limits.vcpus,
        nitro: limits.nitro,
        bare_metal: false,
        architecture: limits.architecture,
        cards: 1,
        trunk: trunk(name),
    }
}

/// The limits of a type, the spec's before the catalog's; nothing where neither has it.
pub(crate) fn known_limits(spec: &Spec, name: &InstanceTypeName) -> Option<InstanceLimits> {
    let given = spec.instance_types.get(name).map(|given| given_limits(name.as_str(), given));
    given.or_else(|| instance_types::find(name.as_str()).map(InstanceLimits::from))
}

/// The limits of the group's types.
pub(crate) fn limits(spec: &Spec, group: &NodeGroup, at: &Pointer) -> Checked<Vec<(InstanceLimits, Pointer)>> {
    let mut problems = Problems::default();
    let mut found = Vec::new();
    let mut seen: BTreeMap<&str, Pointer> = BTreeMap::new();
    for (number, name) in group.instance_types.iter().enumerate() {
        let at = at.key("instanceTypes").index(number);
        let first = seen.get(name.as_str()).cloned();
        seen.entry(name.as_str()).or_insert_with(|| at.clone());
        if let Some(first) = first {
            problems.add([Diagnostic::error(Code::SpecDuplicateName, format!("duplicate instance type `{name}`"))
                .at(at)
                .related(first, "first here")
                .remove_as("remove one")]);
        } else if let Some(known) = known_limits(spec, name) {
            found.push((known, at));
        } else {
            let diagnostic =
                Diagnostic::error(Code::NodesInstanceType, format!("the catalog has no instance type `{name}`"))
                    .at(at)
                    .note(format!("the catalog is of {}", instance_types::edition()));
            let (diagnostic, or) = match instance_types::near(name.as_str(), 3).as_slice() {
                [] => (diagnostic, "give"),
                close => (diagnostic.meant(close), "or give"),
            };
            problems.add([diagnostic.help(format!(
                "{or} its limits: `instanceTypes: {{\"{name}\": {{interfaces: 4, addressesPerInterface: 15, vcpus: 4}}}}` under `spec`, from `aws ec2 describe-instance-types`"
            ))]);
        }
    }
    problems.with(found)
}

/// The architecture of all types of a group.
pub(crate) fn architecture(
    group: &NodeGroup,
    limits: &[(InstanceLimits, Pointer)],
    at: &Pointer,
) -> Checked<Architecture> {
    let mut problems = Problems::default();
    let first = limits.first().map(|(limits, _)| limits);
    if let (Some(first), Some((other, there))) =
        (first, limits.iter().find(|(other, _)| Some(other.architecture) != first.map(|first| first.architecture)))
    {
        problems.add([Diagnostic::error(
            Code::NodesArchitecture,
            format!("`{}` mixes {} and {}", group.name, first.architecture, other.architecture),
        )
        .at(there)
        .related(at.key("instanceTypes").index(0), first.architecture.to_string())
        .note("a group has one AMI, and an AMI is built for one architecture")
        .help("make one node group for each architecture")]);
    }
    problems.with(first.map_or(Architecture::default(), |first| first.architecture))
}

/// The smallest max pods of the group's types, or the number that the spec gives, if their addresses allow it.
pub(crate) fn max_pods_of(
    settings: &NetworkSettings,
    group: &NodeGroup,
    limits: &[(InstanceLimits, Pointer)],
    at: &Pointer,
) -> Checked<Option<GroupMaxPods>> {
    let mut problems = Problems::default();
    let mut types: Vec<TypeMaxPods> = Vec::new();
    for (limits, at) in limits {
        match max_pods(limits, settings) {
            Some(pods) => types.push(pods),
            None => problems.add([no_interface_left(limits, settings, at)]),
        }
        problems.add(takes_no_prefixes(limits, settings, at));
        problems.add(has_no_trunk(limits, settings, at));
    }
    let smallest = types.iter().min_by_key(|pods| pods.value).cloned();
    let by_addresses = types.iter().min_by_key(|pods| pods.by_addresses).cloned();
    let (Some(smallest), Some(by_addresses)) = (smallest, by_addresses) else { return problems.with(None) };
    let several = if types.len() > 1 {
        format!("smallest of {} types, {}: ", types.len(), smallest.instance_type)
    } else {
        format!("{}: ", smallest.instance_type)
    };
    let max_pods = match group.max_pods {
        spec::MaxPods::Auto => {
            Some(GroupMaxPods { value: smallest.value, how: format!("{several}{}", smallest.how), types })
        }
        spec::MaxPods::Exactly(number) if number > by_addresses.by_addresses => {
            problems.add([too_many_pods(number, &by_addresses, at)]);
            None
        }
        spec::MaxPods::Exactly(number) => {
            let how = format!("given; {several}{} would be the most", by_addresses.by_addresses);
            Some(GroupMaxPods { value: number, how, types })
        }
    };
    problems.with(max_pods)
}

/// With custom networking the primary interface carries no pods (EKS User Guide, "Customize the secondary network interface
/// in Amazon EKS nodes").
pub(super) fn no_interface_left(limits: &InstanceLimits, settings: &NetworkSettings, at: &Pointer) -> Diagnostic {
    let interfaces = match limits.interfaces {
        1 => "1 interface".to_owned(),
        several => format!("{several} interfaces"),
    };
    let most = settings.max_eni.map_or_else(String::new, |most| format!(", `maxEni` is {most}"));
    let trunk = if limits.reserves_trunk(settings) { ", and one is the trunk of security groups for pods" } else { "" };
    Diagnostic::error(Code::NodesMaxPods, format!("`{}` has no interface left for pods", limits.name))
        .at(at)
        .note(format!(
            "its default network card has {interfaces}{most}; the primary one carries no pods with custom networking{trunk}"
        ))
        .help("use a type with more interfaces: `podnet max-pods TYPE` shows what one has")
}

/// A type without prefixes in a group that is to have them makes the whole group as small as itself.
pub(super) fn takes_no_prefixes(
    limits: &InstanceLimits,
    settings: &NetworkSettings,
    at: &Pointer,
) -> Option<Diagnostic> {
    let version_has = settings.version.has(Capability::PrefixDelegation);
    (settings.prefix_delegation && version_has && !limits.takes_prefixes(&settings.version)).then(|| {
        Diagnostic::warning(Code::CniPrefixDelegation, format!("`{}` does not support prefixes", limits.name))
            .at(at)
            .note(if limits.bare_metal {
                "bare metal types support prefixes since CNI 1.10.3"
            } else {
                "prefix delegation needs Nitro or bare metal; on other types the CNI silently does not use it"
            })
            .help("use only Nitro types; otherwise, this type limits max pods of the whole group")
    })
}

/// A type on which pods with security groups of their own never start.
pub(super) fn has_no_trunk(limits: &InstanceLimits, settings: &NetworkSettings, at: &Pointer) -> Option<Diagnostic> {
    let message = match limits.trunk {
        _ if !settings.security_groups_for_pods => return None,
        Trunk::Branches(_) => return None,
        Trunk::Unsupported => format!("`{}` does not support security groups for pods", limits.name),
        Trunk::Unknown => format!("podnet does not know whether `{}` supports security groups for pods", limits.name),
    };
    let diagnostic = Diagnostic::warning(Code::CniTrunk, message).at(at);
    Some(match limits.trunk {
        Trunk::Unknown => diagnostic
            .note("one interface is counted as the trunk; if the type cannot have one, pods with their own security groups never start on it")
            .help("check the list of types in \"Assign security groups to individual Pods\" of the EKS User Guide, and silence this warning"),
        Trunk::Unsupported | Trunk::Branches(_) => diagnostic
            .note("it cannot have a trunk interface: pods with their own security groups never start on such a node, all others do")
            .help("use a type that can (most of the Nitro types, but none of the `t` families); or silence this warning if only pods without their own security groups run there"),
    })
}

fn too_many_pods(number: u32, by_addresses: &TypeMaxPods, at: &Pointer) -> Diagnostic {
    let TypeMaxPods { by_addresses: most, instance_type, how, .. } = by_addresses;
    let message = format!("{number} pods are more than the {most} that `{instance_type}` has addresses for");
    Diagnostic::error(Code::NodesMaxPods, message)
        .at(at.key("maxPods"))
        .note(how.clone())
        .edit(Edit::set(at, "maxPods", *most), |field| format!("write {field} or less, or `maxPods: auto`"))
}
