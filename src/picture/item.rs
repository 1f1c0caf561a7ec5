//! A range as it is drawn and listed.

use super::kind::RangeKind;
use crate::plan::SpaceRange;

/// A range with its number; free ones have none.
pub(super) struct PictureItem<'a> {
    pub(super) key: Option<String>,
    pub(super) range: &'a SpaceRange,
    pub(super) kind: RangeKind,
}
