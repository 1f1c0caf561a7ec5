//! Ranges never move: whatever is done to a spec, in whatever order, on however many branches.
//!
//! Documents are built once from text and edited as values, and most properties ask for the plan alone: files are made
//! from the plan and nothing else, and rendering them is much dearer.

mod again;
mod base;
mod branches;
mod edits;
mod networks;
mod order;
mod suffices;
mod world;

use std::cell::Cell;

use podnet::address::Cidr;
use podnet::compile::{Named, compile};
use podnet::diagnostic::{Code, Diagnostic, any_error};
use podnet::lock;
use podnet::lock::{Lock, State};
use podnet::plan::Planned;
use podnet::spec::{Document, PoolZone};
use proptest::prelude::*;

use crate::harness::property;

use again::Taken;
use base::text;
use edits::{Edit, additions, edits};
use order::shuffle;
use world::{Event, World, events, overlap, synthesize};

const CASES: u32 = 10_000;

/// Rendering takes much longer than planning.
const RENDERED_CASES: u32 = 300;

fn one_if(accepted: bool) -> (usize, usize) {
    (usize::from(accepted), 1)
}

#[test]
fn nothing_moves_whatever_is_edited() {
    property(CASES, &prop::collection::vec(events(), 1..5), |events| {
        let world = World::after(&events);
        let counted = (world.accepted, world.steps);
        world.settled();
        counted
    });
}

#[test]
fn a_range_that_is_given_stays_clear_of_all_that_the_lock_keeps() {
    let given = |world: &mut World, cidr: Cidr| {
        let mut document = world.document.clone();
        let zone = base::zone(2);
        let special = PoolZone { cidr: Some(cidr), ..PoolZone::NOTHING };
        document.spec.pod_network.pools.values_mut().for_each(|pool| {
            pool.zones.insert(zone.name.clone(), special.clone());
        });
        document.spec.zones.push(zone);
        let errors = |found: Vec<Diagnostic>| -> Vec<Code> {
            found.iter().filter(|diagnostic| diagnostic.is_error()).map(|diagnostic| diagnostic.code).collect()
        };
        world.accept(document).map_err(errors)
    };
    // A subnet that podnet does not manage.
    let mut world = World::new();
    world.lock.existing.insert(text("subnet-0e000000000000001"), text("100.64.9.0/24"));
    assert_eq!(given(&mut world, text("100.64.8.0/23")), Err(vec![Code::AddressOverlap]));
    assert_eq!(given(&mut world, text("100.64.10.0/23")), Ok(()));
    // A range that was carved, where the spec now gives another subnet by its id.
    let mut world = World::new();
    let mut document = world.document.clone();
    Edit::Identify { pool: 0, zone: 0, id: 0 }.apply(&mut document);
    world.accept(document).unwrap();
    let retired = world.lock.allocations.values().find(|allocation| allocation.state == State::Retired);
    let retired = retired.unwrap().cidr;
    assert_eq!(given(&mut world, retired), Err(vec![Code::AddressOverlap]));
}

#[test]
fn what_is_taken_out_and_put_back_has_the_range_that_it_had() {
    let few = || prop::collection::vec(events(), 0..2);
    let before = (few(), prop::collection::vec(additions(), 1..4));
    property(CASES, &(before, any::<[u8; 2]>(), few()), |((events, added), [kind, number], between)| {
        let mut world = World::after(&events);
        world.happen(&Event::Edits(added));
        let mut without = world.document.clone();
        let Some(taken) = Taken::out_of(&mut without, kind, number) else { return (0, 0) };
        let had = world.lock.clone();
        let keys = taken.keys(&had);
        if world.accept(without).is_err() {
            return (0, 1);
        }
        for event in &between {
            world.happen(event);
        }
        let mut with = world.document.clone();
        taken.back_into(&mut with);
        let accepted = world.accept(with).is_ok();
        for key in &keys {
            assert_eq!(world.lock.allocations[key].cidr, had.allocations[key].cidr, "{key} came back elsewhere");
        }
        one_if(accepted)
    });
}

/// What leads to a spec, and to the lock of some time before; or to none.
type Edited = (Vec<Event>, Vec<Edit>, bool);

fn edited() -> impl Strategy<Value = Edited> {
    (prop::collection::vec(events(), 0..2), prop::collection::vec(edits(), 0..4), any::<bool>())
}

fn spec_and_lock((events, edits, locked): &Edited) -> (Document, Lock) {
    let World { mut document, lock, .. } = World::after(events);
    for edit in edits {
        edit.apply(&mut document);
    }
    (document, if *locked { lock } else { Lock::default() })
}

#[test]
fn the_order_of_lists_means_nothing() {
    property(CASES, &(edited(), any::<u64>()), |(edited, seed)| {
        let (document, lock) = spec_and_lock(&edited);
        let mut shuffled = document.clone();
        shuffle(&mut shuffled, seed);
        let [one, two] = [&document, &shuffled].map(|document| synthesize(document, &lock));
        let codes = |planned: &Planned| -> Vec<Code> {
            let mut codes: Vec<Code> = planned.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
            codes.sort_unstable();
            codes
        };
        assert_eq!(codes(&one), codes(&two));
        assert_eq!(one.plan, two.plan);
        if one.plan.is_some() {
            assert_eq!(lock::write(&one.lock), lock::write(&two.lock));
        }
        one_if(one.plan.is_some())
    });
}

#[test]
fn files_are_the_same_bytes_whatever_the_order_of_lists() {
    property(RENDERED_CASES, &(edited(), any::<u64>()), |(edited, seed)| {
        let (document, lock) = spec_and_lock(&edited);
        let mut shuffled = document.clone();
        shuffle(&mut shuffled, seed);
        let text = lock::write(&lock);
        let named = (!lock.cluster.is_empty()).then_some(Named { name: "prod.lock.yaml", text: &text });
        let [one, two] = [&document, &shuffled].map(|document| compile(document, named, None));
        let written = !any_error(&one.diagnostics);
        assert_eq!((written, written), (!one.files.is_empty(), !any_error(&two.diagnostics)));
        assert_eq!(one.files, two.files);
        if written {
            assert_eq!(lock::write(&one.lock), lock::write(&two.lock));
        }
        one_if(written)
    });
}

#[test]
fn two_branches_merge_to_a_lock_that_is_right_or_refused() {
    let (right, refused) = (Cell::new(0), Cell::new(0));
    let pairs = (prop::collection::vec(events(), 0..2), additions(), additions());
    property(CASES, &pairs, |(events, ours, theirs)| {
        let trunk = World::after(&events);
        let branch = |edit: &Edit| {
            let mut world = trunk.clone();
            let mut next = trunk.document.clone();
            edit.apply(&mut next);
            world.accept(next).ok().map(|()| world)
        };
        let (Some(one), Some(two)) = (branch(&ours), branch(&theirs)) else { return (0, 1) };
        let [before, one, two] = [&trunk, &one, &two].map(|world| lock::write(&world.lock));
        let (merged, conflict) = branches::merge(&before, &one, &two);
        let read = lock::read("prod.lock.yaml", &merged, "prod");
        if let Some(lock) = read.lock {
            assert_eq!(overlap(&lock), None);
            assert_eq!(lock::write(&lock), merged);
            right.set(right.get() + 1);
            // Both branches' ranges stay with both branches' specs.
            let mut both = trunk.with(lock);
            let mut document = trunk.document.clone();
            for edit in [&ours, &theirs] {
                edit.apply(&mut document);
            }
            let _ = both.accept(document);
        } else {
            refused.set(refused.get() + 1);
            let code = if conflict { Code::LockSyntax } else { Code::LockContradiction };
            assert!(read.diagnostics.iter().all(|diagnostic| diagnostic.code == code), "{merged}");
        }
        (1, 1)
    });
    let (right, refused) = (right.get(), refused.get());
    println!("{right} merged locks are right, {refused} refused");
    assert!(right > CASES / 10 && refused > CASES / 10, "{right} right, {refused} refused");
}
