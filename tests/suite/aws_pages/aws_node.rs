//! The variables of aws-node, its version, and the `CustomResourceDefinition`.

use std::collections::BTreeMap;

use podnet::diagnostic::Code;
use serde_json::json;

use super::{AWS_NODE, CRD};
use crate::harness::Example;

#[test]
fn the_switch() {
    for example in Example::all() {
        let environment = example.compiled().environment();
        let switch = environment.get("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG").map(String::as_str);
        assert_eq!(switch, Some("true"), "{}", example.stem);
    }
}

#[test]
fn the_environment_as_the_pages_print_it() {
    let page_2019 = Example::read("eks-2019-zones").compiled();
    let printed = [
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
        ("ENI_CONFIG_LABEL_DEF", "failure-domain.beta.kubernetes.io/zone"),
        ("AWS_VPC_K8S_CNI_LOGLEVEL", "DEBUG"),
    ];
    let has = |environment: &BTreeMap<String, String>, printed: &[(&str, &str)]| {
        for (name, value) in printed {
            assert_eq!(environment.get(*name).map(String::as_str), Some(*value), "{name}");
        }
    };
    has(&page_2019.environment(), &printed);
    let page_2021 = Example::read("eks-2021").compiled();
    let printed = [
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
        // The page still has the label of before 1.17, which Kubernetes 1.19 calls deprecated.
        ("ENI_CONFIG_LABEL_DEF", "topology.kubernetes.io/zone"),
    ];
    has(&page_2021.environment(), &printed);
}

#[test]
fn an_annotation_never_overrides_the_label() {
    for example in Example::all() {
        let output = example.compiled();
        // Its default is what holds where it is not set; whoever set another name is overruled.
        let annotation = output.environment().remove("ENI_CONFIG_ANNOTATION_DEF");
        assert_eq!(annotation.as_deref(), Some("k8s.amazonaws.com/eniConfig"), "{}", example.stem);
        let set = example.with(|spec| spec["cni"]["env"] = json!({"ENI_CONFIG_ANNOTATION_DEF": "k8s.amazonaws.com/x"}));
        assert_eq!(set.refused().first().map(|(code, _)| *code), Some(Code::CniEnvironment), "{}", example.stem);
    }
}

#[test]
fn cni_1_4_0_or_later() {
    for stem in ["eks-2019", "eks-2019-zones"] {
        let with = |version: &str| Example::read(stem).with(|spec| spec["cni"]["version"] = json!(version));
        for old in ["1.3.3", "1.2.1"] {
            let refused = with(old).refused();
            assert!(
                refused.iter().any(|(code, message)| *code == Code::CniVersion && message.contains(old)),
                "{refused:?}"
            );
        }
        assert!(with("1.4.0").compiled().paths().contains(AWS_NODE));
    }
}

#[test]
fn the_definition_as_the_pages_print_it() {
    for stem in ["eks-2019", "eks-2019-zones"] {
        let mut definition = Example::read(stem).compiled().document(CRD);
        definition["metadata"].as_object_mut().unwrap().remove("annotations");
        let printed = json!({
            "apiVersion": "apiextensions.k8s.io/v1beta1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "eniconfigs.crd.k8s.amazonaws.com"},
            "spec": {
                "scope": "Cluster",
                "group": "crd.k8s.amazonaws.com",
                "version": "v1alpha1",
                "names": {"plural": "eniconfigs", "singular": "eniconfig", "kind": "ENIConfig"},
            },
        });
        assert_eq!(definition, printed, "{stem}");
    }
    // "If you have version 1.3 or later of the CNI installed, you can skip" it.
    assert!(!Example::read("eks-2021").compiled().paths().contains(CRD));
}

#[test]
fn the_definition_is_of_a_version_that_the_cluster_takes() {
    let with = |version: &str| {
        let example = Example::read("eks-2019-zones").with(|spec| spec["kubernetesVersion"] = json!(version));
        example.compiled().document(CRD)["apiVersion"].clone()
    };
    assert_eq!(with("1.15"), "apiextensions.k8s.io/v1beta1");
    assert_eq!(with("1.16"), "apiextensions.k8s.io/v1");
    assert_eq!(with("1.22"), "apiextensions.k8s.io/v1");
}

#[test]
fn the_label_that_the_clusters_version_has() {
    let label = |version: &str| {
        let example = Example::read("eks-2019-zones").with(|spec| spec["kubernetesVersion"] = json!(version));
        example.compiled().environment().remove("ENI_CONFIG_LABEL_DEF").unwrap_or_default()
    };
    for old in ["1.14", "1.16"] {
        assert_eq!(label(old), "failure-domain.beta.kubernetes.io/zone", "{old}");
    }
    for new in ["1.17", "1.19", "1.33"] {
        assert_eq!(label(new), "topology.kubernetes.io/zone", "{new}");
    }
    let by_name = Example::read("eks-2019").compiled();
    assert_eq!(by_name.environment().get("ENI_CONFIG_LABEL_DEF").unwrap(), "k8s.amazonaws.com/eniConfig");
}
