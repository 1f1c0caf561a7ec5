//! Two branches, and their locks merged line by line.

use std::collections::{BTreeMap, BTreeSet};

/// The lock's sections, in their order.
const SECTIONS: &[&str] = &[
    "#",
    "version:",
    "cluster:",
    "catalog:",
    "selectBy:",
    "allocations:",
    "existing:",
    "released:",
    "bindings:",
    "securityGroups:",
    "eniConfigs:",
    "nodeGroups:",
    "nodeResources:",
    "releasedNames:",
    "allowances:",
    "environment:",
    "clusterAccess:",
];

/// A line by what it says something of: its section and its key there.
type Lines<'a> = BTreeMap<(usize, &'a str), &'a str>;

fn lines(text: &str) -> Lines<'_> {
    let mut section = 0;
    let mut lines = Lines::new();
    for line in text.lines() {
        let entry = line.strip_prefix("  ").map(|entry| entry.split(": ").next().unwrap());
        if entry.is_none() {
            section = SECTIONS.iter().position(|name| line.starts_with(name)).unwrap();
        }
        lines.insert((section, entry.unwrap_or_default()), line);
    }
    lines
}

/// Merges two descendants of a lock as git does where their lines are apart: a line that one of them changed is that
/// one's. A line that both changed to different ones stands twice, as it does when both sides of a conflict are kept.
/// Tells whether there is one.
pub fn merge(before: &str, ours: &str, theirs: &str) -> (String, bool) {
    let [before, ours, theirs] = [before, ours, theirs].map(lines);
    let keys: BTreeSet<_> = before.keys().chain(ours.keys()).chain(theirs.keys()).copied().collect();
    let mut merged = String::new();
    let mut conflict = false;
    for key in keys {
        let [before, ours, theirs] = [&before, &ours, &theirs].map(|lines| lines.get(&key).copied());
        let kept = match (ours == before, theirs == before) {
            (true, _) => vec![theirs],
            (_, true) => vec![ours],
            _ if ours == theirs => vec![ours],
            _ => {
                conflict = true;
                vec![ours, theirs]
            }
        };
        for line in kept.into_iter().flatten() {
            merged.push_str(line);
            merged.push('\n');
        }
    }
    (merged, conflict)
}
