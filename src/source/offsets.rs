//! From character positions, which the parser counts, to bytes, which everything else counts.

use std::ops::Range;

use saphyr_parser::Span;

/// From character positions, which the parser counts, to bytes; plain arithmetic where the text is ASCII.
pub(super) struct Offsets {
    bytes: Option<Vec<usize>>,
    len: usize,
}

impl Offsets {
    pub(super) fn new(text: &str) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(byte, _)| byte).collect());
        Self { bytes, len: text.len() }
    }

    pub(super) fn byte(&self, character: usize) -> usize {
        match &self.bytes {
            None => character.min(self.len),
            Some(bytes) => bytes.get(character).copied().unwrap_or(self.len),
        }
    }

    pub(super) fn range(&self, span: Span) -> Range<usize> {
        self.byte(span.start.index())..self.byte(span.end.index())
    }
}
