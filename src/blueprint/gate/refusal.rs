//! Output that does not mean what it says.

use crate::diagnostic::{Code, Diagnostic};
use crate::files::File;
use crate::source::Place;

/// Refuses a file.
pub(super) fn refuse(message: impl Into<String>, file: &File) -> Diagnostic {
    Diagnostic::error(Code::BlueprintGate, message)
        .at(Place::file(&file.path))
        .note("podnet reads its own output back and writes nothing that does not mean what it says")
        .help("this is a fault of the blueprint, not of the spec")
}
