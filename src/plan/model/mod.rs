//! The plan's own types: what blueprints read and `podnet plan -o json` prints.

mod address_space;
pub(crate) mod kind;
mod network;
mod nodes;
mod proof;

pub use address_space::{BlockSpace, RangeState, SpaceRange};
pub use network::*;
pub use nodes::*;
pub use proof::{GroupDemand, Largest, NodeSubnetProof, Proof, ZoneNodes};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::address::Cidr;
use crate::catalog::{CniVersion, Container, KubernetesVersion};
use crate::ids::{CertificateAuthority, ClusterName, Endpoint, SecurityGroupId, VpcId};
use crate::spec::{CniCredentials, NodeAccess, Snat};

pub use crate::spec::Delivery;

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
    /// The proofs that the node subnets have an address for every node, by zone.
    pub node_subnets: Vec<NodeSubnetProof>,
    /// The blocks with all that is in them.
    pub address_space: Vec<BlockSpace>,
    /// The security groups that podnet makes and the rules between groups.
    pub security_groups: SecurityGroupPlan,
    /// How nodes find their ENIConfig.
    pub selection: Selection,
    /// The ENIConfigs, by name.
    pub eni_configs: Vec<EniConfig>,
    /// ENIConfigs that nodes may still look for, though the spec no longer has their pod subnets.
    pub retired_configs: Vec<RetiredConfig>,
    /// What is set on aws-node.
    pub aws_node: AwsNode,
    /// The node groups, by name.
    pub node_groups: Vec<NodeGroupPlan>,
    /// Node groups that nodes may still run in, though the spec no longer has them or they have successors.
    pub retired_groups: Vec<RetiredNodes>,
    /// The resources that the node groups' stack keeps as they were written, by logical id.
    pub kept_resources: BTreeMap<String, serde_json::Value>,
    /// Whether nodes can do with IMDSv2 alone.
    pub metadata_tokens: bool,
    /// Whether custom networking was on before podnet came.
    pub adopted: bool,
    /// How nodes of self-managed groups get access to the cluster.
    pub node_access: NodeAccess,
    /// Whose permissions aws-node uses.
    pub cni_credentials: CniCredentials,
    /// The ranges that the lock keeps for pools and zones that the spec no longer has.
    pub retired: Vec<Retired>,
    /// What no update of the stacks may replace or delete.
    pub stack_policies: StackPolicies,
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
    /// The region's partition: `aws`, `aws-cn`, `aws-us-gov`, or one that the spec gives.
    pub partition: String,
    /// The partition's DNS suffix: `amazonaws.com` or `amazonaws.com.cn`.
    pub dns_suffix: String,
    /// The host of the region's registry of images; none where the region is not known.
    pub registry_host: Option<String>,
    /// Whether nodes there can pull from Amazon ECR Public, given a way to the internet.
    pub public_registry: bool,
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

/// What no update of a stack may replace or delete: resources as its policy names them, `LogicalResourceId/…`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackPolicies {
    /// Of the stack of `pod-network.yaml`.
    pub pod_network: Vec<String>,
    /// Of the stack of `node-groups.yaml`, without what the lock allows to change.
    pub node_groups: Vec<String>,
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
    /// Those that a number or a guarantee depends on, for each container that has any.
    pub checks: Vec<EnvironmentCheck>,
    /// The same variables as the EKS add-on vpc-cni takes them: JSON on one line.
    pub addon_configuration: String,
    /// Variables that were written once and have no default: they must not be there.
    pub removed_environment: Vec<String>,
    /// The API version of the definition of ENIConfig; none where it is not written.
    pub definition: Option<String>,
    /// Why.
    pub definition_how: String,
    /// Where packets get the node's address.
    pub snat: Snat,
    /// Whether pods may have security groups of their own, for which EKS manages interfaces of the nodes.
    pub security_groups_for_pods: bool,
    /// Whether a node whose ENIConfig is missing stays `NotReady` (CNI 1.13 or later).
    pub missing_config_blocks: bool,
    /// Whether the cluster's version has server-side apply.
    pub server_side_apply: bool,
}

/// What a container of the running aws-node has to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentCheck {
    /// The container.
    pub container: Container,
    /// Its variables as `kubectl set env --list` prints them: `NAME=value`.
    pub variables: Vec<String>,
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
