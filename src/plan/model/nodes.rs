//! The plan's node groups.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::capacity::max_pods::TypeMaxPods;
use crate::catalog::Architecture;
use crate::ids::{
    AmiId, InstanceTypeName, LabelKey, LabelValue, LogicalId, Name, PodSubnetKey, RoleArn, SecurityGroupId, SubnetId,
    ZoneName,
};
use crate::spec::{CapacityType, Taint, TaintEffect, UpdateStrategy, VolumeType};

pub use crate::spec::{AmiFamily, NodeGroupKind};

/// An AMI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Its family.
    pub family: AmiFamily,
    /// Its id, where the spec gives one.
    pub id: Option<AmiId>,
    /// The SSM parameter that holds its id, otherwise; with `:` and a number where the spec pins a version of it.
    pub ssm_parameter: Option<String>,
    /// The same as CloudFormation's dynamic reference, `{{resolve:ssm:…}}`, which the launch template has in place of an id.
    pub reference: Option<String>,
    /// What EKS calls it, where EKS chooses it: `AL2023_x86_64_STANDARD`.
    pub ami_type: Option<String>,
    /// When its id is looked up, and so when nodes get another one.
    pub how: String,
}

/// A node group: one Auto Scaling group or one managed node group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeGroupPlan {
    /// Its name: the spec's, with the zone where there is one group a zone.
    pub name: String,
    /// The spec's name.
    pub group: Name,
    /// Whether EKS manages the group.
    pub kind: NodeGroupKind,
    /// Its zones.
    pub zones: Vec<ZoneName>,
    /// Its pool.
    pub pool: Name,
    /// The ENIConfigs that its nodes use.
    pub eni_configs: Vec<String>,
    /// The pod subnets of its pods.
    pub pod_subnets: Vec<PodSubnetKey>,
    /// Its resource.
    pub logical_id: LogicalId,
    /// The resource of the group's first generation; none where it is that one.
    pub successor_of: Option<LogicalId>,
    /// Whether it comes, or came, beside groups that are retired.
    pub joins: bool,
    /// Whether it can be written: all that its nodes need is known, and aws-node is switched.
    pub ready: bool,
    /// Its launch template's resource.
    pub launch_template_logical_id: LogicalId,
    /// Its node subnets.
    pub subnet_ids: Vec<SubnetId>,
    /// Its instance types.
    pub instance_types: Vec<InstanceTypeName>,
    /// Their architecture.
    pub architecture: Architecture,
    /// Its image.
    pub image: Image,
    /// At least so many nodes.
    pub min: u32,
    /// So many at first, where the spec says; otherwise `min`, and later whatever an autoscaler makes it.
    pub desired: Option<u32>,
    /// At most so many.
    pub max: u32,
    /// The most pods that may run on a node.
    pub max_pods: GroupMaxPods,
    /// The labels of its nodes, the ENIConfig's and podnet's own among them.
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// The taints of its nodes.
    pub taints: Vec<NodeTaint>,
    /// Flags of its kubelet besides max pods, with podnet's own label among those of the node.
    pub kubelet_flags: Vec<String>,
    /// What AWS's CloudFormation templates for nodes take as `BootstrapArguments`.
    pub bootstrap_arguments: String,
    /// What `eksctl create nodegroup` takes.
    pub eksctl_arguments: String,
    /// Security groups of its nodes: those that are known.
    pub security_group_ids: Vec<SecurityGroupId>,
    /// The outputs that it still needs.
    pub needs: Vec<LogicalId>,
    /// Its role, where one is given.
    pub role_arn: Option<RoleArn>,
    /// On-demand or spot.
    pub capacity_type: CapacityType,
    /// How EKS replaces its nodes, of a managed group.
    pub update: Option<ManagedUpdate>,
    /// How CloudFormation replaces its nodes, of a self-managed group.
    pub rolling_update: Option<RollingUpdate>,
    /// Whether its launch template has user data: EKS writes that of nodes whose AMI it chooses.
    pub user_data: bool,
    /// How many hops a response of the instance metadata service may take.
    pub metadata_hop_limit: u32,
    /// The AWS tags of its resources: the spec's, and its own before those.
    pub tags: BTreeMap<String, String>,
    /// The tags of its Auto Scaling group for the Cluster Autoscaler.
    pub autoscaler_tags: BTreeMap<String, String>,
    /// The root volume's size in GiB.
    pub root_volume_gib: u32,
    /// The root volume's type.
    pub root_volume_type: VolumeType,
    /// The root volume's device.
    pub root_device: String,
}

/// A node group that the spec no longer has, or that has a successor. It stays as it was written until it is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RetiredNodes {
    /// Its resource.
    pub logical_id: String,
    /// Whether EKS manages it.
    pub kind: NodeGroupKind,
    /// The spec's name that it had.
    pub group: Name,
    /// The resource of the group that takes its place; none where the spec no longer has it.
    pub successor: Option<String>,
    /// Its nodes, at most.
    pub nodes: u32,
    /// More of them during an update, of which it gets none any more.
    pub surge: u32,
    /// The pods of each, at most.
    pub max_pods: u32,
    /// Its instance types.
    pub instance_types: Vec<InstanceTypeName>,
    /// The ENIConfigs that its nodes use.
    pub eni_configs: Vec<String>,
    /// The pod subnets of its pods.
    pub pod_subnets: Vec<PodSubnetKey>,
}

/// How EKS replaces the nodes of a managed group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedUpdate {
    /// Whether new nodes are started before old ones are removed.
    pub strategy: UpdateStrategy,
    /// How many nodes are replaced at a time; no more than the group has.
    pub max_unavailable: u32,
}

/// How CloudFormation replaces the nodes of a self-managed group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RollingUpdate {
    /// How many nodes are replaced at a time.
    pub max_batch_size: u32,
    /// How many nodes stay in service; less than the group has at most.
    pub min_instances_in_service: u32,
    /// How long CloudFormation waits after each batch, or for a signal: `PT5M`.
    pub pause_time: String,
    /// Whether each new node signals that it is healthy.
    pub wait_for_signal: bool,
}

/// A taint of a group's nodes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeTaint {
    /// Its key.
    pub key: LabelKey,
    /// Its value; none where it has none.
    pub value: Option<LabelValue>,
    /// The effect on pods that do not tolerate it.
    pub effect: TaintEffect,
}

impl From<&Taint> for NodeTaint {
    fn from(taint: &Taint) -> Self {
        Self { key: taint.key.clone(), value: taint.value.clone(), effect: taint.effect }
    }
}

/// The most pods a node of a group takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupMaxPods {
    /// The number.
    pub value: u32,
    /// How it came about.
    pub how: String,
    /// The number of each instance type.
    pub types: Vec<TypeMaxPods>,
}
