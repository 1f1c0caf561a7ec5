//! One pass over the parser's events: a tree with places, and everything in the text that podnet does not take.

use std::collections::BTreeSet;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};

use super::offsets::Offsets;
use super::{Finding, FindingKind, Node, ReadLimits, Scalar, Tree};

/// Reads a text into documents with places. Never fails: what is wrong is among the findings, and the documents
/// hold what could be read before a syntax error.
pub fn read(text: &str, limits: ReadLimits) -> Tree {
    let mut tree = Tree::default();
    if text.len() > limits.bytes {
        tree.findings.push(Finding {
            kind: FindingKind::Limit,
            span: 0..0,
            message: format!("the file has {} bytes, but podnet reads at most {}", text.len(), limits.bytes),
        });
        return tree;
    }
    let parser = Parser::new_from_str(text);
    let mut reader = Reader { text, offsets: Offsets::new(text), parser, limits, nodes: 0, tree };
    if let Err(finding) = reader.documents() {
        reader.tree.findings.push(finding);
    }
    reader.tree
}

struct Reader<'text> {
    text: &'text str,
    offsets: Offsets,
    parser: Parser<'text, StrInput<'text>>,
    limits: ReadLimits,
    nodes: usize,
    tree: Tree,
}

impl<'text> Reader<'text> {
    fn next(&mut self) -> Result<Option<(Event<'text>, Range<usize>)>, Finding> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, self.offsets.range(span)))),
            Some(Err(error)) => Err(self.syntax(&error)),
        }
    }

    fn syntax(&self, error: &ScanError) -> Finding {
        let at = self.offsets.byte(error.marker().index());
        Finding { kind: FindingKind::Syntax, span: at..at, message: error.info().to_owned() }
    }

    fn documents(&mut self) -> Result<(), Finding> {
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Nothing => {}
                event => {
                    let node = self.node(event, span, 0)?;
                    self.tree.documents.push(node);
                }
            }
        }
        Ok(())
    }

    fn refuse(&mut self, kind: FindingKind, span: &Range<usize>, message: impl Into<String>) {
        self.tree.findings.push(Finding { kind, span: span.clone(), message: message.into() });
    }

    fn node(&mut self, event: Event<'text>, span: Range<usize>, depth: usize) -> Result<Node, Finding> {
        self.within_limits(&span, depth)?;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plainness(anchor, tag.is_some(), &span);
                Ok(self.scalar(text.into_owned(), style, span))
            }
            Event::SequenceStart(anchor, tag) => {
                self.plainness(anchor, tag.is_some(), &span);
                self.list(span.start, depth)
            }
            Event::MappingStart(anchor, tag) => {
                self.plainness(anchor, tag.is_some(), &span);
                self.map(span.start, depth)
            }
            _ => {
                self.refuse(FindingKind::Anchor, &span, "an alias repeats a value from elsewhere in the file");
                Ok(Node::Scalar(Scalar { text: String::new(), plain: true }, span))
            }
        }
    }

    /// Counts a value. Beyond the limits nothing more is read, since it is the reading that costs.
    fn within_limits(&mut self, span: &Range<usize>, depth: usize) -> Result<(), Finding> {
        self.nodes += 1;
        let message = if depth > self.limits.depth {
            format!("nested deeper than {} levels", self.limits.depth)
        } else if self.nodes > self.limits.nodes {
            format!("more than {} values", self.limits.nodes)
        } else {
            return Ok(());
        };
        Err(Finding { kind: FindingKind::Limit, span: span.clone(), message })
    }

    fn scalar(&self, text: String, style: ScalarStyle, span: Range<usize>) -> Node {
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        let span = if quoted { self.quoted(span) } else { span };
        Node::Scalar(Scalar { text, plain: style == ScalarStyle::Plain }, span)
    }

    /// The parser counts blanks and a comment behind a quote to the scalar; it ends at its closing quote.
    fn quoted(&self, span: Range<usize>) -> Range<usize> {
        let written = self.text.get(span.clone()).unwrap_or_default();
        let Some(quote) = written.chars().next() else { return span };
        let mut characters = written.char_indices().skip(1).peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            if (character == '\\' && quote == '"') || (character == quote && quote == '\'' && next == Some('\'')) {
                characters.next();
            } else if character == quote {
                return span.start..span.start + at + 1;
            }
        }
        span
    }

    /// Specs and manifests have neither anchors nor tags: `!!str 1` and `*x` are not what a reviewer reads.
    fn plainness(&mut self, anchor: usize, tag: bool, span: &Range<usize>) {
        if anchor > 0 {
            self.refuse(FindingKind::Anchor, span, "an anchor names a value, to repeat it elsewhere in the file");
        }
        if tag {
            self.refuse(FindingKind::Tag, span, "a tag changes how a value is read");
        }
    }

    /// A flow collection ends at its bracket; a block one where its last item does.
    fn collection_end(&self, last_item: usize, end_event: usize) -> usize {
        let bracket = self.text.get(end_event..).is_some_and(|rest| rest.starts_with([']', '}']));
        if bracket { last_item.max(end_event + 1) } else { last_item }
    }

    fn list(&mut self, start: usize, depth: usize) -> Result<Node, Finding> {
        let mut items = Vec::new();
        let mut end = start;
        while let Some((event, span)) = self.next()? {
            if event == Event::SequenceEnd {
                end = self.collection_end(end, span.start);
                break;
            }
            let item = self.node(event, span, depth + 1)?;
            end = item.span().end;
            items.push(item);
        }
        Ok(Node::List(items, start..end))
    }

    fn map(&mut self, start: usize, depth: usize) -> Result<Node, Finding> {
        let mut entries: Vec<(Scalar, Range<usize>, Node)> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut end = start;
        while let Some((event, span)) = self.next()? {
            if event == Event::MappingEnd {
                end = self.collection_end(end, span.start);
                break;
            }
            let key = self.node(event, span, depth + 1)?;
            let Some((event, span)) = self.next()? else { break };
            let value = self.node(event, span, depth + 1)?;
            end = value.span().end;
            match key {
                Node::Scalar(scalar, span) => {
                    if !seen.insert(scalar.text.clone()) {
                        let message = format!("duplicate key `{}` in one mapping", scalar.text);
                        self.refuse(FindingKind::DuplicateKey, &span, message);
                    }
                    entries.push((scalar, span, value));
                }
                other => self.refuse(FindingKind::ComplexKey, &other.span(), "a key must be a scalar"),
            }
        }
        Ok(Node::Map(entries, start..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Pointer;

    fn kinds(text: &str) -> Vec<FindingKind> {
        read(text, ReadLimits::SPEC).findings.into_iter().map(|finding| finding.kind).collect()
    }

    #[test]
    fn what_is_refused() {
        for (text, kind) in [
            ("a: 1\na: 2\n", FindingKind::DuplicateKey),
            ("a: &x 1\nb: 2\n", FindingKind::Anchor),
            ("a: !!str 1\n", FindingKind::Tag),
            ("? [a, b]\n: 1\n", FindingKind::ComplexKey),
            ("a: [1, 2\n", FindingKind::Syntax),
        ] {
            assert_eq!(kinds(text), [kind], "{text}");
        }
        assert_eq!(kinds("a: &x 1\nb: *x\n"), [FindingKind::Anchor, FindingKind::Anchor]);
    }

    #[test]
    fn limits_hold() {
        let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
        assert_eq!(kinds(&deep), [FindingKind::Limit]);
        assert_eq!(kinds(&" ".repeat((1 << 20) + 1)), [FindingKind::Limit]);
        let many = "- 1\n".repeat(100_001);
        assert_eq!(kinds(&many), [FindingKind::Limit]);
    }

    #[test]
    fn marks_end_before_a_comment() {
        let text = "a: \"x \\\" y\"  # one\nb: 'it''s' # two\nc: [d, e]  # three\nf: {}   # four\n";
        let index = read(text, ReadLimits::SPEC).index();
        let at = |pointer: &str| {
            let range = index.find(&Pointer::from_text(pointer), crate::source::Target::Value).unwrap();
            &text[range]
        };
        assert_eq!([at("/a"), at("/b"), at("/c"), at("/f")], ["\"x \\\" y\"", "'it''s'", "[d, e]", "{}"]);
    }

    #[test]
    fn the_index_gives_bytes_also_behind_wide_characters() {
        let text = "näme: \"wörld\"\nlist:\n  - one\n  - two: 3\n";
        let index = read(text, ReadLimits::SPEC).index();
        let at = |pointer: &str| {
            let range = index.find(&Pointer::from_text(pointer), crate::source::Target::Value).unwrap();
            &text[range]
        };
        assert_eq!(at("/näme"), "\"wörld\"");
        assert_eq!(at("/list/0"), "one");
        assert_eq!(at("/list/1/two"), "3");
        assert_eq!(at("/list/1/missing"), "two: 3");
    }
}
