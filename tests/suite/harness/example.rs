//! The examples as people run them, compiled in memory.

use podnet::compile::{Compiled, Named, compile};
use podnet::diagnostic::{Code, Severity, any_error};
use serde_json::Value;

use super::{Output, at_root, files_under, value};

/// A spec with its lock and its base manifest, before anything is made of them.
#[derive(Debug, Clone)]
pub struct Example {
    /// The spec's file name without its ending.
    pub stem: String,
    /// The spec's text.
    pub spec: String,
    /// The lock's text.
    pub lock: Option<String>,
    /// The base manifest's text, where the spec names one.
    pub base: Option<String>,
}

impl Example {
    /// Reads one example.
    pub fn read(stem: &str) -> Self {
        let folder = at_root("examples");
        let text = |name: &str| fs_err::read_to_string(folder.join(name));
        let spec = text(&format!("{stem}.yaml")).unwrap();
        let named = value(&spec)["spec"]["cni"]["baseManifest"].as_str().map(|name| text(name).unwrap());
        Self { stem: stem.to_owned(), spec, lock: text(&format!("{stem}.lock.yaml")).ok(), base: named }
    }

    /// Reads every example there is: each `.yaml` of the folder that is a spec.
    pub fn all() -> Vec<Self> {
        let paths = files_under(&at_root("examples"));
        let stems = paths.iter().filter_map(|path| path.strip_suffix(".yaml"));
        let all: Vec<Self> = stems
            .filter(|stem| stem.strip_suffix(".lock").is_none())
            .filter(|stem| {
                fs_err::read_to_string(at_root(&format!("examples/{stem}.yaml"))).unwrap().contains("podnet.dev/")
            })
            .map(Self::read)
            .collect();
        assert!(all.len() >= 6, "the examples are gone: {all:?}");
        all
    }

    /// The same without its lock: what there is before anything was deployed.
    pub fn unlocked(&self) -> Self {
        Self { lock: None, ..self.clone() }
    }

    /// The same with another spec, given by what to change of the present one.
    pub fn with(&self, change: impl FnOnce(&mut Value)) -> Self {
        let mut spec = value(&self.spec);
        change(&mut spec["spec"]);
        // JSON is YAML.
        Self { spec: serde_json::to_string_pretty(&spec).unwrap(), ..self.clone() }
    }

    /// Compiles it, whatever comes of it. The spec's form has to be right.
    pub fn compile(&self) -> Compiled {
        let read = podnet::spec::read(&self.spec);
        let document = read.document.unwrap_or_else(|| panic!("{}: {:#?}", self.stem, read.diagnostics));
        let name = format!("{}.lock.yaml", self.stem);
        let lock = self.lock.as_deref().map(|text| Named { name: &name, text });
        compile(&document, lock, self.base.as_deref().map(|text| Named { name: "base.yaml", text }))
    }

    /// Compiles it, and it has to come out right.
    pub fn compiled(&self) -> Output {
        let compiled = self.compile();
        assert!(!any_error(&compiled.diagnostics), "{}: {:#?}", self.stem, compiled.diagnostics);
        Output { stem: self.stem.clone(), compiled }
    }

    /// Compiles it, and it has to be refused: gives the codes of the errors and their messages.
    pub fn refused(&self) -> Vec<(Code, String)> {
        let compiled = self.compile();
        assert!(compiled.plan.is_none() && compiled.files.is_empty(), "{}: it is rendered", self.stem);
        let errors = compiled.diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
        errors.map(|found| (found.code, found.message)).collect()
    }
}
