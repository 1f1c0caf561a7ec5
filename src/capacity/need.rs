//! What fits into a subnet: single addresses, and whole /28 prefixes that reservations keep whole.

use std::net::Ipv4Addr;
use std::ops::{Add, AddAssign, Mul};

use serde::Serialize;

use super::node_demand::NodeDemand;
use crate::address::{Cidr, FreeSpace};
use crate::catalog::address_rules::{PREFIX_ADDRESSES, PREFIX_LENGTHS, usable_addresses};

/// The prefix length of a prefix.
const PREFIX_LENGTH: u8 = 28;

/// What is needed of a subnet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Need {
    /// Addresses that may be anywhere: interfaces' own, and pods' that come singly.
    pub single: u64,
    /// Whole, aligned /28 prefixes.
    pub prefixes: u64,
}

impl Need {
    /// Counts all addresses: those of prefixes are 16 each.
    ///
    /// ```
    /// use podnet::capacity::Need;
    ///
    /// assert_eq!(Need { single: 2, prefixes: 7 }.addresses(), 114);
    /// ```
    pub fn addresses(self) -> u64 {
        self.single + self.prefixes * u64::from(PREFIX_ADDRESSES)
    }

    /// Adds some percent to each kind, rounded up.
    ///
    /// ```
    /// use podnet::capacity::Need;
    ///
    /// let need = Need { single: 5, prefixes: 7 };
    /// assert_eq!(need.with_growth(50), Need { single: 8, prefixes: 11 });
    /// assert_eq!(need.with_growth(0), need);
    /// ```
    #[must_use]
    pub fn with_growth(self, percent: u16) -> Self {
        let more = |number: u64| (number * (100 + u64::from(percent))).div_ceil(100);
        Self { single: more(self.single), prefixes: more(self.prefixes) }
    }

    /// Takes the larger of both, of each kind.
    ///
    /// ```
    /// use podnet::capacity::Need;
    ///
    /// let (singles, prefixes) = (Need { single: 40, prefixes: 1 }, Need { single: 2, prefixes: 7 });
    /// assert_eq!(singles.max(prefixes), Need { single: 40, prefixes: 7 });
    /// ```
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self { single: self.single.max(other.single), prefixes: self.prefixes.max(other.prefixes) }
    }
}

impl From<NodeDemand> for Need {
    fn from(node: NodeDemand) -> Self {
        Self { single: node.single(), prefixes: node.prefixes }
    }
}

impl Add for Need {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { single: self.single + other.single, prefixes: self.prefixes + other.prefixes }
    }
}

impl AddAssign for Need {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<u64> for Need {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        Self { single: self.single * times, prefixes: self.prefixes * times }
    }
}

/// Whether a need fits into a subnet.
///
/// EC2 places interfaces' own addresses anywhere outside of reservations of type `prefix`, and one in the midst of a /28
/// spoils it: so prefixes and single addresses need room side by side. AWS's own five addresses spoil the first and the last
/// /28.
pub(crate) fn fits(subnet: Cidr, need: Need) -> bool {
    need.addresses() <= usable_addresses(subnet) && need.prefixes <= whole_prefixes(subnet)
}

/// The CIDR reservations of type `prefix` that keep the prefixes of a need whole in a subnet that it fits into.
pub(crate) fn reservations(subnet: Cidr, need: Need) -> Vec<Cidr> {
    // Some more than is needed makes fewer reservations, and the same ones when a group grows a little.
    let step = ((1 << need.prefixes.max(1).ilog2()) / 4_u64).max(1);
    let rounded = Need { prefixes: need.prefixes.next_multiple_of(step), ..need };
    blocks_of(subnet, if fits(subnet, rounded) { rounded.prefixes } else { need.prefixes })
}

/// The longest prefix length of a subnet into which a need fits; nothing where it does not fit into the largest.
pub(crate) fn smallest_for(need: Need) -> Option<u8> {
    PREFIX_LENGTHS.rev().find(|length| fits(Cidr::around(Ipv4Addr::UNSPECIFIED, *length), need))
}

/// How many prefixes a subnet has that can be whole: all but the first and the last; 14 of a /24.
pub(crate) fn whole_prefixes(subnet: Cidr) -> u64 {
    (subnet.addresses() / u64::from(PREFIX_ADDRESSES)).saturating_sub(2)
}

/// Blocks of a subnet for exactly so many of its whole prefixes, by address.
///
/// They are chosen from one fixed division of the subnet, whatever the number, so that a larger number never asks for a
/// block that overlaps one of before: EC2 refuses that, and CloudFormation makes the new ones first. The division has two
/// blocks of every size, so that it has some for every number.
fn blocks_of(subnet: Cidr, prefixes: u64) -> Vec<Cidr> {
    let spoiled = [subnet.first(), subnet.last()].map(|address| Cidr::around(address, PREFIX_LENGTH));
    let mut parts = FreeSpace::new(&[subnet], &spoiled).blocks();
    parts.sort_by_key(|part| (part.prefix_length(), *part));
    let mut left = prefixes;
    let mut chosen = Vec::new();
    for part in parts {
        let holds = part.addresses() / u64::from(PREFIX_ADDRESSES);
        if holds <= left {
            left -= holds;
            chosen.push(part);
        }
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(subnet: &str, single: u64, prefixes: u64) -> Option<Vec<String>> {
        let (subnet, need) = (subnet.parse().unwrap(), Need { single, prefixes });
        fits(subnet, need).then(|| reservations(subnet, need).iter().map(ToString::to_string).collect())
    }

    #[test]
    fn single_addresses_take_all_but_the_five_of_aws() {
        assert_eq!(fitted("10.0.0.0/27", 27, 0), Some(Vec::new()));
        assert_eq!(fitted("10.0.0.0/27", 28, 0), None);
        assert_eq!(smallest_for(Need { single: 28, prefixes: 0 }), Some(26));
        assert_eq!(smallest_for(Need { single: 65_532, prefixes: 0 }), None);
    }

    #[test]
    fn prefixes_take_whole_blocks_besides_the_spoiled_ones() {
        assert_eq!(fitted("10.0.0.0/27", 1, 1), None);
        assert_eq!(fitted("10.0.0.0/26", 1, 2), Some(vec!["10.0.0.16/28".into(), "10.0.0.32/28".into()]));
        assert_eq!(fitted("10.0.0.0/26", 1, 3), None);
        // 14 whole ones leave 32 addresses, less the five of AWS.
        assert_eq!(fitted("10.0.0.0/24", 27, 14).map(|blocks| blocks.len()), Some(6));
        assert_eq!(fitted("10.0.0.0/24", 28, 14), None);
        assert_eq!(whole_prefixes("10.0.0.0/24".parse().unwrap()), 14);
    }

    #[test]
    fn reservations_are_for_somewhat_more_than_is_needed() {
        let subnet: Cidr = "10.0.0.0/22".parse().unwrap();
        let held = |prefixes| {
            let blocks = reservations(subnet, Need { single: 0, prefixes });
            blocks.iter().map(|block| block.addresses() / 16).sum::<u64>()
        };
        // Up to a multiple of a quarter of the power of two below: of 1, of 4, of 8.
        assert_eq!([5, 7, 21, 24, 35].map(held), [5, 7, 24, 24, 40]);
        // 64 do not fit.
        assert_eq!(held(60), 60);
    }

    #[test]
    fn a_larger_number_never_asks_for_a_block_that_overlaps_one_of_before() {
        let subnet: Cidr = "10.0.0.0/22".parse().unwrap();
        let all: Vec<Vec<Cidr>> = (1..=62).map(|prefixes| blocks_of(subnet, prefixes)).collect();
        for (number, blocks) in all.iter().enumerate() {
            let held: u64 = blocks.iter().map(|block| block.addresses() / 16).sum();
            assert_eq!(held, number as u64 + 1);
            for other in all.iter().flatten() {
                assert!(blocks.iter().all(|block| block == other || !block.overlaps(*other)));
            }
        }
        assert!(!fits(subnet, Need { single: 0, prefixes: 63 }));
    }
}
