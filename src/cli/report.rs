//! What a run says: diagnostics to standard error, results to standard output.

use std::io::Write as _;

use super::{ExitStatus, Failure};
use crate::diagnostic::{Diagnostic, Renderer, Severity, Texts};

/// Prints diagnostics to standard error, in colour where that is a terminal.
pub(super) fn diagnostics(diagnostics: &[Diagnostic], texts: &Texts) {
    let mut out = anstream::stderr().lock();
    for diagnostic in diagnostics {
        // A closed standard error is nothing to stop for.
        let _ = writeln!(out, "{}\n", Renderer::styled().render(diagnostic, texts));
    }
}

/// Prints why a command could not do its work.
pub(super) fn failure(failure: &Failure) -> ExitStatus {
    let mut out = anstream::stderr().lock();
    let _ = writeln!(out, "error: {failure}");
    if let Some(help) = &failure.help {
        let _ = writeln!(out, "  = help: {help}");
    }
    ExitStatus::Failed
}

/// Prints a result to standard output. A reader that has gone away ends the run quietly.
pub(super) fn print(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Counts: "2 errors, 1 warning".
pub(super) fn counted(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let word = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    };
    [
        word(count(Severity::Error), "error"),
        word(count(Severity::Warning), "warning"),
        word(count(Severity::Note), "note"),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}
