//! The most nodes of a group.

use std::fmt;

use crate::diagnostic::Edit;
use crate::source::Pointer;
use crate::spec::{NodeGroup, NodeGroupKind};

/// The most nodes that a group ever has, but for those that an update adds: in each zone with `perZone: true`, in all
/// otherwise. Every proof is for so many, so that a kind whose nodes take nothing of the pod subnets has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MostNodes(u32);

impl MostNodes {
    /// Takes it from the spec: of an Auto Scaling group, `size.max`, which no autoscaler goes beyond.
    pub(crate) const fn of(group: &NodeGroup) -> Self {
        match group.kind {
            NodeGroupKind::SelfManaged | NodeGroupKind::Managed => Self(group.size.max),
        }
    }

    /// Where the spec says it of the group at a place.
    pub(crate) fn place(group: &NodeGroup, at: &Pointer) -> Pointer {
        match group.kind {
            NodeGroupKind::SelfManaged | NodeGroupKind::Managed => at.key("size").key("max"),
        }
    }

    /// What makes it another number in the spec.
    pub(crate) fn edit(group: &NodeGroup, at: &Pointer, most: u32) -> Edit {
        match group.kind {
            NodeGroupKind::SelfManaged | NodeGroupKind::Managed => Edit::set(at.key("size"), "max", most),
        }
    }

    /// Gives the number.
    pub(crate) const fn get(self) -> u32 {
        self.0
    }
}

impl From<MostNodes> for u64 {
    fn from(most: MostNodes) -> Self {
        most.0.into()
    }
}

impl fmt::Display for MostNodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
