//! One spec from text to verdict, as `podnet synth` goes about it, without touching a file.

use podnet::aws_node::AwsNodeManifest;
use podnet::compile::{Compiled, Named, compile};
use podnet::diagnostic::{Diagnostic, Renderer, Texts};
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
        let mut texts = Texts::default();
        texts.add(name, text);
        let read = spec::read(text);
        let mut diagnostics = read.diagnostics;
        let compiled = read.document.as_ref().map(|document| {
            let cni = &document.spec.cni;
            if let Some(lock) = lock {
                texts.add(lock.name, lock.text);
            }
            let named = cni.base_manifest.as_deref().filter(|_| cni.delivery == Delivery::Manifest);
            let own = named.map(|path| (path, base(path)));
            let (path, text) =
                own.as_ref().map_or((AwsNodeManifest::BUILTIN_FILE, AwsNodeManifest::builtin()), |(path, text)| {
                    (*path, text.as_str())
                });
            if cni.delivery == Delivery::Manifest {
                texts.add(path, text);
            }
            compile(document, lock, own.is_some().then_some(Named { name: path, text }))
        });
        diagnostics.extend(compiled.iter().flat_map(|compiled| compiled.diagnostics.clone()));
        for diagnostic in &mut diagnostics {
            diagnostic.name_spec(name);
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
