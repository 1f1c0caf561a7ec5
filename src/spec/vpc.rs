//! The VPC, the cluster and its zones, as they are today.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::Cidr;
use crate::ids::{CertificateAuthority, Endpoint, RouteTableId, SecurityGroupId, SubnetId, VpcId, ZoneId, ZoneName};

/// The cluster's API server, as `aws eks describe-cluster` shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cluster {
    /// The API server's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_server_endpoint: Option<Endpoint>,
    /// The certificate of the cluster's certificate authority, base64-encoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_authority: Option<CertificateAuthority>,
}

/// The VPC as it is today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vpc {
    /// The VPC's id.
    pub id: VpcId,
    /// The IPv4 CIDR blocks that are associated with the VPC today, the primary one first.
    #[schemars(length(min = 1, max = 50))]
    pub cidr_blocks: Vec<Cidr>,
    /// How many IPv4 CIDR blocks the VPC may have: the AWS quota, 5 unless it was raised, 50 at most.
    #[serde(default = "five")]
    #[schemars(range(min = 1, max = 50))]
    pub cidr_block_quota: u8,
    /// The cluster security group, which EKS created (`eks-cluster-sg-…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_security_group_id: Option<SecurityGroupId>,
    /// The range of the cluster's Kubernetes services. By default, EKS picks `10.100.0.0/16` or `172.20.0.0/16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_cidr: Option<Cidr>,
    /// Ranges that pods must not use: peered VPCs, transit gateway routes, on-premises networks.
    #[serde(default)]
    pub avoid: Vec<Avoid>,
}

/// A range that pods must not use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Avoid {
    /// The range.
    pub cidr: Cidr,
    /// What uses the range; shown in messages.
    #[schemars(extend("examples" = ["on-premises"]))]
    pub name: String,
}

/// An availability zone that has nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Zone {
    /// The availability zone's name in the account that runs the nodes.
    pub name: ZoneName,
    /// The availability zone's id. Give it if the VPC is shared: zone names differ between accounts, ids do not. New pod
    /// subnets are then created in the zone of that id; those that were created before keep the zone's name in the template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ZoneId>,
    /// The subnets that nodes of this zone are launched into.
    #[schemars(length(min = 1))]
    pub node_subnets: Vec<NodeSubnet>,
    /// The route table of this zone's pod subnets, unless a pool gives another. Default: the VPC's main route table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_route_table_id: Option<RouteTableId>,
}

/// A subnet that nodes are launched into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeSubnet {
    /// The subnet's id.
    pub id: SubnetId,
    /// The subnet's range.
    pub cidr: Cidr,
}

fn five() -> u8 {
    5
}
