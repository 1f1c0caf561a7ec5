//! What podnet says where a text is not YAML, or is YAML that it does not take.

use std::ops::Range;

use super::repair::{self, repaired};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::{Finding, FindingKind, Place, Tree, conflict};

/// Says what is wrong with a text's syntax, nothing where it is right.
pub(super) fn explain(tree: &Tree, text: &str) -> Vec<Diagnostic> {
    if let Some(conflict) = conflict(text) {
        let place = Place::bytes("", conflict.start, conflict.end);
        return vec![
            Diagnostic::error(Code::SpecSyntax, "the file has conflict markers of an unresolved merge")
                .at(place)
                .help("keep one of the two sides, and remove the markers"),
        ];
    }
    if let Some((at, character)) = unseen(text) {
        let escape = format!("\\u{:04X}", u32::from(character));
        let place = at..at + character.len_utf8();
        let diagnostic = Diagnostic::error(
            Code::SpecSyntax,
            format!("the file contains the unescaped character U+{:04X}", u32::from(character)),
        )
        .at(Place::bytes("", place.start, place.end))
        .note("it is invisible to reviewers, and YAML parsers treat it differently");
        let words = format!("remove it, or write `{escape}` inside double quotes");
        return vec![repaired(diagnostic, text, [repair::nothing(place)], words)];
    }
    let is_anchor = |finding: &&Finding| finding.kind == FindingKind::Anchor;
    let (anchors, others): (Vec<&Finding>, Vec<&Finding>) = tree.findings.iter().partition(is_anchor);
    anchored(&anchors).into_iter().chain(others.into_iter().map(|finding| one(finding, text))).collect()
}

fn line_end(text: &str, start: usize) -> usize {
    text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at)
}

/// Finds a character that YAML 1.2 does not take as it is, or that YAML 1.1 takes for a line break.
fn unseen(text: &str) -> Option<(usize, char)> {
    let is_unseen = |character: char| match character {
        '\n' | '\t' | '\r' => false,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => character.is_control(),
    };
    text.char_indices().find(|(_, character)| is_unseen(*character))
}

/// An anchor and the aliases of it are one problem.
fn anchored(anchors: &[&Finding]) -> Option<Diagnostic> {
    let (first, others) = anchors.split_first()?;
    let place = |finding: &Finding| Place::bytes("", finding.span.start, finding.span.end);
    let diagnostic = Diagnostic::error(Code::SpecAnchor, first.message.clone())
        .at(place(first))
        .help("write the value out: specs must not use anchors and aliases, so that reviewers see the values");
    Some(others.iter().fold(diagnostic, |diagnostic, other| diagnostic.related(place(other), "and here")))
}

fn one(finding: &Finding, text: &str) -> Diagnostic {
    let place = Place::bytes("", finding.span.start, finding.span.end);
    let error = |code| Diagnostic::error(code, finding.message.clone()).at(place.clone());
    match finding.kind {
        FindingKind::Syntax => syntax(finding, text),
        FindingKind::Limit => error(Code::SpecLimit)
            .note("a spec has at most 1 MiB, 32 levels and 100,000 values")
            .help("write one spec per cluster, and brackets only around lists"),
        FindingKind::DuplicateKey => error(Code::SpecDuplicateKey)
            .note("YAML parsers keep one of the two, and not always the same one")
            .edit(Edit::remove(place.clone()), |_| "remove one of them".to_owned()),
        FindingKind::Anchor => error(Code::SpecAnchor).help("write the value out"),
        FindingKind::Tag => error(Code::SpecAnchor)
            .note("specs must not use tags: the field determines the type of the value")
            .help("remove the tag and write the value itself, in quotes if it is a string"),
        FindingKind::ComplexKey if text.get(..finding.span.start).is_some_and(|before| before.ends_with('{')) => {
            Diagnostic::error(Code::SpecSyntax, "`{{` is not a value")
                .at(place)
                .note("specs are not templates: values are used as they are written")
                .help("write the value itself, or the string in quotes")
        }
        FindingKind::ComplexKey => error(Code::SpecSyntax).help("write `key: value`"),
    }
}

/// The parser says where it could not go on; what it stumbled over is often further up. The first slip that explains it
/// is told, the surest ones first.
fn syntax(finding: &Finding, text: &str) -> Diagnostic {
    let stop = Stop::of(finding, text);
    let slip = stop.tab_indent().or_else(|| stop.false_space()).or_else(|| stop.tab_behind_colon());
    if let Some(slip) = slip.or_else(|| stop.open_quote()) {
        return slip;
    }
    let plain = error(&format!("not YAML: {}", finding.message), stop.at..stop.at);
    if let Some(open) = stop.open_bracket(&plain) {
        return open;
    }
    let Some((above, previous)) = line_above(text, stop.start) else {
        return plain.help("check the indentation, and that every key has `: ` after it");
    };
    no_space_behind_colon(text, above, previous)
        .or_else(|| no_colon(above, previous))
        .unwrap_or_else(|| stop.indentation(plain, above, previous))
}

fn error(message: &str, place: Range<usize>) -> Diagnostic {
    Diagnostic::error(Code::SpecSyntax, message).at(Place::bytes("", place.start, place.end))
}

/// Where the parser could not go on.
struct Stop<'a> {
    text: &'a str,
    at: usize,
    /// Where its line starts.
    start: usize,
    line: &'a str,
    /// The text before it.
    before: &'a str,
    /// The innermost bracket or quote that is open there.
    open: Option<(usize, char)>,
}

impl<'a> Stop<'a> {
    fn of(finding: &Finding, text: &'a str) -> Self {
        let at = finding.span.start;
        let before = text.get(..at).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = text.get(start..line_end(text, start)).unwrap_or_default();
        Self { text, at, start, line, before, open: open_at(before) }
    }

    /// YAML has no tabs in indentation, and editors show them like blanks.
    fn tab_indent(&self) -> Option<Diagnostic> {
        let tab = self.line.find(|first: char| first != ' ')?;
        self.line.get(tab..).filter(|rest| rest.starts_with('\t'))?;
        let at = self.start + tab;
        let diagnostic = error("a line is indented with a tab", at..at + 1);
        let words = "indent with spaces: YAML does not allow tabs there";
        Some(repaired(diagnostic, self.text, repair::indentations(self.text, self.start), words))
    }

    /// A blank that is none comes with text that was copied from a web page.
    fn false_space(&self) -> Option<Diagnostic> {
        let (at, character) = false_space(self.text)?;
        let message = "a line is indented with a character that only looks like a space";
        let diagnostic =
            error(message, at..at + character.len_utf8()).note(format!("it is U+{:04X}", u32::from(character)));
        Some(repaired(diagnostic, self.text, repair::indentations(self.text, at), "indent with spaces"))
    }

    fn tab_behind_colon(&self) -> Option<Diagnostic> {
        let bare = self.before.trim_end_matches('\t');
        let tabs = bare.len()..self.at;
        (!tabs.is_empty() && bare.ends_with(':')).then(|| {
            let diagnostic = error("there is a tab after the colon", tabs.clone());
            repaired(diagnostic, self.text, [repair::space_for(tabs)], "write a space there")
        })
    }

    /// A quote that is open, or that opens here and is never closed.
    fn open_quote(&self) -> Option<Diagnostic> {
        let here = || Some((self.at, self.text.get(self.at..)?.chars().next()?));
        let (quote, which) = self.open.or_else(here).filter(|(_, which)| matches!(which, '"' | '\''))?;
        let diagnostic = error("this quote is not closed", quote..quote + 1);
        let words = format!("close it with another `{which}`");
        Some(repaired(diagnostic, self.text, repair::closings(self.text, quote, which), words))
    }

    fn open_bracket(&self, plain: &Diagnostic) -> Option<Diagnostic> {
        let (bracket, which) = self.open?;
        let closing = if which == '[' { ']' } else { '}' };
        let diagnostic = plain.clone().related(Place::bytes("", bracket, bracket + 1), "still open");
        let words = format!("close the bracket with `{closing}`");
        Some(repaired(diagnostic, self.text, repair::closings(self.text, bracket, closing), words))
    }

    /// Nothing else explains it: lines that belong together are not indented alike.
    fn indentation(&self, plain: Diagnostic, above: usize, previous: &str) -> Diagnostic {
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let (here, there) = (indent(self.line), indent(previous));
        if here == there {
            return plain.help("check that every key has `: ` after it, and every list item `- ` before it");
        }
        let note = format!("its line is indented by {}, the one above by {}", spaces(here), spaces(there));
        let guesses = [self.start, above].into_iter().flat_map(|line| repair::indentations(self.text, line));
        let words = "indent what belongs together by the same number of spaces";
        repaired(plain.note(note), self.text, guesses, words)
    }
}

/// The line above without what makes it an item of a list.
fn key_of(previous: &str) -> &str {
    previous.trim_start().trim_start_matches("- ")
}

/// `key:value` is one text to YAML, so that the line below is where it goes wrong.
fn no_space_behind_colon(text: &str, above: usize, previous: &str) -> Option<Diagnostic> {
    let (key, value) = key_of(previous).split_once(':').filter(|(key, value)| {
        !value.is_empty() && !value.starts_with(' ') && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })?;
    let colon = above + previous.len() - value.len() - 1;
    let diagnostic = error("a key without a space after its colon", colon..colon + 1);
    let words = format!("write `{key}: {}`", value.trim());
    Some(repaired(diagnostic, text, [repair::space(colon + 1)], words))
}

fn no_colon(above: usize, previous: &str) -> Option<Diagnostic> {
    let key = key_of(previous);
    if previous.contains(':') || key.starts_with(['[', '{', '-']) {
        return None;
    }
    let place = above + previous.len() - previous.trim_start().len()..above + previous.len();
    let diagnostic = error("a line without a colon", place.clone());
    Some(match key.split_once('=') {
        Some((name, value)) => {
            let line = format!("{}: {}", name.trim(), value.trim());
            diagnostic
                .edit(Edit::splice(Place::bytes("", place.start, place.end), line), |line| format!("write {line}"))
        }
        None => diagnostic.help("write `key: value`"),
    })
}

/// Finds a character at the start of a line that looks like a space and is none.
fn false_space(text: &str) -> Option<(usize, char)> {
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let at = start + indent;
        start += line.len();
        let first = line.get(indent..)?.chars().next()?;
        (first.is_whitespace() && !first.is_ascii()).then_some((at, first))
    })
}

fn spaces(number: usize) -> String {
    if number == 1 { "1 space".to_owned() } else { format!("{number} spaces") }
}

/// The nearest line above that has something on it, with where it starts.
fn line_above(text: &str, start: usize) -> Option<(usize, &str)> {
    let mut end = start.checked_sub(1)?;
    loop {
        let before = text.get(..end)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = text.get(start..end)?.trim_end_matches('\r');
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            return Some((start, line));
        }
        end = start.checked_sub(1)?;
    }
}

/// The innermost bracket or quote that is open at the end of a text. One inside a plain text, as in `it's [`, opens
/// nothing: what opens stands where a value begins.
fn open_at(text: &str) -> Option<(usize, char)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut previous = '\n';
    let mut begins = true;
    while let Some((at, character)) = characters.next() {
        let inside = open.last().map(|(_, open)| *open);
        match (inside, character) {
            (Some('"'), '\\') => {
                characters.next();
            }
            (Some(quote @ ('"' | '\'')), _) if character != quote => {}
            (Some('"' | '\''), _) | (Some('['), ']') | (Some('{'), '}') => {
                open.pop();
            }
            (_, '#') if previous.is_whitespace() => while characters.next_if(|(_, next)| *next != '\n').is_some() {},
            (_, '"' | '\'' | '[' | '{') if begins => open.push((at, character)),
            _ => {}
        }
        begins = match character {
            '\n' | ':' | '-' | '?' | '[' | '{' | ',' => true,
            _ => begins && character.is_whitespace(),
        };
        previous = character;
    }
    open.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open() {
        for (text, open) in [
            ("a: [1, 2", Some((3, '['))),
            ("a: {b: [1], c: 2", Some((3, '{'))),
            ("a: \"x [ y", Some((3, '"'))),
            ("a: \"x \\\" y\"", None),
            ("a: 'it''s'", None),
            ("a: it's [", None),
            ("a: x # [\nb: 1", None),
            ("a: [1, # ]\n", Some((3, '['))),
        ] {
            assert_eq!(open_at(text), open, "{text}");
        }
    }
}
