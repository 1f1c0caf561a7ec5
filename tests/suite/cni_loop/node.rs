//! A node whose pods come in some order, with every interface and every address of it.

use super::rules::{Counts, Rules};

/// A node: for each interface, how many pods each of its slots has.
#[derive(Debug, Clone)]
pub struct Node {
    rules: Rules,
    interfaces: Vec<Vec<u64>>,
}

/// Which of the free addresses a pod gets. ipamd takes any, as Go's maps come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One of a slot that has pods, if there is one.
    Together,
    /// One of a slot that has none, if there is one.
    Apart,
}

impl Node {
    pub fn new(rules: Rules) -> Self {
        Self { rules, interfaces: Vec::new() }
    }

    pub fn interfaces(&self) -> usize {
        self.interfaces.len()
    }

    pub fn slots(&self) -> u64 {
        self.interfaces.iter().map(|slots| slots.len() as u64).sum()
    }

    fn counts(&self) -> Counts {
        let slots = || self.interfaces.iter().flatten();
        Counts {
            total: self.slots() * self.rules.slot,
            assigned: slots().sum(),
            free_prefixes: if self.rules.prefixes() { slots().filter(|pods| **pods == 0).count() as u64 } else { 0 },
        }
    }

    /// Gives a pod an address, unless all are used: then the pod waits.
    pub fn place(&mut self, place: Place) -> bool {
        let size = self.rules.slot;
        let free = || {
            self.interfaces.iter().enumerate().flat_map(|(interface, slots)| {
                slots
                    .iter()
                    .enumerate()
                    .filter(move |(_, pods)| **pods < size)
                    .map(move |(slot, pods)| (*pods, interface, slot))
            })
        };
        let chosen = match place {
            Place::Together => free().max_by_key(|(pods, ..)| *pods),
            Place::Apart => free().min_by_key(|(pods, ..)| *pods),
        };
        if let Some((_, interface, slot)) = chosen {
            self.interfaces[interface][slot] += 1;
        }
        chosen.is_some()
    }

    /// Runs the loop once, and says whether anything changed: fills an interface that has room (`tryAssignCidrs`), else
    /// attaches one (`tryAllocateENI`), if the node takes another.
    pub fn run_loop(&mut self) -> bool {
        let Some(asked) = self.rules.asks_for(self.counts()) else { return false };
        let all = self.rules.slots;
        if let Some(slots) = self.interfaces.iter_mut().find(|slots| (slots.len() as u64) < all) {
            let more = asked.min(all - slots.len() as u64);
            slots.extend((0..more).map(|_| 0));
            return true;
        }
        let room = self.interfaces.len() < self.rules.interfaces;
        if room {
            self.interfaces.push(vec![0; usize::try_from(asked.min(all)).unwrap()]);
        }
        room
    }

    pub fn run_loop_until_quiet(&mut self) {
        while self.run_loop() {}
    }
}

/// An order in which pods come.
#[derive(Debug, Clone, Copy)]
pub enum Order {
    /// One by one; between two of them the loop runs until it changes nothing.
    Quiet(Place),
    /// All that find an address, each on a slot of its own if there is one; then the loop, and again.
    Bursts,
    /// As numbers that look random say.
    Mixed,
}

impl Order {
    /// The interfaces and addresses for pods that a node holds with no pod, with one, and so on.
    pub fn held(self, rules: &Rules, most: u32) -> Vec<(u64, u64)> {
        let mut node = Node::new(*rules);
        let mut random: u32 = 1;
        let mut held = Vec::new();
        for _ in 0..=most {
            let mut quiet = node.clone();
            quiet.run_loop_until_quiet();
            held.push((quiet.interfaces() as u64, quiet.slots() * rules.slot));
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let place = match self {
                Self::Quiet(place) => {
                    node = quiet;
                    place
                }
                Self::Bursts => Place::Apart,
                Self::Mixed => {
                    for _ in 0..random >> 30 {
                        node.run_loop();
                    }
                    if random & (1 << 20) == 0 { Place::Apart } else { Place::Together }
                }
            };
            while !node.place(place) {
                if !node.run_loop() {
                    return held;
                }
            }
        }
        held
    }
}
