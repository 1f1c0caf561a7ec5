//! The model of the CNI: the most pods a node takes, what a node takes of its pod subnet, and what fits into one.
//!
//! Pure numbers: no spec, no lock, no message.

pub(crate) mod max_pods;
pub(crate) mod need;
pub(crate) mod node_demand;

pub use max_pods::{HOST_NETWORK_PODS, InstanceLimits, NetworkSettings, TypeMaxPods, max_pods};
pub use need::Need;
pub use node_demand::{NodeAddressing, NodeDemand, WarmTargets};
