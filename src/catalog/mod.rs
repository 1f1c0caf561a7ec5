//! Facts about AWS, Kubernetes and the VPC CNI, as dated data with its provenance.
//!
//! Every table under `data/` is tab separated text that is compiled into the binary: comment lines that say where the
//! facts come from, a header line, then one line a fact. Nothing here reads a file, the network or the environment, and
//! a table is parsed when it is first asked for, so that a run pays only for what it uses.
//!
//! A newer instance type, CNI variable or region is a change to a table, never to the code that reads it.

pub(crate) mod accelerators;
pub(crate) mod address_rules;
pub mod ami_families;
pub(crate) mod closed_set;
pub(crate) mod cni;
pub mod instance_types;
mod kubernetes;
pub(crate) mod node_labels;
pub(crate) mod refresh;
pub(crate) mod regions;
mod resources;
mod tables;
pub(crate) mod trunk_types;
pub(crate) mod zones;

pub use accelerators::Driver;
pub use ami_families::AmiFamily;
pub(crate) use cni::EnvironmentVariable;
pub use cni::{Capability, CniVersion, CniVersionError, Container, Decoration};
pub use instance_types::{Architecture, Hypervisor, InstanceType};
pub use kubernetes::{KubernetesVersion, KubernetesVersionError};
pub(crate) use refresh::{DescribeOutput, RefreshOptions, refresh};
pub(crate) use resources::{PropertyChange, lasting, property_changes, resource_regions};
pub use trunk_types::Trunk;
