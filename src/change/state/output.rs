//! A cluster's output as documents: its templates, its objects and what its manifest claims.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::claims::group_claims;
use super::objects::{Objects, object_name};
use crate::files::{File, GroupClaim, MANIFEST, Manifest, documents};
use crate::plan::Plan;
use crate::source::{self, ReadLimits};

/// A cluster's output.
#[derive(Debug, Default)]
pub struct Output {
    /// The documents of its templates, by path.
    pub(in crate::change) templates: BTreeMap<String, Value>,
    /// Its Kubernetes objects, by kind and name.
    pub(in crate::change) objects: Objects,
    /// Its node groups, by logical id.
    pub(super) groups: BTreeMap<String, GroupClaim>,
}

/// A file of a committed output that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` cannot be compared: {why}")]
pub struct OutputProblem {
    /// Its path in the cluster's folder.
    pub path: String,
    /// Why.
    pub why: String,
}

impl Output {
    /// Reads files, by path; those that are neither templates nor objects are passed by. `manifest.json` gives the node groups.
    ///
    /// # Errors
    /// Every file that is not what podnet writes there.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<OutputProblem>> {
        let mut output = Self::default();
        let mut problems = Vec::new();
        for (path, text) in files {
            if path == MANIFEST {
                output.groups = Manifest::read(text).unwrap_or_default().node_groups;
            } else if Path::new(path).extension().is_some_and(|end| end == "yaml")
                && let Err(why) = output.add(path, text)
            {
                problems.push(OutputProblem { path: path.to_owned(), why });
            }
        }
        if problems.is_empty() { Ok(output) } else { Err(problems) }
    }

    /// Takes the resources of one stack, as a lock has them: JSON by logical id.
    pub(crate) fn of_stack(file: &str, resources: &BTreeMap<String, String>) -> Self {
        let read = |(name, json): (&String, &String)| Some((name.clone(), serde_json::from_str(json).ok()?));
        let resources: serde_json::Map<String, Value> = resources.iter().filter_map(read).collect();
        let templates = BTreeMap::from([(file.to_owned(), serde_json::json!({"Resources": resources}))]);
        Self { templates, ..Self::default() }
    }

    /// Takes the files of a plan, which have not been written yet.
    ///
    /// # Errors
    /// As of [`read`](Self::read); none for files that podnet rendered.
    pub fn planned(plan: &Plan, files: &[File]) -> Result<Self, Vec<OutputProblem>> {
        let files = files.iter().map(|file| (file.path.as_str(), file.text.as_str()));
        Ok(Self { groups: group_claims(plan), ..Self::read(files)? })
    }

    fn add(&mut self, path: &str, text: &str) -> Result<(), String> {
        let tree = source::read(text, ReadLimits::MANIFEST);
        if let Some(finding) = tree.findings.first() {
            return Err(finding.message.clone());
        }
        for document in documents(text).map_err(|error| error.to_string())? {
            if document.get("Resources").is_some() {
                self.templates.insert(path.to_owned(), document);
            } else if let Some(name) = object_name(&document) {
                self.objects.insert(name, (path.to_owned(), document));
            }
        }
        Ok(())
    }
}
