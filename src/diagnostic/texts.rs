//! The texts that diagnostics point into.

use std::collections::BTreeMap;
use std::ops::Range;

use super::printable::is_unprintable;
use super::{Diagnostic, Edit, Location, edit};
use crate::source::{Index, Place, Tree};

/// The texts that diagnostics point into, by the name the user knows them by.
#[derive(Debug, Default)]
pub struct Texts {
    texts: BTreeMap<String, ShownText>,
}

/// A text as it is shown, and where everything is in it.
#[derive(Debug)]
struct ShownText {
    shown: String,
    tree: Tree,
    index: Index,
}

impl Texts {
    /// Remembers a file's text; reads its places.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let text = text.into();
        let tree = edit::tree(&text);
        let index = tree.index();
        self.texts.insert(name.into(), ShownText { shown: shown(&text), tree, index });
    }

    /// Sorts diagnostics by file, and by where in the file they are.
    pub fn sort(&self, diagnostics: &mut [Diagnostic]) {
        diagnostics.sort_by_cached_key(|diagnostic| {
            let place = diagnostic.place.as_ref();
            let file = place.map(|place| place.file.clone());
            let at = place.and_then(|place| self.find(place)).map(|(_, range)| range.start);
            (file, at, diagnostic.clone())
        });
    }

    /// Says where a place is, in lines and columns; nothing for a file that was not read.
    pub(crate) fn locate(&self, place: &Place) -> Option<Location> {
        let text = self.texts.get(&place.file)?;
        Some(Location::of(&place.file, &text.shown, text.index.find(&place.pointer, place.target)?))
    }

    /// Says which stretch of a file an edit replaces, and with what; nothing for a file that was not read.
    pub(crate) fn splice(&self, edit: &Edit) -> Option<(Location, String)> {
        // What is not printable is shown by as many other bytes, so that places are the same.
        let text = self.texts.get(&edit.place.file)?;
        let (range, replacement) = edit::splice(&text.shown, &text.tree, edit)?;
        Some((Location::of(&edit.place.file, &text.shown, range), replacement))
    }

    /// Tells whether a file that was read has something at exactly this place.
    pub fn has(&self, place: &Place) -> bool {
        self.texts.get(&place.file).is_some_and(|text| text.index.contains(&place.pointer))
    }

    /// Finds a place's text and the bytes in it.
    pub(super) fn find(&self, place: &Place) -> Option<(&str, Range<usize>)> {
        let text = self.texts.get(&place.file)?;
        let range = text.index.find(&place.pointer, place.target)?;
        Some((&text.shown, first_line(&text.shown, range)))
    }
}

/// A mark never runs over the end of its first line, nor over what a terminal shows of one: the start of a section or
/// of a long text says enough.
fn first_line(text: &str, range: Range<usize>) -> Range<usize> {
    const LONGEST: usize = 100;
    let start = range.start.min(text.len());
    let end = range.end.clamp(start, text.len());
    let marked = text.get(start..end).unwrap_or_default();
    let stop = marked.char_indices().enumerate().find_map(|(number, (at, character))| {
        (number == LONGEST || matches!(character, '\n' | '\r')).then_some(start + at)
    });
    start..stop.unwrap_or(end)
}

/// A text as its lines are shown: what is not printable is replaced by a mark of as many bytes, so that places stay
/// right. Line breaks and tabs stay.
fn shown(text: &str) -> String {
    let mark = |character: char| match character.len_utf8() {
        1 => '?',
        2 => '\u{b7}',
        _ => '\u{fffd}',
    };
    let keep = |character: char| matches!(character, '\n' | '\r' | '\t') || !is_unprintable(character);
    text.chars().map(|character| if keep(character) { character } else { mark(character) }).collect()
}
