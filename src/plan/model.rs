//! The plan's own types: what blueprints read and `podnet plan -o json` prints.

use std::collections::BTreeMap;

use serde::Serialize;

use super::address_space::BlockSpace;
use super::max_pods::MaxPods;
use super::proof::Proof;
use crate::address::Cidr;
use crate::catalog::{Architecture, CniVersion, KubernetesVersion};
use crate::lock::Key;
use crate::spec::{
    AmiFamily, CapacityType, CertificateAuthority, ClusterName, CniCredentials, Delivery, Endpoint, LabelKey,
    LabelValue, Name, NodeAccess, NodeGroupKind, RoleArn, RouteTableId, SecurityGroupId, SelectBy, Snat, SubnetId,
    Taint, Update, VpcId, ZoneName,
};

/// Everything that podnet decided for one cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The cluster.
    pub cluster: ClusterPlan,
    /// The names of its CloudFormation stacks.
    pub stacks: Stacks,
    /// The VPC.
    pub vpc: VpcPlan,
    /// AWS tags for every resource.
    pub tags: BTreeMap<String, String>,
    /// The blocks that pod subnets are carved from, by address.
    pub blocks: Vec<Block>,
    /// The pod subnets, by pool and zone.
    pub pod_subnets: Vec<PodSubnet>,
    /// The blocks with all that is in them.
    pub address_space: Vec<BlockSpace>,
    /// The security groups that podnet makes and the rules between groups.
    pub security_groups: SecurityGroupPlan,
    /// How nodes find their ENIConfig.
    pub selection: Selection,
    /// The ENIConfigs, by name.
    pub eni_configs: Vec<EniConfig>,
    /// What is set on aws-node.
    pub aws_node: AwsNode,
    /// The node groups, by name.
    pub node_groups: Vec<NodeGroupPlan>,
    /// The template's parameters for machine images, by name.
    pub image_parameters: Vec<ImageParameter>,
    /// Whether nodes can do with IMDSv2 alone.
    pub metadata_tokens: bool,
    /// How nodes of self-managed groups are let into the cluster.
    pub node_access: NodeAccess,
    /// Whose permissions aws-node uses.
    pub cni_credentials: CniCredentials,
    /// The ranges that the lock keeps for pools and zones that the spec no longer has.
    pub retired: Vec<Retired>,
    /// What can be rendered now.
    pub render: Render,
    /// What is missing, in the order in which to get it.
    pub pending: Vec<Pending>,
}

/// The cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterPlan {
    /// Its name.
    pub name: ClusterName,
    /// Its region.
    pub region: String,
    /// The region's partition: `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The partition's DNS suffix: `amazonaws.com` or `amazonaws.com.cn`.
    pub dns_suffix: String,
    /// Its Kubernetes version.
    pub kubernetes_version: KubernetesVersion,
    /// The API server's address, from the spec or the lock.
    pub api_server_endpoint: Option<Endpoint>,
    /// The certificate authority's certificate, from the spec or the lock.
    pub certificate_authority: Option<CertificateAuthority>,
    /// The range of services, from the spec or the lock.
    pub service_cidr: Option<Cidr>,
    /// The security group that EKS made for it.
    pub security_group_id: Option<SecurityGroupId>,
}

/// The names of a cluster's CloudFormation stacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stacks {
    /// The stack of `pod-network.yaml`.
    pub pod_network: String,
    /// The stack of `node-groups.yaml`.
    pub node_groups: String,
}

impl Stacks {
    /// Names the stacks of a cluster. Stack names start with a letter and have no `_`.
    pub fn of(cluster: &ClusterName) -> Self {
        let name = cluster.as_str().replace('_', "-");
        let name = if name.starts_with(|first: char| first.is_ascii_digit()) { format!("eks-{name}") } else { name };
        Self { pod_network: format!("{name}-pod-network"), node_groups: format!("{name}-node-groups") }
    }
}

/// The VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VpcPlan {
    /// Its id.
    pub id: VpcId,
    /// The blocks it has today.
    pub cidr_blocks: Vec<Cidr>,
}

/// A block that pod subnets are carved from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// The range.
    pub cidr: Cidr,
    /// Its resource in `pod-network.yaml`; none where the VPC has the block already.
    pub logical_id: Option<String>,
}

/// Where the id of a pod subnet comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// The spec gives it: the subnet exists, podnet does not make it.
    Given,
    /// The lock has it with its range: `podnet lock import` took it over, or its pool and zone were gone for a while and are
    /// back. podnet does not make it.
    Adopted,
    /// The lock has it: `podnet bind` took it from the stack's outputs.
    Bound,
    /// The stack has not been deployed, or its outputs have not been bound.
    Pending,
}

/// A pod subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSubnet {
    /// Its pool.
    pub pool: Name,
    /// Its zone.
    pub zone: ZoneName,
    /// Its name among the further subnets of the pool in the zone; none for the first.
    pub further: Option<Name>,
    /// Its range; none for a given subnet whose range the spec does not tell.
    pub cidr: Option<Cidr>,
    /// How many of its addresses can be used.
    pub usable_addresses: Option<u64>,
    /// How the range came about.
    pub how: String,
    /// How the size came about that the spec asks for; none where it gives the range.
    pub size_how: Option<String>,
    /// Its id, where it is known.
    pub subnet_id: Option<SubnetId>,
    /// Where the id comes from.
    pub origin: Origin,
    /// Its resource in `pod-network.yaml`, and its output; none for a given one.
    pub logical_id: Option<String>,
    /// The resource of the block that it lies in, where the stack makes that too.
    pub block_logical_id: Option<String>,
    /// Its route table; none for the VPC's main one.
    pub route_table_id: Option<RouteTableId>,
    /// The proof that it suffices; none where its range is not known.
    pub proof: Option<Proof>,
    /// What is kept for prefixes in it.
    pub reservations: Vec<Reservation>,
}

/// A CIDR reservation of type `prefix`: EC2 takes prefixes out of it, and places no single address there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// The range.
    pub cidr: Cidr,
    /// Its resource in `pod-network.yaml`; none where that cannot make it: in a subnet that podnet does not make, and in
    /// partitions whose CloudFormation has no such resource.
    pub logical_id: Option<String>,
}

impl PodSubnet {
    /// Whose it is.
    pub fn key(&self) -> Key {
        Key { pool: self.pool.clone(), zone: self.zone.clone(), further: self.further.clone() }
    }
}

/// A security group by its resource in `pod-network.yaml` or by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupRef {
    /// One that podnet makes.
    LogicalId(String),
    /// One that exists.
    Id(SecurityGroupId),
}

impl Serialize for GroupRef {
    /// `{logicalId, id}`, one of them null: templates ask which it is.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Both<'a> {
            logical_id: Option<&'a str>,
            id: Option<&'a SecurityGroupId>,
        }
        match self {
            Self::LogicalId(logical_id) => Both { logical_id: Some(logical_id), id: None },
            Self::Id(id) => Both { logical_id: None, id: Some(id) },
        }
        .serialize(serializer)
    }
}

/// A security group that podnet makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityGroup {
    /// Its resource, and its output.
    pub logical_id: String,
    /// What it is for.
    pub description: String,
    /// Its id, where the lock has it.
    pub id: Option<SecurityGroupId>,
}

/// An ingress rule between two groups.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The group that lets traffic in.
    pub group: GroupRef,
    /// The group that it comes from.
    pub source: GroupRef,
    /// The protocol: `tcp`, or `-1` for all.
    pub protocol: String,
    /// The first port; none for all protocols.
    pub from_port: Option<u16>,
    /// The last port.
    pub to_port: Option<u16>,
    /// Its resource.
    pub logical_id: String,
    /// What it is for.
    pub description: String,
}

/// The security groups that podnet makes and the rules between groups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityGroupPlan {
    /// The groups it makes.
    pub made: Vec<SecurityGroup>,
    /// The rules, in groups that it makes and in the cluster's.
    pub rules: Vec<Rule>,
    /// The groups of pods; none where the ENIConfigs have none.
    pub pods: Vec<GroupRef>,
    /// What pods get where the ENIConfigs have none.
    pub fallback: Option<String>,
}

impl SecurityGroupPlan {
    /// Gives a group's id, where it is known.
    pub fn id_of(&self, group: &GroupRef) -> Option<SecurityGroupId> {
        match group {
            GroupRef::Id(id) => Some(id.clone()),
            GroupRef::LogicalId(logical_id) => self.made.iter().find(|made| made.logical_id == *logical_id)?.id.clone(),
        }
    }
}

/// How nodes find their ENIConfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// By zone or by name.
    pub by: SelectBy,
    /// The node label that the CNI looks at.
    pub label: String,
    /// The label that has a node's zone.
    pub zone_label: String,
    /// Why.
    pub how: String,
}

/// An ENIConfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EniConfig {
    /// Its name.
    pub name: String,
    /// Its pool.
    pub pool: Name,
    /// Its zone.
    pub zone: ZoneName,
    /// The name of its subnet among the further ones of the pool in the zone; none for the first.
    pub further: Option<Name>,
    /// Its subnet's id, where it is known.
    pub subnet_id: Option<SubnetId>,
    /// Its security groups' ids, those that are known.
    pub security_group_ids: Vec<SecurityGroupId>,
    /// The outputs that it still needs; it is written once there are none.
    pub needs: Vec<String>,
}

impl EniConfig {
    /// Whose subnet it names.
    pub fn key(&self) -> Key {
        Key { pool: self.pool.clone(), zone: self.zone.clone(), further: self.further.clone() }
    }
}

/// What is set on aws-node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsNode {
    /// How it gets there.
    pub delivery: Delivery,
    /// The plugin's version.
    pub cni_version: CniVersion,
    /// Variables of the container aws-node.
    pub environment: BTreeMap<String, String>,
    /// Variables of the init container aws-vpc-cni-init.
    pub init_environment: BTreeMap<String, String>,
    /// The same variables as the EKS add-on vpc-cni takes them: JSON on one line.
    pub addon_configuration: String,
    /// Variables that must not be there.
    pub removed_environment: Vec<String>,
    /// The API version of the definition of ENIConfig; none where it is not written.
    pub definition: Option<String>,
    /// Why.
    pub definition_how: String,
    /// Where packets get the node's address.
    pub snat: Snat,
    /// Whether a node whose ENIConfig is missing stays `NotReady` (CNI 1.13 or later).
    pub missing_config_blocks: bool,
    /// Whether the cluster's version has server-side apply.
    pub server_side_apply: bool,
    /// The host of the region's image registry; none where podnet does not know the region.
    pub registry_host: Option<String>,
}

/// A parameter of `node-groups.yaml` that CloudFormation looks up in SSM at every deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageParameter {
    /// Its name.
    pub logical_id: String,
    /// The SSM parameter that holds the image's id.
    pub ssm_parameter: String,
    /// The node group that uses it.
    pub group: Name,
}

/// A machine image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Its family.
    pub family: AmiFamily,
    /// Its id, where the spec gives one.
    pub id: Option<String>,
    /// The SSM parameter that holds its id, otherwise.
    pub ssm_parameter: Option<String>,
    /// The template's parameter for it.
    pub parameter: Option<String>,
}

/// A node group: one Auto Scaling group or one managed node group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeGroupPlan {
    /// Its name: the spec's, with the zone where there is one group a zone.
    pub name: String,
    /// The spec's name.
    pub group: Name,
    /// Who runs it.
    pub kind: NodeGroupKind,
    /// Its zones.
    pub zones: Vec<ZoneName>,
    /// Its pool.
    pub pool: Name,
    /// The ENIConfigs that its nodes use.
    pub eni_configs: Vec<String>,
    /// Its resource.
    pub logical_id: String,
    /// Its launch template's resource.
    pub launch_template_logical_id: String,
    /// Its node subnets.
    pub subnet_ids: Vec<SubnetId>,
    /// Its instance types.
    pub instance_types: Vec<String>,
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
    /// The most pods a node takes.
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
    pub needs: Vec<String>,
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
    pub types: Vec<MaxPods>,
}

/// A range that is kept for a pool and zone that the spec no longer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retired {
    /// The pool.
    pub pool: Name,
    /// The zone.
    pub zone: ZoneName,
    /// The name of a further subnet there.
    pub further: Option<Name>,
    /// The range.
    pub cidr: Cidr,
    /// The subnet's id, where it was taken over: then whoever made it deletes it.
    pub subnet_id: Option<SubnetId>,
}

/// What can be rendered now.
#[expect(clippy::struct_excessive_bools, reason = "one for each file, not a state")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Render {
    /// `cloudformation/pod-network.yaml`: there is something to make.
    pub pod_network: bool,
    /// At least one ENIConfig.
    pub eni_configs: bool,
    /// aws-node: every ENIConfig is there.
    pub aws_node: bool,
    /// `cloudformation/node-groups.yaml`: aws-node is, and all that nodes need is known.
    pub node_groups: bool,
}

/// Something that is missing, and the way to get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    /// What cannot be written yet.
    pub what: String,
    /// What it waits for.
    pub waits_for: String,
    /// The commands to run next; `{spec}` stands for the spec's path, `{out}` for the cluster's folder.
    pub next: Vec<String>,
}
