//! A diagnostic as rustc would print it.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};

use super::{Diagnostic, Place, Severity};
use crate::source::{Index, Limits, read};

/// The texts that diagnostics point into, by the name the user knows them by.
#[derive(Debug, Default)]
pub struct Texts {
    texts: BTreeMap<String, (String, Index)>,
}

impl Texts {
    /// Remembers a file's text; reads its places.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let text = text.into();
        let index = read(&text, Limits::MANIFEST).index();
        self.texts.insert(name.into(), (text, index));
    }

    /// Sorts diagnostics by file, and by where in the file they are.
    pub fn sort(&self, diagnostics: &mut [Diagnostic]) {
        diagnostics.sort_by_cached_key(|diagnostic| {
            let place = diagnostic.place.as_ref();
            let file = place.map(|place| place.file.clone());
            let at = place.and_then(|place| self.find(place)).map(|(_, range)| range.start);
            (file, at, diagnostic.clone())
        });
    }

    /// Finds a place's text and the bytes in it.
    fn find(&self, place: &Place) -> Option<(&str, Range<usize>)> {
        let (text, index) = self.texts.get(&place.file)?;
        let range = index.find(&place.pointer, place.target)?;
        Some((text, first_line(text, range)))
    }
}

/// A mark never runs over the end of its first line: the start of a section says enough.
fn first_line(text: &str, range: Range<usize>) -> Range<usize> {
    let start = range.start.min(text.len());
    let end = range.end.clamp(start, text.len());
    let line = text.get(start..end).and_then(|marked| marked.find(['\n', '\r'])).map_or(end, |at| start + at);
    start..line.max(start)
}

/// Prints diagnostics for people.
#[derive(Debug, Clone, Copy)]
pub struct Renderer {
    styled: bool,
}

impl Renderer {
    /// A renderer with colours. What it prints goes through `anstream`, which takes them out again where they do not
    /// belong.
    pub fn styled() -> Self {
        Self { styled: true }
    }

    /// A renderer without colours.
    pub fn plain() -> Self {
        Self { styled: false }
    }

    /// Renders one diagnostic: title with code, the marked line, notes, then help. Ends without a line break.
    pub fn render(self, diagnostic: &Diagnostic, texts: &Texts) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.code.as_str());
        let mut group = Group::with_title(title);
        let mut unplaced = None;
        if let Some(place) = &diagnostic.place {
            if let Some((text, range)) = texts.find(place) {
                let label = diagnostic.label.as_deref().map(printable);
                let mut snippet = Snippet::source(text)
                    .path(&place.file)
                    .annotation(AnnotationKind::Primary.span(range).label(label));
                for (other, label) in diagnostic.related.iter().filter(|(other, _)| other.file == place.file) {
                    if let Some((_, range)) = texts.find(other) {
                        snippet = snippet.annotation(AnnotationKind::Context.span(range).label(printable(label)));
                    }
                }
                group = group.element(snippet);
            } else {
                unplaced = Some(format!("in {}", place.file));
            }
        }
        for (other, label) in &diagnostic.related {
            let elsewhere = diagnostic.place.as_ref().is_none_or(|place| place.file != other.file);
            if let (true, Some((text, range))) = (elsewhere, texts.find(other)) {
                let mark = AnnotationKind::Context.span(range).label(printable(label));
                group = group.element(Snippet::source(text).path(&other.file).annotation(mark));
            }
        }
        for note in unplaced.iter().chain(&diagnostic.notes) {
            group = group.element(Level::NOTE.message(printable(note)));
        }
        for help in &diagnostic.help {
            group = group.element(Level::HELP.message(printable(help)));
        }
        let renderer =
            if self.styled { annotate_snippets::Renderer::styled() } else { annotate_snippets::Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).term_width(140).render(&[group])
    }
}

/// Keeps what a user wrote from moving the cursor or breaking the line: control characters are written out, and long
/// values are cut.
fn printable(text: &str) -> String {
    const LONGEST: usize = 600;
    let mut out = String::new();
    for character in text.chars() {
        if character.is_control() && character != '\n' {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
        if out.len() > LONGEST {
            out.push('…');
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Pointer};

    #[test]
    fn marks_the_scalar_and_writes_the_help() {
        let mut texts = Texts::default();
        texts.add("prod.yaml", "spec:\n  zones:\n    - cidr: 10.0.0.1/16\n");
        let place = Place::in_file("prod.yaml", Pointer::from_text("/spec/zones/0/cidr"));
        let diagnostic = Diagnostic::error(Code::AddressHostBits, "`10.0.0.1/16` has host bits set")
            .at(place)
            .label("not the start of a /16")
            .note("AWS would use 10.0.0.0/16")
            .help("write `10.0.0.0/16`");
        insta::assert_snapshot!(Renderer::plain().render(&diagnostic, &texts), @r"
        error[address/host-bits]: `10.0.0.1/16` has host bits set
         --> prod.yaml:3:13
          |
        3 |     - cidr: 10.0.0.1/16
          |             ^^^^^^^^^^^ not the start of a /16
          |
          = note: AWS would use 10.0.0.0/16
          = help: write `10.0.0.0/16`
        ");
    }
}
