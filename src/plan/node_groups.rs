//! The node groups: one a zone or one over all, with the ENIConfig that their nodes find and the max pods they can hold.

use std::collections::{BTreeMap, BTreeSet};

use super::max_pods::{Limits, MaxPods, NetworkSettings, max_pods};
use super::model::{EniConfig, GroupMaxPods, GroupRef, NodeGroupPlan, SecurityGroupPlan, Selection};
use super::zones::Zones;
use super::{arguments, eni_configs, image, logical_ids::logical_id, security_groups};
use crate::catalog::{Architecture, Capability, instance_types};
use crate::diagnostic::{Code, Diagnostic, Edit, Place, Pointer, near, one_of};
use crate::spec::{LabelKey, LabelValue, MaxPods as Wanted, Name, NodeGroup, NodeGroupKind, SelectBy, Spec, ZoneName};

/// The label that tells podnet's nodes from older ones, so that the runbook can name those.
const GROUP_LABEL: &str = "podnet.dev/node-group";

/// What node groups are planned from.
pub(super) struct Context<'a> {
    pub(super) spec: &'a Spec,
    pub(super) zones: &'a Zones<'a>,
    pub(super) selection: &'a Selection,
    pub(super) settings: &'a NetworkSettings,
    pub(super) groups: &'a SecurityGroupPlan,
}

/// Plans every node group, by name.
pub(super) fn node_groups(
    context: &Context<'_>,
    configs: &[EniConfig],
    problems: &mut Vec<Diagnostic>,
) -> Vec<NodeGroupPlan> {
    let mut seen: BTreeMap<&Name, Pointer> = BTreeMap::new();
    let mut planned = Vec::new();
    for (number, group) in context.spec.node_groups.iter().enumerate() {
        let at = Pointer::from_text("/spec/nodeGroups").index(number);
        if let Some(first) = seen.insert(&group.name, at.key("name")) {
            problems.push(
                Diagnostic::error(Code::SpecDuplicateName, format!("the node group `{}` stands twice", group.name))
                    .at(at.key("name"))
                    .related(first, "first here")
                    .write_as(unused(context.spec, &group.name), |name| format!("rename one of them, such as {name}")),
            );
            continue;
        }
        planned.extend(node_group(context, group, &at, configs, problems));
    }
    planned.sort_by(|a, b| a.name.cmp(&b.name));
    planned
}

fn node_group(
    context: &Context<'_>,
    group: &NodeGroup,
    at: &Pointer,
    configs: &[EniConfig],
    problems: &mut Vec<Diagnostic>,
) -> Vec<NodeGroupPlan> {
    let before = problems.len();
    problems.extend(size(group, at));
    problems.extend(misplaced(context, group, at));
    let pool = pool(context.spec, group, at, problems);
    let zones = zones(context, group, at, problems);
    let limits = limits(context.spec, group, at, problems);
    let architecture = architecture(group, &limits, at, problems);
    problems.extend(image::problems(context.spec, group, at));
    let pods = pods(context, group, &limits, at, problems);
    let (Some(pool), Some(max_pods), true) =
        (pool, pods, problems.iter().skip(before).all(|problem| !problem.is_error()))
    else {
        return Vec::new();
    };
    let each: Vec<Vec<&ZoneName>> =
        if group.per_zone { zones.iter().map(|zone| vec![*zone]).collect() } else { vec![zones.clone()] };
    let parts = Parts { pool: &pool, architecture, max_pods: &max_pods };
    each.into_iter().map(|zones| one(context, group, &zones, configs, &parts)).collect()
}

/// What all groups of a spec's node group share.
struct Parts<'a> {
    pool: &'a Name,
    architecture: Architecture,
    max_pods: &'a GroupMaxPods,
}

fn one(
    context: &Context<'_>,
    group: &NodeGroup,
    zones: &[&ZoneName],
    configs: &[EniConfig],
    parts: &Parts<'_>,
) -> NodeGroupPlan {
    let name = match zones {
        [zone] if group.per_zone => format!("{}-{zone}", group.name),
        _ => group.name.to_string(),
    };
    let of_pool = |config: &&EniConfig| config.pool == *parts.pool && zones.contains(&&config.zone);
    let ready = |config: &&EniConfig| config.needs.is_empty();
    // A group over several zones starts with those that are bound; a zone that is new joins it later.
    let some_ready = configs.iter().filter(of_pool).any(|config| ready(&config));
    let mine: Vec<&EniConfig> = configs.iter().filter(of_pool).filter(|config| !some_ready || ready(config)).collect();
    let zones: Vec<&ZoneName> = mine.iter().map(|config| &config.zone).collect();
    let mut labels: BTreeMap<LabelKey, LabelValue> = group.labels.clone();
    if let (SelectBy::Name, [config]) = (context.selection.by, mine.as_slice())
        && let (Ok(key), Ok(value)) = (eni_configs::NAME_LABEL.parse(), config.name.parse())
    {
        labels.insert(key, value);
    }
    let wanted = security_groups::of_nodes(context.spec, group);
    let needs_groups = wanted.iter().filter_map(|wanted| match wanted {
        GroupRef::LogicalId(id) if context.groups.id_of(wanted).is_none() => Some(id.clone()),
        _ => None,
    });
    let needs: BTreeSet<String> = mine.iter().flat_map(|config| config.needs.clone()).chain(needs_groups).collect();
    let id = logical_id(if group.kind == NodeGroupKind::Managed { "ManagedNodes" } else { "Nodes" }, &[&name]);
    let mut taints = group.taints.clone();
    taints.sort();
    taints.dedup();
    let arguments = arguments::arguments(&labels, &taints, parts.max_pods.value);
    if let (Ok(key), Ok(value)) = (GROUP_LABEL.parse(), group.name.as_str().parse()) {
        labels.insert(key, value);
    }
    NodeGroupPlan {
        group: group.name.clone(),
        kind: group.kind,
        zones: zones.iter().copied().cloned().collect(),
        pool: parts.pool.clone(),
        eni_configs: mine.iter().map(|config| config.name.clone()).collect(),
        launch_template_logical_id: format!("{id}LaunchTemplate"),
        logical_id: id,
        subnet_ids: zones
            .iter()
            .filter_map(|zone| context.zones.get(zone))
            .flat_map(|(zone, _)| zone.node_subnets.iter().map(|subnet| subnet.id.clone()))
            .collect(),
        instance_types: group.instance_types.iter().map(ToString::to_string).collect(),
        architecture: parts.architecture,
        image: image::image(context.spec, group, parts.architecture),
        min: group.size.min,
        desired: group.size.desired,
        max: group.size.max,
        max_pods: parts.max_pods.clone(),
        kubelet_flags: arguments::kubelet_flags(&labels, &taints),
        labels,
        taints,
        bootstrap_arguments: arguments.bootstrap,
        eksctl_arguments: arguments.eksctl,
        security_group_ids: wanted.iter().filter_map(|wanted| context.groups.id_of(wanted)).collect(),
        needs: needs.into_iter().collect(),
        role_arn: group.role_arn.clone(),
        capacity_type: group.capacity_type,
        root_volume_gib: group.root_volume.size_gib,
        root_device: "/dev/xvda".to_owned(),
        name,
    }
}

/// A name like another that no node group has.
fn unused(spec: &Spec, name: &Name) -> String {
    let taken = |name: &str| spec.node_groups.iter().any(|group| group.name.as_str() == name);
    let numbered = |number: usize| format!("{name}-{number}");
    (2..=spec.node_groups.len() + 1).map(numbered).find(|name| !taken(name)).unwrap_or_else(|| name.to_string())
}

fn size(group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    let size = group.size;
    let desired = size.desired.unwrap_or(size.min);
    let mut found = Vec::new();
    if size.min > size.max {
        let message = format!("`min` is {}, `max` is {}", size.min, size.max);
        let diagnostic = Diagnostic::error(Code::NodesSize, message)
            .at(at.key("size").key("min"))
            .related(at.key("size").key("max"), "less than that");
        let more = Edit::set(at.key("size"), "max", size.min);
        found.push(diagnostic.edit(more, |max| format!("write {max} or more")));
    } else if !(size.min..=size.max).contains(&desired) {
        let message = format!("`desired` is {desired}, not from {} to {}", size.min, size.max);
        let nearest = Edit::set(at.key("size"), "desired", desired.clamp(size.min, size.max));
        let diagnostic = Diagnostic::error(Code::NodesSize, message).at(at.key("size").key("desired"));
        found.push(diagnostic.edit(nearest, |desired| format!("write {desired}")));
    }
    found
}

fn misplaced(context: &Context<'_>, group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if context.selection.by == SelectBy::Name && !group.per_zone {
        found.push(
            Diagnostic::error(
                Code::NodesZone,
                format!("the nodes of `{}` would all have one ENIConfig, whatever their zone", group.name),
            )
            .at(at.key("perZone"))
            .note(
                "nodes select their ENIConfig by a label that the group sets, and an ENIConfig's subnet is in one zone",
            )
            .edit(Edit::set(at, "perZone", true), |field| format!("write {field}")),
        );
    }
    if group.role_arn.is_some() && group.kind == NodeGroupKind::SelfManaged {
        found.push(
            Diagnostic::error(Code::NodesRole, "`roleArn` is for managed node groups")
                .at(Place::key(at.key("roleArn")))
                .note("a self-managed group needs an instance profile, which podnet makes with its role")
                .remove(),
        );
    }
    for key in group
        .labels
        .keys()
        .filter(|key| [eni_configs::NAME_LABEL, GROUP_LABEL, &context.selection.label].contains(&key.as_str()))
    {
        found.push(
            Diagnostic::error(Code::CniEniConfig, format!("the label `{key}` is not the spec's to set"))
                .at(Place::key(at.key("labels").key(key.as_str())))
                .note(if key.as_str() == eni_configs::NAME_LABEL {
                    "podnet sets it: the CNI finds a node's ENIConfig by it"
                } else {
                    "AWS sets it to the node's zone, and the CNI finds the node's ENIConfig by it"
                })
                .remove_as("remove it; `pool:` chooses the pool"),
        );
    }
    let other = |key: &&LabelKey| key.as_str() != context.selection.label;
    for key in group.labels.keys().filter(other).filter(|key| restricted(key.as_str())) {
        found.push(
            Diagnostic::error(Code::SpecValue, format!("a kubelet may not set the label `{key}`"))
                .at(Place::key(at.key("labels").key(key.as_str())))
                .note("the NodeRestriction admission plugin keeps kubernetes.io and k8s.io labels from nodes, but for a few, and the kubelet does not start")
                .write_as(format!("node.kubernetes.io/{}", key.as_str().rsplit('/').next().unwrap_or_default()), |allowed| {
                    format!("use a prefix of your own, or {allowed}")
                }),
        );
    }
    found
}

/// Labels under kubernetes.io and k8s.io that a kubelet refuses to set for itself.
fn restricted(key: &str) -> bool {
    let Some((prefix, _)) = key.split_once('/') else { return false };
    let within = |domain: &str| prefix == domain || prefix.ends_with(&format!(".{domain}"));
    let allowed = ["kubelet.kubernetes.io", "node.kubernetes.io"].iter().any(|domain| within(domain));
    (within("kubernetes.io") || within("k8s.io")) && !allowed
}

fn pool(spec: &Spec, group: &NodeGroup, at: &Pointer, problems: &mut Vec<Diagnostic>) -> Option<Name> {
    let names: Vec<&str> = spec.pod_network.pools.keys().map(Name::as_str).collect();
    match (&group.pool, names.as_slice()) {
        (Some(pool), _) if spec.pod_network.pools.contains_key(pool) => Some(pool.clone()),
        (Some(pool), _) => {
            let diagnostic =
                Diagnostic::error(Code::SpecUnknownName, format!("there is no pool `{pool}`")).at(at.key("pool"));
            problems.push(match (near(pool.as_str(), names.iter().copied()).as_slice(), names.as_slice()) {
                ([], [only]) => diagnostic.write(*only),
                ([], _) => diagnostic.help(format!("write {}", one_of(&names))),
                (close, _) => diagnostic.meant(close),
            });
            None
        }
        (None, [_]) => spec.pod_network.pools.keys().next().cloned(),
        (None, _) => {
            problems.push(
                Diagnostic::error(
                    Code::SpecMissingField,
                    format!("the node group `{}` has no pool, and there are {}", group.name, names.len()),
                )
                .at(at.key("name"))
                .help(format!("add `pool:` with {}", one_of(&names))),
            );
            None
        }
    }
}

fn zones<'a>(
    context: &Context<'a>,
    group: &NodeGroup,
    at: &Pointer,
    problems: &mut Vec<Diagnostic>,
) -> Vec<&'a ZoneName> {
    let Some(wanted) = &group.zones else { return context.zones.keys().copied().collect() };
    let names: Vec<&str> = context.zones.keys().map(|zone| zone.as_str()).collect();
    let mut zones = BTreeSet::new();
    for (number, zone) in wanted.iter().enumerate() {
        match context.zones.get_key_value(zone) {
            Some((known, _)) => {
                zones.insert(*known);
            }
            None => problems.push(
                Diagnostic::error(Code::NodesZone, format!("the spec has no zone `{zone}`"))
                    .at(at.key("zones").index(number))
                    .help(format!("write {}, or add it under `zones`", one_of(&names))),
            ),
        }
    }
    zones.into_iter().collect()
}

/// The limits of the group's types: the spec's before the catalog's.
fn limits(spec: &Spec, group: &NodeGroup, at: &Pointer, problems: &mut Vec<Diagnostic>) -> Vec<(Limits, Pointer)> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<&str, Pointer> = BTreeMap::new();
    for (number, name) in group.instance_types.iter().enumerate() {
        let at = at.key("instanceTypes").index(number);
        let first = seen.get(name.as_str()).cloned();
        seen.entry(name.as_str()).or_insert_with(|| at.clone());
        if let Some(first) = first {
            problems.push(
                Diagnostic::error(Code::SpecDuplicateName, format!("the instance type `{name}` stands twice"))
                    .at(at)
                    .related(first, "first here")
                    .remove_as("remove one"),
            );
        } else if let Some(given) = spec.instance_types.get(name) {
            found.push((Limits::given(name.as_str(), given), at));
        } else if let Some(known) = instance_types::find(name.as_str()) {
            found.push((known.into(), at));
        } else {
            let diagnostic =
                Diagnostic::error(Code::NodesInstanceType, format!("the catalog has no instance type `{name}`"))
                    .at(at)
                    .note(format!("its edition is of {}", instance_types::edition()));
            let (diagnostic, or) = match instance_types::near(name.as_str(), 3).as_slice() {
                [] => (diagnostic, "give"),
                close => (diagnostic.meant(close), "or give"),
            };
            problems.push(diagnostic.help(format!(
                "{or} its limits: `instanceTypes: {{\"{name}\": {{interfaces: 4, addressesPerInterface: 15, vcpus: 4}}}}` under `spec`, from `aws ec2 describe-instance-types`"
            )));
        }
    }
    found
}

fn architecture(
    group: &NodeGroup,
    limits: &[(Limits, Pointer)],
    at: &Pointer,
    problems: &mut Vec<Diagnostic>,
) -> Architecture {
    let first = limits.first().map(|(limits, _)| limits);
    if let (Some(first), Some((other, there))) =
        (first, limits.iter().find(|(other, _)| Some(other.architecture) != first.map(|first| first.architecture)))
    {
        problems.push(
            Diagnostic::error(
                Code::NodesArchitecture,
                format!("`{}` mixes {} and {}", group.name, first.architecture, other.architecture),
            )
            .at(there)
            .related(at.key("instanceTypes").index(0), first.architecture.to_string())
            .note("a group has one machine image, and an image is of one architecture")
            .help("make a node group for each architecture"),
        );
    }
    first.map_or(Architecture::default(), |first| first.architecture)
}

/// The smallest max pods of the group's types, or the number that the spec gives, if their addresses allow it.
fn pods(
    context: &Context<'_>,
    group: &NodeGroup,
    limits: &[(Limits, Pointer)],
    at: &Pointer,
    problems: &mut Vec<Diagnostic>,
) -> Option<GroupMaxPods> {
    let mut types: Vec<MaxPods> = Vec::new();
    for (limits, at) in limits {
        match max_pods(limits, context.settings) {
            Some(pods) => types.push(pods),
            None => problems.push(
                Diagnostic::error(Code::NodesMaxPods, format!("`{}` has no interface left for pods", limits.name))
                    .at(at)
                    .note(format!(
                        "its default network card has {}{}; the primary one carries no pods with custom networking{}",
                        if limits.interfaces == 1 {
                            "1 interface".to_owned()
                        } else {
                            format!("{} interfaces", limits.interfaces)
                        },
                        context.settings.max_eni.map_or_else(String::new, |most| format!(", `maxEni` is {most}")),
                        if context.settings.security_groups_for_pods {
                            ", and one is the trunk of security groups for pods"
                        } else {
                            ""
                        }
                    ))
                    .help("use a type with more interfaces: `podnet max-pods TYPE` shows what one has"),
            ),
        }
        let version_has = context.settings.version.has(Capability::PrefixDelegation);
        if context.settings.prefix_delegation && version_has && !limits.takes_prefixes(&context.settings.version) {
            problems.push(
                Diagnostic::warning(Code::CniPrefixDelegation, format!("`{}` takes no prefixes", limits.name))
                    .at(at)
                    .note(if limits.bare_metal {
                        "bare-metal types take prefixes from CNI 1.11 on".to_owned()
                    } else {
                        "prefix delegation needs Nitro or bare metal; on other types the CNI silently goes without"
                            .to_owned()
                    })
                    .help("use Nitro types only, or the whole group is as small as this one"),
            );
        }
    }
    let smallest = types.iter().min_by_key(|pods| pods.value)?.clone();
    let by_addresses = types.iter().min_by_key(|pods| pods.by_addresses)?;
    let several = if types.len() > 1 {
        format!("smallest of {} types, {}: ", types.len(), smallest.instance_type)
    } else {
        format!("{}: ", smallest.instance_type)
    };
    match group.max_pods {
        Wanted::Auto => Some(GroupMaxPods { value: smallest.value, how: format!("{several}{}", smallest.how), types }),
        Wanted::Exactly(number) if number > by_addresses.by_addresses => {
            problems.push(
                Diagnostic::error(
                    Code::NodesMaxPods,
                    format!(
                        "{number} pods are more than the {} that `{}` has addresses for",
                        by_addresses.by_addresses, by_addresses.instance_type
                    ),
                )
                .at(at.key("maxPods"))
                .note(by_addresses.how.clone())
                .edit(Edit::set(at, "maxPods", by_addresses.by_addresses), |field| {
                    format!("write {field} or less, or `maxPods: auto`")
                }),
            );
            None
        }
        Wanted::Exactly(number) => {
            let how = format!("given; {several}{} would be the most", by_addresses.by_addresses);
            Some(GroupMaxPods { value: number, how, types })
        }
    }
}
