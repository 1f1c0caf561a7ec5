//! A pack: a folder with `pack.yaml` and templates. The built-in ones are part of the binary.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diagnostic::{Code, Diagnostic};
use crate::files::FileKind;
use crate::source::Place;

/// What `pack.yaml` says: which template makes which file, and when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Contents {
    name: String,
    files: Vec<PackFile>,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackFile {
    /// The template's name in the pack.
    pub template: String,
    /// The path that it makes, inside the cluster's folder.
    pub output: String,
    /// What it makes.
    pub kind: FileKind,
    /// An expression over the plan; the file is made where it is true.
    pub when: String,
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its files, in order.
    pub files: Vec<PackFile>,
    /// Its templates' texts, by name; partial ones for `include` among them.
    pub templates: BTreeMap<String, String>,
}

impl Pack {
    /// Makes a pack of `pack.yaml` and templates.
    ///
    /// # Errors
    /// `pack.yaml` does not say what a pack has to say, or names a template that is not there.
    pub fn new(folder: &str, contents: &str, templates: BTreeMap<String, String>) -> Result<Self, Diagnostic> {
        let place = Place::file(format!("{folder}/pack.yaml"));
        let Contents { name, files } = serde_yaml::from_str(contents)
            .map_err(|error| Diagnostic::error(Code::BlueprintPack, error.to_string()).at(place.clone()))?;
        if let Some(missing) = files.iter().find(|file| !templates.contains_key(&file.template)) {
            let message = format!("the pack has no template `{}`", missing.template);
            return Err(Diagnostic::error(Code::BlueprintPack, message).at(place));
        }
        Ok(Self { name, files, templates })
    }
}

macro_rules! pack {
    ($folder:literal, [$($template:literal),* $(,)?]) => {
        (
            $folder,
            include_str!(concat!("../../blueprints/", $folder, "/pack.yaml")),
            &[$(($template, include_str!(concat!("../../blueprints/", $folder, "/", $template)))),*] as &[(&str, &str)],
        )
    };
}

/// Gives the built-in packs: `cloudformation`, `kubernetes` and `runbook`.
///
/// # Errors
/// Never for a podnet that passed its tests.
pub fn built_in() -> Result<Vec<Pack>, Diagnostic> {
    [
        pack!(
            "cloudformation",
            [
                "pod-network.yaml.j2",
                "node-groups.yaml.j2",
                "launch-template.yaml.j2",
                "user-data-al2.sh.j2",
                "user-data-al2023.yaml.j2"
            ]
        ),
        pack!(
            "kubernetes",
            ["eniconfig-crd.yaml.j2", "eniconfigs.yaml.j2", "aws-node.yaml.j2", "kustomization.yaml.j2"]
        ),
        pack!("runbook", ["RUNBOOK.md.j2"]),
    ]
    .into_iter()
    .map(|(folder, contents, templates)| {
        let templates = templates.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Pack::new(folder, contents, templates)
    })
    .collect()
}
