//! From a spec's text to a [`Document`], with every problem of its form in one go.

use serde_json::Value;

use super::Document;
use super::shape;
use crate::diagnostic::{Code, Diagnostic, Place, Pointer};
use crate::source::{self, Finding, FindingKind, Limits, Tree};

/// What came of reading a spec.
#[derive(Debug, Clone)]
pub struct Read {
    /// The document, where its form is right.
    pub document: Option<Document>,
    /// What is wrong with it, in the order of the text. Places have an empty file name: the spec being read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a spec: the event pass (limits, syntax, duplicate keys, no anchors and tags), then its shape against the JSON
/// Schema, then its types. Each step runs only where the one before found nothing, so that one slip gives one message.
pub fn read(text: &str) -> Read {
    let text = text.strip_prefix('\u{feff}').map_or_else(|| text.to_owned(), |rest| format!("   {rest}"));
    let tree = source::read(&text, Limits::SPEC);
    let mut diagnostics: Vec<Diagnostic> = tree.findings.iter().map(|finding| explain(finding, &text)).collect();
    if diagnostics.is_empty() {
        diagnostics.extend(one_document(&tree));
    }
    if !diagnostics.is_empty() {
        return Read { document: None, diagnostics };
    }
    match serde_yaml::from_str::<Value>(&text) {
        Err(error) => Read { document: None, diagnostics: vec![unreadable(&error.to_string())] },
        Ok(value) => {
            let diagnostics = shape::check(&value, &tree);
            if !diagnostics.is_empty() {
                return Read { document: None, diagnostics };
            }
            match serde_json::from_value(value) {
                Ok(document) => Read { document: Some(document), diagnostics },
                Err(error) => Read { document: None, diagnostics: vec![unreadable(&error.to_string())] },
            }
        }
    }
}

fn unreadable(error: &str) -> Diagnostic {
    Diagnostic::error(Code::SpecType, error).at(Pointer::root())
}

fn one_document(tree: &Tree) -> Option<Diagnostic> {
    match tree.documents.as_slice() {
        [_] => None,
        [] => Some(
            Diagnostic::error(Code::SpecDocuments, "the file is empty")
                .at(Place::bytes("", 0, 0))
                .help("start it with `apiVersion: podnet.dev/v1alpha1` and `kind: PodNetwork`"),
        ),
        [_, second, ..] => {
            let span = second.span();
            Some(
                Diagnostic::error(Code::SpecDocuments, "the file has more than one document")
                    .at(Place::bytes("", span.start, span.end))
                    .label("the second one starts here")
                    .help("write one file a cluster"),
            )
        }
    }
}

fn explain(finding: &Finding, text: &str) -> Diagnostic {
    let place = Place::bytes("", finding.span.start, finding.span.end);
    let error = |code, message: String| Diagnostic::error(code, message).at(place.clone());
    match finding.kind {
        FindingKind::Syntax => {
            let diagnostic = error(Code::SpecSyntax, format!("not YAML: {}", finding.message));
            let line = text.get(..finding.span.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
            let tab = text.lines().any(|line| line.trim_start_matches(' ').starts_with('\t'));
            if line.contains('\t') || tab {
                diagnostic.help("indent with spaces: YAML takes no tabs there")
            } else {
                diagnostic.help("check the indentation, and that every quote and bracket is closed")
            }
        }
        FindingKind::Limit => error(Code::SpecLimit, finding.message.clone())
            .note("a spec has at most 1 MiB, 32 levels and 100,000 values"),
        FindingKind::DuplicateKey => error(Code::SpecDuplicateKey, finding.message.clone())
            .note("YAML readers keep one of the two, and not all the same one")
            .help("remove one of them"),
        FindingKind::Anchor => error(Code::SpecAnchor, finding.message.clone())
            .help("write the value out: specs have no anchors and aliases, so that a reviewer sees what counts"),
        FindingKind::Tag => {
            error(Code::SpecAnchor, finding.message.clone()).help("remove the tag; quote the value if it is a text")
        }
        FindingKind::ComplexKey => error(Code::SpecSyntax, finding.message.clone()).help("write `key: value`"),
    }
}
