//! Blocks to draw.

use podnet::address::{Cidr, FreeSpace};
use podnet::plan::{BlockSpace, RangeState, SpaceRange};

pub fn cidr(text: &str) -> Cidr {
    text.parse().unwrap()
}

/// A range that is nobody's.
pub fn free(range: Cidr) -> SpaceRange {
    SpaceRange {
        cidr: range,
        state: RangeState::Free,
        owner: None,
        pool: None,
        zone: None,
        further: None,
        usable: range.addresses().saturating_sub(5),
        demand: None,
        prefixes: None,
        reservations: Vec::new(),
    }
}

/// A range of a pool and zone.
pub fn kept(range: Cidr, state: RangeState, pool: &str, zone: &str) -> SpaceRange {
    SpaceRange {
        state,
        owner: Some(format!("{pool}/{zone}")),
        pool: Some(pool.parse().unwrap()),
        zone: Some(zone.parse().unwrap()),
        ..free(range)
    }
}

/// A pod subnet in use.
pub fn active(range: Cidr, pool: &str, zone: &str, demand: u64) -> SpaceRange {
    SpaceRange { demand: Some(demand), ..kept(range, RangeState::Active, pool, zone) }
}

/// A subnet of others.
pub fn existing(range: Cidr, id: &str) -> SpaceRange {
    SpaceRange { state: RangeState::Existing, owner: Some(id.to_owned()), ..free(range) }
}

/// A block with some ranges; the rest of it is free.
pub fn block(name: &str, mut ranges: Vec<SpaceRange>) -> BlockSpace {
    let taken: Vec<Cidr> = ranges.iter().map(|range| range.cidr).collect();
    ranges.extend(FreeSpace::new(&[cidr(name)], &taken).blocks().into_iter().map(free));
    ranges.sort_by_key(|range| range.cidr);
    BlockSpace { cidr: cidr(name), ranges }
}

/// Three pod subnets, and one of every other thing.
pub fn three() -> Vec<BlockSpace> {
    let with_prefixes = SpaceRange {
        prefixes: Some(7),
        reservations: vec![cidr("100.64.0.128/25")],
        ..active(cidr("100.64.0.0/24"), "general", "us-west-2a", 113)
    };
    vec![block(
        "100.64.0.0/22",
        vec![
            with_prefixes,
            active(cidr("100.64.1.0/24"), "general", "us-west-2b", 251),
            active(cidr("100.64.2.0/26"), "batch", "us-west-2a", 60),
            SpaceRange {
                zone: Some("us-west-2b".parse().unwrap()),
                ..existing(cidr("100.64.2.64/28"), "subnet-0e1fbd78efcc208f1")
            },
            kept(cidr("100.64.2.96/27"), RangeState::Retired, "old", "us-west-2c"),
            kept(cidr("100.64.2.128/26"), RangeState::Reserved, "batch", "us-west-2b"),
        ],
    )]
}

/// Twenty zones of three pools, of three sizes, in two blocks.
pub fn sixty() -> Vec<BlockSpace> {
    let regional = ('a'..='f').map(|letter| format!("us-east-1{letter}"));
    let cities = ["atl", "bos", "chi", "dfw", "iah", "mci", "mia"];
    let local = cities.into_iter().flat_map(|city| ['1', '2'].map(|number| format!("us-east-1-{city}-{number}a")));
    let zones: Vec<String> = regional.chain(local).collect();
    assert_eq!(zones.len(), 20);
    let mut first = Vec::new();
    let mut second = Vec::new();
    for (index, zone) in (0_u32..).zip(&zones) {
        let at = |base: &str, addresses: u32, length: u8| {
            Cidr::new((u32::from(cidr(base).first()) + index * addresses).into(), length).unwrap()
        };
        let demand = u64::from(index);
        first.push(active(at("100.64.0.0/16", 1024, 22), "general", zone, 150 + demand * 41));
        first.push(active(at("100.64.96.0/19", 256, 24), "batch", zone, 13 * demand));
        second.push(active(at("10.1.4.0/22", 32, 27), "system-critical", zone, 27 - demand / 4));
    }
    second.push(existing(cidr("10.1.0.0/23"), "subnet-0a1b2c3d4e5f60718"));
    second.push(existing(cidr("10.1.2.0/28"), "subnet-0123456789abcdef0"));
    vec![block("100.64.0.0/16", first), block("10.1.0.0/20", second)]
}

/// Sixty /24 side by side in a /16.
pub fn slash24s() -> Vec<BlockSpace> {
    let range = |number: u8| Cidr::new([100, 64, number, 0].into(), 24).unwrap();
    let zone = |number: u8| format!("eu-west-1{}", char::from(b'a' + number % 20));
    let pool = |number: u8| ["a", "bb", "ccc", "dddd", "eeeee"][usize::from(number % 5)];
    let subnet = |number: u8| active(range(number), pool(number), &zone(number), u64::from(number) * 5);
    vec![block("100.64.0.0/16", (0..60).map(subnet).collect())]
}

/// A /28 beside a /17, and another at the far end; then 150 /28 in a row, every other one.
pub fn uneven() -> Vec<BlockSpace> {
    let few = vec![
        active(cidr("100.64.0.0/17"), "general", "eu-west-1a", 40_000),
        active(cidr("100.64.128.0/28"), "general", "eu-west-1b", 11),
        active(cidr("100.64.255.240/28"), "general", "eu-west-1c", 9),
    ];
    let tiny = |number: u32| Cidr::new((0x6441_c000 + (number << 4)).into(), 28).unwrap();
    let many = (0..150).map(|number| existing(tiny(number * 2), &format!("subnet-{number:017x}"))).collect();
    vec![block("100.64.0.0/16", few), block("100.65.0.0/16", many), block("10.0.0.0/28", Vec::new())]
}

/// The longest names, the largest numbers, and a range that is everything.
pub fn extremes() -> Vec<BlockSpace> {
    let pool = "a-pool-whose-name-has-forty-characters-x";
    let zone = "us-gov-northwest-1-wl1-a-zone-of-some-sixty-three-characters-1a";
    let everything = SpaceRange {
        prefixes: Some(268_435_456),
        reservations: (0..256).map(|first| cidr(&format!("{first}.0.0.0/28"))).collect(),
        ..active(cidr("0.0.0.0/0"), pool, zone, u64::MAX)
    };
    let none = SpaceRange { demand: None, ..active(cidr("255.255.255.240/28"), pool, zone, 0) };
    vec![
        block("0.0.0.0/0", vec![everything]),
        block("255.255.255.0/24", vec![none]),
        block("192.168.100.100/32", vec![existing(cidr("192.168.100.100/32"), &"subnet-".repeat(20))]),
    ]
}
