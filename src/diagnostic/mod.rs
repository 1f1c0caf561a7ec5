//! What podnet says when something is wrong: one [`Diagnostic`] type with a stable code, and its renderers.
//!
//! A diagnostic names its place as a [`Place`] (a file and a JSON pointer into it); only a renderer turns that into
//! a line and a column, so that the rooms that find problems need to know nothing about text.

mod checked;
mod code;
mod edit;
mod explain;
mod help;
mod location;
pub mod machine;
mod printable;
mod render;
mod texts;

pub use checked::{Checked, Problems};
pub use code::Code;
pub use edit::{Action, Edit};
pub use edit::{EditError, apply};
pub use explain::{ExampleChange, Explanation, ExplanationError, Files, Remedy};
pub use location::Location;

pub use render::Renderer;
pub use texts::Texts;

use serde::Serialize;

use crate::source::Place;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written for this cluster.
    Error,
    /// The output is written, and something about it will bite.
    Warning,
    /// Something that podnet did on the user's behalf and that a reviewer should know.
    Note,
}

/// One problem, at one place, with what to do about it.
///
/// The message is one short sentence in lower case; `notes` carry numbers and reasons, `help` the change to make.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// Where it is.
    pub place: Option<Place>,
    /// How much it matters.
    pub severity: Severity,
    /// The stable code, `area/name`.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What stands beside the marked place.
    pub label: Option<String>,
    /// Other places that belong to the problem, each with what it has to do with it.
    pub related: Vec<(Place, String)>,
    /// Why it is wrong, with both numbers where two disagree.
    pub notes: Vec<String>,
    /// The change to make.
    pub help: Vec<String>,
    /// The change to make as a machine can apply it: all of them together; none where it is for a person to decide.
    pub edits: Vec<Edit>,
}

impl Diagnostic {
    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self {
            place: None,
            severity,
            code,
            message: message.into(),
            label: None,
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            edits: Vec::new(),
        }
    }

    /// Makes an error: nothing is written for the cluster that has it.
    pub(crate) fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// Makes a warning.
    pub(crate) fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Makes a note about something done on the user's behalf.
    pub(crate) fn remark(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Marks the place.
    #[must_use]
    pub(crate) fn at(mut self, place: impl Into<Place>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Marks the place, where there is one.
    #[must_use]
    pub(crate) fn at_known(self, place: Option<Place>) -> Self {
        match place {
            Some(place) => self.at(place),
            None => self,
        }
    }

    /// Says something beside the marked place.
    #[must_use]
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Marks another place that belongs to the problem.
    #[must_use]
    pub(crate) fn related(mut self, place: impl Into<Place>, label: impl Into<String>) -> Self {
        self.related.push((place.into(), label.into()));
        self
    }

    /// Adds a reason.
    #[must_use]
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a change to make.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Fills in the spec's file name, where a place has none.
    pub fn name_spec(&mut self, spec: &str) {
        let related = self.related.iter_mut().map(|(place, _)| place);
        let edits = self.edits.iter_mut().map(|edit| &mut edit.place);
        for place in self.place.iter_mut().chain(related).chain(edits) {
            if place.file.is_empty() {
                spec.clone_into(&mut place.file);
            }
        }
    }

    /// Tells whether this keeps the cluster from being written.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Tells whether any of the diagnostics is an error.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}

/// Picks the candidates that a person may have meant by `written`: the nearest by edit distance, at most three,
/// nearest first.
///
/// "general", "default" for `genral` gives `general`.
pub(crate) fn near<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = written.to_lowercase();
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        // Below that, words have little in common, and a wrong guess is worse than none.
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// Joins words for a sentence: "`a`", "`a` or `b`", "`a`, `b` or `c`".
pub(crate) fn one_of<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{}`", only.as_ref()),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|word| format!("`{}`", word.as_ref())).collect();
            format!("{} or `{}`", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_finds_what_was_meant_and_nothing_far() {
        assert_eq!(near("genral", ["general", "default", "gpu"]), ["general"]);
        assert!(near("zzz", ["general", "default"]).is_empty());
    }

    #[test]
    fn one_of_reads_like_a_sentence() {
        assert_eq!(one_of(&["a"]), "`a`");
        assert_eq!(one_of(&["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
