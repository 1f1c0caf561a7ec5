//! Carving blocks for 100, 10,000 and 100,000 requests of mixed sizes, from the blocks and what is taken to who got what:
//! `fresh` out of blocks of which nothing is taken, `fragmented` out of the same with every other small one taken.
//!
//! Read the elements a second from one count to the next. They would stay the same if the time grew as the count; as
//! n log n they fall to about a half from 100 to 10,000 and by a fifth from there to 100,000, and caches take some more.
//! If the time grew as the square, they would fall to a hundredth and to a tenth.

use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use podnet::address::{Carved, Cidr, FreeSpace, Request, carve};

/// A /20 for every 32 requests, one after the other from 10.0.0.0: fragmented, they have just the four /25 that are
/// wanted then.
fn blocks(requests: u32) -> Vec<Cidr> {
    (0..requests.div_ceil(32)).map(|number| Cidr::around((0x0a00_0000 + (number << 12)).into(), 20)).collect()
}

/// Every other /25 of the first /24 of each block, every other /26 of the second, and so on to /28, over and over.
fn taken(blocks: &[Cidr]) -> Vec<Cidr> {
    let pieces = blocks.iter().flat_map(|block| (0..16).map(|piece| u32::from(block.first()) + (piece << 8)));
    let others = pieces.zip((25..=28).cycle()).flat_map(|(piece, length)| {
        let every_other = (piece..piece + 256).step_by(2 << (32 - length));
        every_other.map(move |first| Cidr::around(first.into(), length))
    });
    others.collect()
}

/// Of eight requests four for a /28, two for a /27, one for a /26 and one for a /25, in no order.
fn requests(count: u32) -> Vec<Request<u32>> {
    let sized = |key: u32| Request { key, prefix_length: 28 - (key + 1).trailing_zeros().min(3) as u8 };
    (0..count).map(|number| sized(number * 7_919 % count)).collect()
}

fn carved(blocks: &[Cidr], taken: &[Cidr], requests: Vec<Request<u32>>) -> Carved<u32> {
    carve(&mut FreeSpace::new(blocks, taken), requests)
}

fn carving(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("carving");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for count in [100, 10_000, 100_000] {
        let (blocks, requests) = (blocks(count), requests(count));
        group.throughput(Throughput::Elements(count.into()));
        for (name, taken) in [("fresh", Vec::new()), ("fragmented", taken(&blocks))] {
            let result = carved(&blocks, &taken, requests.clone());
            assert_eq!((result.placed.len(), result.unplaced.len()), (requests.len(), 0), "{name}: {count}");
            group.bench_function(BenchmarkId::new(name, count), |bencher| {
                let given = || requests.clone();
                bencher.iter_batched(given, |requests| carved(&blocks, &taken, requests), BatchSize::LargeInput);
            });
        }
    }
    group.finish();
}

criterion_group!(benches, carving);
criterion_main!(benches);
