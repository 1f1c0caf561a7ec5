//! What the user said about who gets which subnet, checked.

use std::collections::{BTreeMap, BTreeSet};

use super::Listed;
use crate::ids::PodSubnetKey;

/// What the user said, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chosen<'a> {
    /// The subnets that are adopted.
    pub(super) taken: BTreeMap<PodSubnetKey, &'a Listed>,
    /// The keys whose subnet podnet makes.
    pub(super) new: BTreeSet<PodSubnetKey>,
}
