//! Output that does not mean what it says.

use crate::diagnostic::{Code, Diagnostic};
use crate::files::File;
use crate::source::Place;

/// Refuses a file.
pub(super) fn refuse(message: impl Into<String>, file: &File) -> Diagnostic {
    Diagnostic::error(Code::BlueprintGate, message)
        .at(Place::file(&file.path))
        .note("podnet checks its own output before it writes it")
        .help("this is a bug in the blueprint, not in the spec")
}
