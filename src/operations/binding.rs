//! What binding comes to: ids in a lock, or why not.

use crate::diagnostic::{Code, Diagnostic};
use crate::lock::Lock;

/// An id that was copied into the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The output, or what of the cluster.
    pub name: String,
    /// The id.
    pub id: String,
    /// Whether the lock had another, or none.
    pub changed: bool,
}

/// What binding makes of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    /// The lock with the ids.
    pub lock: Lock,
    /// The ids.
    pub bound: Vec<Bound>,
}

/// Refuses what is of something else, or lacks something.
pub(super) fn refuse(message: String) -> Diagnostic {
    Diagnostic::error(Code::LockBinding, message)
}
