//! What an example compiles to.

use std::collections::{BTreeMap, BTreeSet};

use podnet::compile::Compiled;
use podnet::diagnostic::{Code, Severity};
use serde_json::Value;

use super::documents;

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
