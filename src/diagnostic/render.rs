//! A diagnostic as rustc would print it.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Snippet};

use super::printable::printable;
use super::texts::Texts;
use super::{Diagnostic, Severity};
use crate::source::Place;

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
        let marked = diagnostic.place.as_ref().and_then(|place| snippet(diagnostic, place, texts));
        let unplaced = diagnostic.place.as_ref().filter(|_| marked.is_none()).map(|place| format!("in {}", place.file));
        group = group.elements(marked).elements(elsewhere(diagnostic, texts));
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

/// The lines of a diagnostic's own place, with what else belongs to it in the same file; nothing where the file was not
/// read.
fn snippet<'a>(diagnostic: &'a Diagnostic, place: &'a Place, texts: &'a Texts) -> Option<Snippet<'a, Annotation<'a>>> {
    let (text, range) = texts.find(place)?;
    let own = AnnotationKind::Primary.span(range).label(diagnostic.label.as_deref().map(printable));
    let same = diagnostic.related.iter().filter(|(other, _)| other.file == place.file);
    let others = same
        .filter_map(|(other, label)| Some(AnnotationKind::Context.span(texts.find(other)?.1).label(printable(label))));
    Some(Snippet::source(text).path(&place.file).annotation(own).annotations(others))
}

/// The lines of places in other files.
fn elsewhere<'a>(diagnostic: &'a Diagnostic, texts: &'a Texts) -> impl Iterator<Item = Snippet<'a, Annotation<'a>>> {
    let own = diagnostic.place.as_ref().map(|place| &place.file);
    let others = diagnostic.related.iter().filter(move |(other, _)| own != Some(&other.file));
    others.filter_map(|(other, label)| {
        let (text, range) = texts.find(other)?;
        let mark = AnnotationKind::Context.span(range).label(printable(label));
        Some(Snippet::source(text).path(&other.file).annotation(mark))
    })
}

#[cfg(test)]
mod tests {
    use super::super::printable::is_unprintable;
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Pointer;

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

    #[test]
    fn nothing_that_was_written_moves_the_cursor() {
        let mut texts = Texts::default();
        let value = "a\u{1b}[2J\u{9b}2J\u{85}\u{202e}\u{2028}\u{7f}z";
        texts.add("x.yaml", format!("a: {value}\nb: end\n"));
        let place = Place::in_file("x.yaml", Pointer::from_text("/b"));
        let diagnostic = Diagnostic::error(Code::SpecValue, format!("`{value}`\n")).at(place).label(value).note(value);
        let related = diagnostic.related(Place::bytes("x.yaml", 0, 1), value);
        let rendered = Renderer::plain().render(&related, &texts);
        assert!(!rendered.chars().any(|c| c != '\n' && is_unprintable(c)), "{rendered:?}");
        assert!(
            rendered.starts_with("error[spec/value]: `a\\u{1b}[2J\\u{9b}2J\\u{85}\\u{202e}\\u{2028}\\u{7f}z`\\n\n"),
            "{rendered}"
        );
        assert!(rendered.contains("2 | b: end"), "{rendered}");
    }
}
