//! A spec and its lock through time, and what has to hold of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use podnet::address::Cidr;
use podnet::diagnostic::{Diagnostic, any_error};
use podnet::ids::PodSubnetKey;
use podnet::lock;
use podnet::lock::{Allocation, Lock, Reservations, State};
use podnet::plan::{PlanInputs, Planned, plan};
use podnet::spec::Document;
use proptest::prelude::*;

use super::base::{FURTHER, POOLS, base, name, text, zone};
use super::edits::{Edit, Place, edits, places, range};

/// What happens to a cluster.
#[derive(Debug, Clone)]
pub enum Event {
    /// Its spec is edited, and synthesized once.
    Edits(Vec<Edit>),
    /// What was made is deployed, and its ids are bound.
    Bind,
    /// Subnets that podnet does not manage become known.
    Existing(Place),
    /// A range is kept for a pool and zone that the spec does not have.
    Reserve { pool: u8, zone: u8, further: Option<u8>, place: Place },
}

/// Events of every kind, mostly edits.
pub fn events() -> impl Strategy<Value = Event> {
    let n = any::<u8>;
    prop_oneof![
        16 => prop::collection::vec(edits(), 1..3).prop_map(Event::Edits),
        2 => Just(Event::Bind),
        2 => places().prop_map(Event::Existing),
        1 => (n(), n(), prop::option::of(n()), places()).prop_map(|(pool, zone, further, place)| {
            Event::Reserve { pool, zone, further, place }
        }),
    ]
}

/// A spec, its lock, and every range that was ever handed out.
#[derive(Debug, Clone)]
pub struct World {
    pub document: Document,
    pub lock: Lock,
    seen: BTreeMap<PodSubnetKey, Cidr>,
    /// Whether ids were bound, or ranges taken, since the last synthesis.
    changed: bool,
    /// The stack's outputs that have the ids of its subnets, as of the last synthesis.
    outputs: Vec<String>,
    /// Ids that were given out.
    bound: usize,
    /// Edits that were synthesized, and how many of them were accepted.
    pub steps: usize,
    pub accepted: usize,
}

impl World {
    /// The base, synthesized for the first time.
    pub fn new() -> Self {
        static FIRST: LazyLock<World> = LazyLock::new(World::first);
        FIRST.clone()
    }

    fn first() -> Self {
        let mut world = Self {
            document: base(),
            lock: Lock::default(),
            seen: BTreeMap::new(),
            changed: false,
            outputs: Vec::new(),
            bound: 0,
            steps: 0,
            accepted: 0,
        };
        world.accept(base()).unwrap();
        (world.steps, world.accepted) = (0, 0);
        world
    }

    /// The base after some events.
    pub fn after(events: &[Event]) -> Self {
        let mut world = Self::new();
        for event in events {
            world.happen(event);
        }
        world
    }

    /// The same with another lock, whose ranges are handed out from now on.
    pub fn with(&self, lock: Lock) -> Self {
        let seen = lock.allocations.iter().map(|(key, allocation)| (key.clone(), allocation.cidr)).collect();
        Self { lock, seen, ..self.clone() }
    }

    /// Lets something happen, and checks that what must not move did not.
    pub fn happen(&mut self, event: &Event) {
        match *event {
            Event::Edits(ref edits) => {
                let mut next = self.document.clone();
                for edit in edits {
                    edit.apply(&mut next);
                }
                // What is refused is taken back, spec and lock.
                let _ = self.accept(next);
            }
            Event::Bind => self.bind(),
            Event::Existing(place) => {
                if let Some(cidr) = self.free(place) {
                    let id = text(&format!("subnet-0e{:015x}", self.lock.existing.len()));
                    self.lock.existing.insert(id, cidr);
                }
            }
            Event::Reserve { pool, zone: number, further, place } => {
                let further = further.map(|further| name(FURTHER, further));
                let key = PodSubnetKey { pool: name(POOLS, pool), zone: zone(number).name, further };
                if let (Some(cidr), false) = (self.free(place), self.lock.allocations.contains_key(&key)) {
                    let allocation = Allocation {
                        cidr,
                        state: State::Reserved,
                        subnet_id: None,
                        reservations: Reservations::default(),
                        route_table_id: None,
                        zone_id: None,
                    };
                    self.seen.insert(key.clone(), cidr);
                    self.lock.allocations.insert(key, allocation);
                }
            }
        }
    }

    /// Synthesizes a spec with the lock, and goes on with both if nothing is wrong.
    pub fn accept(&mut self, next: Document) -> Result<(), Vec<Diagnostic>> {
        self.steps += 1;
        let planned = synthesize(&next, &self.lock);
        if any_error(&planned.diagnostics) {
            assert!(planned.plan.is_none());
            return Err(planned.diagnostics);
        }
        check(&next, &self.lock, &planned);
        for (key, allocation) in &planned.lock.allocations {
            assert_eq!(*self.seen.entry(key.clone()).or_insert(allocation.cidr), allocation.cidr, "{key} moved");
        }
        for key in self.seen.keys() {
            assert!(planned.lock.allocations.contains_key(key), "{key} is forgotten");
        }
        let subnets = planned.plan.into_iter().flat_map(|plan| plan.pod_subnets);
        self.outputs = subnets.filter_map(|subnet| subnet.logical_id).map(String::from).collect();
        (self.document, self.lock, self.changed) = (next, planned.lock, false);
        self.accepted += 1;
        Ok(())
    }

    /// Checks that the same spec changes nothing, and that the lock reads back.
    pub fn settled(mut self) {
        if self.changed {
            self.accept(self.document.clone()).unwrap();
        }
        let again = synthesize(&self.document, &self.lock);
        let text = lock::write(&self.lock);
        assert_eq!(lock::write(&again.lock), text, "the same spec changed the lock");
        assert!(again.plan.is_some(), "{:#?}", again.diagnostics);
        let read = lock::read("prod.lock.yaml", &text, "prod");
        assert!(read.lock.as_ref() == Some(&self.lock), "{text}\n{:#?}", read.diagnostics);
    }

    fn bind(&mut self) {
        self.changed = true;
        for output in &self.outputs {
            self.bound += 1;
            let id = format!("subnet-0f{:015x}", self.bound);
            self.lock.bindings.entry(output.clone()).or_insert(id);
        }
    }

    /// A range of the spec's blocks in which nothing is.
    fn free(&self, place: Place) -> Option<Cidr> {
        let cidr = range(&self.document, place)?;
        // Subnets that the spec gives by their id are in no lock, and no two subnets of a VPC overlap.
        let zones = self.document.spec.pod_network.pools.values().flat_map(|pool| pool.zones.values());
        let given =
            zones.flat_map(|zone| zone.cidr.into_iter().chain(zone.further.values().filter_map(|has| has.cidr)));
        let mut taken = ranges(&self.lock).chain(given);
        taken.all(|other| !other.overlaps(cidr)).then_some(cidr)
    }
}

/// Plans a spec with a lock.
pub fn synthesize(document: &Document, lock: &Lock) -> Planned {
    let lock = (!lock.cluster.is_empty()).then_some(("prod.lock.yaml", lock));
    plan(PlanInputs { document, lock, base: None })
}

/// Every range that a lock has, whatever its state.
fn ranges(lock: &Lock) -> impl Iterator<Item = Cidr> {
    lock.allocations.values().map(|allocation| allocation.cidr).chain(lock.existing.values().copied())
}

/// Two ranges of a lock that overlap.
pub fn overlap(lock: &Lock) -> Option<(Cidr, Cidr)> {
    let mut ranges: Vec<Cidr> = ranges(lock).collect();
    ranges.sort_unstable_by_key(|cidr| (cidr.first(), cidr.last()));
    // Of ranges in the order of their first addresses, two that overlap mean two neighbours that do.
    ranges.windows(2).map(|pair| (pair[0], pair[1])).find(|(one, two)| one.overlaps(*two))
}

/// The subnets that a spec asks podnet to make.
fn made(document: &Document) -> BTreeSet<PodSubnetKey> {
    let spec = &document.spec;
    let mut made = BTreeSet::new();
    for (pool, has) in &spec.pod_network.pools {
        for zone in &spec.zones {
            let key = |further: Option<&podnet::ids::Name>| PodSubnetKey {
                pool: pool.clone(),
                zone: zone.name.clone(),
                further: further.cloned(),
            };
            let special = has.zones.get(&zone.name);
            if special.is_none_or(|special| special.subnet_id.is_none()) {
                made.insert(key(None));
            }
            let further = special.into_iter().flat_map(|special| &special.further);
            made.extend(further.filter(|(_, has)| has.subnet_id.is_none()).map(|(name, _)| key(Some(name))));
        }
    }
    made
}

/// What holds after every step that is accepted.
fn check(document: &Document, before: &Lock, planned: &Planned) {
    let lock = &planned.lock;
    let plan = planned.plan.as_ref().unwrap();
    assert_eq!(overlap(lock), None, "ranges overlap");
    for (key, had) in &before.allocations {
        assert_eq!(lock.allocations.get(key).map(|has| has.cidr), Some(had.cidr), "{key} moved");
    }
    assert_eq!(&lock.existing, &before.existing);
    assert!(
        lock.bindings.iter().all(|(output, id)| before.bindings.get(output) == Some(id)),
        "an id came from nowhere"
    );
    for (output, id) in before.bindings.iter().filter(|(output, _)| !lock.bindings.contains_key(*output)) {
        // A retired range keeps its subnet's id itself.
        let mut retired = lock.allocations.values().filter(|allocation| allocation.state == State::Retired);
        assert!(
            retired.any(|allocation| allocation.subnet_id.as_ref().is_some_and(|kept| kept.as_str() == id)),
            "{output}"
        );
    }
    let active = lock.allocations.iter().filter(|(_, allocation)| allocation.state == State::Active);
    assert_eq!(active.clone().map(|(key, _)| key.clone()).collect::<BTreeSet<_>>(), made(document));
    for (key, Allocation { cidr, .. }) in active {
        assert_eq!(Cidr::new(cidr.first(), cidr.prefix_length()), Some(*cidr), "{key} has host bits");
        assert!((16..=28).contains(&cidr.prefix_length()), "{key}: {cidr} is no size of a subnet");
        let inside = document.spec.pod_network.cidr_blocks.iter().filter(|block| block.contains(*cidr)).count();
        assert_eq!(inside, 1, "{key}: {cidr} is not in a block");
        let nodes = document.spec.zones.iter().flat_map(|zone| &zone.node_subnets);
        assert!(nodes.into_iter().all(|nodes| !nodes.cidr.overlaps(*cidr)), "{key}: {cidr} is where nodes are");
        let planned = plan
            .pod_subnets
            .iter()
            .find(|subnet| (&subnet.pool, &subnet.zone, &subnet.further) == (&key.pool, &key.zone, &key.further));
        assert_eq!(planned.and_then(|subnet| subnet.cidr), Some(*cidr), "{key} is planned elsewhere");
    }
}
