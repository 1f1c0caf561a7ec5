//! What an update of a stack makes of every resource: its own changes, and those of what it refers to.

use std::collections::BTreeMap;

use crate::catalog::{PropertyChange, property_changes};
use crate::change::effect::{Cause, differences};
use crate::change::state::{Reference, Resource, StackTemplate};

/// What becomes of a resource that both templates have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fate {
    /// The most that one of its changes does.
    pub change: PropertyChange,
    /// All of them.
    pub causes: Vec<Cause>,
}

/// Works out what becomes of every resource that both templates have and that changes, by logical id.
///
/// A resource that is replaced has another id, and a launch template that is changed another version: whatever refers to
/// them changes too, and so on.
pub(super) fn fates<'a>(before: &'a StackTemplate, after: &'a StackTemplate) -> BTreeMap<&'a str, Fate> {
    let pairs: Vec<(&str, &Resource, &Resource)> = after
        .resources
        .iter()
        .filter_map(|(name, new)| Some((name.as_str(), before.resources.get(name)?, new)))
        .collect();
    let mut fates: BTreeMap<&str, Fate> =
        pairs.iter().filter_map(|(name, old, new)| Some((*name, fate(old, new, own(old, new))?))).collect();
    let references: BTreeMap<&str, Vec<Reference>> =
        pairs.iter().map(|(name, _, new)| (*name, new.references())).collect();
    // Every round but the last one adds a change; resources do not refer to one another in circles.
    loop {
        let mut grew = false;
        for (name, old, new) in &pairs {
            let mut causes = fates.get(name).map(|fate| fate.causes.clone()).unwrap_or_default();
            let number = causes.len();
            for reference in references.get(name).into_iter().flatten() {
                let known = causes.iter().any(|cause| cause.property == reference.path);
                if let Some(cause) = fates
                    .get(reference.to.as_str())
                    .filter(|_| !known)
                    .and_then(|target| followed(reference, target, after.resources.get(&reference.to)?))
                {
                    causes.push(cause);
                }
            }
            if causes.len() > number
                && let Some(fate) = fate(old, new, causes)
            {
                fates.insert(name, fate);
                grew = true;
            }
        }
        if !grew {
            return fates;
        }
    }
}

/// A resource's own changes.
fn own(old: &Resource, new: &Resource) -> Vec<Cause> {
    let mut causes = differences(&old.properties, &new.properties);
    if old.of_type != new.of_type {
        let value = |of_type: &String| Some(of_type.clone());
        causes
            .insert(0, Cause { property: "Type".to_owned(), before: value(&old.of_type), after: value(&new.of_type) });
    }
    causes
}

/// What those changes come to; nothing where there are none.
fn fate(old: &Resource, new: &Resource, causes: Vec<Cause>) -> Option<Fate> {
    let known = property_changes(&new.of_type);
    let change = |cause: &Cause| {
        // CloudFormation never makes one type of another.
        if old.of_type != new.of_type {
            return PropertyChange::Refuses;
        }
        known.map_or(PropertyChange::Unknown, |known| known.of(&cause.property))
    };
    let change = causes.iter().map(change).max()?;
    Some(Fate { change, causes })
}

/// The change of a property that refers to a resource, from what becomes of that one.
fn followed(reference: &Reference, target: &Fate, resource: &Resource) -> Option<Cause> {
    let another = match target.change {
        PropertyChange::Replaces => true,
        PropertyChange::Refuses => false,
        _ => reference
            .attribute
            .as_deref()
            .is_some_and(|attribute| property_changes(&resource.of_type).is_some_and(|known| known.renews(attribute))),
    };
    another.then(|| Cause {
        property: reference.path.clone(),
        before: Some("the present one".to_owned()),
        after: Some("a new one".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use PropertyChange::{Drains, InPlace, Replaces, Terminates};
    use serde_json::{Value, json};

    fn template(resources: &Value) -> StackTemplate {
        StackTemplate::read(&json!({"Resources": resources}))
    }

    fn changes(before: &Value, after: &Value) -> Vec<(String, PropertyChange)> {
        let (before, after) = (template(before), template(after));
        fates(&before, &after).into_iter().map(|(name, fate)| (name.to_owned(), fate.change)).collect()
    }

    #[test]
    fn a_change_goes_on_to_what_refers_to_it() {
        let resources = |image: &str, description: &str| {
            json!({
                "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": description}},
                "Launch": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": {
                    "ImageId": image, "SecurityGroupIds": [{"Ref": "Group"}]}}},
                "Managed": {"Type": "AWS::EKS::Nodegroup", "Properties": {"LaunchTemplate": {
                    "Id": {"Ref": "Launch"}, "Version": {"Fn::GetAtt": ["Launch", "LatestVersionNumber"]}}}},
                "Own": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {"LaunchTemplate": {
                    "Version": {"Fn::GetAtt": ["Launch", "LatestVersionNumber"]}}}},
                "Other": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/"}}
            })
        };
        let named = |list: &[(&str, PropertyChange)]| -> Vec<(String, PropertyChange)> {
            list.iter().map(|(name, change)| ((*name).to_owned(), *change)).collect()
        };
        assert_eq!(
            changes(&resources("ami-1", "a"), &resources("ami-2", "a")),
            named(&[("Launch", InPlace), ("Managed", Drains), ("Own", Terminates)])
        );
        assert_eq!(
            changes(&resources("ami-1", "a"), &resources("ami-1", "b")),
            named(&[("Group", Replaces), ("Launch", InPlace), ("Managed", Drains), ("Own", Terminates)])
        );
        assert!(changes(&resources("ami-1", "a"), &resources("ami-1", "a")).is_empty());
    }

    #[test]
    fn another_launch_template_and_another_type_are_refused() {
        let nodes = |launch: &str, of_type: &str| {
            let launch = json!({"LaunchTemplate": {"Id": {"Ref": launch}}});
            json!({"Nodes": {"Type": of_type, "Properties": launch}})
        };
        let one = nodes("A", "AWS::EKS::Nodegroup");
        assert_eq!(changes(&one, &nodes("B", "AWS::EKS::Nodegroup")), [("Nodes".to_owned(), PropertyChange::Refuses)]);
        assert_eq!(
            changes(&one, &nodes("A", "AWS::AutoScaling::AutoScalingGroup")),
            [("Nodes".to_owned(), PropertyChange::Refuses)]
        );
        let unheard = |size: u8| json!({"X": {"Type": "AWS::EC2::Unheard", "Properties": {"Size": size}}});
        assert_eq!(changes(&unheard(1), &unheard(2)), [("X".to_owned(), PropertyChange::Unknown)]);
    }
}
