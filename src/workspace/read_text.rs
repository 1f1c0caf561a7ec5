//! Reads a file as text.

use std::io::ErrorKind;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic};

/// Reads a text; nothing where there is no file.
pub(super) fn read_text(path: &Path) -> Result<Option<String>, Diagnostic> {
    let name = path.display();
    match fs_err::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Diagnostic::error(Code::SpecUnreadable, format!("`{name}` is not UTF-8"))
                .note(format!("the first byte that is not UTF-8 is at offset {at}"))
                .help("save it as UTF-8")
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(Diagnostic::error(Code::SpecUnreadable, format!("`{name}` cannot be read: {}", error.kind()))
                .help("check its kind and its permissions"))
        }
    }
}
