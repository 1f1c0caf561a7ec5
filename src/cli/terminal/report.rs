//! What a run says: diagnostics in the form that was asked for, summaries for people, results for whoever asked.

use std::io::{IsTerminal as _, Write as _};

use clap::{Args, ValueEnum};

use super::ExitStatus;
use crate::diagnostic::{Diagnostic, Renderer, Severity, Texts, machine};
use crate::workspace::Failure;

/// How a run speaks; every command has these.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct Reporter {
    /// The format of diagnostics. Text goes to standard error, the other formats to standard output (with summaries on
    /// standard error), so that programs can parse standard output
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
    /// Print errors and warnings only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print what is done to every file
    #[arg(short, long, global = true)]
    pub(in crate::cli) verbose: bool,
}

/// The form of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// podnet's own format, which `podnet schema --of diagnostics` describes.
    Json,
    /// GitHub workflow commands: annotations on the line.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

impl Reporter {
    /// Prints the diagnostics of a run whose result is a summary for people. Called once a run.
    pub(in crate::cli) fn diagnostics(self, diagnostics: &[Diagnostic], texts: &Texts) {
        match self.machine(diagnostics, texts) {
            Some(text) => to_output(&text),
            None => self.text(diagnostics, texts),
        }
    }

    /// Prints the diagnostics of a run whose result is data on standard output: they go to standard error in every form.
    pub(in crate::cli) fn diagnostics_beside_data(self, diagnostics: &[Diagnostic], texts: &Texts) {
        match self.machine(diagnostics, texts) {
            Some(text) => to_error(&text),
            None => self.text(diagnostics, texts),
        }
    }

    fn text(self, diagnostics: &[Diagnostic], texts: &Texts) {
        let shown = diagnostics.iter().filter(|diagnostic| !self.quiet || diagnostic.severity < Severity::Note);
        let rendered: Vec<String> =
            shown.map(|diagnostic| Renderer::styled().render(diagnostic, texts) + "\n\n").collect();
        to_error(&rendered.concat());
    }

    fn machine(self, diagnostics: &[Diagnostic], texts: &Texts) -> Option<String> {
        let lines = |json: serde_json::Result<String>| json.map(|text| text + "\n").unwrap_or_default();
        match self.format {
            Format::Text => None,
            Format::Json => Some(lines(serde_json::to_string_pretty(&machine::report(diagnostics, texts)))),
            Format::Github => Some(machine::github(diagnostics, texts)),
            Format::Sarif => Some(lines(serde_json::to_string_pretty(&machine::sarif(diagnostics, texts)))),
        }
    }

    /// Prints a summary for people.
    pub(in crate::cli) fn summary(self, text: &str) {
        match (self.quiet, self.format) {
            (true, _) => {}
            (false, Format::Text) => to_output(text),
            (false, _) => to_error(text),
        }
    }

    /// Prints what a comparison found: for machines every difference is a diagnostic; for people it is the text, with the
    /// specs' own diagnostics beside it. Differences are printed in quiet runs too.
    pub(in crate::cli) fn differences(
        self,
        all: &[Diagnostic],
        specs: &[Diagnostic],
        texts: &Texts,
        text: &str,
        found: bool,
    ) {
        if let Some(machine) = self.machine(all, texts) {
            to_output(&machine);
            self.summary(text);
            return;
        }
        self.text(specs, texts);
        if found || !self.quiet {
            to_output(text);
        }
    }

    /// Says that the run waits for another podnet.
    pub(in crate::cli) fn waits(self, lock: &str, holder: &str) {
        if !self.quiet {
            let holder = if holder.is_empty() { "another podnet" } else { holder };
            to_error(&format!("{lock}: waiting for {holder}\n"));
        }
    }

    /// Shows how far a long run is, on a terminal; the line is wiped when it is done.
    pub(in crate::cli) fn progress(self, done: usize, of: usize) {
        const LONG: usize = 50;
        if of < LONG || self.quiet || !std::io::stderr().is_terminal() {
            return;
        }
        let text = if done < of { format!("\rcompiling {done} of {of}") } else { "\r\u{1b}[K".to_owned() };
        to_error(&text);
    }
}

/// Prints why a command could not do its work.
pub(in crate::cli) fn failure(failure: &Failure) -> ExitStatus {
    let help = failure.help.as_ref().map_or_else(String::new, |help| format!("  = help: {help}\n"));
    to_error(&format!("error: {failure}\n{help}"));
    ExitStatus::Failed
}

/// Prints a result: data that was asked for.
pub(in crate::cli) fn data(text: &str) {
    to_output(text);
}

/// A reader that has gone away ends the run quietly.
fn to_output(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

fn to_error(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Counts: "2 errors, 1 warning".
pub(in crate::cli) fn counted(diagnostics: &[Diagnostic]) -> String {
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
