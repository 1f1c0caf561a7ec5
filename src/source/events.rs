//! One pass over the parser's events: a tree with places, and everything in the text that podnet does not take.

use std::collections::BTreeSet;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::Pointer;
use super::index::{Index, Spans};

/// How large a text may be before it is refused unread.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimits {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Scalars, lists and maps in all.
    pub nodes: usize,
}

impl ReadLimits {
    /// What a spec may have: 1 MiB, 32 levels, 100,000 values. The largest example has some 200.
    pub const SPEC: Self = Self { bytes: 1 << 20, depth: 32, nodes: 100_000 };
    /// What a vendored or rendered file may have: 8 MiB, 64 levels, a million values.
    pub const MANIFEST: Self = Self { bytes: 8 << 20, depth: 64, nodes: 1_000_000 };
}

/// What podnet found in a text that it does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule it breaks.
    pub kind: FindingKind,
    /// Where, as bytes of the text.
    pub span: Range<usize>,
    /// The rule's own words for it.
    pub message: String,
}

/// The rules of the event pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// Not YAML.
    Syntax,
    /// Larger, deeper or longer than the limits.
    Limit,
    /// One map has one key twice.
    DuplicateKey,
    /// An anchor or an alias.
    Anchor,
    /// A tag.
    Tag,
    /// A key that is not a scalar.
    ComplexKey,
}

/// A scalar as the text has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// Its text after unescaping.
    pub text: String,
    /// Written without quotes and not as a block, so that its type depends on the reader.
    pub plain: bool,
}

/// A value with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A scalar.
    Scalar(Scalar, Range<usize>),
    /// A list.
    List(Vec<Node>, Range<usize>),
    /// A map, in the text's order.
    Map(Vec<(Scalar, Range<usize>, Node)>, Range<usize>),
}

impl Node {
    /// Gives the bytes it stands in.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Scalar(_, span) | Self::List(_, span) | Self::Map(_, span) => span.clone(),
        }
    }

    /// Visits every scalar, keys included.
    pub fn scalars<'a>(&'a self, visit: &mut impl FnMut(&'a Scalar, &Range<usize>)) {
        match self {
            Self::Scalar(scalar, span) => visit(scalar, span),
            Self::List(items, _) => items.iter().for_each(|item| item.scalars(visit)),
            Self::Map(entries, _) => {
                for (key, span, value) in entries {
                    visit(key, span);
                    value.scalars(visit);
                }
            }
        }
    }
}

/// What a text holds.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Its documents.
    pub documents: Vec<Node>,
    /// What podnet does not take, in the order of the text.
    pub findings: Vec<Finding>,
}

impl Tree {
    /// Indexes the first document.
    pub fn index(&self) -> Index {
        let mut index = Index::default();
        if let Some(document) = self.documents.first() {
            walk(document, Pointer::root(), None, &mut index);
        }
        index
    }
}

fn walk(node: &Node, pointer: Pointer, key: Option<Range<usize>>, index: &mut Index) {
    match node {
        Node::Scalar(..) => {}
        Node::List(items, _) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, pointer.index(number), None, index);
            }
        }
        Node::Map(entries, _) => {
            for (name, span, value) in entries {
                walk(value, pointer.key(&name.text), Some(span.clone()), index);
            }
        }
    }
    index.insert(pointer, Spans { key, value: node.span() });
}

/// Reads a text into documents with places. Never fails: what is wrong is among the findings, and the documents
/// hold what could be read before a syntax error.
pub fn read(text: &str, limits: ReadLimits) -> Tree {
    let mut tree = Tree::default();
    if text.len() > limits.bytes {
        tree.findings.push(Finding {
            kind: FindingKind::Limit,
            span: 0..0,
            message: format!("the file has {} bytes, more than the {} podnet reads", text.len(), limits.bytes),
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

/// From character positions, which the parser counts, to bytes; plain arithmetic where the text is ASCII.
struct Offsets {
    bytes: Option<Vec<usize>>,
    len: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(byte, _)| byte).collect());
        Self { bytes, len: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        match &self.bytes {
            None => character.min(self.len),
            Some(bytes) => bytes.get(character).copied().unwrap_or(self.len),
        }
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.byte(span.start.index())..self.byte(span.end.index())
    }
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
        self.nodes += 1;
        if depth > self.limits.depth {
            let message = format!("nested deeper than {} levels", self.limits.depth);
            return Err(Finding { kind: FindingKind::Limit, span, message });
        }
        if self.nodes > self.limits.nodes {
            let message = format!("more than {} values", self.limits.nodes);
            return Err(Finding { kind: FindingKind::Limit, span, message });
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plainness(anchor, tag.is_some(), &span);
                let plain = style == ScalarStyle::Plain;
                let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
                let span = if quoted { self.quoted(span) } else { span };
                Ok(Node::Scalar(Scalar { text: text.into_owned(), plain }, span))
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
                self.refuse(FindingKind::Anchor, &span, "an alias stands for a value written elsewhere");
                Ok(Node::Scalar(Scalar { text: String::new(), plain: true }, span))
            }
        }
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

    fn plainness(&mut self, anchor: usize, tag: bool, span: &Range<usize>) {
        if anchor > 0 {
            self.refuse(FindingKind::Anchor, span, "an anchor names a value for use elsewhere");
        }
        if tag {
            self.refuse(FindingKind::Tag, span, "a tag changes how a value is read");
        }
    }

    fn list(&mut self, start: usize, depth: usize) -> Result<Node, Finding> {
        let mut items = Vec::new();
        let mut end = start;
        while let Some((event, span)) = self.next()? {
            if event == Event::SequenceEnd {
                // A flow collection ends at its bracket; a block one where its last item does.
                if self.text.get(span.start..).is_some_and(|rest| rest.starts_with([']', '}'])) {
                    end = end.max(span.start + 1);
                }
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
                // A flow collection ends at its bracket; a block one where its last item does.
                if self.text.get(span.start..).is_some_and(|rest| rest.starts_with([']', '}'])) {
                    end = end.max(span.start + 1);
                }
                break;
            }
            let key = self.node(event, span, depth + 1)?;
            let Some((event, span)) = self.next()? else { break };
            let value = self.node(event, span, depth + 1)?;
            end = value.span().end;
            match key {
                Node::Scalar(scalar, span) => {
                    if !seen.insert(scalar.text.clone()) {
                        let message = format!("`{}` stands twice in one map", scalar.text);
                        self.refuse(FindingKind::DuplicateKey, &span, message);
                    }
                    entries.push((scalar, span, value));
                }
                other => self.refuse(FindingKind::ComplexKey, &other.span(), "a key is a scalar"),
            }
        }
        Ok(Node::Map(entries, start..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
