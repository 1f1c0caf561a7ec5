//! The size that a pod subnet is to have.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::desired_subnets::DesiredSubnet;
use crate::address::Cidr;
use crate::catalog::address_rules::usable_addresses;
use crate::diagnostic::{Diagnostic, Edit};
use crate::ids::PodSubnetKey;

/// The sizes of all pod subnets of the spec.
pub(crate) type SubnetSizes = BTreeMap<PodSubnetKey, DesiredSize>;

/// What the spec's words about a pod subnet's size come to.
#[derive(Debug, Clone)]
pub(crate) enum DesiredSize {
    /// A size.
    Known(SubnetSize),
    /// None: the spec does not say one, or it depends on a node group that has something wrong.
    Unknown,
    /// It is to be computed from the nodes, and they have all gone to additional subnets. A range that the lock has stays
    /// as it is; there is none to carve.
    WithoutNodes(Diagnostic),
    /// The spec contradicts itself, or asks for what no subnet has.
    Refused(Diagnostic),
}

impl DesiredSize {
    /// The size, where it is known.
    pub(crate) fn known(&self) -> Option<&SubnetSize> {
        match self {
            Self::Known(size) => Some(size),
            Self::Unknown | Self::WithoutNodes(_) | Self::Refused(_) => None,
        }
    }
}

/// The size that a pod subnet is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SubnetSize {
    /// The prefix length of a new one.
    pub(crate) prefix_length: u8,
    /// The longest prefix length with which one that is in the lock may stay; none where the proof decides.
    pub(crate) longest: Option<u8>,
    /// The shortest.
    pub(crate) shortest: Option<u8>,
    /// How it came about.
    pub(crate) how: String,
}

impl SubnetSize {
    /// Whether a range of the lock is what the spec asks for.
    pub(crate) fn may_stay(&self, locked: Cidr) -> bool {
        let length = locked.prefix_length();
        self.longest.is_none_or(|longest| length <= longest) && self.shortest.is_none_or(|shortest| length >= shortest)
    }
}

/// Sets a size where the spec has it: as a prefix length, or as the addresses that one has. Nothing where it is computed.
pub(crate) fn set_size(desired: &DesiredSubnet<'_>, prefix_length: u8) -> Option<Edit> {
    let section = desired.size_section.clone();
    match desired.sizes.fields().as_slice() {
        ["prefixLength"] => Some(Edit::set(section, "prefixLength", prefix_length)),
        ["addresses"] => {
            let subnet = Cidr::around(Ipv4Addr::UNSPECIFIED, prefix_length);
            Some(Edit::set(section, "addresses", usable_addresses(subnet)))
        }
        _ => None,
    }
}
