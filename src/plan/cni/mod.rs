//! The CNI: its settings and variables, how nodes find their ENIConfig, ENIConfigs and security groups.

pub(crate) mod aws_node;
pub(crate) mod base_manifest;
mod base_release;
mod egress;
pub(crate) mod eni_configs;
mod environment;
mod fallback_groups;
mod field;
mod given_groups;
mod ingress_rules;
pub(crate) mod security_groups;
pub(crate) mod selection;
pub(crate) mod settings;
