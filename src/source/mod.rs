//! Text to checked YAML: limits, duplicate keys, no anchors, aliases or tags, and an index from path to bytes.
//!
//! One pass over the parser's events serves both what people write (specs, locks, base manifests) and what podnet
//! writes (the blueprint gate reads its own output back through it).

mod conflict;
mod events;
mod index;
mod place;
pub(crate) mod plain;
pub mod scalar;

pub use conflict::conflict;
pub use events::{Finding, FindingKind, Node, ReadLimits, Scalar, Tree, read};
pub use index::{Index, Spans};
pub use place::{Place, Pointer, Target};
