//! From a path inside a document to the bytes that hold it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Pointer, Target};

/// Where a key and its value stand, as byte ranges of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spans {
    /// The key, where the value belongs to one.
    pub key: Option<Range<usize>>,
    /// The value.
    pub value: Range<usize>,
}

/// The places of every value of one document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    spans: BTreeMap<Pointer, Spans>,
}

impl Index {
    pub(super) fn insert(&mut self, pointer: Pointer, spans: Spans) {
        self.spans.insert(pointer, spans);
    }

    /// Finds the bytes of a place, or of the nearest thing around it that the text has (a defaulted field is not in
    /// the text; its section is). A section is marked by its key, since its value is many lines.
    pub(crate) fn find(&self, pointer: &Pointer, target: Target) -> Option<Range<usize>> {
        if let Target::Bytes { start, end } = target {
            return Some(start..end);
        }
        let mut at = pointer.clone();
        let mut exact = true;
        loop {
            if let Some(spans) = self.spans.get(&at) {
                return Some(match (&spans.key, target, exact) {
                    (Some(key), Target::Key, _) | (Some(key), _, false) => key.clone(),
                    _ => spans.value.clone(),
                });
            }
            at = at.parent()?;
            exact = false;
        }
    }

    /// Tells whether the text itself has a value at the pointer.
    pub(crate) fn contains(&self, pointer: &Pointer) -> bool {
        self.spans.contains_key(pointer)
    }
}
