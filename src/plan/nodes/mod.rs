//! Node groups: their kinds, images, types, and what their nodes are started with.

pub(crate) mod arguments;
pub(crate) mod group_types;
pub(crate) mod groups;
pub(crate) mod image;
pub(crate) mod kind;
mod labels;
pub(crate) mod most_nodes;
pub(crate) mod node_groups;
