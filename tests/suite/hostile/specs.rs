//! Specs that have, between them, every field. Names of their own begin with `qq`, which nothing else does.

use serde_json::{Value, json};

/// The specs. Between them they use every delivery, every kind of node group and both ways to choose an `ENIConfig`.
pub fn all() -> Vec<Value> {
    vec![by_zone(), by_name(), elsewhere()]
}

/// One pool, aws-node patched, and no role made, so that tags may hold what IAM does not take.
fn by_zone() -> Value {
    json!({
        "apiVersion": "podnet.dev/v1alpha1",
        "kind": "PodNetwork",
        "metadata": {"name": "qqcluster"},
        "spec": {
            "region": "us-west-2",
            "kubernetesVersion": "1.33",
            "cluster": {"apiServerEndpoint": "https://qqendpoint", "certificateAuthority": "qqcertificate"},
            "vpc": {
                "id": "vpc-0a1b2c3d4e5f67890",
                "cidrBlocks": ["10.20.0.0/16"],
                "clusterSecurityGroupId": "sg-0c1d2e3f4a5b6c7d8",
                "serviceCidr": "172.20.0.0/16",
                "avoid": [{"cidr": "10.0.0.0/12", "name": "qqavoid"}]
            },
            "zones": [{
                "name": "us-west-2a",
                "id": "usw2-az1",
                "nodeSubnets": [{"id": "subnet-0a11111111111111a", "cidr": "10.20.0.0/20"}],
                "podRouteTableId": "rtb-0a11111111111111a"
            }],
            "podNetwork": {
                "cidrBlocks": ["100.64.0.0/16"],
                "pools": {"qqpool": {"size": "auto"}},
                "capacity": {"spread": "balanced", "growthPercent": 50},
                "securityGroups": {"use": "managed"},
                "egress": {"snat": "node", "excludeSnatCidrs": ["10.64.0.0/16"]}
            },
            "cni": {
                "version": "1.21.1",
                "delivery": "patch",
                "crd": "always",
                "credentials": "node",
                "env": {"AWS_VPC_K8S_CNI_LOG_FILE": "qqvalue", "ADDITIONAL_ENI_TAGS": "qqvalue"}
            },
            "nodeGroups": [{
                "name": "qqgroup",
                "kind": "managed",
                "ami": {"family": "al2023", "managedBy": "launchTemplate", "ssmParameter": "/qqparameter"},
                "instanceTypes": ["qqtype.large"],
                "size": {"min": 1, "max": 2},
                "zones": ["us-west-2a"],
                "pool": "qqpool",
                "maxPods": "auto",
                "capacityType": "on-demand",
                "update": {"replace": "successor", "strategy": "minimal", "maxUnavailable": 1},
                "labels": {"qqlabelkey": "qqlabelvalue"},
                "taints": [{"key": "qqtaintkey", "value": "qqtaintvalue", "effect": "NoSchedule"}],
                "securityGroupIds": ["sg-0d1d2d3d4d5d6d7d8"],
                "roleArn": "arn:aws:iam::111122223333:role/qqrole",
                "rootVolume": {"type": "gp2"},
                "tags": {"qqowntagkey": "qqowntagvalue"}
            }],
            "instanceTypes": {
                "qqtype.large": {"interfaces": 3, "addressesPerInterface": 10, "vcpus": 2, "architecture": "x86_64"}
            },
            "silence": [{"code": "nodes/type-limits", "reason": "qqreason"}],
            "tags": {"qqtagkey": "qqtagvalue"}
        }
    })
}

/// A region that the table of regions lacks, and little else: the rest is tried in the other specs.
fn elsewhere() -> Value {
    let mut spec = by_zone();
    for field in ["nodeGroups", "instanceTypes", "silence", "tags", "cluster", "cni"] {
        spec["spec"].as_object_mut().unwrap().remove(field);
    }
    spec["spec"]["cni"] = json!({"version": "1.21.1", "delivery": "manifest"});
    spec["spec"]["podNetwork"]["pools"] = json!({"qqpool": {"prefixLength": 20}});
    spec["spec"]["podNetwork"]["selectBy"] = json!("zone");
    spec["spec"]["vpc"].as_object_mut().unwrap().remove("avoid");
    spec["spec"]["region"] = "eusc-de-east-1".into();
    spec["spec"]["regionDetails"] =
        json!({"partition": "aws-eusc", "dnsSuffix": "qqsuffix.eu", "registry": "qqregistry.eu"});
    spec["spec"]["zones"][0]["name"] = "eusc-de-east-1a".into();
    spec
}

/// Two pools, aws-node from a base manifest, and self-managed groups of both image families.
fn by_name() -> Value {
    json!({
        "apiVersion": "podnet.dev/v1alpha1",
        "kind": "PodNetwork",
        "metadata": {"name": "qqcluster"},
        "spec": {
            "region": "us-west-2",
            "kubernetesVersion": "1.32",
            "cluster": {"apiServerEndpoint": "https://qqendpoint", "certificateAuthority": "qqcertificate"},
            "vpc": {
                "id": "vpc-0a1b2c3d4e5f67890",
                "cidrBlocks": ["10.20.0.0/16", "100.65.0.0/16"],
                "clusterSecurityGroupId": "sg-0c1d2e3f4a5b6c7d8",
                "serviceCidr": "172.20.0.0/16"
            },
            "zones": [{"name": "us-west-2a", "nodeSubnets": [{"id": "subnet-0a11111111111111a", "cidr": "10.20.0.0/20"}]}],
            "podNetwork": {
                "cidrBlocks": ["100.64.0.0/16"],
                "pools": {
                    "qqpool": {"zones": {"us-west-2a": {
                        "size": "auto", "cidr": "100.64.0.0/18", "eniConfigName": "qqconfig", "podRouteTableId": "rtb-0a11111111111111a",
                        "further": {
                            "qqfurther": {
                                "size": "auto", "eniConfigName": "qqsecond", "nodeGroups": {"qqgroup": 1},
                                "podRouteTableId": "rtb-0b22222222222222b"
                            },
                            "qqthere": {"subnetId": "subnet-0c33333333333333c", "cidr": "100.65.0.0/24"}
                        }
                    }}},
                    "qqgiven": {"zones": {"us-west-2a": {
                        "subnetId": "subnet-0b22222222222222b", "securityGroupIds": ["sg-0e1e2e3e4e5e6e7e8"]
                    }}}
                },
                "selectBy": {"label": "qqselectkey"},
                "securityGroups": {"use": "ids", "ids": ["sg-0d1d2d3d4d5d6d7d8"]}
            },
            "cni": {
                "version": "1.21.1",
                "delivery": "manifest",
                "baseManifest": "qqbase.yaml",
                "env": {"AWS_VPC_K8S_CNI_LOG_FILE": "qqvalue", "ADDITIONAL_ENI_TAGS": "qqvalue"}
            },
            "nodeAccess": "accessEntry",
            "nodeGroups": [
                {
                    "name": "qqgroup",
                    "kind": "self-managed",
                    "ami": {"family": "al2", "id": "ami-0a1b2c3d4e5f67890"},
                    "instanceTypes": ["m5.large"],
                    "size": {"min": 1, "max": 2},
                    "pool": "qqpool",
                    "labels": {"qqlabelkey": "qqlabelvalue"},
                    "taints": [{"key": "qqtaintkey", "value": "qqtaintvalue", "effect": "NoExecute"}]
                },
                {
                    "name": "qqspot",
                    "kind": "self-managed",
                    "ami": {"family": "al2023"},
                    "instanceTypes": ["m5.large", "m5a.large"],
                    "size": {"min": 0, "max": 2},
                    "pool": "qqgiven",
                    "capacityType": "spot",
                    "labels": {"qqlabelkey": "qqlabelvalue"},
                    "taints": [{"key": "qqtaintkey", "value": "qqtaintvalue", "effect": "NoExecute"}]
                }
            ],
            "tags": {"qqtagkey": "qqtagvalue"}
        }
    })
}
