//! What podnet finds in a text that it does not take.

use std::ops::Range;

/// What podnet found in a text that it does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule it breaks.
    pub kind: FindingKind,
    /// Where, as bytes of the text.
    pub span: Range<usize>,
    /// The rule's own words for it.
    pub message: String,
}

/// The rules of the event pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// Not YAML.
    Syntax,
    /// Larger, deeper or longer than the limits.
    Limit,
    /// One map has one key twice.
    DuplicateKey,
    /// An anchor or an alias.
    Anchor,
    /// A tag.
    Tag,
    /// A key that is not a scalar.
    ComplexKey,
}
