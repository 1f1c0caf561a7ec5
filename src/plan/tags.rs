//! The spec's AWS tags, against what AWS and CloudFormation make of them.

use std::collections::BTreeMap;

use super::model::kind::has_podnets_role;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};
use crate::spec::{Document, Spec};

/// Characters of a key, from "Tag naming and usage conventions" in the AWS General Reference.
const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 1..=128;
/// Characters of a value, at most.
const VALUE_CHARACTERS: usize = 256;

/// Checks every tag: its length, its characters, and that it neither is podnet's nor AWS's own.
pub(crate) fn tags(document: &Document) -> Vec<Diagnostic> {
    let cluster_tag = format!("kubernetes.io/cluster/{}", document.metadata.name);
    let spec = &document.spec;
    let mut found = of_section(&spec.tags, &Pointer::from_text("/spec/tags"), &cluster_tag, makes_role(spec));
    for (number, group) in spec.node_groups.iter().enumerate() {
        let at = Pointer::from_text("/spec/nodeGroups").index(number).key("tags");
        // The role is of all groups, and has none of a group's own.
        found.extend(of_section(&group.tags, &at, &cluster_tag, false));
    }
    found
}

/// The tags of one section; `for_role` says whether they also go to an IAM role.
fn of_section(
    tags: &BTreeMap<String, String>,
    section: &Pointer,
    cluster_tag: &str,
    for_role: bool,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (key, value) in tags {
        let at = section.key(key);
        let key_at = Place::key(at.clone());
        let of_key = owned(key, cluster_tag, &key_at).or_else(|| length(key, &key_at));
        found.extend(of_key.or_else(|| text(key, for_role, &key_at)));
        let value_at = Place::from(at);
        found.extend(too_long(value, &value_at).or_else(|| text(value, for_role, &value_at)));
    }
    found
}

/// Whether the tags also go to an IAM role, which takes fewer characters than other resources.
fn makes_role(spec: &Spec) -> bool {
    spec.node_groups.iter().any(has_podnets_role)
}

fn error(message: impl Into<String>, at: &Place) -> Diagnostic {
    Diagnostic::error(Code::SpecTag, message).at(at.clone())
}

/// Keys that are not the user's to set.
fn owned(key: &str, cluster_tag: &str, at: &Place) -> Option<Diagnostic> {
    if key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
        return Some(
            error(format!("the tag key `{key}` begins with `aws:`"), at)
                .note("AWS reserves that prefix, in upper and lower case")
                .write_as(key.get(4..).unwrap_or_default(), |other| format!("choose another key, such as {other}")),
        );
    }
    (key == "Name" || key == cluster_tag).then(|| {
        error(format!("podnet sets the tag `{key}` itself"), at)
            .note(if key == "Name" {
                "each resource gets a descriptive name"
            } else {
                "EKS and the load balancer controller use it to find the cluster's resources"
            })
            .remove()
    })
}

fn length(key: &str, at: &Place) -> Option<Diagnostic> {
    let (low, high) = (KEY_CHARACTERS.start(), KEY_CHARACTERS.end());
    let count = key.chars().count();
    (!KEY_CHARACTERS.contains(&count)).then(|| {
        error(format!("a tag key must have {low} to {high} characters, but this one has {count}"), at)
            .help(if key.is_empty() { "give it a name" } else { "shorten it" })
    })
}

fn too_long(value: &str, at: &Place) -> Option<Diagnostic> {
    let count = value.chars().count();
    (count > VALUE_CHARACTERS).then(|| {
        error(format!("a tag value may have at most {VALUE_CHARACTERS} characters, but this one has {count}"), at)
            .help("shorten it")
    })
}

/// What a key or a value must not have in it.
fn text(text: &str, makes_role: bool, at: &Place) -> Option<Diagnostic> {
    if text.contains("{{resolve:") {
        return Some(
            error("CloudFormation would replace `{{resolve:` with the value of a parameter or secret", at)
                .note("tags are not secret: everyone who may describe a resource can read them")
                .help("write the value itself"),
        );
    }
    let unusable = |character: char| character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}');
    if let Some(character) = text.chars().find(|character| unusable(*character)) {
        return Some(
            error(format!("a tag cannot contain the control character U+{:04X}", u32::from(character)), at)
                .write_as(text.replace(unusable, " ").trim(), |clean| {
                    format!("write the tag on one line, without control characters: {clean}")
                }),
        );
    }
    let character = text.chars().find(|character| makes_role && !iam_takes(*character))?;
    Some(
        error(format!("IAM does not allow `{character}` in a tag"), at)
            .note("the tags are also set on the nodes' role; IAM allows letters, digits, spaces and `_.:/=+-@`")
            .write_as(text.replace(|character| !iam_takes(character), "-"), |clean| {
                format!(
                    "write other characters, as in {clean}; or give every node group a `roleArn`, so that no role is created"
                )
            }),
    )
}

/// The characters of `Tag` in IAM's API reference: `[\p{L}\p{Z}\p{N}_.:/=+\-@]`.
fn iam_takes(character: char) -> bool {
    let space = character.is_whitespace() && !character.is_control();
    character.is_alphanumeric() || space || "_.:/=+-@".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Place {
        Pointer::root().into()
    }

    #[test]
    fn keys_of_others_are_refused() {
        for key in ["aws:owner", "AWS:x", "Name", "kubernetes.io/cluster/prod"] {
            assert!(owned(key, "kubernetes.io/cluster/prod", &here()).is_some(), "{key}");
        }
        for key in ["name", "aws", "awsome:x", "kubernetes.io/cluster/staging", "äöü:"] {
            assert!(owned(key, "kubernetes.io/cluster/prod", &here()).is_none(), "{key}");
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(length("", &here()).is_some() && length("k", &here()).is_none());
        assert!(length(&"ä".repeat(128), &here()).is_none() && length(&"ä".repeat(129), &here()).is_some());
        assert!(too_long("", &here()).is_none() && too_long(&"😀".repeat(256), &here()).is_none());
        assert!(too_long(&"v".repeat(257), &here()).is_some());
    }

    #[test]
    fn a_role_takes_fewer_characters() {
        for value in ["R&D", "#1", "a\"b", "{{ x }}", "a|b", "😀", "${AWS::Region}"] {
            assert!(text(value, true, &here()).is_some() && text(value, false, &here()).is_none(), "{value}");
        }
        for value in ["", "a b", "Köln 4711", "a@b.c/d=e+f-g_h:i", "東京\u{3000}1"] {
            assert!(text(value, true, &here()).is_none(), "{value}");
        }
        for value in ["a\nb", "\0", "{{resolve:ssm:x}}", "\u{ffff}", "\u{85}"] {
            assert!(text(value, false, &here()).is_some(), "{value:?}");
        }
    }
}
