//! What differs between two locks, line by line as they stand in the file.

use std::collections::BTreeMap;
use std::fmt;

use super::{Lock, write};

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineChange {
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
pub fn changes(before: &Lock, after: &Lock) -> Vec<LineChange> {
    let (before, after) = (lines(before), lines(after));
    let mut found = Vec::new();
    for (path, line) in &before {
        match after.get(path) {
            None => found.push(LineChange::Removed(line.clone())),
            Some(now) if now != line => {
                let after = now.split_once(": ").map_or(now.as_str(), |(_, value)| value).to_owned();
                found.push(LineChange::Changed { before: line.clone(), after });
            }
            Some(_) => {}
        }
    }
    found.extend(
        after.iter().filter(|(path, _)| !before.contains_key(*path)).map(|(_, line)| LineChange::Added(line.clone())),
    );
    found
}

/// The lines by section and key, without their seals.
fn lines(lock: &Lock) -> BTreeMap<(String, String), String> {
    // A lock that is not there has no lines.
    let text = if lock.version == 0 { String::new() } else { write(lock) };
    let mut section = String::new();
    let mut lines = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let inner = line.strip_prefix("  ");
        if let (None, Some(name)) = (inner, line.strip_suffix(':')) {
            name.clone_into(&mut section);
            continue;
        }
        let line = inner.unwrap_or(line);
        let (key, value) = line.split_once(": ").unwrap_or((line, ""));
        let of = if inner.is_some() { section.clone() } else { String::new() };
        if key == "seal" || (inner.is_none() && value == "{}") {
            continue;
        }
        let says = match value.split_once(", seal: ") {
            Some((says, _)) => format!("{key}: {says}}}"),
            None => line.to_owned(),
        };
        lines.insert((of, key.to_owned()), says);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{Allocation, State};

    #[test]
    fn lines_are_compared_by_what_they_say() {
        let allocation = |cidr: &str, state| Allocation { cidr: cidr.parse().unwrap(), state, subnet_id: None };
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
