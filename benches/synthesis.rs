//! A whole synthesis in memory, from text to files: one cluster, and a thousand.
//!
//! Read the two as a ratio: a thousand clusters should take about a thousand times as long as one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use podnet::compile::{Compiled, Named, compile};
use podnet::lock::Lock;

const SPEC: &str = include_str!("../examples/production.yaml");
const LOCK: &str = include_str!("../examples/production.lock.yaml");

fn synthesize(spec: &str, lock: &str) -> Compiled {
    let read = podnet::spec::read(spec);
    let document = read.document.expect("the example is valid");
    compile(&document, Some(Named { name: "production.lock.yaml", text: lock }), None)
}

/// The example's lock as another cluster's.
fn lock_of(cluster: &str) -> String {
    let read = podnet::lock::read("production.lock.yaml", LOCK, "prod-usw2");
    podnet::lock::write(&Lock { cluster: cluster.to_owned(), ..read.lock.expect("the example is valid") })
}

fn synthesis(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("synthesis");
    for clusters in [1_usize, 1_000] {
        let texts: Vec<(String, String)> = (0..clusters)
            .map(|number| {
                let name = format!("prod-{number}");
                (SPEC.replace("prod-usw2", &name), lock_of(&name))
            })
            .collect();
        assert_eq!(synthesize(&texts[0].0, &texts[0].1).files.len(), 6);
        group.throughput(Throughput::Elements(clusters as u64));
        group.sample_size(10);
        group.bench_with_input(BenchmarkId::from_parameter(clusters), &texts, |bencher, texts| {
            bencher.iter(|| {
                for (spec, lock) in texts {
                    black_box(synthesize(spec, lock));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, synthesis);
criterion_main!(benches);
