//! What `podnet bind` refuses of a cluster: each with a code of its own, and the lock is unchanged.

use serde_json::{Value, json};

use crate::harness::Workspace;

const SPEC: &str = "examples/tutorial.yaml";
const LOCK: &str = "examples/tutorial.lock.yaml";

fn cluster() -> Value {
    json!({"cluster": {
        "name": "my-custom-networking-cluster",
        "arn": "arn:aws:eks:us-west-2:111122223333:cluster/my-custom-networking-cluster",
        "status": "ACTIVE",
        "version": "1.33",
        "endpoint": "https://FE30030E102ECF8FAB72EDD523758D54.gr7.us-west-2.eks.amazonaws.com",
        "certificateAuthority": {"data": "LS0tLQ=="},
        "resourcesVpcConfig": {"vpcId": "vpc-01c47e3e8a1f2b3c4", "subnetIds": ["subnet-0ffffffffffffffff"]},
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.100.0.0/16", "ipFamily": "ipv4"},
        "computeConfig": {"enabled": false}
    }})
}

/// What is said of the cluster with other values at these places.
fn refused(workspace: &Workspace, changes: &[(&str, Value)]) -> String {
    let mut cluster = cluster();
    for (field, value) in changes {
        let (parent, key) = field.rsplit_once('/').unwrap();
        cluster["cluster"].pointer_mut(parent).unwrap()[key] = value.clone();
    }
    workspace.write("cluster.json", cluster.to_string());
    workspace.refused(&["bind", SPEC, "--from", "cluster.json"], 1, LOCK)
}

#[test]
fn each_contradiction_has_a_code_and_leaves_the_lock() {
    let workspace = Workspace::of_examples();
    for (field, value, code, message) in [
        ("/arn", json!("arn:aws:eks:eu-west-1:111122223333:cluster/x"), "bind/region", "is in `eu-west-1`"),
        ("/arn", json!("arn:aws-cn:eks:us-west-2:111122223333:cluster/x"), "bind/region", "(partition `aws-cn`)"),
        ("/status", json!("CREATING"), "bind/status", "the cluster is `CREATING`"),
        ("/status", json!("FAILED"), "bind/status", "the cluster is `FAILED`"),
        ("/status", json!("DELETING"), "bind/status", "the cluster is `DELETING`"),
        ("/version", json!("1.32"), "bind/kubernetes-version", "has Kubernetes 1.32, but the spec's nodes have 1.33"),
        ("/version", json!("1.37"), "bind/kubernetes-version", "has Kubernetes 1.37, but the spec's nodes have 1.33"),
        ("/computeConfig/enabled", json!(true), "bind/auto-mode", "has EKS Auto Mode enabled"),
        ("/outpostConfig", json!({"outpostArns": ["arn:aws:outposts:x"]}), "bind/outposts", "is on an Outpost"),
        (
            "/resourcesVpcConfig/subnetIds",
            json!(["subnet-0e1fbd78efcc208f1"]),
            "bind/control-plane-subnets",
            "the pod subnet `subnet-0e1fbd78efcc208f1` of `default/us-west-2a`",
        ),
    ] {
        let said = refused(&workspace, &[(field, value)]);
        assert!(said.contains(&format!("error[{code}]")) && said.contains(message), "{code}: {said}");
    }
    let all = refused(&workspace, &[("/status", json!("CREATING")), ("/version", json!("1.30"))]);
    assert!(all.contains("bind/status") && all.contains("bind/kubernetes-version"), "{all}");
}

#[test]
fn the_spec_s_service_cidr_is_the_clusters_also_when_the_lock_has_one() {
    let workspace = Workspace::of_examples();
    assert!(workspace.read(SPEC).contains("    serviceCidr: 10.100.0.0/16\n"));
    assert!(workspace.read(LOCK).contains("serviceCidr: \"10.100.0.0/16\""));
    let said = refused(&workspace, &[("/kubernetesNetworkConfig/serviceIpv4Cidr", json!("172.20.0.0/16"))]);
    assert!(said.contains("error[bind/service-cidr]"), "{said}");
    assert!(said.contains("service CIDR is `172.20.0.0/16`, but the spec says `10.100.0.0/16`"), "{said}");
}

#[test]
fn nodes_may_be_three_minor_versions_older_and_a_cluster_may_be_updating() {
    let workspace = Workspace::of_examples();
    for (status, version) in [("ACTIVE", "1.33"), ("UPDATING", "1.36")] {
        let mut cluster = cluster();
        cluster["cluster"]["status"] = json!(status);
        cluster["cluster"]["version"] = json!(version);
        workspace.write("cluster.json", cluster.to_string());
        workspace.ran(&["bind", SPEC, "--from", "cluster.json"], 0);
    }
}
