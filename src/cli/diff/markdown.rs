//! A comparison as a comment on a pull request: a line for each effect, the details folded.

use std::fmt::Write as _;

use super::people::{counted, worst_first};
use crate::change::{Alike, Verdict};
use crate::workspace::Judgement;

/// The section of one cluster; nothing where nothing changes.
pub(super) fn text(diff: &Judgement) -> String {
    if diff.effects.is_empty() {
        return String::new();
    }
    let mut text = format!("### `{}`: {}\n\n", diff.cluster, counted(diff));
    for Alike { effect, names, touched } in worst_first(diff) {
        let mark = if effect.verdict() == Verdict::Dangerous { "**" } else { "" };
        let (kind, names) = (effect.kind.as_str(), names.join("`, `"));
        let _ = writeln!(text, "- {mark}{kind}{mark} `{names}`{}: {}", touched.sum().in_words(), effect.consequence);
    }
    let _ = write!(text, "\n<details><summary>Every change, in the order of deployment</summary>\n\n");
    let _ = writeln!(text, "| | resource | why |\n|---|---|---|");
    for judged in &diff.effects {
        let effect = &judged.effect;
        let causes: Vec<String> = effect.causes.iter().map(|cause| format!("`{}`", cell(&cause.to_string()))).collect();
        let _ = writeln!(text, "| {} | `{}` | {} |", effect.kind.as_str(), cell(&effect.name), causes.join("<br>"));
    }
    let _ = writeln!(text, "\nAgainst `{}`.\n\n</details>\n", diff.before);
    text
}

/// A text that ends neither a cell of a table nor a code span.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('`', "'").replace(['\n', '\r'], " ")
}
