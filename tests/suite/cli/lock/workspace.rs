//! A folder with a spec and a list in it, and podnet run there.

use std::ops::Deref;

use serde_json::{Value, json};

use crate::harness;
use crate::harness::at_root;

pub(super) const SPEC: &str = "clusters/prod.yaml";
pub(super) const LOCK: &str = "clusters/prod.lock.yaml";
pub(super) const LIST: &str = "subnets.json";

/// A spec of the VPC in `terraform.json`, with some of its zones.
pub(super) fn terraform(zones: &str) -> String {
    let node_subnet = |zone| match zone {
        'a' => (zone, "subnet-0a11111111111110a", "10.20.0.0/20"),
        'b' => (zone, "subnet-0b11111111111111b", "10.20.16.0/20"),
        'c' => (zone, "subnet-0c11111111111112c", "10.20.32.0/20"),
        _ => (zone, "subnet-0d61111111111116d", "10.20.64.0/20"),
    };
    let pool = if zones.contains('d') {
        "{prefixLength: 18, zones: {us-west-2d: {prefixLength: 20}}}"
    } else {
        "{prefixLength: 18}"
    };
    spec("10.20.0.0/16, 100.64.0.0/16", &zones.chars().map(node_subnet).collect::<Vec<_>>(), pool)
}

pub(super) fn spec(blocks: &str, zones: &[(char, &str, &str)], pool: &str) -> String {
    let zone = |(zone, id, cidr): &(char, &str, &str)| {
        format!("    - name: us-west-2{zone}\n      nodeSubnets: [{{id: {id}, cidr: {cidr}}}]\n")
    };
    let zones = zones.iter().map(zone).collect::<Vec<_>>().concat();
    format!(
        "apiVersion: podnet.dev/v1alpha1
kind: PodNetwork
metadata: {{name: prod}}
spec:
  region: us-west-2
  kubernetesVersion: \"1.33\"
  vpc:
    id: vpc-0a1b2c3d4e5f67890
    cidrBlocks: [{blocks}]
    clusterSecurityGroupId: sg-0c1d2e3f4a5b6c7d8
    serviceCidr: 172.20.0.0/16
  zones:
{zones}  podNetwork:
    cidrBlocks: [100.64.0.0/16]
    pools:
      default: {pool}
  cni: {{version: 1.21.1}}
"
    )
}

pub(super) fn listed(layout: &str) -> Value {
    let path = at_root(&format!("tests/suite/cli/lock/{layout}.json"));
    serde_json::from_str(&fs_err::read_to_string(path).unwrap()).unwrap()
}

/// The subnet of a list with an id.
pub(super) fn subnet<'a>(list: &'a mut Value, id: &str) -> &'a mut Value {
    list["Subnets"].as_array_mut().unwrap().iter_mut().find(|subnet| subnet["SubnetId"] == id).unwrap()
}

pub(super) fn without(list: &mut Value, id: &str) {
    list["Subnets"].as_array_mut().unwrap().retain(|subnet| subnet["SubnetId"] != id);
}

/// One more subnet of the VPC, made after another one.
pub(super) fn add(list: &mut Value, id: &str, cidr: &str, zone: char, name: &str) {
    let mut more = list["Subnets"][0].clone();
    more["SubnetId"] = id.into();
    more["CidrBlock"] = cidr.into();
    more["AvailabilityZone"] = format!("us-west-2{zone}").into();
    more["AvailabilityZoneId"] = format!("usw2-az{zone}").into();
    more["Tags"] = json!([{"Key": "Name", "Value": name}]);
    list["Subnets"].as_array_mut().unwrap().push(more);
}

/// A folder with a spec and a list in it.
pub(super) struct Workspace(harness::Workspace);

impl Deref for Workspace {
    type Target = harness::Workspace;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Workspace {
    pub(super) fn new(spec: &str, list: &Value) -> Self {
        let workspace = Self(harness::Workspace::empty());
        workspace.write(SPEC, spec);
        workspace.list(list);
        workspace
    }

    pub(super) fn list(&self, list: &Value) {
        self.write(LIST, serde_json::to_string_pretty(list).unwrap());
    }

    /// Runs, asserts that it is done, gives standard output.
    pub(super) fn done(&self, arguments: &[&str]) -> String {
        self.ran(arguments, 0)
    }

    /// Runs, asserts that it is refused and the lock is as it was, gives standard error.
    pub(super) fn refused(&self, arguments: &[&str], code: i32) -> String {
        self.0.refused(arguments, code, LOCK)
    }

    pub(super) fn import(&self, more: &[&str]) -> String {
        self.done(&[&["lock", "import", SPEC, "--subnets", LIST], more].concat())
    }

    pub(super) fn import_refused(&self, more: &[&str]) -> String {
        self.refused(&[&["lock", "import", SPEC, "--subnets", LIST], more].concat(), 1)
    }
}
