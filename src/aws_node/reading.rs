//! From text to values, and from a value back to its place in the text.
//!
//! The values are made from the same events that the limits, the duplicate keys and the anchors are checked on, so
//! that there is one reading of the text and every refusal has a place.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::plain::{self, Ambiguity};
use crate::source::{Finding, FindingKind, Index, Node, Place, Pointer, ReadLimits, Scalar, Target, Tree, read};

/// Where a manifest was read from: the places of its values.
#[derive(Debug, Clone)]
pub(super) struct ManifestText {
    file: String,
    /// One for every document.
    indexes: Vec<Index>,
}

impl ManifestText {
    /// Gives the place of a value; the file where the text has nothing like it.
    pub(super) fn place(&self, document: usize, pointer: &Pointer) -> Place {
        self.indexes
            .get(document)
            .and_then(|index| index.find(pointer, Target::Value))
            .map_or_else(|| Place::file(&self.file), |span| Place::bytes(&self.file, span.start, span.end))
    }

    /// Gives the whole file.
    pub(super) fn file(&self) -> Place {
        Place::file(&self.file)
    }
}

/// Reads every document that has something in it. A document of comments alone is none: kubectl passes it by too.
///
/// Returns all that is wrong: syntax, limits, duplicate keys, anchors, aliases, tags, and unquoted words that kubectl
/// and YAML 1.2 read differently.
pub(super) fn documents(file: &str, text: &str) -> Result<(Vec<Value>, ManifestText), Vec<Diagnostic>> {
    let tree = read(text, ReadLimits::MANIFEST);
    let mut problems: Vec<Diagnostic> = tree.findings.iter().map(|finding| refused(file, finding)).collect();
    let mut documents = Vec::new();
    let mut indexes = Vec::new();
    for node in tree.documents {
        let mut ambiguities = Vec::new();
        let value = value(&node, &mut ambiguities);
        problems.extend(ambiguities.into_iter().map(|(span, ambiguity)| ambiguous(file, &span, ambiguity)));
        if value.is_null() {
            continue;
        }
        documents.push(value);
        // An index holds the first document of its tree.
        indexes.push(Tree { documents: vec![node], findings: Vec::new() }.index());
    }
    if problems.is_empty() { Ok((documents, ManifestText { file: file.to_owned(), indexes })) } else { Err(problems) }
}

fn value(node: &Node, ambiguities: &mut Vec<(Range<usize>, Ambiguity)>) -> Value {
    match node {
        Node::Scalar(Scalar { text, plain: true }, span) => plain::value(text).unwrap_or_else(|ambiguity| {
            ambiguities.push((span.clone(), ambiguity));
            Value::Null
        }),
        Node::Scalar(scalar, _) => Value::from(scalar.text.as_str()),
        Node::List(items, _) => items.iter().map(|item| value(item, ambiguities)).collect(),
        Node::Map(entries, _) => {
            let mut map = Map::new();
            for (key, span, node) in entries {
                if key.plain
                    && let Err(ambiguity) = plain::key(&key.text)
                {
                    ambiguities.push((span.clone(), ambiguity));
                }
                map.insert(key.text.clone(), value(node, ambiguities));
            }
            Value::Object(map)
        }
    }
}

fn ambiguous(file: &str, span: &Range<usize>, ambiguity: Ambiguity) -> Diagnostic {
    Diagnostic::error(Code::CniBaseManifest, ambiguity.message)
        .at(Place::bytes(file, span.start, span.end))
        .note(ambiguity.note)
        .help(ambiguity.help)
}

fn refused(file: &str, finding: &Finding) -> Diagnostic {
    let message = match finding.kind {
        FindingKind::Syntax => format!("the base manifest is not YAML: {}", finding.message),
        _ => finding.message.clone(),
    };
    let help = match finding.kind {
        FindingKind::Syntax => "correct it here, or vendor the release manifest again",
        FindingKind::Limit => "vendor only the release manifest of the CNI",
        FindingKind::DuplicateKey => "keep one of the two",
        FindingKind::Anchor => "write the value out where it is used",
        FindingKind::Tag => "remove the tag; quote strings",
        FindingKind::ComplexKey => "write a string as the key",
    };
    Diagnostic::error(Code::CniBaseManifest, message)
        .at(Place::bytes(file, finding.span.start, finding.span.end))
        .help(help)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn read_all(text: &str) -> Vec<Value> {
        documents("base.yaml", text).unwrap().0
    }

    #[test]
    fn every_style_of_writing_gives_the_same_values() {
        let block = "a:\n  - b: x\n    c: 1\n  - {}\nd: []\n";
        for text in [
            block,
            "---\n# a comment\n\"a\":\n- \"b\": \"x\"\n  \"c\": 1\n- {}\n\"d\": []\n...\n",
            "{\"a\":[{\"b\":\"x\",\"c\":1},{}],\"d\":[]}",
            "a:\r\n  - b: x\r\n    c: 1\r\n  - {}\r\nd: []\r\n",
        ] {
            assert_eq!(read_all(text), [json!({"a": [{"b": "x", "c": 1}, {}], "d": []})], "{text}");
        }
    }

    #[test]
    fn empty_documents_are_passed_by_and_places_stay_right() {
        let text = "---\n# nothing\n---\na: 1\n---\n---\nb: [x, y1]\n";
        let (values, origin) = documents("base.yaml", text).unwrap();
        assert_eq!(values, [json!({"a": 1}), json!({"b": ["x", "y1"]})]);
        let at = text.find("y1").unwrap();
        assert_eq!(origin.place(1, &Pointer::from_text("/b/1")), Place::bytes("base.yaml", at, at + 2));
        assert_eq!(origin.place(7, &Pointer::root()), Place::file("base.yaml"));
    }

    #[test]
    fn a_second_parser_reads_the_texts_alike() {
        let text = "literal: |\n  one\n    two\n\n  three\nkept: |+\n  x\n\nstripped: |-\n  x\nfolded: >\n  one\n  two\n\n  \
                    three\n    four\nplain: one\n  two\n\n  three\nsingle: 'it''s\n  so'\ndouble: \"a\\tb\\u00e9\\\n  c\"\n\
                    wide: ünïcödé ✓\nempty: ''\nnothing:\nquoted: ['on', \"012\", '1_000', '~', 'null', '2010-09-09']\n";
        let theirs = serde_yaml::Deserializer::from_str(text).next().map(Value::deserialize).unwrap().unwrap();
        assert_eq!(read_all(text), [theirs]);
    }

    #[test]
    fn everything_wrong_is_reported_at_once_with_its_place() {
        let text = "a: on\na: 0644\nb: &x {yes: 1}\n";
        let problems = documents("base.yaml", text).unwrap_err();
        let marked: Vec<_> = problems
            .iter()
            .map(|problem| match &problem.place.as_ref().unwrap().target {
                Target::Bytes { start, end } => &text[*start..*end],
                _ => "",
            })
            .collect();
        assert_eq!(problems.len(), 5, "{problems:#?}");
        assert!(["a", "on", "0644", "yes"].iter().all(|word| marked.contains(word)), "{marked:?}");
        assert!(problems.iter().all(|problem| problem.code == Code::CniBaseManifest && problem.is_error()));
    }

    #[test]
    fn what_is_not_yaml_says_so() {
        let problems = documents("base.yaml", "a: [1, 2\nb: c\n").unwrap_err();
        assert!(problems[0].message.starts_with("the base manifest is not YAML"), "{problems:?}");
    }
}
