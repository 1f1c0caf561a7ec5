//! A CloudFormation template as resources.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A template.
#[derive(Debug, Default)]
pub(in crate::change) struct StackTemplate {
    /// Its resources, by logical id.
    pub resources: BTreeMap<String, Resource>,
}

/// A resource of a template.
#[derive(Debug)]
pub(in crate::change) struct Resource {
    /// Its type: `AWS::EC2::Subnet`.
    pub of_type: String,
    /// Its properties.
    pub properties: Value,
    /// Whether it stays in AWS where it leaves the template.
    pub retained: bool,
}

/// A reference to another resource: at which property, and to which of its attributes; none for `Ref`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::change) struct Reference {
    /// The property's path.
    pub path: String,
    /// The logical id.
    pub to: String,
    /// The attribute.
    pub attribute: Option<String>,
}

impl StackTemplate {
    /// Takes a template's resources out of its document. What has no type is not one.
    pub fn read(document: &Value) -> Self {
        let resources = document.get("Resources").and_then(Value::as_object);
        let resources = resources.into_iter().flatten().filter_map(|(name, resource)| {
            let of_type = resource.get("Type")?.as_str()?.to_owned();
            let policy = resource.get("DeletionPolicy").and_then(Value::as_str).unwrap_or_default();
            let retained = policy.starts_with("Retain");
            let properties = resource.get("Properties").cloned().unwrap_or_default();
            Some((name.clone(), Resource { of_type, properties, retained }))
        });
        Self { resources: resources.collect() }
    }
}

impl StackTemplate {
    /// Whether a resource refers to another one, directly or not.
    pub fn needs(&self, name: &str, other: &str) -> bool {
        let mut seen = BTreeSet::from([name.to_owned()]);
        let mut waiting = vec![name.to_owned()];
        while let Some(next) = waiting.pop() {
            let references = self.resources.get(&next).map(Resource::references).unwrap_or_default();
            for reference in references {
                if reference.to == other {
                    return true;
                }
                if seen.insert(reference.to.clone()) {
                    waiting.push(reference.to);
                }
            }
        }
        false
    }
}

/// Whether resources of a type have nodes.
pub(in crate::change) fn has_nodes(of_type: &str) -> bool {
    matches!(of_type, "AWS::EKS::Nodegroup" | "AWS::AutoScaling::AutoScalingGroup")
}

impl Resource {
    /// Lists what its properties refer to: `Ref`, `Fn::GetAtt` and `${…}` in `Fn::Sub`. Pseudo parameters are among them.
    pub fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        collect("", &self.properties, &mut found);
        found
    }
}

fn collect(path: &str, value: &Value, found: &mut Vec<Reference>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("Ref", Value::String(name)) => found.push(reference(path, name, None)),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        if let [Value::String(name), Value::String(attribute)] = parts.as_slice() {
                            found.push(reference(path, name, Some(attribute)));
                        }
                    }
                    ("Fn::Sub", Value::String(text)) => {
                        for (name, _) in text.split("${").skip(1).filter_map(|rest| rest.split_once('}')) {
                            let (name, attribute) = name.split_once('.').map_or((name, None), |(a, b)| (a, Some(b)));
                            found.push(reference(path, name, attribute));
                        }
                    }
                    (key, value) if key.starts_with("Fn::") => collect(path, value, found),
                    (key, value) if path.is_empty() => collect(key, value, found),
                    (key, value) => collect(&format!("{path}.{key}"), value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(path, item, found)),
        _ => {}
    }
}

fn reference(path: &str, to: &str, attribute: Option<&str>) -> Reference {
    Reference { path: path.to_owned(), to: to.to_owned(), attribute: attribute.map(ToOwned::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_refers_to_what() {
        let template = StackTemplate::read(&json!({"Resources": {
            "Nodes": {"Type": "T", "DeletionPolicy": "RetainExceptOnCreate", "Properties": {
                "LaunchTemplate": {"Id": {"Ref": "L"}, "Version": {"Fn::GetAtt": ["L", "LatestVersionNumber"]}},
                "Groups": [{"Ref": "G"}],
                "Name": {"Fn::Sub": "${AWS::Region}-${G.GroupId}"}
            }},
            "No": {"Properties": {}}
        }}));
        let nodes = &template.resources["Nodes"];
        assert!(nodes.retained);
        let mut found: Vec<String> = nodes
            .references()
            .into_iter()
            .map(|found| format!("{} {} {}", found.path, found.to, found.attribute.unwrap_or_default()))
            .collect();
        found.sort();
        assert_eq!(
            found,
            [
                "Groups G ",
                "LaunchTemplate.Id L ",
                "LaunchTemplate.Version L LatestVersionNumber",
                "Name AWS::Region ",
                "Name G GroupId"
            ]
        );
        assert_eq!(template.resources.len(), 1);
    }
}
