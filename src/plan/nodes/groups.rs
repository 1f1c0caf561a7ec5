//! The spec's node groups before they have subnets: their pool, zones, types and max pods.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::GROUP_LABEL;
use super::most_nodes::MostNodes;
use super::{autoscaler, eks_max_pods, group_types, image, updates};
use crate::capacity::max_pods::{InstanceLimits, NetworkSettings};
use crate::catalog::Architecture;
use crate::catalog::node_labels::{EXTERNAL_LABEL, NAME_LABEL, restricted};
use crate::catalog::zones::{ZoneKind, zone_kind};
use crate::diagnostic::{Checked, Code, Diagnostic, Edit, Problems, near, one_of};
use crate::ids::{LabelKey, Name, ZoneName};
use crate::plan::model::kind::{Field, UpdatedBy, decisions};
use crate::plan::model::{EniConfig, GroupMaxPods, Selection};
use crate::plan::network::zones::Zones;
use crate::source::{Place, Pointer};
use crate::spec::{AmiManager, NodeGroup, Spec, VolumeType};

/// What node groups are read with.
pub(crate) struct GroupInputs<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) zones: &'a Zones<'a>,
    pub(crate) selection: &'a Selection,
    pub(crate) settings: &'a NetworkSettings,
}

/// A node group of the spec that has nothing wrong.
#[derive(Debug, Clone)]
pub(crate) struct Group<'a> {
    /// What the spec says of it.
    pub(crate) spec: &'a NodeGroup,
    /// Where.
    pub(crate) at: Pointer,
    /// Its pool.
    pub(crate) pool: Name,
    /// Its zones, by name.
    pub(crate) zones: Vec<&'a ZoneName>,
    /// Its most nodes.
    pub(crate) most_nodes: MostNodes,
    /// The limits of its types.
    pub(crate) limits: Vec<InstanceLimits>,
    /// Their architecture.
    pub(crate) architecture: Architecture,
    /// The most pods that may run on a node.
    pub(crate) max_pods: GroupMaxPods,
}

impl Group<'_> {
    /// Where the spec says how many nodes it has at most.
    pub(crate) fn most_nodes_at(&self) -> Pointer {
        MostNodes::place(self.spec, &self.at)
    }

    /// What makes its most nodes another number in the spec.
    pub(crate) fn most_nodes_edit(&self, most: u32) -> Edit {
        MostNodes::edit(self.spec, &self.at, most)
    }
}

/// Reads every node group, by name. Those that have something wrong are told and left out.
pub(crate) fn groups<'a>(context: &GroupInputs<'a>) -> Checked<Vec<Group<'a>>> {
    let mut problems = Problems::default();
    let mut seen: BTreeMap<&Name, Pointer> = BTreeMap::new();
    let mut found = Vec::new();
    for (number, group) in context.spec.node_groups.iter().enumerate() {
        let at = Pointer::from_text("/spec/nodeGroups").index(number);
        if let Some(first) = seen.insert(&group.name, at.key("name")) {
            problems.add([Diagnostic::error(
                Code::SpecDuplicateName,
                format!("duplicate node group `{}`", group.name),
            )
            .at(at.key("name"))
            .related(first, "first here")
            .write_as(unused(context.spec, &group.name), |name| format!("rename one of them, such as {name}"))]);
            continue;
        }
        found.extend(problems.of(self::group(context, group, at)));
    }
    found.sort_by(|a, b| a.spec.name.cmp(&b.spec.name));
    problems.with(found)
}

fn group<'a>(context: &GroupInputs<'a>, group: &'a NodeGroup, at: Pointer) -> Checked<Option<Group<'a>>> {
    let mut problems = Problems::default();
    problems.add(size(group, &at));
    problems.add(misplaced(context, group, &at));
    let pool = problems.of(pool(context.spec, group, &at));
    let zones = problems.of(zones(context, group, &at));
    let limits = problems.of(group_types::limits(context.spec, group, &at));
    let architecture = problems.of(group_types::architecture(group, &limits, &at));
    problems.add(image::problems::image_problems(context.spec, group, &limits, &at));
    problems.add(updates::problems(group, &at));
    problems.add(autoscaler::problems(context.spec, group, &at));
    problems.add(root_volume(context.spec, group, &zones, &at));
    let max_pods = problems.of(match group.ami.managed_by {
        AmiManager::LaunchTemplate => group_types::max_pods_of(context.settings, group, &limits, &at),
        AmiManager::Eks => eks_max_pods::eks_max_pods(context.settings, group, &limits, &at),
    });
    let (Some(pool), Some(max_pods), false) = (pool, max_pods, problems.any_error()) else {
        return problems.with(None);
    };
    let limits = limits.into_iter().map(|(limits, _)| limits).collect();
    let most_nodes = MostNodes::of(group);
    problems.with(Some(Group { spec: group, at, pool, zones, most_nodes, limits, architecture, max_pods }))
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
        let message = format!("`desired` is {desired}, but must be from {} to {}", size.min, size.max);
        let nearest = Edit::set(at.key("size"), "desired", desired.clamp(size.min, size.max));
        let diagnostic = Diagnostic::error(Code::NodesSize, message).at(at.key("size").key("desired"));
        found.push(diagnostic.edit(nearest, |desired| format!("write {desired}")));
    } else {
        found.extend(desired_resets(group, at));
    }
    found
}

/// EKS sets the number of nodes whenever a scaling section that names one changes (`AWS::EKS::Nodegroup`, `ScalingConfig`, in the
/// CloudFormation User Guide). An Auto Scaling group has `IgnoreUnmodifiedGroupSizeProperties` against that.
fn desired_resets(group: &NodeGroup, at: &Pointer) -> Option<Diagnostic> {
    let desired = group.size.desired?;
    match decisions(group.kind).updated_by {
        UpdatedBy::CloudFormation => return None,
        UpdatedBy::Eks => {}
    }
    Some(
        Diagnostic::warning(
            Code::NodesDesired,
            format!("every change of `size` sets the number of nodes of `{}` to {desired}", group.name),
        )
        .at(at.key("size").key("desired"))
        .note("an autoscaler may have made it another: more nodes would be removed at once")
        .edit(Edit::remove(at.key("size").key("desired")), |_| {
            "remove it: without it, the group starts with `min`, and later changes leave the number alone".to_owned()
        }),
    )
}

/// Local Zones have gp2 volumes, and only some have gp3 ("Available AWS Local Zones" in the AWS Local Zones User Guide).
fn root_volume(spec: &Spec, group: &NodeGroup, zones: &[&ZoneName], at: &Pointer) -> Option<Diagnostic> {
    match group.root_volume.volume_type {
        VolumeType::Gp2 => return None,
        VolumeType::Gp3 => {}
    }
    let zone = zones.iter().find(|zone| zone_kind(&spec.region, zone.as_str()) == Some(ZoneKind::Local))?;
    Some(
        Diagnostic::remark(Code::NodesRootVolume, format!("`{zone}` may have no gp3 volumes"))
            .at(at.key("name"))
            .note("it is a Local Zone; where it has gp2 only, no instance of the group would start")
            .edit(Edit::set(at.key("rootVolume"), "type", "gp2"), |field| {
                format!("if so, write {field} under `rootVolume`: `aws ec2 describe-instance-type-offerings` and the page of the zone tell")
            }),
    )
}

fn misplaced(context: &GroupInputs<'_>, group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !context.selection.by_zone && !group.per_zone {
        found.push(over_zones(group, at));
    }
    found.extend(refused_fields(group, at));
    found.extend(labels(context, group, at));
    found
}

/// By zone, groups whose nodes need another ENIConfig than that of their zone label all their nodes alike, too.
pub(crate) fn over_zones_by_label(groups: &[Group<'_>], configs: &[EniConfig]) -> Vec<Diagnostic> {
    let labels = |group: &&Group<'_>| {
        let mine = |config: &&EniConfig| {
            config.pool == group.pool && config.further.is_none() && group.zones.contains(&&config.zone)
        };
        let by_label = |config: &EniConfig| config.label.as_deref() == Some(EXTERNAL_LABEL);
        !group.spec.per_zone && configs.iter().filter(mine).any(by_label)
    };
    groups.iter().filter(labels).map(|group| over_zones(group.spec, &group.at)).collect()
}

/// A group over several zones labels all its nodes alike.
fn over_zones(group: &NodeGroup, at: &Pointer) -> Diagnostic {
    let message = format!("all nodes of `{}` would use the same ENIConfig in every zone", group.name);
    Diagnostic::error(Code::NodesZone, message)
        .at(at.key("perZone"))
        .note("nodes select their ENIConfig by a label that the group sets, and an ENIConfig's subnet is in one zone")
        .edit(Edit::set(at, "perZone", true), |field| format!("write {field}"))
}

/// Fields that do not count for the group's kind.
fn refused_fields(group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    let kind = decisions(group.kind);
    let fields = [("roleArn", group.role_arn.is_some(), kind.role_arn, Code::NodesRole)];
    let refused = fields.into_iter().filter_map(|(field, given, counts, code)| match counts {
        Field::Refused(why) if given => Some((field, why, code)),
        Field::Refused(_) | Field::Counts => None,
    });
    refused
        .map(|(field, why, code)| {
            Diagnostic::error(code, format!("`{field}` is for managed node groups"))
                .at(Place::key(at.key(field)))
                .note(why)
                .remove()
        })
        .collect()
}

/// Labels that are podnet's to set, or that no kubelet may set.
fn labels(context: &GroupInputs<'_>, group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for key in group
        .labels
        .keys()
        .filter(|key| [NAME_LABEL, EXTERNAL_LABEL, GROUP_LABEL, &context.selection.label].contains(&key.as_str()))
    {
        found.push(
            Diagnostic::error(Code::CniEniConfig, format!("the spec may not set the label `{key}`"))
                .at(Place::key(at.key("labels").key(key.as_str())))
                .note(if key.as_str() == context.selection.label && context.selection.by_zone {
                    "AWS sets it to the node's zone, and the CNI finds the node's ENIConfig by it"
                } else {
                    "podnet sets it: the CNI finds a node's ENIConfig by it"
                })
                .remove_as("remove it; `pool:` chooses the pool"),
        );
    }
    let other = |key: &&LabelKey| key.as_str() != context.selection.label;
    for key in group.labels.keys().filter(other).filter(|key| restricted(key.as_str())) {
        found.push(
            Diagnostic::error(Code::SpecValue, format!("a kubelet may not set the label `{key}`"))
                .at(Place::key(at.key("labels").key(key.as_str())))
                .note("the NodeRestriction admission plugin forbids most kubernetes.io and k8s.io labels, and the kubelet would not start")
                .write_as(format!("node.kubernetes.io/{}", key.as_str().rsplit('/').next().unwrap_or_default()), |allowed| {
                    format!("use your own prefix, or {allowed}")
                }),
        );
    }
    found
}

fn pool(spec: &Spec, group: &NodeGroup, at: &Pointer) -> Checked<Option<Name>> {
    let names: Vec<&str> = spec.pod_network.pools.keys().map(Name::as_str).collect();
    match (&group.pool, names.as_slice()) {
        (Some(pool), _) if spec.pod_network.pools.contains_key(pool) => Some(pool.clone()).into(),
        (Some(pool), _) => {
            let diagnostic =
                Diagnostic::error(Code::SpecUnknownName, format!("unknown pool `{pool}`")).at(at.key("pool"));
            let diagnostic = match (near(pool.as_str(), names.iter().copied()).as_slice(), names.as_slice()) {
                ([], [only]) => diagnostic.write(*only),
                ([], _) => diagnostic.help(format!("write {}", one_of(&names))),
                (close, _) => diagnostic.meant(close),
            };
            Checked::with(None, diagnostic)
        }
        (None, [_]) => spec.pod_network.pools.keys().next().cloned().into(),
        (None, _) => {
            let message = format!("the node group `{}` names no pool, but there are {}", group.name, names.len());
            let diagnostic = Diagnostic::error(Code::SpecMissingField, message)
                .at(at.key("name"))
                .help(format!("add `pool:` with {}", one_of(&names)));
            Checked::with(None, diagnostic)
        }
    }
}

/// The zones of a group, which its kind can be in.
fn zones<'a>(context: &GroupInputs<'a>, group: &NodeGroup, at: &Pointer) -> Checked<Vec<&'a ZoneName>> {
    let mut problems = Problems::default();
    let zones = problems.of(named_zones(context, group, at));
    let wavelength = |zone: &&&ZoneName| zone_kind(&context.spec.region, zone.as_str()) == Some(ZoneKind::Wavelength);
    if let (Field::Refused(why), Some(zone)) = (decisions(group.kind).wavelength, zones.iter().find(wavelength)) {
        let message = format!("`{}` cannot be in `{zone}`, a Wavelength Zone", group.name);
        problems.add([Diagnostic::error(Code::NodesZone, message)
            .at(at.key("kind"))
            .related(Place::key(at.key(if group.zones.is_some() { "zones" } else { "name" })), "its zones")
            .note(why)
            .help("write `kind: self-managed`, or give the group other `zones`")]);
    }
    problems.with(zones)
}

fn named_zones<'a>(context: &GroupInputs<'a>, group: &NodeGroup, at: &Pointer) -> Checked<Vec<&'a ZoneName>> {
    let Some(wanted) = &group.zones else { return context.zones.keys().copied().collect::<Vec<_>>().into() };
    let mut problems = Problems::default();
    let names: Vec<&str> = context.zones.keys().map(|zone| zone.as_str()).collect();
    let mut zones = BTreeSet::new();
    for (number, zone) in wanted.iter().enumerate() {
        match context.zones.get_key_value(zone) {
            Some((known, _)) => {
                zones.insert(*known);
            }
            None => problems.add([Diagnostic::error(Code::NodesZone, format!("the spec has no zone `{zone}`"))
                .at(at.key("zones").index(number))
                .help(format!("write {}, or add it under `zones`", one_of(&names)))]),
        }
    }
    problems.with(zones.into_iter().collect())
}
