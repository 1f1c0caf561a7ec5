//! What remedies are computed from, and what they are.

use crate::address::Cidr;
use crate::diagnostic::Edit;
use crate::plan::model::Proof;
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::network::size::SubnetSizes;
use crate::plan::nodes::groups::Group;
use crate::plan::proof::demand::Terms;
use crate::plan::proof::placement::{Placement, Placements};
use crate::plan::ranges::inputs::RangeInputs;

/// What remedies are computed from.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) ranges: RangeInputs<'a>,
    pub(crate) sizes: &'a SubnetSizes,
    pub(crate) groups: &'a [Group<'a>],
    pub(crate) placements: &'a Placements<'a>,
    pub(crate) terms: Terms<'a>,
}

/// What would make a pod subnet suffice: the words, and the edits that do it where the spec alone decides.
pub(super) struct CapacityRemedy {
    pub(super) words: String,
    pub(super) edits: Vec<Edit>,
}

impl CapacityRemedy {
    pub(super) fn new(words: String) -> Self {
        Self { words, edits: Vec::new() }
    }

    pub(super) fn edit(edit: Edit, words: impl FnOnce(&str) -> String) -> Self {
        Self { words: words(&edit.shown()), edits: vec![edit] }
    }
}

/// A pod subnet that does not suffice.
pub(super) struct Failed<'a> {
    pub(super) desired: &'a DesiredSubnet<'a>,
    pub(super) cidr: Cidr,
    pub(super) proof: &'a Proof,
    pub(super) placements: &'a [Placement<'a>],
    /// The first group that does not fit.
    pub(super) group: &'a Group<'a>,
}
