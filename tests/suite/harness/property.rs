//! Properties over generated cases.

use std::cell::Cell;
use std::panic::Location;

use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestRunner};

/// Runs a property over many cases, each of which says how many of its steps were accepted, and out of how many; at least
/// half must be.
///
/// The seed of a case that fails is written to a file under `tests/proptest-regressions/` that is named after the caller's
/// file. Commit it with what mends the failure: from then on every run replays the file's seeds before it makes new cases,
/// in each property of that file. The properties under `src/` go by proptest's own macro, which does the same in
/// `proptest-regressions/` beside `src/`.
#[track_caller]
pub fn property<S: Strategy>(cases: u32, strategy: &S, holds: impl Fn(S::Value) -> (usize, usize)) {
    let (accepted, steps) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases,
        // What `SourceParallel` derives the file of seeds from.
        source_file: Some(Location::caller().file()),
        failure_persistence: Some(Box::new(FileFailurePersistence::SourceParallel("proptest-regressions"))),
        // Its seeds are cheap.
        rng_algorithm: RngAlgorithm::XorShift,
        ..Config::default()
    });
    let outcome = runner.run(strategy, |value| {
        let (some, all) = holds(value);
        accepted.set(accepted.get() + some);
        steps.set(steps.get() + all);
        Ok::<(), TestCaseError>(())
    });
    outcome.unwrap_or_else(|problem| panic!("{problem}"));
    let (accepted, steps) = (accepted.get(), steps.get());
    println!("{accepted} of {steps} steps were accepted");
    assert!(2 * accepted >= steps, "{accepted} of {steps} steps were accepted, too few to mean anything");
}
