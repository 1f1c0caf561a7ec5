//! Tables as text, and names in them that a mistyped one may have meant.

pub(super) mod nearest;
pub(super) mod quoted;
pub(super) mod table;
