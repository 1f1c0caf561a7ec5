//! Changes that make a text YAML again: guesses, each taken only where the whole spec's form is right with it.

use std::ops::Range;

use super::schema_check;
use crate::diagnostic::{Diagnostic, Edit, apply};
use crate::source::{self, Place, ReadLimits};

/// Says what to do, with the first of some changes that makes the spec's form right.
pub(super) fn repaired(
    diagnostic: Diagnostic,
    text: &str,
    guesses: impl IntoIterator<Item = Edit>,
    words: impl Into<String>,
) -> Diagnostic {
    // A text without end is not read again and again.
    let mut guesses = guesses.into_iter().take(if text.len() < 100_000 { 12 } else { 0 });
    let words = words.into();
    match guesses.find(|guess| is_right(text, guess)) {
        Some(guess) => diagnostic.edit(guess, |_| words),
        None => diagnostic.help(words),
    }
}

fn is_right(text: &str, guess: &Edit) -> bool {
    let Ok(text) = apply(text, std::slice::from_ref(guess)) else { return false };
    let tree = source::read(&text, ReadLimits::SPEC);
    tree.findings.is_empty()
        && tree.documents.len() == 1
        && serde_yaml::from_str(&text).is_ok_and(|value| schema_check::check(&value, &tree).is_empty())
}

fn splice(range: Range<usize>, text: impl Into<String>) -> Edit {
    Edit::splice(Place::bytes("", range.start, range.end), text)
}

/// Another indentation for the line that starts somewhere: those of the lines above, and one level more.
pub(super) fn indentations(text: &str, start: usize) -> Vec<Edit> {
    let line = text.get(start..).unwrap_or_default();
    let old = line.len() - line.trim_start_matches(|first: char| first.is_whitespace() && first != '\n').len();
    let mut widths: Vec<usize> = Vec::new();
    let above = text.get(..start).unwrap_or_default().lines().rev().filter(|line| !line.trim().is_empty());
    for line in above.take(8) {
        let width = line.len() - line.trim_start_matches(' ').len();
        for width in [width, width + 2] {
            if !widths.contains(&width) {
                widths.push(width);
            }
        }
    }
    widths.into_iter().map(|width| splice(start..start + old, " ".repeat(width))).collect()
}

/// A closing mark where the line of the opening one ends, or before what else ends there.
pub(super) fn closings(text: &str, open: usize, mark: char) -> Vec<Edit> {
    let rest = text.get(open..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let end = line.find(" #").map_or(line, |comment| line.get(..comment).unwrap_or_default()).trim_end().len();
    let inner = line.char_indices().skip(1).filter(|(_, character)| matches!(character, ',' | ']' | '}'));
    let at = std::iter::once(end).chain(inner.map(|(at, _)| at));
    at.map(|at| splice(open + at..open + at, mark)).collect()
}

/// A space, where there is none.
pub(super) fn space(at: usize) -> Edit {
    splice(at..at, " ")
}

/// A space, in place of some bytes.
pub(super) fn space_for(range: Range<usize>) -> Edit {
    splice(range, " ")
}

/// Nothing, in place of some bytes.
pub(super) fn nothing(range: Range<usize>) -> Edit {
    splice(range, "")
}
