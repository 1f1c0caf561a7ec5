//! Which edits of a node group's size end nodes.

use super::kind::Cause;

/// How an edit of its size can end nodes of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::change) enum Scaling {
    /// By a lower maximum.
    Maximum,
    /// By a number of nodes that is set.
    Number,
}

/// Returns how an edit of its size can end nodes of a group; nothing where it cannot.
pub(in crate::change) fn scaling(causes: &[Cause]) -> Option<Scaling> {
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<u64>().ok());
    let of = |name: &str| causes.iter().find(|cause| cause.property.rsplit('.').next() == Some(name));
    let lower = |cause: &Cause| {
        number(&cause.after).is_some_and(|after| number(&cause.before).is_some_and(|before| after < before))
    };
    let set = ["DesiredSize", "DesiredCapacity"].into_iter().filter_map(of).any(|cause| cause.after.is_some());
    match (of("MaxSize").is_some_and(lower), set) {
        (_, true) => Some(Scaling::Number),
        (true, false) => Some(Scaling::Maximum),
        (false, false) => None,
    }
}
