//! What must hold for CloudFormation templates.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::refusal::refuse;
use crate::address::Cidr;
use crate::catalog::lasting;
use crate::diagnostic::Diagnostic;
use crate::files::File;

/// CloudFormation's limits: bytes of a template in S3, resources, outputs, parameters.
const TEMPLATE_BYTES: usize = 1_000_000;
const RESOURCES: usize = 500;
const OUTPUTS: usize = 200;
const PARAMETERS: usize = 200;
/// Dynamic references of a template.
const DYNAMIC_REFERENCES: usize = 60;

/// Checks limits, logical ids, references, and that pod subnets lie in blocks, wait for them and are apart.
pub(super) fn check(documents: &[Value], file: &File) -> Vec<Diagnostic> {
    let Some(template) = documents.first() else { return Vec::new() };
    let empty = Map::new();
    let section = |name: &str| template.get(name).and_then(Value::as_object).unwrap_or(&empty);
    let (resources, parameters) = (section("Resources"), section("Parameters"));
    let mut found = Vec::new();
    for (what, count, most) in [
        ("bytes", file.text.len(), TEMPLATE_BYTES),
        ("resources", resources.len(), RESOURCES),
        ("outputs", section("Outputs").len(), OUTPUTS),
        ("parameters", parameters.len(), PARAMETERS),
        ("dynamic references", file.text.matches("{{resolve:").count(), DYNAMIC_REFERENCES),
    ] {
        if count > most {
            found.push(refuse(format!("the template has {count} {what}, but CloudFormation allows {most}"), file));
        }
    }
    if resources.is_empty() {
        found.push(refuse("the template has no resources", file));
    }
    let names: BTreeSet<&str> = resources.keys().chain(parameters.keys()).map(String::as_str).collect();
    for name in &names {
        if name.is_empty() || name.len() > 255 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            found.push(refuse(
                format!("`{name}` is not a logical id: it must have only letters and digits, at most 255"),
                file,
            ));
        }
    }
    let mut references = Vec::new();
    collect(template, &mut references);
    for reference in references.iter().filter(|name| !names.contains(name.as_str()) && !name.starts_with("AWS::")) {
        found
            .push(refuse(format!("the template refers to `{reference}`, but has no such resource or parameter"), file));
    }
    found.extend(policies(resources, file));
    found.extend(user_data(resources, file));
    found.extend(subnets(resources, file));
    found
}

/// CloudFormation looks up no dynamic reference in user data: nodes would get it as it is written.
fn user_data(resources: &Map<String, Value>, file: &File) -> Vec<Diagnostic> {
    let has_reference = |resource: &Value| {
        let data = resource.pointer("/Properties/LaunchTemplateData/UserData");
        data.is_some_and(|data| data.to_string().contains("{{resolve:"))
    };
    let with_reference = resources.iter().filter(|(_, resource)| has_reference(resource));
    with_reference
        .map(|(name, _)| {
            refuse(format!("the user data of `{name}` has a dynamic reference, which stays as it is"), file)
        })
        .collect()
}

/// What must stay where it leaves the template, or is replaced, says so itself.
fn policies(resources: &Map<String, Value>, file: &File) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, resource) in resources {
        let kept = lasting(resource.get("Type").and_then(Value::as_str).unwrap_or_default());
        for (policy, wanted) in [("DeletionPolicy", kept.deletion), ("UpdateReplacePolicy", kept.replacement)] {
            let there = resource.get(policy).and_then(Value::as_str);
            if there != wanted {
                let wanted = wanted.unwrap_or("none");
                found.push(refuse(format!("`{name}` must have the {policy} {wanted}"), file));
            }
        }
    }
    found
}

/// Collects the names in `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn`.
fn collect(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("Ref" | "DependsOn", Value::String(name)) => names.push(name.clone()),
                    ("DependsOn", Value::Array(list)) => {
                        names.extend(list.iter().filter_map(Value::as_str).map(ToOwned::to_owned));
                    }
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        names.extend(parts.first().and_then(Value::as_str).map(ToOwned::to_owned));
                    }
                    ("Fn::Sub", Value::String(text)) => {
                        let inside = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
                        names.extend(inside.filter_map(|(name, _)| name.split('.').next()).map(ToOwned::to_owned));
                    }
                    _ => collect(value, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

fn subnets(resources: &Map<String, Value>, file: &File) -> Vec<Diagnostic> {
    let of_type = |kind: &'static str| {
        resources
            .iter()
            .filter(move |(_, resource)| resource.get("Type").is_some_and(|found| found == kind))
            .filter_map(|(name, resource)| {
                let cidr = resource.pointer("/Properties/CidrBlock")?.as_str()?.parse::<Cidr>().ok()?;
                Some((name, resource, cidr))
            })
    };
    let blocks: Vec<_> = of_type("AWS::EC2::VPCCidrBlock").collect();
    let mut ranges: Vec<_> = of_type("AWS::EC2::Subnet").collect();
    let mut found = Vec::new();
    for (name, resource, cidr) in &ranges {
        if let Some((block, ..)) = blocks.iter().find(|(.., block)| block.contains(*cidr)) {
            let waits = resource.get("DependsOn").is_some_and(|waits| waits == block.as_str());
            if !waits {
                found.push(refuse(format!("the subnet `{name}` does not wait for its block `{block}`"), file));
            }
        }
    }
    ranges.sort_by_key(|(.., cidr)| *cidr);
    for pair in ranges.windows(2) {
        if let [(one, _, a), (two, _, b)] = pair
            && a.overlaps(*b)
        {
            found.push(refuse(format!("the subnets `{one}` and `{two}` overlap"), file));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::FileKind;
    use serde_json::json;

    fn messages(template: &Value) -> Vec<String> {
        let file = File { path: "x".into(), kind: FileKind::Cloudformation, text: template.to_string() };
        check(std::slice::from_ref(template), &file).into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn references_resolve_and_subnets_wait() {
        let kept = |mut resource: Value| {
            resource["DeletionPolicy"] = "RetainExceptOnCreate".into();
            resource["UpdateReplacePolicy"] = "Retain".into();
            resource
        };
        let subnet = |cidr: &str| {
            kept(json!({"Type": "AWS::EC2::Subnet", "DependsOn": "Block", "Properties": {"CidrBlock": cidr}}))
        };
        let block = kept(json!({"Type": "AWS::EC2::VPCCidrBlock", "Properties": {"CidrBlock": "100.64.0.0/16"}}));
        let good = json!({"Resources": {"Block": block, "A": subnet("100.64.0.0/18"), "B": subnet("100.64.64.0/18")}});
        assert!(messages(&good).is_empty());
        let mut bad = good.clone();
        bad["Resources"]["A"].as_object_mut().unwrap().remove("UpdateReplacePolicy");
        assert_eq!(messages(&bad), ["`A` must have the UpdateReplacePolicy Retain"]);
        let mut bad = good.clone();
        bad["Resources"]["A"]["DependsOn"] = json!("Bloc");
        bad["Resources"]["B"]["Properties"]["CidrBlock"] = json!("100.64.0.0/19");
        bad["Outputs"] = json!({"X": {"Value": {"Fn::Sub": "${C.Arn} ${AWS::Region}"}}});
        assert_eq!(
            messages(&bad),
            [
                "the template refers to `Bloc`, but has no such resource or parameter",
                "the template refers to `C`, but has no such resource or parameter",
                "the subnet `A` does not wait for its block `Block`",
                "the subnets `A` and `B` overlap"
            ]
        );
        let launch_template =
            |data: &str| json!({"Properties": {"LaunchTemplateData": {"UserData": {"Fn::Base64": data}}}});
        assert!(messages(&json!({"Resources": {"A": launch_template("max-pods")}})).is_empty());
        assert_eq!(
            messages(&json!({"Resources": {"A": launch_template("{{resolve:ssm:/a}}")}})),
            ["the user data of `A` has a dynamic reference, which stays as it is"]
        );
        let images = |count: usize| json!({"Resources": {"A": {"Properties": vec!["{{resolve:ssm:/a}}"; count]}}});
        assert!(messages(&images(60)).is_empty());
        assert_eq!(messages(&images(61)), ["the template has 61 dynamic references, but CloudFormation allows 60"]);
        assert_eq!(messages(&json!({"Resources": {}})), ["the template has no resources"]);
        assert_eq!(
            messages(&json!({"Resources": {"A-B": {}}})),
            ["`A-B` is not a logical id: it must have only letters and digits, at most 255"]
        );
    }
}
