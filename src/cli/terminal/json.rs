//! What the AWS CLI printed into a file.

use std::path::Path;

use serde_json::Value;

use crate::workspace::Failure;

/// Reads a file of JSON: its text and what it says.
///
/// # Errors
/// It cannot be read, is not UTF-8, or not JSON, or not all of it.
pub(in crate::cli) fn read(path: &Path) -> Result<(String, Value), Failure> {
    let name = path.display();
    let bytes = fs_err::read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!("`{name}` is not UTF-8"))
            .help("Windows PowerShell writes UTF-16 with `>`: use `| Out-File -Encoding utf8`")
    })?;
    let json = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text)).map_err(|error| {
        let failure = Failure::new(format!("`{name}` is not JSON: {error}"));
        if error.is_eof() {
            failure.help("it is truncated: run the command again, and check what it prints on standard error")
        } else {
            failure.help("give the unchanged AWS CLI output, with `--output json`")
        }
    })?;
    Ok((text, json))
}
