//! What a change of the output does to what runs: the committed files against the new ones, resource by resource and object by
//! object.
//!
//! The committed output stands for what is deployed. Nothing here reads a file or asks AWS.

mod change_set;
mod effect;
mod objects;
mod stack;
mod state;

pub use change_set::{Agreement, ChangeSet, Compared, compare_change_set};
pub use effect::{Alike, Cause, Effect, EffectKind, Operation, Touched, TouchedGroups, Verdict, alike};
pub(crate) use state::group_claims;
pub use state::{Output, OutputProblem};

use stack::stack_effects;
use state::{Running, StackTemplate};

/// Compares the committed output with the new one. Returns what becomes of every resource and object that changes, in the order in
/// which the files are deployed: the pod network's stack, the manifests, the node groups' stack.
pub fn effects(before: &Output, after: &Output) -> Vec<Effect> {
    let running = Running::of(before);
    let nothing = StackTemplate::default();
    let mut files: Vec<&String> = before.templates.keys().chain(after.templates.keys()).collect();
    // `pod-network.yaml` is deployed first, and `node-groups.yaml` after everything else.
    files.sort_by_key(|file| (!file.ends_with("/pod-network.yaml"), *file));
    files.dedup();
    let read = |output: &Output, file: &String| output.templates.get(file).map(StackTemplate::read);
    let stacks = files.into_iter().map(|file| {
        let (old, new) = (read(before, file), read(after, file));
        let first = file.ends_with("/pod-network.yaml");
        let (old, new) = (old.as_ref().unwrap_or(&nothing), new.as_ref().unwrap_or(&nothing));
        (first, stack_effects(file, old, new, &running))
    });
    let (first, last): (Vec<_>, Vec<_>) = stacks.partition(|(first, _)| *first);
    let objects = objects::object_effects(&before.objects, &after.objects, &running);
    let effects = |stacks: Vec<(bool, Vec<Effect>)>| stacks.into_iter().flat_map(|(_, effects)| effects);
    effects(first).chain(objects).chain(effects(last)).collect()
}
