//! The plan's node groups.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::capacity::max_pods::TypeMaxPods;
use crate::catalog::Architecture;
use crate::ids::{
    AmiId, InstanceTypeName, LabelKey, LabelValue, LogicalId, Name, RoleArn, SecurityGroupId, SubnetId, ZoneName,
};
use crate::spec::{CapacityType, Taint, Update};

pub use crate::spec::{AmiFamily, NodeGroupKind};

/// A parameter of `node-groups.yaml` that CloudFormation looks up in SSM at every deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageParameter {
    /// Its name.
    pub logical_id: LogicalId,
    /// The SSM parameter that holds the AMI's id.
    pub ssm_parameter: String,
    /// The node group that uses it.
    pub group: Name,
}

/// An AMI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Its family.
    pub family: AmiFamily,
    /// Its id, where the spec gives one.
    pub id: Option<AmiId>,
    /// The SSM parameter that holds its id, otherwise.
    pub ssm_parameter: Option<String>,
    /// The template's parameter for it.
    pub parameter: Option<LogicalId>,
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
    /// Its resource.
    pub logical_id: LogicalId,
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
    pub taints: Vec<Taint>,
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
    /// How its nodes are replaced, of a managed group.
    pub update: Update,
    /// The root volume's size in GiB.
    pub root_volume_gib: u32,
    /// The root volume's device.
    pub root_device: String,
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
