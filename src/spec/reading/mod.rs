//! From a spec's text to a [`Document`], with every problem of its form in one go.

mod foreign;
mod repair;
mod schema_check;
mod syntax;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::scalar::quoted;
use crate::source::{self, Node, Place, Pointer, ReadLimits, Tree, plain};
use crate::spec::Document;

/// What came of reading a spec.
#[derive(Debug, Clone)]
pub struct Read {
    /// The document, where its form is right.
    pub document: Option<Document>,
    /// What is wrong with it, in the order of the text. Places have an empty file name: the spec being read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a spec: the event pass (limits, syntax, duplicate keys, no anchors and tags, keys that are texts), then its shape against the JSON
/// Schema, then its types. Each step runs only where the one before found nothing, so that one slip gives one message.
pub fn read(text: &str) -> Read {
    let text = text.strip_prefix('\u{feff}').map_or_else(|| text.to_owned(), |rest| format!("   {rest}"));
    let tree = source::read(&text, ReadLimits::SPEC);
    let mut diagnostics = syntax::explain(&tree, &text);
    if diagnostics.is_empty() {
        diagnostics.extend(one_document(&tree, &text));
    }
    if diagnostics.is_empty() {
        diagnostics.extend(tree.documents.first().map(unquoted_keys).unwrap_or_default());
    }
    if !diagnostics.is_empty() {
        return Read { document: None, diagnostics };
    }
    match serde_yaml::from_str::<Value>(&text) {
        Err(error) => Read { document: None, diagnostics: vec![unreadable(&error.to_string())] },
        Ok(value) => {
            let diagnostics =
                foreign::foreign(&value).map_or_else(|| schema_check::check(&value, &tree), |problem| vec![problem]);
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
    Diagnostic::error(Code::SpecType, error)
        .at(Pointer::root())
        .help("`podnet schema` describes what each field accepts")
}

fn one_document(tree: &Tree, text: &str) -> Option<Diagnostic> {
    match tree.documents.as_slice() {
        [_] => None,
        [] => Some(
            Diagnostic::error(Code::SpecDocuments, "the file is empty")
                .at(Place::bytes("", 0, 0))
                .help("start it with `apiVersion: podnet.dev/v1alpha1` and `kind: PodNetwork`"),
        ),
        [_, second] if second.span().is_empty() => {
            let before = text.get(..second.span().start).unwrap_or_default();
            let at = before.rfind("---").unwrap_or_default();
            let place = Place::bytes("", at, at + "---".len());
            Some(
                Diagnostic::error(Code::SpecDocuments, "`---` starts another document")
                    .at(place.clone())
                    .note("it is empty")
                    .edit(Edit::splice(place, ""), |_| "remove it".to_owned()),
            )
        }
        [_, second, ..] => {
            let span = second.span();
            Some(
                Diagnostic::error(Code::SpecDocuments, "the file has more than one document")
                    .at(Place::bytes("", span.start, span.end))
                    .label("the second one starts here")
                    .help("write one file per cluster"),
            )
        }
    }
}

/// Keys that YAML does not read as texts. JSON has no others, and what `1.30` is as a text differs between readers.
fn unquoted_keys(node: &Node) -> Vec<Diagnostic> {
    match node {
        Node::Scalar(..) => Vec::new(),
        Node::List(items, _) => items.iter().flat_map(unquoted_keys).collect(),
        Node::Map(entries, _) => entries
            .iter()
            .flat_map(|(key, span, value)| {
                let doubtful = key.plain && !plain::is_text(&key.text);
                let problem = doubtful.then(|| {
                    let place = Place::bytes("", span.start, span.end);
                    Diagnostic::error(Code::SpecType, format!("the key `{}` needs quotes", key.text))
                        .at(place.clone())
                        .note("without them, YAML does not read it as a string")
                        .edit(Edit::splice(place, quoted(&key.text)), |key| format!("write {key}"))
                });
                problem.into_iter().chain(unquoted_keys(value)).collect::<Vec<_>>()
            })
            .collect(),
    }
}
