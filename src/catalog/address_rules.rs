//! What AWS takes as a VPC's CIDR block, from "VPC CIDR blocks" and "Subnet sizing" in the Amazon VPC User Guide.

use crate::address::Cidr;

/// The shortest and the longest prefix length of a VPC block and of a subnet.
pub(crate) const PREFIX_LENGTHS: std::ops::RangeInclusive<u8> = 16..=28;

/// Addresses of every subnet that AWS keeps: network, router, DNS, one for later, and the last.
pub(crate) const RESERVED_ADDRESSES: u64 = 5;

/// Addresses of a /28, the size of a prefix that an interface gets (EC2's prefix delegation).
pub(crate) const PREFIX_ADDRESSES: u32 = 16;

/// How many addresses of a subnet can be used: 27 of a /27.
pub(crate) fn usable_addresses(subnet: Cidr) -> u64 {
    subnet.addresses().saturating_sub(RESERVED_ADDRESSES)
}

/// The longest prefix length (so the smallest subnet) with that many usable addresses: 27 for 27, 26 for 28. Nothing
/// where even a /16 is too small.
pub(crate) fn prefix_length_for(usable: u64) -> Option<u8> {
    PREFIX_LENGTHS.rev().find(|length| (1_u64 << (32 - length)) - RESERVED_ADDRESSES >= usable)
}

/// A range that the rules name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range(u8, u8, u8);

impl Range {
    fn cidr(self) -> Cidr {
        Cidr::around(std::net::Ipv4Addr::new(self.0, self.1, 0, 0), self.2)
    }
}

const TEN: Range = Range(10, 0, 8);
const ONE_SEVEN_TWO: Range = Range(172, 16, 12);
const ONE_NINE_TWO: Range = Range(192, 168, 16);
const BENCHMARK: Range = Range(198, 19, 16);
const DEFAULT_VPC: Range = Range(172, 31, 16);

/// What a block in `when` keeps out of its VPC.
struct Restriction {
    when: Range,
    restricted: &'static [Range],
    /// Whether it counts for secondary blocks too.
    of_any_block: bool,
}

const RESTRICTIONS: &[Restriction] = &[
    Restriction { when: TEN, restricted: &[ONE_SEVEN_TWO, ONE_NINE_TWO, BENCHMARK], of_any_block: false },
    Restriction { when: Range(10, 0, 15), restricted: &[Range(10, 0, 16)], of_any_block: true },
    Restriction { when: ONE_SEVEN_TWO, restricted: &[TEN, ONE_NINE_TWO, BENCHMARK, DEFAULT_VPC], of_any_block: false },
    Restriction { when: ONE_NINE_TWO, restricted: &[TEN, ONE_SEVEN_TWO, BENCHMARK], of_any_block: false },
    Restriction { when: BENCHMARK, restricted: &[TEN, ONE_SEVEN_TWO, ONE_NINE_TWO], of_any_block: false },
];

/// What a publicly routable block, or one of 100.64.0.0/10, keeps out.
const ELSEWHERE_RESTRICTED: &[Range] = &[TEN, ONE_SEVEN_TWO, ONE_NINE_TWO, BENCHMARK];

const NEVER: &[(Range, &str)] = &[
    (Range(0, 0, 8), "\"this network\""),
    (Range(127, 0, 8), "loopback"),
    (Range(169, 254, 16), "link local"),
    (Range(224, 0, 4), "multicast"),
    (Range(240, 0, 4), "reserved"),
];

/// Tells why a range can be no VPC's block at all; nothing where it can: 169.254.0.0/16 is link local.
pub(crate) fn never_assignable(block: Cidr) -> Option<(Cidr, &'static str)> {
    NEVER.iter().find(|(range, _)| range.cidr().overlaps(block)).map(|(range, why)| (range.cidr(), *why))
}

/// A block's place in its VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockRole {
    /// The one that the VPC was made with.
    Primary,
    /// One that was associated later, or is to be.
    Secondary,
}

/// Tells which range keeps `new` out of a VPC that has `existing`; nothing where AWS takes it.
///
/// The table's ranges are those of the primary block. Of any other block, the guide names only 10.0.0.0/15, which keeps
/// 10.0.0.0/16 out; so a VPC of 10.20.0.0/16 may take 10.30.0.0/16 also beside a secondary 100.64.0.0/16.
///
/// A VPC with 10.0.0.0/16 may take 100.64.0.0/16, not 192.168.0.0/16. The other way round, one of 100.64.0.0/16
/// may not take 10.0.0.0/16.
pub(crate) fn association_restriction(existing: Cidr, role: BlockRole, new: Cidr) -> Option<Cidr> {
    let applies = |rule: &&Restriction| match role {
        BlockRole::Primary => true,
        BlockRole::Secondary => rule.of_any_block,
    };
    let inside: Vec<&Restriction> = RESTRICTIONS.iter().filter(|rule| rule.when.cidr().contains(existing)).collect();
    let restricted = inside.iter().copied().filter(applies).flat_map(|rule| rule.restricted.iter());
    let elsewhere = if inside.is_empty() && role == BlockRole::Primary { ELSEWHERE_RESTRICTED } else { &[] };
    restricted.chain(elsewhere).map(|range| range.cidr()).find(|range| range.overlaps(new))
}

/// Docker's bridge on nodes, which some AWS services use too.
pub(crate) fn docker_bridge() -> Cidr {
    Range(172, 17, 16).cidr()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn every_row_of_the_association_table_both_ways() {
        for (existing, new, taken) in [
            ("10.20.0.0/16", "172.16.0.0/16", false),
            ("10.20.0.0/16", "192.168.0.0/16", false),
            ("10.20.0.0/16", "198.19.0.0/16", false),
            ("10.20.0.0/16", "10.30.0.0/16", true),
            ("10.20.0.0/16", "10.0.0.0/16", true),
            ("10.20.0.0/16", "100.64.0.0/16", true),
            ("10.20.0.0/16", "52.1.0.0/16", true),
            ("10.0.0.0/16", "10.0.0.0/17", false),
            ("10.1.0.0/16", "10.0.0.0/16", false),
            ("10.1.0.0/16", "10.2.0.0/16", true),
            ("172.16.0.0/16", "10.0.0.0/16", false),
            ("172.16.0.0/16", "192.168.0.0/16", false),
            ("172.16.0.0/16", "198.19.0.0/16", false),
            ("172.16.0.0/16", "172.31.0.0/16", false),
            ("172.16.0.0/16", "172.30.0.0/16", true),
            ("172.16.0.0/16", "100.64.0.0/16", true),
            ("172.16.0.0/16", "52.1.0.0/16", true),
            ("192.168.0.0/24", "10.0.0.0/16", false),
            ("192.168.0.0/24", "172.16.0.0/16", false),
            ("192.168.0.0/24", "198.19.0.0/16", false),
            ("192.168.0.0/24", "192.168.1.0/24", true),
            ("192.168.0.0/24", "100.64.0.0/16", true),
            ("192.168.0.0/24", "52.1.0.0/16", true),
            ("198.19.0.0/16", "10.0.0.0/16", false),
            ("198.19.0.0/16", "172.16.0.0/16", false),
            ("198.19.0.0/16", "192.168.0.0/16", false),
            ("198.19.0.0/16", "100.64.0.0/16", true),
            ("198.19.0.0/16", "52.1.0.0/16", true),
            ("100.64.0.0/16", "10.0.0.0/16", false),
            ("100.64.0.0/16", "172.16.0.0/16", false),
            ("100.64.0.0/16", "192.168.0.0/16", false),
            ("100.64.0.0/16", "198.19.0.0/16", false),
            ("100.64.0.0/16", "100.65.0.0/16", true),
            ("100.64.0.0/16", "52.1.0.0/16", true),
            ("52.1.0.0/16", "10.0.0.0/16", false),
            ("52.1.0.0/16", "100.64.0.0/16", true),
            ("52.1.0.0/16", "52.2.0.0/16", true),
        ] {
            let restricted = association_restriction(cidr(existing), BlockRole::Primary, cidr(new));
            assert_eq!(restricted.is_none(), taken, "{existing} and {new}");
        }
    }

    #[test]
    fn of_secondary_blocks_one_range_counts() {
        for (existing, new, taken) in [
            ("100.64.0.0/16", "10.30.0.0/16", true),
            ("52.1.0.0/16", "10.30.0.0/16", true),
            ("10.1.0.0/16", "10.0.0.0/16", false),
            ("10.1.0.0/16", "10.2.0.0/16", true),
            ("10.1.0.0/16", "100.64.0.0/16", true),
        ] {
            let restricted = association_restriction(cidr(existing), BlockRole::Secondary, cidr(new));
            assert_eq!(restricted.is_none(), taken, "{existing} and {new}");
        }
    }

    #[test]
    fn ranges_that_are_never_assignable_and_their_neighbours() {
        for (block, refused) in [
            ("0.0.0.0/16", true),
            ("1.0.0.0/16", false),
            ("127.0.0.0/16", true),
            ("128.0.0.0/16", false),
            ("169.254.0.0/16", true),
            ("169.254.128.0/20", true),
            ("169.253.0.0/16", false),
            ("223.255.0.0/16", false),
            ("224.0.0.0/16", true),
            ("255.255.0.0/16", true),
        ] {
            assert_eq!(never_assignable(cidr(block)).is_some(), refused, "{block}");
        }
    }

    #[test]
    fn usable_addresses_and_back() {
        for (block, usable) in
            [("192.168.1.0/27", 27), ("10.0.0.0/28", 11), ("100.64.0.0/16", 65_531), ("100.64.0.0/18", 16_379)]
        {
            let block = cidr(block);
            assert_eq!(usable_addresses(block), usable);
            assert_eq!(prefix_length_for(usable), Some(block.prefix_length()));
        }
        assert_eq!(
            (prefix_length_for(28), prefix_length_for(1), prefix_length_for(65_532)),
            (Some(26), Some(28), None)
        );
    }
}
