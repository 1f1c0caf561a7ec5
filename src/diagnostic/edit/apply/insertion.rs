//! Writing values in place of others, and new fields and items in the style of what is around them.

use std::ops::Range;

use super::entry::{Entry, length};
use super::layout::Layout;
use crate::diagnostic::edit::yaml_text;
use crate::source::{Node, Pointer};

impl Layout<'_> {
    pub(super) fn replace(&self, pointer: &Pointer, value: &str) -> Option<(Range<usize>, String)> {
        let Some(entries) = self.find(pointer) else {
            let field = pointer.segments().last()?;
            return self.set(&pointer.parent()?, &field, value);
        };
        match entries.last() {
            Some(entry) => self.replace_value(*entry, value),
            None => Some((self.root?.span(), value.to_owned())),
        }
    }

    fn replace_value(&self, entry: Entry<'_>, value: &str) -> Option<(Range<usize>, String)> {
        let node = entry.value()?;
        let span = node.span();
        let one_piece = !span.is_empty()
            && match node {
                // A block scalar's own bytes are without its `|`.
                Node::Scalar(scalar, _) => scalar.plain || self.text.get(span.start..)?.starts_with(['"', '\'']),
                _ => self.is_flow(node),
            };
        if one_piece || entry.key().is_none() {
            return Some((span.start..self.end(entry)?, value.to_owned()));
        }
        Some((self.behind_colon(&entry.key()?)?..self.end(entry)?, format!(" {value}")))
    }

    pub(super) fn set(&self, section: &Pointer, key: &str, value: &str) -> Option<(Range<usize>, String)> {
        self.field(section, &[(key.to_owned(), value.to_owned())])
    }

    /// Sets a field that stands in sections which are not there: the last of `fields` is the innermost, and has the value.
    fn field(&self, section: &Pointer, fields: &[(String, String)]) -> Option<(Range<usize>, String)> {
        let ((key, _), (_, value)) = (fields.first()?, fields.last()?);
        let node = self.node(section).filter(|node| !node.span().is_empty());
        let Some(container @ Node::Map(..)) = node else {
            // A section that is not there comes with its field.
            let name = node.is_none().then(|| section.segments().last()).flatten()?;
            let inner = fields.iter().cloned();
            let fields: Vec<(String, String)> = std::iter::once((name, String::new())).chain(inner).collect();
            return self.field(&section.parent()?, &fields);
        };
        let keys: Vec<String> = fields.iter().map(|(key, _)| yaml_text(key)).collect();
        if let Some(there) = Entry::named(container, key) {
            return self.replace_value(there, &flow(keys.get(1..)?, value));
        }
        if self.is_flow(container) {
            let field = format!("{}: {}", keys.first()?, flow(keys.get(1..)?, value));
            return self.behind_last_in_flow(container, &field);
        }
        self.lines_behind_last(container, &keys, value)
    }

    /// Writes an entry behind the last one of a flow map or list.
    fn behind_last_in_flow(&self, container: &Node, entry: &str) -> Option<(Range<usize>, String)> {
        let Some(number) = length(container).checked_sub(1) else {
            let start = container.span().start + 1;
            return Some((start..start, entry.to_owned()));
        };
        let end = self.end(Entry { container, number })?;
        Some((end..end, format!(", {entry}")))
    }

    /// Writes a field on lines of its own behind the last entry of a block map, in the maps of all keys but the last.
    fn lines_behind_last(&self, container: &Node, keys: &[String], value: &str) -> Option<(Range<usize>, String)> {
        let first = Entry { container, number: 0 };
        let last = Entry { container, number: length(container).saturating_sub(1) };
        let (column, end) = (self.column(first.key()?.start), self.end(last)?);
        match keys {
            [key, rest @ ..] if rest.len() < 2 => {
                self.line_behind(end, column, &format!("{key}: {}", flow(rest, value)))
            }
            [outer @ .., key] => {
                // Several sections at once get lines of their own, as people write them.
                let break_ = self.line_break();
                let lines = outer
                    .iter()
                    .enumerate()
                    .map(|(depth, key)| format!("{key}:{break_}{}", " ".repeat(column + 2 * (depth + 1))));
                self.line_behind(end, column, &format!("{}{key}: {value}", lines.collect::<String>()))
            }
            [] => None,
        }
    }

    /// Adds an item to a list; a list that is not there comes with it.
    pub(super) fn push(&self, list: &Pointer, item: &str) -> Option<(Range<usize>, String)> {
        let node = self.node(list).filter(|node| !node.span().is_empty());
        let Some(container @ Node::List(items, _)) = node else {
            let name = node.is_none().then(|| list.segments().last()).flatten()?;
            return self.set(&list.parent()?, &name, &format!("[{item}]"));
        };
        if self.is_flow(container) {
            return self.behind_last_in_flow(container, item);
        }
        let last = Entry { container, number: items.len().saturating_sub(1) };
        self.line_behind(self.end(last)?, self.column(self.start(last)?), &format!("- {item}"))
    }

    /// Writes a line of its own behind the line that holds a position.
    fn line_behind(&self, end: usize, column: usize, line: &str) -> Option<(Range<usize>, String)> {
        let rest = self.text.get(end..)?;
        let length = rest.find('\n').unwrap_or(rest.len());
        let at = end + rest.get(..length)?.trim_end_matches('\r').len();
        Some((at..at, format!("{}{}{line}", self.line_break(), " ".repeat(column))))
    }
}

/// A value in the maps of some keys, on one line.
fn flow(keys: &[String], value: &str) -> String {
    keys.iter().rev().fold(value.to_owned(), |value, key| format!("{{{key}: {value}}}"))
}
