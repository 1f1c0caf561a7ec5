//! The node groups: one a zone or one over all, with the ENIConfig that their nodes find and the max pods they can hold.

use std::collections::{BTreeMap, BTreeSet};

use super::groups::Group;
use super::kind::decisions;
use super::{arguments, image, labels};
use crate::ids::{Name, PodSubnetKey, SubnetId, ZoneName, logical_id};
use crate::plan::cni::security_groups;
use crate::plan::model::{EniConfig, GroupRef, NodeGroupPlan, SecurityGroupPlan, Selection};
use crate::plan::network::zones::Zones;
use crate::plan::proof::placement::Share;
use crate::spec::{Size, Spec};

/// What node groups are planned from.
pub(crate) struct Context<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) zones: &'a Zones<'a>,
    pub(crate) selection: &'a Selection,
    pub(crate) security_groups: &'a SecurityGroupPlan,
    /// Whose nodes use which pod subnet.
    pub(crate) shares: &'a BTreeMap<PodSubnetKey, Vec<Share<'a>>>,
    /// How many of which group there can be for now, by pod subnet.
    pub(crate) for_now: &'a BTreeMap<PodSubnetKey, BTreeMap<Name, u64>>,
}

/// Plans every node group, by name.
pub(crate) fn node_groups(context: &Context<'_>, groups: &[Group<'_>], configs: &[EniConfig]) -> Vec<NodeGroupPlan> {
    let mut planned: Vec<NodeGroupPlan> = groups.iter().flat_map(|group| parts(context, group, configs)).collect();
    planned.sort_by(|a, b| a.name.cmp(&b.name));
    planned
}

/// A node group to make out of one of the spec's.
struct Part<'a> {
    name: String,
    zones: Vec<&'a ZoneName>,
    /// The further subnet that it is for.
    further: Option<&'a Name>,
    size: Size,
}

/// The groups to make: one over all zones, or one for every zone and every pod subnet in it. What is at least or at first to
/// run is in the first of a zone's groups as far as it may be, then in the next.
fn parts(context: &Context<'_>, group: &Group<'_>, configs: &[EniConfig]) -> Vec<NodeGroupPlan> {
    let spec = group.spec;
    if !spec.per_zone {
        let size = Size { max: group.most_nodes.get(), ..spec.size };
        let part = Part { name: spec.name.to_string(), zones: group.zones.clone(), further: None, size };
        return vec![one(context, group, &part, configs)];
    }
    let mut planned = Vec::new();
    for zone in &group.zones {
        let here = |key: &&PodSubnetKey| key.pool == group.pool && key.zone == **zone;
        let (mut min_left, mut desired_left) = (spec.size.min, spec.size.desired);
        for key in context.shares.keys().filter(here) {
            let shares = context.shares.get(key).map(Vec::as_slice).unwrap_or_default();
            let Some(share) = shares.iter().find(|share| share.group.spec.name == spec.name) else { continue };
            let max = u32::try_from(now(context, key, share)).unwrap_or(u32::MAX);
            let (min, desired) = (min_left.min(max), desired_left.map(|desired| desired.min(max)));
            if share.max > 0 {
                min_left -= min;
                desired_left = desired_left.map(|left| left - desired.unwrap_or(0));
            }
            let (name, desired) = match &key.further {
                // A number that says nothing would take back what an autoscaler made of it.
                Some(further) => (format!("{}-{zone}-{further}", spec.name), desired.filter(|desired| *desired > min)),
                None => (format!("{}-{zone}", spec.name), desired),
            };
            let size = Size { min, desired, max };
            let part = Part { name, zones: vec![zone], further: key.further.as_ref(), size };
            planned.push(one(context, group, &part, configs));
        }
    }
    planned
}

/// The most nodes of a share for now: where its subnet's range is not known, those that it is to have.
fn now(context: &Context<'_>, key: &PodSubnetKey, share: &Share<'_>) -> u64 {
    let known = context.for_now.get(key).and_then(|now| now.get(&share.group.spec.name));
    known.copied().unwrap_or(if share.max == 0 { share.coming } else { share.max })
}

/// The ENIConfigs of a group's nodes. A group over several zones starts with those that are bound; a zone that is new joins
/// it later.
fn found_by<'a>(whole: &Group<'_>, part: &Part<'_>, configs: &'a [EniConfig]) -> Vec<&'a EniConfig> {
    let of_pool = |config: &&EniConfig| {
        config.pool == whole.pool && part.zones.contains(&&config.zone) && config.further.as_ref() == part.further
    };
    let ready = |config: &&EniConfig| config.needs.is_empty();
    let some_ready = configs.iter().filter(of_pool).any(|config| ready(&config));
    configs.iter().filter(of_pool).filter(|config| !some_ready || ready(config)).collect()
}

/// The outputs that a group still needs: its ENIConfigs', and the security groups of its nodes.
fn needs(context: &Context<'_>, configs: &[&EniConfig], groups: &BTreeSet<GroupRef>) -> Vec<String> {
    let groups = groups.iter().filter_map(|group| match group {
        GroupRef::LogicalId(id) if context.security_groups.id_of(group).is_none() => Some(id.clone()),
        GroupRef::LogicalId(_) | GroupRef::Id(_) => None,
    });
    let needs: BTreeSet<String> = configs.iter().flat_map(|config| config.needs.clone()).chain(groups).collect();
    needs.into_iter().collect()
}

/// The node subnets of some zones, by zone and id: their order in the spec means nothing.
fn node_subnets(context: &Context<'_>, zones: &[&ZoneName]) -> Vec<SubnetId> {
    let known = zones.iter().filter_map(|zone| context.zones.get(zone));
    known
        .flat_map(|(zone, _)| zone.node_subnets.iter().map(|subnet| subnet.id.clone()).collect::<BTreeSet<_>>())
        .collect()
}

fn one(context: &Context<'_>, whole: &Group<'_>, part: &Part<'_>, configs: &[EniConfig]) -> NodeGroupPlan {
    let (group, name) = (whole.spec, part.name.clone());
    let mine = found_by(whole, part, configs);
    let zones: Vec<&ZoneName> = mine.iter().map(|config| &config.zone).collect();
    let labels = labels::labels(group, context.selection, &mine);
    let wanted = security_groups::of_nodes(context.spec, group);
    let id = logical_id(decisions(group.kind).logical_id, &[&name]);
    let mut taints = group.taints.clone();
    taints.sort();
    taints.dedup();
    let arguments = arguments::arguments(&labels, &taints, whole.max_pods.value);
    NodeGroupPlan {
        group: group.name.clone(),
        kind: group.kind,
        zones: zones.iter().copied().cloned().collect(),
        pool: whole.pool.clone(),
        eni_configs: mine.iter().map(|config| config.name.clone()).collect(),
        launch_template_logical_id: format!("{id}LaunchTemplate"),
        logical_id: id,
        subnet_ids: node_subnets(context, &zones),
        instance_types: group.instance_types.iter().map(ToString::to_string).collect(),
        architecture: whole.architecture,
        image: image::image(context.spec, group, whole.architecture),
        min: part.size.min,
        desired: part.size.desired,
        max: part.size.max,
        max_pods: whole.max_pods.clone(),
        kubelet_flags: arguments::kubelet_flags(&labels, &taints),
        labels,
        taints,
        bootstrap_arguments: arguments.bootstrap,
        eksctl_arguments: arguments.eksctl,
        security_group_ids: wanted.iter().filter_map(|wanted| context.security_groups.id_of(wanted)).collect(),
        needs: needs(context, &mine, &wanted),
        role_arn: group.role_arn.clone(),
        capacity_type: group.capacity_type,
        update: group.update.unwrap_or_default(),
        root_volume_gib: group.root_volume.size_gib,
        root_device: group.ami.family.facts().root_device.to_owned(),
        name,
    }
}
