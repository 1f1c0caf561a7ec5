//! The node groups: their types, images, max pods, labels and arguments.

pub(crate) mod arguments;
pub(crate) mod autoscaler;
pub(crate) mod eks_max_pods;
pub(crate) mod generations;
pub(crate) mod group_types;
pub(crate) mod groups;
pub(crate) mod image;
mod labels;
pub(crate) mod most_nodes;
pub(crate) mod node_groups;
pub(crate) mod part;
pub(crate) mod updates;
