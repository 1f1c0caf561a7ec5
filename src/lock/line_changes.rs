//! What differs between two locks, line by line as they stand in the file.

use std::collections::BTreeMap;
use std::fmt;

use super::Lock;
use super::text::{Line, LockPart, parts};

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineChange {
    /// It comes.
    Added(String),
    /// It goes.
    Removed(String),
    /// It says something else.
    Changed {
        /// What it said.
        before: String,
        /// What it says now, without its key.
        after: String,
    },
}

impl fmt::Display for LineChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(line) => write!(f, "added: {line}"),
            Self::Removed(line) => write!(f, "removed: {line}"),
            Self::Changed { before, after } => write!(f, "changed: {before} becomes {after}"),
        }
    }
}

/// Compares two locks. Seals are left out: they follow from the rest of their line.
pub(crate) fn changes(before: &Lock, after: &Lock) -> Vec<LineChange> {
    let (before, after) = (lines(before), lines(after));
    let mut found = Vec::new();
    for (at, says) in &before {
        let line = || format!("{}: {says}", at.key);
        match after.get(at) {
            None => found.push(LineChange::Removed(line())),
            Some(now) if now != says => found.push(LineChange::Changed { before: line(), after: now.clone() }),
            Some(_) => {}
        }
    }
    let added = after.iter().filter(|(at, _)| !before.contains_key(*at));
    found.extend(added.map(|(at, says)| LineChange::Added(format!("{}: {says}", at.key))));
    found
}

/// Which line of a lock: its section, which is empty for the fields above them all, and its key.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct LineKey {
    section: &'static str,
    key: String,
}

/// What each line says, without its seal. A lock that is not there has no lines.
fn lines(lock: &Lock) -> BTreeMap<LineKey, String> {
    let parts = if lock.version == 0 { Vec::new() } else { parts(lock) };
    let of = |section, line: &Line| (LineKey { section, key: line.key() }, line.says());
    parts
        .iter()
        .flat_map(|part| match part {
            LockPart::Field(line) => vec![of("", line)],
            LockPart::Section { name, lines, .. } => lines.iter().map(|line| of(name, line)).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{Allocation, Reservations, State};

    #[test]
    fn lines_are_compared_by_what_they_say() {
        let allocation = |cidr: &str, state| Allocation {
            cidr: cidr.parse().unwrap(),
            state,
            subnet_id: None,
            reservations: Reservations::Stack,
            route_table_id: None,
            zone_id: None,
        };
        let mut before = Lock::empty("prod", "2026-10-27");
        before.allocations.insert("default/us-west-2a".parse().unwrap(), allocation("100.64.0.0/18", State::Active));
        before.bindings.insert("PodSecurityGroup".to_owned(), "sg-0a773b975e1a22c0e".to_owned());
        let mut after = before.clone();
        after.bindings.clear();
        after.allocations.insert("default/us-west-2a".parse().unwrap(), allocation("100.64.0.0/18", State::Retired));
        after.allocations.insert("default/us-west-2b".parse().unwrap(), allocation("100.64.64.0/18", State::Active));
        let said: Vec<String> = changes(&before, &after).iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(said.join("\n"), @r#"
        changed: default/us-west-2a: {cidr: "100.64.0.0/18", state: active} becomes {cidr: "100.64.0.0/18", state: retired}
        removed: PodSecurityGroup: {id: sg-0a773b975e1a22c0e}
        added: default/us-west-2b: {cidr: "100.64.64.0/18", state: active}
        "#);
        assert_eq!(changes(&after, &after), []);
        assert_eq!(changes(&Lock::default(), &before).len(), 5);
    }
}
