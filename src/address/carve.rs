//! Placing requests of given sizes in free space.

use std::collections::BTreeMap;

use super::{Cidr, FreeSpace};

/// What somebody wants: a block of a size, under a name that decides among equals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<Key> {
    /// Whose block it is.
    pub key: Key,
    /// How large: a prefix length.
    pub prefix_length: u8,
}

/// Who got what, and who got nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carved<Key> {
    /// The block of each request that was placed.
    pub placed: BTreeMap<Key, Cidr>,
    /// The requests that did not fit, largest first, each with the largest block that was free then.
    pub unplaced: Vec<(Request<Key>, Option<Cidr>)>,
}

/// Places every request that fits: the largest first, equals by key, each in the smallest free block that holds it.
///
/// Two /27 named a and b out of 192.168.1.0/24 get 192.168.1.0/27 and 192.168.1.32/27. The order of the requests does
/// not matter. Any set of sizes that together fill the free space's blocks is placed without a rest, since sizes are
/// powers of two and the largest go first.
pub fn carve<Key: Ord + Clone>(space: &mut FreeSpace, mut requests: Vec<Request<Key>>) -> Carved<Key> {
    requests.sort_by(|a, b| a.prefix_length.cmp(&b.prefix_length).then_with(|| a.key.cmp(&b.key)));
    let mut carved = Carved { placed: BTreeMap::new(), unplaced: Vec::new() };
    for request in requests {
        match space.take(request.prefix_length) {
            Some(cidr) => {
                carved.placed.insert(request.key, cidr);
            }
            None => carved.unplaced.push((request, space.largest())),
        }
    }
    carved
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn requests(lengths: &[u8]) -> Vec<Request<usize>> {
        lengths.iter().enumerate().map(|(key, length)| Request { key, prefix_length: *length }).collect()
    }

    #[test]
    fn equals_are_placed_by_key_and_the_largest_first() {
        let mut space = FreeSpace::new(&["192.168.1.0/24".parse().unwrap()], &[]);
        let carved = carve(&mut space, requests(&[27, 27, 25]));
        let texts: Vec<String> = carved.placed.values().map(ToString::to_string).collect();
        assert_eq!(texts, ["192.168.1.128/27", "192.168.1.160/27", "192.168.1.0/25"]);
    }

    #[test]
    fn what_does_not_fit_is_told_with_what_is_free() {
        let mut space = FreeSpace::new(&["192.168.1.0/24".parse().unwrap()], &[]);
        let carved = carve(&mut space, requests(&[25, 24]));
        assert_eq!(carved.unplaced, [(Request { key: 0, prefix_length: 25 }, None)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn placed_blocks_are_contained_aligned_and_apart(
            lengths in prop::collection::vec(18_u8..=28, 1..60),
            taken in prop::collection::vec((0_u32..1 << 16, 20_u8..=28), 0..12),
            seed in any::<u64>(),
        ) {
            let block: Cidr = "100.64.0.0/16".parse().unwrap();
            let taken: Vec<Cidr> = taken
                .into_iter()
                .map(|(offset, length)| Cidr::around((u32::from(block.first()) + offset).into(), length))
                .collect();
            let carved = carve(&mut FreeSpace::new(&[block], &taken), requests(&lengths));
            let mut apart = taken.clone();
            for (key, cidr) in &carved.placed {
                prop_assert_eq!(cidr.prefix_length(), lengths[*key]);
                prop_assert!(block.contains(*cidr));
                prop_assert_eq!(u64::from(u32::from(cidr.first())) % cidr.addresses(), 0);
                prop_assert!(apart.iter().all(|other| !other.overlaps(*cidr)));
                apart.push(*cidr);
            }
            let mut shuffled = requests(&lengths);
            shuffled.sort_by_key(|request| (request.key as u64).wrapping_mul(seed | 1));
            prop_assert_eq!(carve(&mut FreeSpace::new(&[block], &taken), shuffled), carved);
        }

        #[test]
        fn every_mix_that_exactly_fills_a_block_is_placed(splits in prop::collection::vec(any::<prop::sample::Index>(), 0..80)) {
            let mut lengths = vec![16_u8];
            for split in splits {
                let at = split.index(lengths.len());
                if lengths[at] < 28 {
                    lengths[at] += 1;
                    lengths.push(lengths[at]);
                }
            }
            let mut space = FreeSpace::new(&["100.64.0.0/16".parse().unwrap()], &[]);
            let carved = carve(&mut space, requests(&lengths));
            prop_assert!(carved.unplaced.is_empty());
            prop_assert_eq!(space.addresses(), 0);
        }
    }
}
