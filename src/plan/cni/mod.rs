//! settings

pub(crate) mod aws_node;
pub(crate) mod eni_configs;
pub(crate) mod security_groups;
pub(crate) mod settings;
