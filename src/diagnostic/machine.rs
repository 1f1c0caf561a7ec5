//! Diagnostics for machines: JSON of podnet's own, GitHub's workflow commands, SARIF 2.1.0.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Code, Diagnostic, Location, Severity, Texts};
use crate::source::Place;

/// What `--format json` prints: every diagnostic of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The version of this format; a field may be added without a new one.
    pub version: u32,
    /// The diagnostics, by file and place.
    pub diagnostics: Vec<Item>,
}

/// One diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The stable code, `area/name`.
    pub code: String,
    /// `error`, `warning` or `note`.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where it is, if it is in a file that was read.
    pub location: Option<Location>,
    /// The path inside the document, such as `spec.zones[0].name`.
    pub path: Option<String>,
    /// What stands beside the marked place.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Why it is wrong.
    pub notes: Vec<String>,
    /// The changes to make.
    pub help: Vec<String>,
    /// The change to make, for machines: all of these together. None where it is for a person to decide.
    pub edits: Vec<Replacement>,
}

/// A part of a change: what stands at a place gives way to another text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Replacement {
    /// What gives way; nothing where start and end are the same.
    pub location: Location,
    /// What comes in its place.
    pub replacement: String,
}

/// Another place that belongs to a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// Where it is.
    pub location: Location,
    /// What it has to do with it.
    pub label: String,
}

/// Describes diagnostics for [`Report`].
pub fn report(diagnostics: &[Diagnostic], texts: &Texts) -> Report {
    let item = |diagnostic: &Diagnostic| Item {
        code: diagnostic.code.as_str().to_owned(),
        severity: diagnostic.severity,
        message: diagnostic.message.clone(),
        location: diagnostic.place.as_ref().and_then(|place| texts.locate(place)),
        path: diagnostic.place.as_ref().map(|place| place.pointer.dotted()).filter(|path| !path.is_empty()),
        label: diagnostic.label.clone(),
        related: related(diagnostic, texts),
        notes: diagnostic.notes.clone(),
        help: diagnostic.help.clone(),
        edits: replacements(diagnostic, texts),
    };
    Report { version: 1, diagnostics: diagnostics.iter().map(item).collect() }
}

/// The edits of a diagnostic; none where one of them cannot be placed, since they belong together.
fn replacements(diagnostic: &Diagnostic, texts: &Texts) -> Vec<Replacement> {
    let all: Option<Vec<_>> = diagnostic.edits.iter().map(|edit| texts.splice(edit)).collect();
    let one = |(location, replacement)| Replacement { location, replacement };
    all.unwrap_or_default().into_iter().map(one).collect()
}

fn related(diagnostic: &Diagnostic, texts: &Texts) -> Vec<Related> {
    let one = |(place, label): &(Place, String)| Some(Related { location: texts.locate(place)?, label: label.clone() });
    diagnostic.related.iter().filter_map(one).collect()
}

/// Writes GitHub's workflow commands, one a line: annotations that land on the line.
pub fn github(diagnostics: &[Diagnostic], texts: &Texts) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = diagnostic.place.as_ref().and_then(|place| texts.locate(place)).map_or_else(String::new, |at| {
            // GitHub takes columns only within one line.
            let columns = if at.line == at.end_line { format!(",endColumn={}", at.end_column) } else { String::new() };
            format!("file={},line={},endLine={},col={}{columns},", property(&at.file), at.line, at.end_line, at.column)
        });
        let text = sentences(diagnostic).join("\n");
        out.push_str(&[command_line(command, &place, diagnostic.code), data(&text), "\n".to_owned()].concat());
    }
    out
}

fn command_line(command: &str, place: &str, code: Code) -> String {
    format!("::{command} {place}title={}::", property(code.as_str()))
}

/// The message, then its notes, then its help.
fn sentences(diagnostic: &Diagnostic) -> Vec<String> {
    let notes = diagnostic.notes.iter().map(|note| format!("note: {note}"));
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    std::iter::once(diagnostic.message.clone()).chain(notes).chain(help).collect()
}

/// Escapes the text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes a SARIF 2.1.0 log with one run. Rules are every code there is, so that a result's rule is always found.
pub fn sarif(diagnostics: &[Diagnostic], texts: &Texts) -> Value {
    let rules: Vec<Value> = Code::ALL.iter().map(|code| json!({"id": code.as_str()})).collect();
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| result(diagnostic, texts)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "podnet", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A diagnostic as a SARIF result.
fn result(diagnostic: &Diagnostic, texts: &Texts) -> Value {
    let mut result = json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": Code::ALL.iter().position(|code| *code == diagnostic.code),
        "level": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": {"text": sentences(diagnostic).join("\n")},
    });
    if let (Some(at), Some(map)) =
        (diagnostic.place.as_ref().and_then(|place| texts.locate(place)), result.as_object_mut())
    {
        map.insert("locations".to_owned(), json!([{"physicalLocation": physical(&at)}]));
    }
    let related: Vec<Value> = related(diagnostic, texts)
        .iter()
        .map(|other| json!({"physicalLocation": physical(&other.location), "message": {"text": other.label}}))
        .collect();
    if let (false, Some(map)) = (related.is_empty(), result.as_object_mut()) {
        map.insert("relatedLocations".to_owned(), related.into());
    }
    let replacements = replacements(diagnostic, texts);
    if let (false, Some(map)) = (replacements.is_empty(), result.as_object_mut()) {
        map.insert("fixes".to_owned(), json!([fix(diagnostic, &replacements)]));
    }
    result
}

fn physical(at: &Location) -> Value {
    json!({"artifactLocation": {"uri": uri(&at.file)}, "region": region(at)})
}

fn region(at: &Location) -> Value {
    json!({"startLine": at.line, "startColumn": at.column, "endLine": at.end_line, "endColumn": at.end_column})
}

/// A change as SARIF has it: by file, and in each by region.
fn fix(diagnostic: &Diagnostic, replacements: &[Replacement]) -> Value {
    let mut files: Vec<&str> = replacements.iter().map(|part| part.location.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let changes: Vec<Value> = files
        .iter()
        .map(|file| {
            let parts = replacements.iter().filter(|part| part.location.file == *file);
            let parts: Vec<Value> = parts
                .map(|part| {
                    json!({"deletedRegion": region(&part.location), "insertedContent": {"text": part.replacement}})
                })
                .collect();
            json!({"artifactLocation": {"uri": uri(file)}, "replacements": parts})
        })
        .collect();
    json!({"description": {"text": diagnostic.help.join("\n")}, "artifactChanges": changes})
}

/// A path as a relative URI reference: what is not plain in one is percent-encoded.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().fold(String::new(), |mut out, byte| {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
