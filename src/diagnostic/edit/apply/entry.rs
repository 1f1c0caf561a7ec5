//! An entry of a map or an item of a list, by what it is in: its key, its value and the entries beside it.

use std::ops::Range;

use crate::source::Node;

/// An entry of a map or an item of a list.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) container: &'a Node,
    pub(super) number: usize,
}

impl<'a> Entry<'a> {
    pub(super) fn value(&self) -> Option<&'a Node> {
        match self.container {
            Node::Map(entries, _) => entries.get(self.number).map(|(.., value)| value),
            Node::List(items, _) => items.get(self.number),
            Node::Scalar(..) => None,
        }
    }

    pub(super) fn key(&self) -> Option<Range<usize>> {
        match self.container {
            Node::Map(entries, _) => entries.get(self.number).map(|(_, key, _)| key.clone()),
            _ => None,
        }
    }

    pub(super) fn named(container: &'a Node, segment: &str) -> Option<Self> {
        let number = match container {
            // Of a key that stands twice, the last one counts.
            Node::Map(entries, _) => entries.iter().rposition(|(key, ..)| key.text == segment)?,
            Node::List(items, _) => segment.parse().ok().filter(|number| *number < items.len())?,
            Node::Scalar(..) => return None,
        };
        Some(Self { container, number })
    }

    pub(super) fn sibling(&self, number: usize) -> Self {
        Self { container: self.container, number }
    }
}

pub(super) fn length(container: &Node) -> usize {
    match container {
        Node::Map(entries, _) => entries.len(),
        Node::List(items, _) => items.len(),
        Node::Scalar(..) => 0,
    }
}

/// Finds the entry whose key, or whose item, starts at some bytes, and the entries that lead to it.
pub(super) fn entry_at<'a>(node: &'a Node, range: &Range<usize>, entries: &mut Vec<Entry<'a>>) -> bool {
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
