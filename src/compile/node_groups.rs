//! The node groups' stack from one synthesis to the next: what stays in it, and which groups get successors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::change::{Effect, EffectKind, Output, Verdict, effects};
use crate::files::{File, NODE_GROUPS, template_resources};
use crate::lock::{GroupState, Lock};
use crate::plan::{NodeGroupPlan, Plan};
use crate::spec::{Document, Replace};

/// The resources of the stack as they are rendered, as JSON, by logical id.
pub(super) fn resources(files: &[File]) -> BTreeMap<String, String> {
    // What is no template is told by the gate.
    files.iter().find(|file| file.path == NODE_GROUPS).map(|file| template_resources(&file.text)).unwrap_or_default()
}

/// What the template has to keep as it was written: the groups that are in the lock and that are not rendered, with all that they
/// need. They are retired, or cannot be rendered now.
pub(super) fn kept(lock: &Lock, rendered: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let gone: Vec<&str> =
        lock.node_groups.keys().filter(|id| !rendered.contains_key(*id)).map(String::as_str).collect();
    if gone.is_empty() {
        return BTreeMap::new();
    }
    let mut kept = Output::of_stack(NODE_GROUPS, &lock.node_resources).with_what_they_need(NODE_GROUPS, gone);
    kept.retain(|name, _| !rendered.contains_key(name));
    kept
}

/// The lock with another generation of every group that a plan and the resources rendered from it would replace, or whose nodes it would end without a
/// drain; nothing where there is none. `tried` are the generations that were rendered before.
pub(super) fn with_successors(
    document: &Document,
    lock: &Lock,
    (plan, now): (&Plan, &BTreeMap<String, String>),
    tried: &mut BTreeSet<String>,
) -> Option<Lock> {
    if *now == lock.node_resources || lock.node_groups.is_empty() {
        return None;
    }
    let (before, after) = (Output::of_stack(NODE_GROUPS, &lock.node_resources), Output::of_stack(NODE_GROUPS, now));
    let ended = |effect: &Effect| {
        effect.has_nodes()
            && effect.verdict() == Verdict::Dangerous
            && matches!(effect.kind, EffectKind::Replaced | EffectKind::Rolled | EffectKind::Fails)
    };
    let ended: Vec<Effect> = effects(&before, &after).into_iter().filter(ended).collect();
    let in_place = |group: &NodeGroupPlan| {
        let of_spec = document.spec.node_groups.iter().find(|there| there.name == group.group);
        of_spec.is_some_and(|group| match group.update.unwrap_or_default().replace() {
            Replace::InPlace => true,
            Replace::Successor => false,
        })
    };
    let of = |effect: &Effect| plan.node_groups.iter().find(|group| group.logical_id.as_str() == effect.name);
    let changed: Vec<&NodeGroupPlan> = ended.iter().filter_map(of).filter(|group| !in_place(group)).collect();
    if changed.is_empty() {
        return None;
    }
    let mut taken: BTreeSet<String> = now.keys().chain(lock.node_resources.keys()).cloned().collect();
    let mut next = lock.clone();
    for group in changed {
        let id = group.logical_id.to_string();
        let first = group.successor_of.as_ref().unwrap_or(&group.logical_id).to_string();
        tried.insert(id.clone());
        let Some(mut successor) = next.node_groups.get(&id).cloned() else { continue };
        if let Some(old) = next.node_groups.get_mut(&id) {
            old.state = GroupState::Retired;
        }
        successor.state = GroupState::Joining;
        let untried =
            next.generations(&first).into_iter().find(|(id, _)| !tried.contains(*id)).map(|(id, _)| id.to_owned());
        if let Some(again) = untried.and_then(|id| next.node_groups.get_mut(&id)) {
            again.state = GroupState::Active;
            continue;
        }
        let id = next.next_generation(&first, &taken);
        successor.successor_of = Some(first);
        taken.insert(id.clone());
        next.node_groups.insert(id, successor);
    }
    Some(next)
}
