//! The node groups: one a zone or one over all, with the ENIConfig that their nodes find and the max pods they can hold.

use std::collections::BTreeSet;

use super::part::GroupPart;
use super::{arguments, autoscaler, image, labels, updates};
use crate::ids::{ClusterName, LogicalId, SubnetId, ZoneName};
use crate::lock::Lock;
use crate::plan::cni::security_groups;
use crate::plan::model::kind::decisions;
use crate::plan::model::{EniConfig, GroupRef, NodeGroupPlan, NodeTaint, SecurityGroupPlan};
use crate::plan::network::zones::Zones;
use crate::spec::{AmiManager, Spec};

/// What node groups are planned from.
pub(crate) struct NodeGroupInputs<'a> {
    pub(crate) cluster: &'a ClusterName,
    pub(crate) spec: &'a Spec,
    pub(crate) zones: &'a Zones<'a>,
    pub(crate) security_groups: &'a SecurityGroupPlan,
    /// The lock as it is to be.
    pub(crate) lock: &'a Lock,
}

/// Plans every node group, by name.
pub(crate) fn node_groups(
    context: &NodeGroupInputs<'_>,
    parts: &[GroupPart<'_>],
    configs: &[EniConfig],
) -> Vec<NodeGroupPlan> {
    let mut planned: Vec<NodeGroupPlan> = parts.iter().map(|part| one(context, part, configs)).collect();
    planned.sort_by(|a, b| a.name.cmp(&b.name));
    planned
}

/// The ENIConfigs of a group's nodes. A group over several zones starts with those that are bound; a zone that is new joins
/// it later.
fn found_by<'a>(part: &GroupPart<'_>, configs: &'a [EniConfig]) -> Vec<&'a EniConfig> {
    let of_pool = |config: &&EniConfig| {
        config.pool == part.group.pool && part.zones.contains(&&config.zone) && config.further == part.further
    };
    let ready = |config: &&EniConfig| config.needs.is_empty();
    let some_ready = configs.iter().filter(of_pool).any(|config| ready(&config));
    configs.iter().filter(of_pool).filter(|config| !some_ready || ready(config)).collect()
}

/// The outputs that a group still needs: its ENIConfigs', and the security groups of its nodes.
fn needs(context: &NodeGroupInputs<'_>, configs: &[&EniConfig], groups: &BTreeSet<GroupRef>) -> Vec<LogicalId> {
    let groups = groups.iter().filter_map(|group| context.security_groups.missing(group));
    let needs: BTreeSet<LogicalId> = configs.iter().flat_map(|config| config.needs.clone()).chain(groups).collect();
    needs.into_iter().collect()
}

/// The node subnets of some zones, by zone and id: their order in the spec means nothing.
fn node_subnets(context: &NodeGroupInputs<'_>, zones: &[&ZoneName]) -> Vec<SubnetId> {
    let known = zones.iter().filter_map(|zone| context.zones.get(zone));
    known
        .flat_map(|(zone, _)| zone.node_subnets.iter().map(|subnet| subnet.id.clone()).collect::<BTreeSet<_>>())
        .collect()
}

fn one(context: &NodeGroupInputs<'_>, part: &GroupPart<'_>, configs: &[EniConfig]) -> NodeGroupPlan {
    let whole = part.group;
    let (group, name) = (whole.spec, part.name.clone());
    let mine = found_by(part, configs);
    let zones: Vec<&ZoneName> = mine.iter().map(|config| &config.zone).collect();
    let labels = labels::labels(group, &mine);
    let wanted = security_groups::of_nodes(context.spec, group, context.lock);
    let first = LogicalId::of(decisions(group.kind).logical_id, &[&name]);
    let id = LogicalId::written(&context.lock.generation_in_use(first.as_str()));
    let taints: BTreeSet<NodeTaint> = group.taints.iter().map(NodeTaint::from).collect();
    let taints: Vec<NodeTaint> = taints.into_iter().collect();
    let own_image = match group.ami.managed_by {
        AmiManager::LaunchTemplate => true,
        AmiManager::Eks => false,
    };
    let arguments = arguments::arguments(&labels, &taints, Some(whole.max_pods.value).filter(|_| own_image));
    let node = autoscaler::NodeTemplate { labels: &labels, taints: &taints, max_pods: whole.max_pods.value };
    let tags = context.spec.tags.clone().into_iter().chain(group.tags.clone()).collect();
    let autoscaler_tags = autoscaler::tags(context.cluster, group, part.size.min, &node, &tags);
    NodeGroupPlan {
        group: group.name.clone(),
        kind: group.kind,
        zones: zones.iter().copied().cloned().collect(),
        pool: whole.pool.clone(),
        eni_configs: mine.iter().map(|config| config.name.clone()).collect(),
        pod_subnets: mine.iter().map(|config| config.key()).collect(),
        launch_template_logical_id: id.of_its("LaunchTemplate"),
        joins: false,
        ready: false,
        successor_of: (first != id).then_some(first),
        logical_id: id,
        subnet_ids: node_subnets(context, &zones),
        instance_types: group.instance_types.clone(),
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
        update: updates::managed(group, part.size),
        rolling_update: updates::rolling(group, part.size),
        user_data: decisions(group.kind).start.has_user_data() && own_image,
        metadata_hop_limit: group.metadata_hop_limit,
        tags,
        autoscaler_tags,
        root_volume_gib: group.root_volume.size_gib,
        root_volume_type: group.root_volume.volume_type,
        root_device: group.ami.family.facts().root_device.to_owned(),
        name,
    }
}
