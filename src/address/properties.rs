//! What holds of free space and of carving it, whatever the blocks, what is taken and what is wanted: against a bitmap of
//! every address, and against an exhaustive search.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use proptest::prelude::*;

use super::{Cidr, FreeSpace, Request, carve};

/// The addresses of a window: few enough to look at each.
const WINDOW: u32 = 512;

/// Blocks that may nest and touch, and taken ranges that may reach outside of them.
#[derive(Debug, Clone)]
struct World {
    base: u32,
    blocks: Vec<Cidr>,
    taken: Vec<Cidr>,
}

impl World {
    fn space(&self) -> FreeSpace {
        FreeSpace::new(&self.blocks, &self.taken)
    }

    /// Whether each address of the window is in a block and not taken.
    fn bitmap(&self) -> Vec<bool> {
        let mut bitmap = vec![false; WINDOW as usize];
        self.blocks.iter().for_each(|block| self.mark(&mut bitmap, *block, true));
        self.taken.iter().for_each(|taken| self.mark(&mut bitmap, *taken, false));
        bitmap
    }

    fn mark(&self, bitmap: &mut [bool], cidr: Cidr, free: bool) {
        if let Some(range) = self.range(cidr) {
            bitmap[range].fill(free);
        }
    }

    /// The part of a block that is in the window.
    fn range(&self, cidr: Cidr) -> Option<RangeInclusive<usize>> {
        let last = u32::from(cidr.last()).checked_sub(self.base)?.min(WINDOW - 1);
        let first = u32::from(cidr.first()).saturating_sub(self.base);
        (first < WINDOW).then_some(first as usize..=last as usize)
    }
}

fn world() -> impl Strategy<Value = World> {
    let parts = |lengths, count| prop::collection::vec((0..WINDOW, lengths), count);
    // The first addresses there are, some in the middle, and the last.
    let base = prop::sample::select(vec![0, 0x6440_0000, u32::MAX - (WINDOW - 1)]);
    (base, parts(23_u8..=30, 0..5), parts(22_u8..=32, 0..9)).prop_map(|(base, blocks, taken)| {
        let cidrs = |parts: Vec<(u32, u8)>| {
            parts.into_iter().map(|(offset, length)| Cidr::around((base + offset).into(), length)).collect()
        };
        World { base, blocks: cidrs(blocks), taken: cidrs(taken) }
    })
}

fn lengths() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(23_u8..=32, 0..20)
}

fn requests(lengths: &[u8]) -> Vec<Request<usize>> {
    lengths.iter().enumerate().map(|(key, length)| Request { key, prefix_length: *length }).collect()
}

/// The same requests in an order that the seed decides.
fn shuffled(lengths: &[u8], seed: u64) -> Vec<Request<usize>> {
    let mut requests = requests(lengths);
    requests.sort_by_key(|request| (request.key as u64).wrapping_mul(seed | 1));
    requests
}

/// Of sixteen cells, whether blocks of these numbers of cells can lie aligned and apart in the free ones: tries all.
fn fits(free: u16, cells: &[u32], hopeless: &mut BTreeSet<(u16, usize)>) -> bool {
    let Some((count, rest)) = cells.split_first() else { return true };
    if hopeless.contains(&(free, rest.len())) {
        return false;
    }
    let block = u16::try_from((1_u32 << count) - 1).unwrap();
    let fitting = (0..16).step_by(*count as usize).map(|at| block << at).any(|block| {
        let is_free = free & block == block;
        is_free && fits(free & !block, rest, hopeless)
    });
    if !fitting {
        hopeless.insert((free, rest.len()));
    }
    fitting
}

/// Whether the /25 to /28 of these lengths are all placed in 192.168.1.0/24, of which the /28 that are not free are
/// taken: carved, and taken one after the other in the order given. Then whether they can be, by trying all.
fn placed_and_searched(free: u16, lengths: &[u8]) -> ([bool; 2], bool) {
    let block: Cidr = "192.168.1.0/24".parse().unwrap();
    let cell = |number: u32| Cidr::new((u32::from(block.first()) + 16 * number).into(), 28).unwrap();
    let taken: Vec<Cidr> = (0..16).filter(|number| free & 1 << number == 0).map(cell).collect();
    let mut space = FreeSpace::new(&[block], &taken);
    let carved = carve(&mut space.clone(), requests(lengths)).unplaced.is_empty();
    let one_by_one = lengths.iter().all(|length| space.take(*length).is_some());
    let cells: Vec<u32> = lengths.iter().map(|length| 1 << (28 - length)).collect();
    let enough = cells.iter().sum::<u32>() <= free.count_ones();
    ([carved, one_by_one], enough && fits(free, &cells, &mut BTreeSet::new()))
}

/// Every free half of a /24 with every set of sizes that is not larger than the half: 256 times 36.
#[test]
fn whatever_fits_in_a_half_is_placed() {
    let cells = |length: u8| 1_usize << (28 - length);
    let used = |set: &[u8]| set.iter().map(|length| cells(*length)).sum::<usize>();
    let mut sets = vec![Vec::new()];
    for length in [28, 27, 26, 25] {
        let more = |set: Vec<u8>| {
            let most = (8 - used(&set)) / cells(length);
            (0..=most).map(move |count| [set.clone(), vec![length; count]].concat())
        };
        sets = sets.into_iter().flat_map(more).collect();
    }
    assert_eq!(sets.len(), 36);
    let mut fitting = 0;
    for free in 0..256 {
        for lengths in &sets {
            let (placed, fits) = placed_and_searched(free, lengths);
            assert_eq!(placed, [fits; 2], "{lengths:?} in the cells {free:08b}");
            fitting += usize::from(fits);
        }
    }
    assert_eq!(fitting, 2_229);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn free_space_is_the_blocks_without_what_is_taken(world in world()) {
        let (space, bitmap) = (world.space(), world.bitmap());
        let mut covered = vec![false; WINDOW as usize];
        for free in space.blocks() {
            let range = world.range(free).unwrap();
            prop_assert!(!covered[range.clone()].contains(&true), "{free} is there twice");
            covered[range].fill(true);
            // Completeness needs the largest: twice the block would leave the blocks or reach what is taken.
            let twice = Cidr::around(free.first(), free.prefix_length() - 1);
            let inside = world.blocks.iter().any(|block| block.contains(twice));
            prop_assert!(!inside || bitmap[world.range(twice).unwrap()].contains(&false), "{free} is a part of {twice}");
        }
        prop_assert_eq!(space.addresses(), bitmap.iter().filter(|free| **free).count() as u64);
        prop_assert_eq!(covered, bitmap);
    }

    #[test]
    fn the_smallest_block_that_fits_is_taken_the_lowest_of_those(world in world(), lengths in prop::collection::vec(20_u8..=40, 0..8)) {
        let mut space = world.space();
        for length in lengths {
            let before = space.blocks();
            let fitting = before.iter().filter(|block| block.prefix_length() <= length && length <= 32);
            let best = fitting.min_by_key(|block| (block.addresses(), block.first()));
            let largest = before.iter().min_by_key(|block| (block.prefix_length(), block.first()));
            prop_assert_eq!(space.largest(), largest.copied());
            let taken = space.take(length);
            prop_assert_eq!(taken, best.map(|block| Cidr::around(block.first(), length)));
            let left = FreeSpace::new(&before, &Vec::from_iter(taken));
            prop_assert_eq!(space.blocks(), left.blocks());
        }
    }

    #[test]
    fn placed_blocks_are_free_whole_and_apart_in_any_order(world in world(), lengths in lengths(), seed in any::<u64>()) {
        let mut space = world.space();
        let carved = carve(&mut space, requests(&lengths));
        let mut free = world.bitmap();
        for (key, cidr) in &carved.placed {
            prop_assert_eq!(cidr.prefix_length(), lengths[*key]);
            prop_assert_eq!(u64::from(u32::from(cidr.first())) % cidr.addresses(), 0);
            prop_assert!(world.blocks.iter().any(|block| block.contains(*cidr)));
            prop_assert!(!free[world.range(*cidr).unwrap()].contains(&false), "{cidr} is not free");
            world.mark(&mut free, *cidr, false);
        }
        for (request, largest) in &carved.unplaced {
            prop_assert!(!carved.placed.contains_key(&request.key));
            prop_assert!(largest.is_none_or(|largest| largest.prefix_length() > request.prefix_length));
        }
        prop_assert_eq!(carved.placed.len() + carved.unplaced.len(), lengths.len());
        let mut again = world.space();
        prop_assert_eq!(carve(&mut again, shuffled(&lengths, seed)), carved);
        prop_assert_eq!(again.blocks(), space.blocks());
    }

    #[test]
    fn what_is_placed_stays_where_later_requests_come(world in world(), lengths in lengths(), later in lengths()) {
        let mut space = world.space();
        let placed: Vec<Cidr> = carve(&mut space, requests(&lengths)).placed.into_values().collect();
        // As it goes with a lock: what was placed is taken from then on.
        let mut reread = FreeSpace::new(&world.blocks, &[world.taken.clone(), placed.clone()].concat());
        prop_assert_eq!(reread.blocks(), space.blocks());
        let carved = carve(&mut space, requests(&later));
        for cidr in carved.placed.values() {
            prop_assert!(!placed.iter().any(|earlier| earlier.overlaps(*cidr)), "{cidr} moves one of {placed:?}");
        }
        prop_assert_eq!(carve(&mut reread, requests(&later)), carved);
    }

    #[test]
    fn whatever_fits_beside_what_is_taken_is_placed(
        free in (any::<u16>(), any::<u16>(), any::<bool>()).prop_map(|(a, b, mostly)| if mostly { a | b } else { a }),
        lengths in prop::collection::vec(prop_oneof![1 => Just(25_u8), 2 => Just(26), 3 => Just(27), 4 => Just(28)], 0..9),
    ) {
        let (placed, fits) = placed_and_searched(free, &lengths);
        prop_assert_eq!(placed, [fits; 2]);
    }

    #[test]
    fn every_mix_that_exactly_fills_the_blocks_is_placed(
        blocks in prop::collection::vec(16_u8..=24, 1..5),
        splits in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        seed in any::<u64>(),
    ) {
        let mut lengths = blocks.clone();
        for split in splits {
            let at = split.index(lengths.len());
            if lengths[at] < 28 {
                lengths[at] += 1;
                lengths.push(lengths[at]);
            }
        }
        let apart = (0_u32..).map(|number| 0x6440_0000 + (number << 16));
        let blocks: Vec<Cidr> = apart.zip(blocks).map(|(first, length)| Cidr::new(first.into(), length).unwrap()).collect();
        let mut space = FreeSpace::new(&blocks, &[]);
        let carved = carve(&mut space, shuffled(&lengths, seed));
        prop_assert_eq!((carved.unplaced, carved.placed.len()), (Vec::new(), lengths.len()));
        prop_assert_eq!((space.addresses(), space.largest()), (0, None));
    }
}
