//! The examples as people run them, compiled in memory.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use podnet::compile::{Compiled, Named, compile};
use podnet::diagnostic::{Code, Severity, any_error};
use serde_json::Value;

/// A path under the repository's root.
pub fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

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

/// What an example comes to.
#[derive(Debug)]
pub struct Output {
    /// The example's stem.
    pub stem: String,
    /// Plan, lock, files and diagnostics.
    pub compiled: Compiled,
}

impl Output {
    /// The text of a file that has to be there.
    pub fn text(&self, path: &str) -> &str {
        let file = self.compiled.files.iter().find(|file| file.path == path);
        let paths = self.paths();
        &file.unwrap_or_else(|| panic!("{} has no {path}, only {paths:?}", self.stem)).text
    }

    /// The documents of a YAML file that has to be there.
    pub fn documents(&self, path: &str) -> Vec<Value> {
        documents(self.text(path))
    }

    /// The one document of a YAML file that has to be there.
    pub fn document(&self, path: &str) -> Value {
        let [document] = <[Value; 1]>::try_from(self.documents(path)).unwrap();
        document
    }

    /// A resource of a CloudFormation template.
    pub fn resource(&self, path: &str, logical_id: &str) -> Value {
        let template = self.document(path);
        let resource = &template["Resources"][logical_id];
        assert!(resource.is_object(), "{}: {path} has no {logical_id}", self.stem);
        resource.clone()
    }

    /// The ENIConfigs without what podnet adds for Argo CD and for people: name to spec.
    pub fn eni_configs(&self) -> BTreeMap<String, Value> {
        let named = |config: Value| {
            assert_eq!(config["apiVersion"], "crd.k8s.amazonaws.com/v1alpha1");
            assert_eq!(config["kind"], "ENIConfig");
            assert_eq!(config["metadata"]["namespace"], Value::Null, "an ENIConfig is cluster-scoped");
            (config["metadata"]["name"].as_str().unwrap().to_owned(), config["spec"].clone())
        };
        self.documents("kubernetes/eniconfigs.yaml").into_iter().map(named).collect()
    }

    /// The variables of the container aws-node. All that have a value have a text.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let documents = self.documents("kubernetes/aws-node.yaml");
        let daemon_set = documents.iter().find(|document| document["kind"] == "DaemonSet").unwrap();
        assert_eq!(daemon_set["metadata"]["name"], "aws-node");
        assert_eq!(daemon_set["metadata"]["namespace"], "kube-system");
        let containers = daemon_set["spec"]["template"]["spec"]["containers"].as_array().unwrap();
        let container = containers.iter().find(|container| container["name"] == "aws-node").unwrap();
        let variables = container["env"].as_array().unwrap().iter().filter(|variable| variable["value"] != Value::Null);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        variables.map(|variable| (text(&variable["name"]), text(&variable["value"]))).collect()
    }

    /// The paths of the files.
    pub fn paths(&self) -> BTreeSet<&str> {
        self.compiled.files.iter().map(|file| file.path.as_str()).collect()
    }

    /// The plan as JSON.
    pub fn plan(&self) -> Value {
        serde_json::to_value(self.compiled.plan.as_ref().unwrap()).unwrap()
    }

    /// The diagnostics of a code, as severity and message.
    pub fn said(&self, code: Code) -> Vec<(Severity, &str)> {
        let of_code = self.compiled.diagnostics.iter().filter(|found| found.code == code);
        of_code.map(|found| (found.severity, found.message.as_str())).collect()
    }

    /// The user data of every launch template, by the template's logical id.
    pub fn user_data(&self) -> Vec<(String, String)> {
        let template = self.document("cloudformation/node-groups.yaml");
        let resources = template["Resources"].as_object().unwrap();
        let templates = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::EC2::LaunchTemplate");
        templates
            .map(|(id, resource)| {
                let data = &resource["Properties"]["LaunchTemplateData"]["UserData"]["Fn::Base64"];
                (id.clone(), data.as_str().unwrap().to_owned())
            })
            .collect()
    }
}

/// A YAML text of one document.
pub fn value(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The documents of a YAML text, empty ones left out.
pub fn documents(text: &str) -> Vec<Value> {
    use serde::Deserialize as _;
    let all = serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap());
    all.filter(|document| !document.is_null()).collect()
}

/// The files under a folder, as paths from there with `/`, sorted.
pub fn files_under(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                open.push((path, format!("{name}/")));
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}
