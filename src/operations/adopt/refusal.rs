//! What keeps a subnet from being adopted.

use crate::diagnostic::{Code, Diagnostic};

/// Refuses to take subnets over.
pub(super) fn refuse(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::LockImport, message)
}
