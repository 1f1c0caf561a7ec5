//! One spec from text to verdict, as `podnet synth` goes about it, without touching a file.

use podnet::aws_node::AwsNodeManifest;
use podnet::compile::{Compiled, Named, compile};
use podnet::diagnostic::{Diagnostic, Renderer, Texts};
use podnet::source::Place;
use podnet::spec;
use podnet::spec::{Delivery, Document};

/// What came of a spec's text.
pub struct Verdict {
    /// The spec, where its form is right.
    pub document: Option<Document>,
    /// What came of it, where its form is right.
    pub compiled: Option<Compiled>,
    /// Everything that is said about it, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    texts: Texts,
}

impl Verdict {
    /// Compiles a spec. `base` gives the base manifest of the name that the spec has for it.
    pub fn of(name: &str, text: &str, lock: Option<Named<'_>>, base: impl Fn(&str) -> String) -> Self {
        let mut files = vec![(name.to_owned(), text.to_owned())];
        let read = spec::read(text);
        let mut diagnostics = read.diagnostics;
        let compiled = read.document.as_ref().map(|document| {
            let cni = &document.spec.cni;
            if let Some(lock) = lock {
                files.push((lock.name.to_owned(), lock.text.to_owned()));
            }
            let named = cni.base_manifest.as_deref().filter(|_| cni.delivery == Delivery::Manifest);
            let own = named.map(|path| (path, base(path)));
            let (path, text) =
                own.as_ref().map_or((AwsNodeManifest::BUILTIN_FILE, AwsNodeManifest::builtin()), |(path, text)| {
                    (*path, text.as_str())
                });
            if cni.delivery == Delivery::Manifest {
                files.push((path.to_owned(), text.to_owned()));
            }
            compile(document, lock, own.is_some().then_some(Named { name: path, text }))
        });
        diagnostics.extend(compiled.iter().flat_map(|compiled| compiled.diagnostics.clone()));
        for diagnostic in &mut diagnostics {
            diagnostic.name_spec(name);
        }
        // Adding a text parses it, which is only worth it where something points into it.
        let mut texts = Texts::default();
        for (name, text) in files {
            if diagnostics.iter().flat_map(places).any(|place| place.file == name) {
                texts.add(name, text);
            }
        }
        texts.sort(&mut diagnostics);
        Self { document: read.document, compiled, diagnostics, texts }
    }

    /// The errors alone.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error())
    }

    /// One diagnostic as it stands in a terminal.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        Renderer::plain().render(diagnostic, &self.texts)
    }
}

/// Every place that a diagnostic points to.
fn places(diagnostic: &Diagnostic) -> impl Iterator<Item = &Place> {
    let related = diagnostic.related.iter().map(|(place, _)| place);
    diagnostic.place.iter().chain(related).chain(diagnostic.edits.iter().map(|edit| &edit.place))
}
