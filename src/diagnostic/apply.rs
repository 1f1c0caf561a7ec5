//! Edits onto a text: which bytes go, and what comes in their place.

use std::ops::Range;

use super::edit::yaml_text;
use super::{Action, Edit};
use crate::source::{Node, Pointer, ReadLimits, Target, Tree, read};

/// Why edits cannot be applied to a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text has nothing at the edit's place.
    #[error("there is nothing at `{0}` to change")]
    NoPlace(String),
    /// Two edits change the same bytes.
    #[error("two edits change the same text")]
    Overlap,
}

/// Applies the edits of one diagnostic to the text that they are about.
///
/// # Errors
/// The text has no such place, or two edits change the same bytes.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let tree = tree(text);
    let mut splices = Vec::new();
    for edit in edits {
        let splice = splice(text, &tree, edit).ok_or_else(|| EditError::NoPlace(edit.place.pointer.dotted()))?;
        splices.push(splice);
    }
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, replacement) in splices {
        out.push_str(text.get(at..range.start).ok_or(EditError::Overlap)?);
        out.push_str(&replacement);
        at = range.end;
    }
    out.push_str(text.get(at..).ok_or(EditError::Overlap)?);
    Ok(out)
}

/// Reads a text for edits. A byte order mark counts as space, as it does to the spec's reader.
pub(super) fn tree(text: &str) -> Tree {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => read(&format!("   {rest}"), ReadLimits::MANIFEST),
        None => read(text, ReadLimits::MANIFEST),
    }
}

/// Finds the bytes that an edit replaces, and what replaces them; nothing where the text has no such place.
pub(super) fn splice(text: &str, tree: &Tree, edit: &Edit) -> Option<(Range<usize>, String)> {
    let layout = Layout { text, root: tree.documents.first() };
    match (edit.place.target, &edit.action) {
        (Target::Bytes { start, end }, change) => layout.bytes(start..end, change),
        (Target::Key, Action::Replace(key)) => Some((layout.find(&edit.place.pointer)?.last()?.key()?, key.clone())),
        (_, Action::Replace(value)) => layout.replace(&edit.place.pointer, value),
        (_, Action::Remove) => layout.remove(layout.find(&edit.place.pointer)?),
        (_, Action::Set { key, value }) => layout.set(&edit.place.pointer, key, value),
        (_, Action::Push(item)) => layout.push(&edit.place.pointer, item),
    }
}

/// An entry of a map or an item of a list.
#[derive(Clone, Copy)]
struct Entry<'a> {
    container: &'a Node,
    number: usize,
}

impl<'a> Entry<'a> {
    fn value(&self) -> Option<&'a Node> {
        match self.container {
            Node::Map(entries, _) => entries.get(self.number).map(|(.., value)| value),
            Node::List(items, _) => items.get(self.number),
            Node::Scalar(..) => None,
        }
    }

    fn key(&self) -> Option<Range<usize>> {
        match self.container {
            Node::Map(entries, _) => entries.get(self.number).map(|(_, key, _)| key.clone()),
            _ => None,
        }
    }

    fn named(container: &'a Node, segment: &str) -> Option<Self> {
        let number = match container {
            // Of a key that stands twice, the last one counts.
            Node::Map(entries, _) => entries.iter().rposition(|(key, ..)| key.text == segment)?,
            Node::List(items, _) => segment.parse().ok().filter(|number| *number < items.len())?,
            Node::Scalar(..) => return None,
        };
        Some(Self { container, number })
    }

    fn sibling(&self, number: usize) -> Self {
        Self { container: self.container, number }
    }
}

fn length(container: &Node) -> usize {
    match container {
        Node::Map(entries, _) => entries.len(),
        Node::List(items, _) => items.len(),
        Node::Scalar(..) => 0,
    }
}

/// A text and what is in it.
struct Layout<'a> {
    text: &'a str,
    root: Option<&'a Node>,
}

impl<'a> Layout<'a> {
    /// Finds the entries that lead to a place, from the top down.
    fn find(&self, pointer: &Pointer) -> Option<Vec<Entry<'a>>> {
        let mut node = self.root?;
        let mut entries = Vec::new();
        for segment in pointer.segments() {
            let entry = Entry::named(node, &segment)?;
            node = entry.value()?;
            entries.push(entry);
        }
        Some(entries)
    }

    fn node(&self, pointer: &Pointer) -> Option<&'a Node> {
        match self.find(pointer)?.last() {
            Some(entry) => entry.value(),
            None => self.root,
        }
    }

    /// An edit of a stretch of bytes: of the entry whose key or item it is, where there is one to be removed.
    fn bytes(&self, range: Range<usize>, change: &Action) -> Option<(Range<usize>, String)> {
        match change {
            Action::Replace(text) => Some((range, text.clone())),
            Action::Remove => {
                let mut entries = Vec::new();
                let entry = self.root.filter(|root| entry_at(root, &range, &mut entries));
                if entry.is_some() { self.remove(entries) } else { Some((range, String::new())) }
            }
            Action::Set { .. } | Action::Push(_) => None,
        }
    }

    fn replace(&self, pointer: &Pointer, value: &str) -> Option<(Range<usize>, String)> {
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

    fn set(&self, section: &Pointer, key: &str, value: &str) -> Option<(Range<usize>, String)> {
        self.field(section, &[(key.to_owned(), value.to_owned())])
    }

    /// Sets a field that stands in sections which are not there: the last of `fields` is the innermost, and has the value.
    fn field(&self, section: &Pointer, fields: &[(String, String)]) -> Option<(Range<usize>, String)> {
        let ((key, _), (_, value)) = (fields.first()?, fields.last()?);
        let node = self.node(section).filter(|node| !node.span().is_empty());
        let Some(container @ Node::Map(entries, span)) = node else {
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
        let last = Entry { container, number: entries.len().saturating_sub(1) };
        if self.is_flow(container) {
            let field = format!("{}: {}", keys.first()?, flow(keys.get(1..)?, value));
            return Some(if entries.is_empty() {
                (span.start + 1..span.start + 1, field)
            } else {
                let end = self.end(last)?;
                (end..end, format!(", {field}"))
            });
        }
        let (_, first, _) = entries.first()?;
        let (column, end) = (self.column(first.start), self.end(last)?);
        match keys.as_slice() {
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

    fn push(&self, list: &Pointer, item: &str) -> Option<(Range<usize>, String)> {
        let node = self.node(list).filter(|node| !node.span().is_empty());
        let Some(container @ Node::List(items, span)) = node else {
            let name = node.is_none().then(|| list.segments().last()).flatten()?;
            return self.set(&list.parent()?, &name, &format!("[{item}]"));
        };
        let last = Entry { container, number: items.len().saturating_sub(1) };
        if self.is_flow(container) {
            return Some(if items.is_empty() {
                (span.start + 1..span.start + 1, item.to_owned())
            } else {
                let end = self.end(last)?;
                (end..end, format!(", {item}"))
            });
        }
        self.line_behind(self.end(last)?, self.column(self.start(last)?), &format!("- {item}"))
    }

    /// Takes the last of some entries out.
    fn remove(&self, mut entries: Vec<Entry<'_>>) -> Option<(Range<usize>, String)> {
        let entry = entries.pop()?;
        let siblings = length(entry.container);
        if siblings == 1 {
            return match entries.last() {
                Some(above) if above.key().is_some() => self.remove(entries),
                _ => {
                    let empty = if entry.key().is_some() { "{}" } else { "[]" };
                    let start = if entry.key().is_some() { entry.container.span().start } else { self.start(entry)? };
                    Some((start..entry.container.span().end.max(self.end(entry)?), empty.to_owned()))
                }
            };
        }
        let next = (entry.number + 1 < siblings).then(|| entry.sibling(entry.number + 1));
        let (start, end) = (self.start(entry)?, self.end(entry)?);
        if self.is_flow(entry.container) {
            return Some(match next {
                Some(next) => (start..self.start(next)?, String::new()),
                None => (self.end(entry.sibling(entry.number.checked_sub(1)?))?..end, String::new()),
            });
        }
        let line = self.line_start(start);
        if self.text.get(line..start)?.bytes().all(|byte| byte == b' ') {
            let rest = self.text.get(end..)?;
            let line_end = rest.find('\n').map_or(self.text.len(), |at| end + at + 1);
            return Some((line..line_end, String::new()));
        }
        Some((start..self.start(next?)?, String::new()))
    }

    /// Writes a line of its own behind the line that holds a position.
    fn line_behind(&self, end: usize, column: usize, line: &str) -> Option<(Range<usize>, String)> {
        let rest = self.text.get(end..)?;
        let length = rest.find('\n').unwrap_or(rest.len());
        let at = end + rest.get(..length)?.trim_end_matches('\r').len();
        Some((at..at, format!("{}{}{line}", self.line_break(), " ".repeat(column))))
    }

    fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.text.get(node.span().start..).is_some_and(|rest| rest.starts_with(['{', '[']))
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1)
    }

    /// How far a position is from the start of its line.
    fn column(&self, at: usize) -> usize {
        self.text.get(self.line_start(at)..at).map_or(0, |before| before.trim_start_matches('\u{feff}').chars().count())
    }

    /// Where an entry starts: its key, or the dash of its item.
    fn start(&self, entry: Entry<'_>) -> Option<usize> {
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
    fn end(&self, entry: Entry<'_>) -> Option<usize> {
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

    fn behind_colon(&self, key: &Range<usize>) -> Option<usize> {
        self.text.get(key.end..)?.find(':').map(|at| key.end + at + 1)
    }
}

/// A value in the maps of some keys, on one line.
fn flow(keys: &[String], value: &str) -> String {
    keys.iter().rev().fold(value.to_owned(), |value, key| format!("{{{key}: {value}}}"))
}

/// Finds the entry whose key, or whose item, starts at some bytes, and the entries that lead to it.
fn entry_at<'a>(node: &'a Node, range: &Range<usize>, entries: &mut Vec<Entry<'a>>) -> bool {
    for number in 0..length(node) {
        let entry = Entry { container: node, number };
        let Some(value) = entry.value() else { continue };
        entries.push(entry);
        if entry.key().unwrap_or_else(|| value.span()) == *range || entry_at(value, range, entries) {
            return true;
        }
        entries.pop();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Place;

    const BLOCK: &str =
        "a:\n  b: 1 # one\n  c:\n    - x: 1\n      y: 2\n    - z\n  d: {e: 1, f: [7, 8]}\n  g:\nh: |\n  t\ni: 3\n";

    fn edited(text: &str, edit: Edit) -> String {
        apply(text, &[edit]).unwrap()
    }

    fn at(pointer: &str) -> Pointer {
        Pointer::from_text(pointer)
    }

    #[test]
    fn what_is_removed_takes_its_line_along() {
        for (pointer, gone) in [
            ("/a/b", "  b: 1 # one\n"),
            ("/a/c", "  c:\n    - x: 1\n      y: 2\n    - z\n"),
            ("/a/c/0", "    - x: 1\n      y: 2\n"),
            ("/a/c/1", "    - z\n"),
            ("/a/c/0/x", "x: 1\n      "),
            ("/a/c/0/y", "      y: 2\n"),
            ("/a/d/e", "e: 1, "),
            ("/a/d/f", ", f: [7, 8]"),
            ("/a/d/f/0", "7, "),
            ("/a/g", "  g:\n"),
            ("/h", "h: |\n  t\n"),
            ("/i", "i: 3\n"),
        ] {
            assert_eq!(edited(BLOCK, Edit::remove(at(pointer))), BLOCK.replacen(gone, "", 1), "{pointer}");
        }
        assert_eq!(edited("a:\n  b:\n    c: 1\n  d: 2\n", Edit::remove(at("/a/b/c"))), "a:\n  d: 2\n");
        assert_eq!(edited("- a: 1\n- b\n", Edit::remove(at("/0/a"))), "- {}\n- b\n");
        assert_eq!(edited("a: 1\na: 2\n", Edit::remove(Place::bytes("", 0, 1))), "a: 2\n");
    }

    #[test]
    fn values_and_keys_are_replaced() {
        for (pointer, old, new) in [
            ("/a/b", "b: 1 #", "b: x #"),
            ("/a/c", "c:\n    - x: 1\n      y: 2\n    - z\n", "c: x\n"),
            ("/a/c/1", "- z", "- x"),
            ("/a/d/f", "[7, 8]", "x"),
            ("/a/g", "g:\n", "g: x\n"),
            ("/h", "|\n  t\n", "x\n"),
            ("/a/d/new", "[7, 8]}", "[7, 8], new: x}"),
        ] {
            assert_eq!(edited(BLOCK, Edit::replace(at(pointer), "x")), BLOCK.replacen(old, new, 1), "{pointer}");
        }
        assert_eq!(edited(BLOCK, Edit::replace(Place::key(at("/a/b")), "on")), BLOCK.replace("b: 1", "\"on\": 1"));
    }

    #[test]
    fn fields_and_items_are_added_in_the_style_around_them() {
        let set = |pointer: &str| edited(BLOCK, Edit::set(at(pointer), "k", 1));
        assert_eq!(set("/a"), BLOCK.replace("  g:\n", "  g:\n  k: 1\n"));
        assert_eq!(set("/a/c/0"), BLOCK.replace("      y: 2\n", "      y: 2\n      k: 1\n"));
        assert_eq!(set("/a/d"), BLOCK.replace("[7, 8]}", "[7, 8], k: 1}"));
        assert_eq!(set("/a/g"), BLOCK.replace("g:\n", "g: {k: 1}\n"));
        assert_eq!(set("/a/new"), BLOCK.replace("g:\n", "g:\n  new: {k: 1}\n"));
        assert_eq!(set("/a/new/one"), BLOCK.replace("g:\n", "g:\n  new:\n    one:\n      k: 1\n"));
        assert_eq!(set("/a/d/new/one"), BLOCK.replace("[7, 8]}", "[7, 8], new: {one: {k: 1}}}"));
        assert_eq!(set(""), format!("{BLOCK}k: 1\n"));
        let push = |pointer: &str| edited(BLOCK, Edit::push(at(pointer), "n"));
        assert_eq!(push("/a/c"), BLOCK.replace("- z\n", "- z\n    - \"n\"\n"));
        assert_eq!(push("/a/d/f"), BLOCK.replace("[7, 8]", "[7, 8, \"n\"]"));
        assert_eq!(push("/a/new"), BLOCK.replace("g:\n", "g:\n  new: [\"n\"]\n"));
        assert_eq!(edited("a: {}\nb: 1", Edit::set(at("/a"), "k", "1.30")), "a: {k: \"1.30\"}\nb: 1");
        assert_eq!(edited("a:\r\n  b: 1\r\n", Edit::set(at("/a"), "k", 1)), "a:\r\n  b: 1\r\n  k: 1\r\n");
        assert_eq!(edited("\u{feff}a: ä", Edit::set(at(""), "k", 1)), "\u{feff}a: ä\nk: 1");
    }

    #[test]
    fn what_cannot_be_applied_is_told() {
        let nowhere = apply(BLOCK, &[Edit::remove(at("/a/missing"))]);
        assert_eq!(nowhere, Err(EditError::NoPlace("a.missing".to_owned())));
        let twice = apply(BLOCK, &[Edit::remove(at("/a/d")), Edit::replace(at("/a/d/e"), 2)]);
        assert_eq!(twice, Err(EditError::Overlap));
    }
}
