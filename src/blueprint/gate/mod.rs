//! The gate: reads what was rendered back as events, and refuses what would not mean what it says.

mod cloudformation;
mod kubernetes;
mod refusal;
mod size;
mod stack_policy;

pub use size::remarks;

use serde_json::Value;

use refusal::refuse;

use crate::diagnostic::Diagnostic;
use crate::files::{self, File, FileKind};
use crate::source::{self, FindingKind, Place, ReadLimits, Tree, plain};

/// Checks every rendered file: documents as declared, no duplicate keys, no anchors or tags, no plain scalar that two
/// YAML readers take differently, and the invariants of what it is.
pub fn check(files: &[File]) -> Vec<Diagnostic> {
    files.iter().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Diagnostic> {
    match file.kind {
        FileKind::Markdown => return Vec::new(),
        FileKind::Json => return stack_policy::check(file).into_iter().collect(),
        FileKind::Cloudformation | FileKind::Kubernetes => {}
    }
    let tree = source::read(&file.text, ReadLimits::MANIFEST);
    let mut found: Vec<Diagnostic> = tree
        .findings
        .iter()
        .map(|finding| {
            let what = match finding.kind {
                FindingKind::Syntax => format!("the output is not YAML: {}", finding.message),
                _ => format!("the output does not read back: {}", finding.message),
            };
            refuse(what, file).at(Place::bytes(&file.path, finding.span.start, finding.span.end))
        })
        .collect();
    found.extend(ambiguous(file, &tree));
    if found.is_empty() {
        match documents(&tree, file) {
            Err(problem) => found.push(problem),
            Ok(documents) => match file.kind {
                FileKind::Cloudformation => found.extend(cloudformation::check(&documents, file)),
                FileKind::Kubernetes => found.extend(kubernetes::check(&documents, file)),
                FileKind::Json | FileKind::Markdown => {}
            },
        }
    }
    found
}

/// Plain scalars that YAML 1.1 and 1.2 read differently, or that look like a date or a sexagesimal number.
fn ambiguous(file: &File, tree: &Tree) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for document in &tree.documents {
        document.scalars(&mut |scalar, span| {
            if !scalar.plain {
                return;
            }
            let doubtful = match plain::value(&scalar.text) {
                Err(_) => true,
                Ok(Value::String(text)) => is_dated(&text) || text == "=" || text == "<<",
                Ok(Value::Number(_)) => !is_simple_number(&scalar.text),
                Ok(_) => false,
            };
            if doubtful {
                let message = format!("`{}` is unquoted, and YAML parsers read it differently", scalar.text);
                found.push(refuse(message, file).at(Place::bytes(&file.path, span.start, span.end)));
            }
        });
    }
    found
}

/// A date or a sexagesimal number to YAML 1.1: `2010-09-09`, `1:20`.
fn is_dated(text: &str) -> bool {
    let only = |extra: &[u8]| text.bytes().all(|byte| byte.is_ascii_digit() || extra.contains(&byte));
    text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-'))
        && (only(b"+-:._") || (text.contains('-') && only(b"-:.TtZz +")))
}

/// A number that every reader takes for the same number: `12`, `-3`, `0.5`; not `1e3` or `0x10`.
fn is_simple_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

fn documents(tree: &Tree, file: &File) -> Result<Vec<Value>, Diagnostic> {
    let values = files::documents(&file.text)
        .map_err(|error| refuse(format!("the output does not read back: {error}"), file))?;
    let expected = match file.kind {
        FileKind::Cloudformation => values.len() == 1,
        _ => !values.is_empty(),
    };
    if expected && values.len() == tree.documents.len() {
        Ok(values)
    } else {
        Err(refuse(format!("the output has {} documents", tree.documents.len()), file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(kind: FileKind, text: &str) -> Vec<String> {
        let file = File { path: "x.yaml".into(), kind, text: text.into() };
        check(&[file]).into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn what_reads_differently_is_refused() {
        for text in ["on", "012", "1_000", "2010-09-09", "1:20", "1e3", "0x10", "yes", "2010-09-09T10:00:00Z"] {
            let yaml =
                |value: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\ndata: {{a: {value}}}\n");
            let message = format!("`{text}` is unquoted, and YAML parsers read it differently");
            assert_eq!(verdict(FileKind::Kubernetes, &yaml(text)), [message]);
            assert!(verdict(FileKind::Kubernetes, &yaml(&format!("\"{text}\""))).is_empty());
        }
    }

    #[test]
    fn broken_output_is_refused() {
        assert_eq!(
            verdict(FileKind::Kubernetes, "a: 1\na: 2\n"),
            ["the output does not read back: duplicate key `a` in one mapping"]
        );
        assert!(verdict(FileKind::Kubernetes, "a: [\n")[0].starts_with("the output is not YAML"));
        assert_eq!(verdict(FileKind::Kubernetes, "# nothing\n"), ["the output has 0 documents"]);
        assert_eq!(verdict(FileKind::Cloudformation, "a: 1\n---\nb: 1\n"), ["the output has 2 documents"]);
    }
}
