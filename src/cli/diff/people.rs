//! A comparison for people.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::judged::ClusterDiff;
use crate::change::{Alike, EffectKind, Touched, Verdict, alike};

/// The lines of one cluster, the worst first; what nothing notices is counted. Nothing where nothing changes.
pub(super) fn text(diff: &ClusterDiff) -> String {
    if diff.effects.is_empty() {
        return String::new();
    }
    let mut text = format!("{}: {} (against {})\n", diff.cluster, counted(diff), diff.before);
    for Alike { effect, names, touched } in worst_first(diff) {
        let _ =
            writeln!(text, "  {}  {} ({}){}", effect.kind.as_str(), names.join(", "), effect.of_type, at_most(touched));
        for cause in &effect.causes {
            let _ = writeln!(text, "      {cause}");
        }
        let _ = writeln!(text, "      {}", effect.consequence);
    }
    text
}

/// The effects that something running notices, the worst first, and those that are alike together.
pub(super) fn worst_first(diff: &ClusterDiff) -> Vec<Alike<'_>> {
    let noticed = diff.effects.iter().filter(|judged| judged.verdict > Verdict::Harmless);
    let mut found = alike(noticed.map(|judged| &judged.effect));
    found.sort_by_key(|alike| Reverse((alike.effect.verdict(), alike.effect.kind)));
    found
}

/// "2 rolled, 3 updated in place", the worst first.
pub(super) fn counted(diff: &ClusterDiff) -> String {
    let mut kinds: Vec<EffectKind> = diff.effects.iter().map(|judged| judged.effect.kind).collect();
    kinds.sort_unstable_by(|one, two| two.cmp(one));
    let groups = kinds.chunk_by(|one, two| one == two);
    let words: Vec<String> =
        groups.filter_map(|group| Some(format!("{} {}", group.len(), group.first()?.as_str()))).collect();
    words.join(", ")
}

/// ", at most 10 nodes with 1100 pods".
pub(super) fn at_most(touched: Touched) -> String {
    match touched {
        Touched { nodes: 0, .. } => String::new(),
        Touched { nodes, pods: 0 } => format!(", at most {nodes} nodes"),
        Touched { nodes, pods } => format!(", at most {nodes} nodes with {pods} pods"),
    }
}
