//! The ranges of pod subnets.

use std::collections::BTreeMap;

use crate::address::Cidr;
use crate::ids::PodSubnetKey;

/// The range of a pod subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SubnetRange {
    pub(crate) key: PodSubnetKey,
    pub(crate) cidr: Cidr,
    /// How it came about.
    pub(crate) how: String,
}

/// The ranges of pod subnets; none for one whose range is not known or that found no place.
pub(crate) type Ranges = BTreeMap<PodSubnetKey, SubnetRange>;
