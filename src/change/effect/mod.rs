//! An effect of a change on what runs: what it is, why, and what is to be thought of it.

mod alike;
mod kind;
mod properties;
mod scaling;
mod verdict;

pub use alike::{Alike, alike};
pub use kind::{Cause, Effect, EffectKind, Operation, Touched, TouchedGroups};
pub(super) use properties::{differences, shown};
pub(super) use scaling::{Scaling, scaling};
pub use verdict::Verdict;
