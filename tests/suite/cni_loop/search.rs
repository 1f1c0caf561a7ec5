//! Every order in which pods can come, at once.
//!
//! The loop fills interfaces before it attaches one, so how many slots a node holds says how they lie on interfaces. And
//! of its pods it counts, besides how many they are, only which prefixes have any. So a node is a pair of numbers here:
//! slots held, and slots that pods touch. A pod may take an address of a touched slot or of an untouched one, whichever
//! has any, and the loop may run between any two pods or not.

use std::collections::BTreeMap;

use super::node::Place;
use super::rules::{Counts, Rules};

/// All nodes that some order leads to with some number of pods. In a row for slots held, the place of a touched number.
#[derive(Default)]
struct Nodes {
    rows: Vec<Vec<bool>>,
}

impl Nodes {
    fn add(&mut self, held: u64, touched: u64) {
        let (held, touched) = (index(held), index(touched));
        if self.rows.len() <= held {
            self.rows.resize_with(held + 1, Vec::new);
        }
        let row = &mut self.rows[held];
        if row.len() <= touched {
            row.resize(touched + 1, false);
        }
        row[touched] = true;
    }

    /// Those with so many slots, by the slots that pods touch.
    fn touched(&self, held: usize) -> impl Iterator<Item = u64> + use<> {
        let row = self.rows[held].clone();
        row.into_iter().enumerate().filter(|(_, there)| *there).map(|(touched, _)| touched as u64)
    }

    fn highest(&self) -> u64 {
        (self.rows.len() as u64).saturating_sub(1)
    }
}

/// The most slots held with no pod, with one, and so on up to `pods`. Pods that find no address wait.
pub fn most_held(rules: &Rules, pods: u64) -> Vec<u64> {
    let mut nodes = Nodes::default();
    nodes.add(0, 0);
    let mut most = Vec::new();
    for placed in 0..=pods {
        let mut held = 0;
        while held < nodes.rows.len() {
            for touched in nodes.touched(held) {
                if let Some(more) = after_a_loop(rules, held as u64, touched, placed) {
                    nodes.add(more, touched);
                }
            }
            held += 1;
        }
        most.push(nodes.highest().max(most.last().copied().unwrap_or(0)));
        nodes = with_one_more(rules, &nodes, placed);
    }
    most
}

/// Slots after the loop ran once, if that changes anything.
fn after_a_loop(rules: &Rules, held: u64, touched: u64, placed: u64) -> Option<u64> {
    let counts = Counts {
        total: held * rules.slot,
        assigned: placed,
        free_prefixes: if rules.prefixes() { held - touched } else { 0 },
    };
    let asked = rules.asks_for(counts)?;
    let on_the_last = held % rules.slots;
    let room =
        if on_the_last > 0 || held / rules.slots < rules.interfaces as u64 { rules.slots - on_the_last } else { 0 };
    (room > 0).then_some(held + asked.min(room))
}

/// Gives one more pod an address, in every way there is. With single addresses it does not matter which.
fn with_one_more(rules: &Rules, nodes: &Nodes, placed: u64) -> Nodes {
    let mut next = Nodes::default();
    for row in 0..nodes.rows.len() {
        let held = row as u64;
        for touched in nodes.touched(row) {
            if !rules.prefixes() {
                if placed < held {
                    next.add(held, 0);
                }
                continue;
            }
            if placed < touched * rules.slot {
                next.add(held, touched);
            }
            if touched < held {
                next.add(held, touched + 1);
            }
        }
    }
    next
}

/// What happens next on a node.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    Loop,
    Pod(Place),
}

/// Pods placed, slots held, slots touched.
type State = (u64, u64, u64);

/// How each state of the search comes about: from which other, by what.
pub struct Histories {
    from: BTreeMap<State, (State, Event)>,
}

impl Histories {
    /// Follows every order of up to so many pods.
    pub fn of(rules: &Rules, pods: u64) -> Self {
        let mut from = BTreeMap::new();
        let mut open = vec![(0, 0, 0)];
        while let Some(node @ (placed, held, touched)) = open.pop() {
            let looped = after_a_loop(rules, held, touched, placed).map(|more| ((placed, more, touched), Event::Loop));
            let free = placed < pods && placed < held * rules.slot;
            let together = free && placed < touched * rules.slot;
            let together = together.then_some(((placed + 1, held, touched), Event::Pod(Place::Together)));
            let apart = free && touched < held;
            let apart = apart.then_some(((placed + 1, held, touched + 1), Event::Pod(Place::Apart)));
            for (next, event) in [looped, together, apart].into_iter().flatten() {
                from.entry(next).or_insert_with(|| {
                    open.push(next);
                    (node, event)
                });
            }
        }
        Self { from }
    }

    /// What happens, in order, until so many slots are held, with at most so many pods.
    pub fn to(&self, pods: u64, slots: u64) -> Vec<Event> {
        let mut node = *self.from.keys().find(|(placed, held, _)| *placed <= pods && *held == slots).unwrap();
        let mut events = Vec::new();
        while let Some((before, event)) = self.from.get(&node) {
            events.push(*event);
            node = *before;
        }
        events.reverse();
        events
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap()
}
