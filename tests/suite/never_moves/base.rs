//! The spec that every sequence of edits begins with, and the names and ranges that edits choose from.

use std::fmt::Debug;
use std::str::FromStr;
use std::sync::LazyLock;

use podnet::address::Cidr;
use podnet::spec::{Document, NodeSubnet, Zone};

/// Two zones, a pool, two node groups, and something in every list.
const TEXT: &str = r#"
apiVersion: podnet.dev/v1alpha1
kind: PodNetwork
metadata:
  name: prod
spec:
  region: af-south-1
  kubernetesVersion: "1.33"
  cluster:
    apiServerEndpoint: https://FE30030E102ECF8FAB72EDD523758D54.gr7.af-south-1.eks.amazonaws.com
    certificateAuthority: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCihleGFtcGxlKQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==
  vpc:
    id: vpc-0a1b2c3d4e5f67890
    cidrBlocks: [10.20.0.0/16, 100.70.0.0/21]
    cidrBlockQuota: 50
    clusterSecurityGroupId: sg-0c1d2e3f4a5b6c7d8
    serviceCidr: 172.20.0.0/16
    avoid:
      - {cidr: 10.0.0.0/12, name: on-premises}
      - {cidr: 100.96.0.0/11, name: shared services}
      - {cidr: 100.80.0.0/16, name: a peer}
  zones:
    - name: af-south-1a
      nodeSubnets:
        - {id: subnet-0a11111111111111a, cidr: 10.20.0.0/20}
        - {id: subnet-0a11111111111111b, cidr: 10.20.240.0/24}
    - name: af-south-1b
      nodeSubnets:
        - {id: subnet-0b22222222222222b, cidr: 10.20.16.0/20}
  podNetwork:
    selectBy: name
    cidrBlocks: [100.64.0.0/18, 100.70.0.0/21]
    pools:
      default: {prefixLength: 24}
    securityGroups: {use: ids, ids: [sg-0a1b2c3d4e5f60001, sg-0a1b2c3d4e5f60002, sg-0a1b2c3d4e5f60003]}
    egress: {snat: node, excludeSnatCidrs: [10.0.0.0/12, 100.96.0.0/11]}
    capacity: {growthPercent: 0}
  cni:
    version: 1.21.1
  nodeGroups:
    - name: general
      kind: managed
      ami: {family: al2023}
      instanceTypes: [m5.large]
      size: {min: 0, max: 4}
      pool: default
      taints:
        - {key: team, value: blue, effect: NoSchedule}
        - {key: kind, value: batch, effect: NoExecute}
        - {key: kind, value: batch, effect: NoSchedule}
      securityGroupIds: [sg-0a1b2c3d4e5f60004, sg-0a1b2c3d4e5f60005]
    - name: batch
      kind: self-managed
      ami: {family: al2023}
      instanceTypes: [t3.medium, t3.large]
      size: {min: 0, max: 3}
      pool: default
      zones: [af-south-1a, af-south-1b]
  silence:
    - {code: nodes/ami, reason: moves in March}
    - {code: address/docker-bridge, reason: no such nodes}
"#;

static BASE: LazyLock<Document> = LazyLock::new(|| {
    let read = podnet::spec::read(TEXT);
    read.document.unwrap_or_else(|| panic!("{:#?}", read.diagnostics))
});

/// The spec.
pub fn base() -> Document {
    BASE.clone()
}

pub const POOLS: &[&str] = &["default", "jobs", "web"];
pub const GROUPS: &[&str] = &["general", "batch", "gpu", "spare"];
pub const FURTHER: &[&str] = &["b", "c"];
/// Types of one architecture; a group has one or two of them.
pub const TYPES: &[&str] = &["m5.large", "t3.medium", "c6i.xlarge", "m6i.2xlarge", "t3.large"];
/// Blocks that the VPC has not, and one that it has.
pub const BLOCKS: &[&str] =
    &["100.64.0.0/18", "100.65.0.0/16", "100.66.0.0/20", "100.67.5.0/24", "100.68.0.0/28", "100.70.0.0/21"];
const ZONES: &[&str] = &["af-south-1a", "af-south-1b", "af-south-1c", "af-south-1d"];

/// Reads a text of the spec.
pub fn text<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Takes one of some, by any number.
pub fn pick<T>(from: &[T], number: u8) -> Option<&T> {
    from.get(usize::from(number).checked_rem(from.len())?)
}

/// One of the names, by any number.
pub fn name<T: FromStr<Err: Debug>>(names: &[&str], number: u8) -> T {
    text(pick(names, number).unwrap())
}

/// A zone with a node subnet of its own.
pub fn zone(number: u8) -> Zone {
    let number = number % 4;
    let subnet = NodeSubnet {
        id: text(&format!("subnet-0c0000000000000{number:02x}")),
        cidr: Cidr::around([10, 20, 16 * number, 0].into(), 20),
    };
    Zone { name: name(ZONES, number), id: None, node_subnets: vec![subnet], pod_route_table_id: None }
}
