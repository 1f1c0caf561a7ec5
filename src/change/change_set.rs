//! AWS's own verdict on a change, as `aws cloudformation describe-change-set` prints it, beside podnet's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::effect::{Effect, Operation, shown};
use super::state::{Output, StackTemplate};

/// What `aws cloudformation describe-change-set` prints.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangeSet {
    /// Its name.
    pub change_set_name: String,
    /// The stack that it is for.
    pub stack_name: String,
    /// Why it has no changes, among other things.
    #[serde(default)]
    pub status_reason: Option<String>,
    /// Set where the answer goes on in another one.
    #[serde(default)]
    pub next_token: Option<String>,
    changes: Vec<Change>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    resource_change: Option<ResourceChange>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceChange {
    action: String,
    logical_resource_id: String,
    resource_type: String,
    replacement: Option<String>,
    policy_action: Option<String>,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    target: Option<ChangedValue>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChangedValue {
    path: Option<String>,
    before_value: Option<String>,
}

/// How AWS's verdict on a resource is to podnet's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Agreement {
    /// They say the same.
    Agreed,
    /// AWS cannot tell before it does it.
    Conditional,
    /// podnet expects more than AWS does.
    OursWorse,
    /// The resource is not podnet's.
    Unknown,
    /// What is deployed is not what podnet compares with.
    Drifted,
    /// AWS would do more than podnet expects.
    TheirsWorse,
}

impl Agreement {
    /// The words in sentences.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Conditional => "conditional",
            Self::OursWorse => "podnet expects more",
            Self::Unknown => "not podnet's",
            Self::Drifted => "drifted",
            Self::TheirsWorse => "AWS does more",
        }
    }
}

/// One resource, as AWS and podnet see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// How the two are to each other.
    pub agreement: Agreement,
    /// Its logical id.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub of_type: String,
    /// What podnet expects; none where it expects nothing.
    pub ours: Option<Operation>,
    /// What AWS does; none where it does nothing.
    pub theirs: Option<Operation>,
    /// Values that are deployed otherwise than podnet's baseline has them: path, what is deployed, the baseline.
    pub drift: Vec<String>,
}

/// Compares a change set with what podnet expects of the same file. Returns a line for every resource that either of them changes,
/// by logical id.
pub fn compare_change_set(set: &ChangeSet, file: &str, effects: &[&Effect], before: &Output) -> Vec<Compared> {
    let ours: BTreeMap<&str, &Effect> =
        effects.iter().filter(|effect| effect.file == file).map(|effect| (effect.name.as_str(), *effect)).collect();
    let template = before.templates.get(file).map(StackTemplate::read).unwrap_or_default();
    let theirs: BTreeMap<&str, &ResourceChange> = set
        .changes
        .iter()
        .filter_map(|change| change.resource_change.as_ref())
        .map(|change| (change.logical_resource_id.as_str(), change))
        .collect();
    let mut names: Vec<&str> = ours.keys().chain(theirs.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    let compared = names.into_iter().map(|name| {
        let (mine, change) = (ours.get(name).copied(), theirs.get(name).copied());
        let deployed = template.resources.get(name);
        let drift =
            change.zip(deployed).map(|(change, resource)| drift(change, &resource.properties)).unwrap_or_default();
        let known = mine.is_some() || deployed.is_some();
        Compared {
            agreement: agreement(mine.map(|effect| effect.operation), change, known, !drift.is_empty()),
            name: name.to_owned(),
            of_type: mine
                .map(|effect| effect.of_type.clone())
                .or(change.map(|change| change.resource_type.clone()))
                .unwrap_or_default(),
            ours: mine.map(|effect| effect.operation),
            theirs: change.map(ResourceChange::operation),
            drift,
        }
    });
    compared.collect()
}

fn agreement(ours: Option<Operation>, theirs: Option<&ResourceChange>, known: bool, drifted: bool) -> Agreement {
    let conditional = theirs.is_some_and(ResourceChange::is_conditional);
    let theirs = theirs.map(ResourceChange::operation);
    match (weight(ours), weight(theirs)) {
        _ if !known => Agreement::Unknown,
        _ if conditional && ours != Some(Operation::Replace) => Agreement::Conditional,
        (ours, theirs) if theirs > ours => Agreement::TheirsWorse,
        _ if drifted => Agreement::Drifted,
        (ours, theirs) if ours > theirs => Agreement::OursWorse,
        _ => Agreement::Agreed,
    }
}

/// How much an operation does to what is there.
const fn weight(operation: Option<Operation>) -> u8 {
    match operation {
        None => 0,
        Some(Operation::Create | Operation::Update) => 1,
        Some(Operation::Retain) => 2,
        Some(Operation::Replace) => 3,
        Some(Operation::Delete) => 4,
        Some(Operation::Refuse) => 5,
    }
}

impl ResourceChange {
    fn is_conditional(&self) -> bool {
        self.action == "Dynamic" || self.replacement.as_deref() == Some("Conditional")
    }

    fn operation(&self) -> Operation {
        let retains = self.policy_action.as_deref().is_some_and(|policy| policy.starts_with("Retain"));
        match (self.action.as_str(), self.replacement.as_deref()) {
            ("Add" | "Import", _) => Operation::Create,
            ("Remove", _) if retains => Operation::Retain,
            ("Remove", _) => Operation::Delete,
            (_, Some("True" | "Conditional")) => Operation::Replace,
            _ => Operation::Update,
        }
    }
}

/// Values that are deployed otherwise than the baseline has them. A change set has them where it was made with
/// `--include-property-values`; a value that is a reference in the template cannot be compared.
fn drift(change: &ResourceChange, properties: &Value) -> Vec<String> {
    let of = |detail: &Detail| {
        let target = detail.target.as_ref()?;
        let (path, deployed) = (target.path.as_deref()?, target.before_value.as_deref()?);
        let baseline = properties.pointer(path.strip_prefix("/Properties")?)?;
        let same = match baseline {
            Value::Object(_) => return None,
            Value::String(text) => text == deployed,
            other => serde_json::from_str::<Value>(deployed).is_ok_and(|value| value == *other),
        };
        (!same).then(|| format!("{path}: {deployed} is deployed, not {}", shown(baseline)))
    };
    change.details.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::effects;
    use serde_json::json;

    fn output(types: &str, size: u8) -> Output {
        let template = json!({"Resources": {
            "Nodes": {"Type": "AWS::EKS::Nodegroup", "Properties": {"InstanceTypes": [types], "ScalingConfig": {"MaxSize": size}}},
            "Own": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {"MaxSize": size}}
        }});
        Output::read([("cloudformation/node-groups.yaml", template.to_string().as_str())]).unwrap()
    }

    fn compared(changes: &Value, (before, after): (&Output, &Output)) -> Vec<(String, Agreement, Vec<String>)> {
        let set = json!({"ChangeSetName": "c", "StackName": "s", "Changes": changes});
        let set: ChangeSet = serde_json::from_value(set).unwrap();
        let effects = effects(before, after);
        let effects: Vec<&Effect> = effects.iter().collect();
        let found = compare_change_set(&set, "cloudformation/node-groups.yaml", &effects, before);
        found.into_iter().map(|one| (one.name, one.agreement, one.drift)).collect()
    }

    fn change(name: &str, action: &str, replacement: Option<&str>, details: &Value) -> Value {
        json!({"Type": "Resource", "ResourceChange": {"Action": action, "LogicalResourceId": name, "ResourceType": "T",
            "Replacement": replacement, "Details": details}})
    }

    #[test]
    fn verdicts_are_compared_resource_by_resource() {
        let (before, after) = (output("m5.large", 3), output("m5.xlarge", 4));
        let none = json!([]);
        let changes = json!([
            change("Nodes", "Modify", Some("True"), &none),
            change("Own", "Modify", Some("Conditional"), &none),
            change("Other", "Remove", None, &none),
        ]);
        let of = |name: &str, agreement| (name.to_owned(), agreement, Vec::new());
        assert_eq!(
            compared(&changes, (&before, &after)),
            [of("Nodes", Agreement::Agreed), of("Other", Agreement::Unknown), of("Own", Agreement::Conditional)]
        );
        let changes = json!([change("Nodes", "Modify", Some("False"), &none), change("Own", "Remove", None, &none)]);
        assert_eq!(
            compared(&changes, (&before, &after)),
            [of("Nodes", Agreement::OursWorse), of("Own", Agreement::TheirsWorse)]
        );
        assert_eq!(
            compared(&json!([]), (&before, &after)),
            [of("Nodes", Agreement::OursWorse), of("Own", Agreement::OursWorse)]
        );
    }

    #[test]
    fn what_is_deployed_otherwise_has_drifted() {
        let (before, after) = (output("m5.large", 3), output("m5.large", 4));
        let details = |deployed: &str| {
            json!([{"Target": {"Attribute": "Properties", "Name": "ScalingConfig", "Path": "/Properties/ScalingConfig/MaxSize",
                "BeforeValue": deployed, "AfterValue": "4"}}])
        };
        let own = change("Own", "Modify", Some("False"), &json!([]));
        let with = |deployed: &str| {
            compared(&json!([change("Nodes", "Modify", Some("False"), &details(deployed)), own]), (&before, &after))
        };
        assert_eq!(with("3")[0].1, Agreement::Agreed);
        let (_, agreement, drift) = with("9").remove(0);
        assert_eq!(
            (agreement, drift),
            (Agreement::Drifted, vec!["/Properties/ScalingConfig/MaxSize: 9 is deployed, not 3".to_owned()])
        );
    }
}
