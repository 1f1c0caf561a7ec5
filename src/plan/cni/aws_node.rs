//! What is set on aws-node, and whether the CustomResourceDefinition of ENIConfig goes with it.

use super::environment::addon;
use super::environment::base_variables::base_variables;
use super::environment::written::written;
use crate::aws_node::AwsNodeManifest;
use crate::catalog::Capability;
use crate::diagnostic::Checked;
use crate::lock::Lock;
use crate::plan::model::{AwsNode, Selection};
use crate::spec::{CrdDelivery, Spec};

/// Plans aws-node's settings. `base` is the base manifest, where the delivery has one; `lock` says what was written before.
pub(crate) fn aws_node(
    spec: &Spec,
    selection: &Selection,
    base: Option<&AwsNodeManifest>,
    lock: &Lock,
) -> Checked<AwsNode> {
    let cni = &spec.cni;
    let written = written(spec, selection, lock);
    let problems = base.map(|base| base_variables(spec, &written, &base.variables())).unwrap_or_default();
    let (definition, definition_how) = definition(spec, base);
    let value = AwsNode {
        delivery: cni.delivery,
        cni_version: cni.version.clone(),
        checks: written.checks(),
        addon_configuration: addon::configuration(&written),
        environment: written.aws_node,
        init_environment: written.init,
        removed_environment: written.left_over,
        definition,
        definition_how,
        snat: spec.pod_network.egress.snat,
        security_groups_for_pods: spec.cni.security_groups_for_pods,
        missing_config_blocks: cni.version.has(Capability::MissingEniConfigBlocksNode),
        server_side_apply: spec.kubernetes_version.server_side_apply(),
    };
    Checked { value, problems }
}

/// The definition's API version, where it is written, and why or why not.
fn definition(spec: &Spec, base: Option<&AwsNodeManifest>) -> (Option<String>, String) {
    let version = spec.kubernetes_version;
    let (api, since) = if version.custom_resource_definition_v1() {
        ("apiextensions.k8s.io/v1", "which has it since 1.16")
    } else {
        ("apiextensions.k8s.io/v1beta1", "which has no v1 before 1.16")
    };
    let brought = base.is_some_and(AwsNodeManifest::brings_crd);
    match spec.cni.crd {
        CrdDelivery::Never => (None, "not written: the spec says `never`".to_owned()),
        _ if brought => (None, "not written separately: aws-node's manifest has it".to_owned()),
        CrdDelivery::Always => (Some(api.to_owned()), format!("{api} for Kubernetes {version}, {since}")),
        CrdDelivery::Auto if base.is_some() => {
            (Some(api.to_owned()), format!("{api} for Kubernetes {version}: the base manifest has none"))
        }
        CrdDelivery::Auto => (None, "not written: the CNI installed it".to_owned()),
    }
}
