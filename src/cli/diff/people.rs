//! A comparison for people.

use std::cmp::Reverse;
use std::fmt::Write as _;

use crate::change::{Alike, EffectKind, Verdict, alike};
use crate::workspace::Judgement;

/// The lines of one cluster, the worst first; what nothing notices is counted. Nothing where nothing changes.
pub(in crate::cli) fn text(diff: &Judgement) -> String {
    if diff.effects.is_empty() {
        return String::new();
    }
    let mut text = format!("{}: {} (against {})\n", diff.cluster, counted(diff), diff.before);
    for Alike { effect, names, touched } in worst_first(diff) {
        let _ = writeln!(
            text,
            "  {}  {} ({}){}",
            effect.kind.as_str(),
            names.join(", "),
            effect.of_type,
            touched.sum().in_words()
        );
        for cause in &effect.causes {
            let _ = writeln!(text, "      {cause}");
        }
        let _ = writeln!(text, "      {}", effect.consequence);
    }
    text
}

/// The effects that something running notices, the worst first, and those that are alike together.
pub(super) fn worst_first(diff: &Judgement) -> Vec<Alike<'_>> {
    let noticed = diff.effects.iter().filter(|judged| judged.verdict > Verdict::Harmless);
    let mut found = alike(noticed.map(|judged| &judged.effect));
    found.sort_by_key(|alike| Reverse((alike.effect.verdict(), alike.effect.kind)));
    found
}

/// "2 rolled, 3 updated in place", the worst first.
pub(super) fn counted(diff: &Judgement) -> String {
    let mut kinds: Vec<EffectKind> = diff.effects.iter().map(|judged| judged.effect.kind).collect();
    kinds.sort_unstable_by(|one, two| two.cmp(one));
    let groups = kinds.chunk_by(|one, two| one == two);
    let words: Vec<String> =
        groups.filter_map(|group| Some(format!("{} {}", group.len(), group.first()?.as_str()))).collect();
    words.join(", ")
}
