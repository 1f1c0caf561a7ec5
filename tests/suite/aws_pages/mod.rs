//! The two editions of the AWS page on custom networking, step by step, against what their examples come to: every
//! object and string that the pages print is here as they print it.

mod aws_node;
mod eni_configs;
mod network;
mod node_groups;
mod runbook;

const AWS_NODE: &str = "kubernetes/aws-node.yaml";
const CRD: &str = "kubernetes/eniconfig-crd.yaml";
const ENI_CONFIGS: &str = "kubernetes/eniconfigs.yaml";
const NODE_GROUPS: &str = "cloudformation/node-groups.yaml";
const POD_NETWORK: &str = "cloudformation/pod-network.yaml";
const RUNBOOK: &str = "RUNBOOK.md";
