//! Node groups that were never committed: nothing of them is deployed, so that they are made anew instead of getting successors.

use std::path::Path;

use crate::lock::{self, GroupState, Lock};
use crate::output::{Committed, committed};

/// The lock without what it says of node groups beyond what is committed of it; nothing where that makes no difference.
///
/// git is asked only where a compilation retired something: what was written and never committed cannot have been deployed.
pub(super) fn without_uncommitted_groups(path: &Path, lock: &Lock, compiled: &Lock) -> Option<Lock> {
    let before = |id: &String| lock.node_groups.get(id).map(|group| group.state);
    let retires = compiled
        .node_groups
        .iter()
        .any(|(id, group)| group.state == GroupState::Retired && before(id) != Some(GroupState::Retired));
    if !retires {
        return None;
    }
    let deployed = match committed(path) {
        Committed::Unknown => return None,
        Committed::Absent => Lock::default(),
        Committed::Text(text) => lock::read(&path.display().to_string(), &text, &lock.cluster).lock?,
    };
    let mut next = lock.clone();
    // What was released since stays away.
    next.node_groups = deployed.node_groups;
    next.node_groups.retain(|id, _| lock.node_groups.contains_key(id) && !lock.released_names.contains(id));
    next.node_resources = deployed.node_resources;
    (next != *lock).then_some(next)
}
