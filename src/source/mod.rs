//! Text to checked YAML: limits, duplicate keys, no anchors, aliases or tags, and an index from path to bytes.
//!
//! One pass over the parser's events serves both what people write (specs, locks, base manifests) and what podnet
//! writes (the blueprint gate reads its own output back through it).

mod conflict;
mod events;
mod finding;
mod index;
mod limits;
mod offsets;
mod place;
pub(crate) mod plain;
pub(crate) mod scalar;
mod tree;

pub(crate) use conflict::conflict;
pub use events::read;
pub use finding::{Finding, FindingKind};
pub(crate) use index::Index;
pub use limits::ReadLimits;
pub use place::{Place, Pointer, Target};
pub use tree::{Node, Scalar, Tree};
