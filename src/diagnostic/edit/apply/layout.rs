//! How a text is laid out: where entries start and end, in which style, at which column.
//!
//! An edit keeps the text around it as it is, comments and indentation included: a spec is a person's, and a fix that
//! wrote it anew would hide its one change among many.

use std::ops::Range;

use super::entry::{Entry, length};
use crate::source::{Node, Pointer};

/// A text and what is in it.
pub(super) struct Layout<'a> {
    pub(super) text: &'a str,
    pub(super) root: Option<&'a Node>,
}

impl<'a> Layout<'a> {
    /// Finds the entries that lead to a place, from the top down.
    pub(super) fn find(&self, pointer: &Pointer) -> Option<Vec<Entry<'a>>> {
        let mut node = self.root?;
        let mut entries = Vec::new();
        for segment in pointer.segments() {
            let entry = Entry::named(node, &segment)?;
            node = entry.value()?;
            entries.push(entry);
        }
        Some(entries)
    }

    pub(super) fn node(&self, pointer: &Pointer) -> Option<&'a Node> {
        match self.find(pointer)?.last() {
            Some(entry) => entry.value(),
            None => self.root,
        }
    }

    pub(super) fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    pub(super) fn is_flow(&self, node: &Node) -> bool {
        self.text.get(node.span().start..).is_some_and(|rest| rest.starts_with(['{', '[']))
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1)
    }

    /// How far a position is from the start of its line.
    pub(super) fn column(&self, at: usize) -> usize {
        self.text.get(self.line_start(at)..at).map_or(0, |before| before.trim_start_matches('\u{feff}').chars().count())
    }

    /// Where an entry starts: its key, or the dash of its item.
    pub(super) fn start(&self, entry: Entry<'_>) -> Option<usize> {
        if let Some(key) = entry.key() {
            return Some(key.start);
        }
        let item = entry.value()?.span().start;
        if self.is_flow(entry.container) {
            return Some(item);
        }
        let before = self.text.get(..item)?;
        // An empty item has its place behind the dash, or at it.
        let dash = before.trim_end().strip_suffix('-').map(str::len);
        Some(dash.unwrap_or(item))
    }

    /// Where an entry ends; a value that is not written ends at its colon.
    pub(super) fn end(&self, entry: Entry<'_>) -> Option<usize> {
        let value = entry.value()?;
        let last = match value {
            Node::Scalar(_, span) if span.is_empty() => match entry.key() {
                Some(key) => return self.behind_colon(&key),
                None => return Some(self.start(entry)? + 1),
            },
            Node::Scalar(..) => None,
            container if self.is_flow(container) => None,
            container => length(container).checked_sub(1).map(|number| Entry { container, number }),
        };
        if let Some(last) = last {
            return self.end(last);
        }
        let span = value.span();
        Some(span.start + self.text.get(span)?.trim_end().len())
    }

    pub(super) fn behind_colon(&self, key: &Range<usize>) -> Option<usize> {
        self.text.get(key.end..)?.find(':').map(|at| key.end + at + 1)
    }
}
