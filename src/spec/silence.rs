//! Warnings and notes that the spec silences, with a reason.

use super::Spec;
use crate::diagnostic::{Code, Diagnostic, Edit, Severity, any_error, near};
use crate::source::Pointer;

/// Takes out the warnings and notes that the spec silences. Errors stay; what silences nothing is told, unless an error
/// may have kept the rest from being found.
pub(crate) fn silence(spec: &Spec, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let cut_short = any_error(&problems);
    let mut told = Vec::new();
    for (number, silence) in spec.silence.iter().enumerate() {
        let entry = Pointer::from_text("/spec/silence").index(number);
        let at = entry.key("code");
        let Some(code) = Code::ALL.iter().find(|code| code.as_str() == silence.code) else {
            let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
            let diagnostic = Diagnostic::error(Code::SpecSilence, format!("unknown code `{}`", silence.code)).at(at);
            told.push(match near(&silence.code, codes).as_slice() {
                [] => diagnostic.help("`podnet explain` lists the codes"),
                close => diagnostic.meant(close),
            });
            continue;
        };
        let of_code = |problem: &Diagnostic| problem.code == *code;
        if problems.iter().any(|problem| of_code(problem) && problem.severity == Severity::Error) {
            told.push(
                Diagnostic::error(Code::SpecSilence, format!("`{code}` is an error here, which cannot be silenced"))
                    .at(at)
                    .edit(Edit::remove(&entry), |_| "fix the error, and remove this".to_owned()),
            );
        } else if problems.iter().any(of_code) {
            problems.retain(|problem| !of_code(problem));
        } else if !cut_short {
            told.push(
                Diagnostic::warning(
                    Code::SpecSilence,
                    format!("`{code}` is not reported, so there is nothing to silence"),
                )
                .at(at)
                .edit(Edit::remove(&entry), |_| "remove it".to_owned()),
            );
        }
    }
    problems.extend(told);
    problems
}
