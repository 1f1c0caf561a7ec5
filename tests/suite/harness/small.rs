//! A small spec that has all that a plan needs.

use serde_json::{Value, json};

use super::Example;

/// The cluster `prod` with two zones, `size: auto` and 10 managed m5.large in each: 12 nodes × 20 = 240 addresses of a
/// /24's 251. Comments, order and blanks are as a person writes them.
pub const SMALL: &str = r#"# The shop.
apiVersion: podnet.dev/v1alpha1
kind: PodNetwork
metadata: {name: prod}
spec:
  region: us-west-2
  kubernetesVersion: "1.33"
  vpc:
    id: vpc-0a1b2c3d4e5f67890
    cidrBlocks: [10.20.0.0/16]
    clusterSecurityGroupId: sg-0c1d2e3f4a5b6c7d8
    serviceCidr: 172.20.0.0/16
  zones:
    - name: us-west-2a
      nodeSubnets:
        - {id: subnet-0a11111111111111a, cidr: 10.20.0.0/20}
    - name: us-west-2b
      nodeSubnets:
        - {id: subnet-0b22222222222222b, cidr: 10.20.16.0/20}
  podNetwork:
    cidrBlocks: [100.64.0.0/16]   # ours alone
    selectBy: name
    pools:
      default:
        size: auto   # as the nodes need

  # The add-on's.
  cni: {version: 1.21.1}
  nodeGroups:
    - name: general
      kind: managed
      ami: {family: al2023}
      instanceTypes: [ m5.large ]
      size: {min: 1, max: 10}   # per zone
"#;

/// The same cluster in other zones of a region, which are given by their letters. It does not say how nodes find their
/// ENIConfig, so that the node groups decide.
pub fn small(region: &str, zones: &str) -> Example {
    let small = Example { stem: "prod".to_owned(), spec: SMALL.to_owned(), lock: None, base: None };
    let zone = |(number, letter): (usize, char)| {
        let subnet = json!({"id": format!("subnet-{number:017x}"), "cidr": format!("10.20.{}.0/20", number * 16)});
        json!({"name": format!("{region}{letter}"), "nodeSubnets": [subnet]})
    };
    small.with(|spec| {
        spec["region"] = region.into();
        spec["zones"] = zones.chars().enumerate().map(zone).collect::<Vec<Value>>().into();
        spec["podNetwork"].as_object_mut().unwrap().remove("selectBy");
    })
}
