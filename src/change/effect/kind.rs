//! What a change of the output does to one resource or object.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// What becomes of what runs, from the harmless to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EffectKind {
    /// It is new.
    Created,
    /// It stays, and gets new values.
    Updated,
    /// It stays in AWS, and is no longer podnet's.
    Released,
    /// It changes in a way that podnet has no facts about.
    Unknown,
    /// Its nodes, or its pods, are replaced in turn.
    Rolled,
    /// Another one is made, then it goes.
    Replaced,
    /// It goes.
    Deleted,
    /// What running nodes or pods use goes.
    CutOff,
    /// AWS does not make the change, and the deployment fails.
    Fails,
}

impl EffectKind {
    /// The word in sentences: "3 replaced".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated in place",
            Self::Released => "released",
            Self::Unknown => "unknown",
            Self::Rolled => "rolled",
            Self::Replaced => "replaced",
            Self::Deleted => "deleted",
            Self::CutOff => "cut off",
            Self::Fails => "fails",
        }
    }
}

/// What AWS or Kubernetes does with a resource or an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Makes it.
    Create,
    /// Changes it.
    Update,
    /// Makes another one, then deletes or retains it.
    Replace,
    /// Deletes it.
    Delete,
    /// Leaves it as it is, and no longer takes care of it.
    Retain,
    /// Refuses.
    Refuse,
}

/// Why a resource or an object changes: a property, and what it was and will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// The property's path: `LaunchTemplate.Version`.
    pub property: String,
    /// Its value before, shortened; none where it had none.
    pub before: Option<String>,
    /// Its value after, shortened; none where it has none.
    pub after: Option<String>,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(formatter, "{}: {} -> {}", self.property, shown(&self.before), shown(&self.after))
    }
}

/// How many nodes and pods something touches, at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Touched {
    /// Nodes.
    pub nodes: u64,
    /// Pods on them.
    pub pods: u64,
}

impl Touched {
    /// ", at most 10 nodes with 1100 pods"; nothing where it touches nothing.
    pub fn in_words(self) -> String {
        match self {
            Self { nodes: 0, .. } => String::new(),
            Self { nodes, pods: 0 } => format!(", at most {nodes} nodes"),
            Self { nodes, pods } => format!(", at most {nodes} nodes with {pods} pods"),
        }
    }
}

impl std::ops::Add for Touched {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { nodes: self.nodes.saturating_add(other.nodes), pods: self.pods.saturating_add(other.pods) }
    }
}

/// The node groups that something touches, by logical id, with the nodes and pods of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TouchedGroups(BTreeMap<String, Touched>);

impl TouchedGroups {
    /// All their nodes and pods.
    pub fn sum(&self) -> Touched {
        self.0.values().copied().fold(Touched::default(), std::ops::Add::add)
    }

    /// The same with other groups; one that is among both counts once.
    pub fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.iter().map(|(name, touched)| (name.clone(), *touched)));
    }
}

impl FromIterator<(String, Touched)> for TouchedGroups {
    fn from_iter<T: IntoIterator<Item = (String, Touched)>>(groups: T) -> Self {
        Self(groups.into_iter().collect())
    }
}

impl Serialize for TouchedGroups {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sum().serialize(serializer)
    }
}

/// What becomes of one resource or object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// What that means for what runs.
    pub kind: EffectKind,
    /// What is done.
    pub operation: Operation,
    /// The file of the cluster's folder that has it: `cloudformation/node-groups.yaml`.
    pub file: String,
    /// Its logical id, or its kind and name.
    pub name: String,
    /// Its type: `AWS::EKS::Nodegroup`, or the API version of an object.
    #[serde(rename = "type")]
    pub of_type: String,
    /// Why: the properties that differ; none of what is new or goes as a whole.
    pub causes: Vec<Cause>,
    /// What runs there and notices, at most.
    pub touched: TouchedGroups,
    /// What AWS or Kubernetes does, in a sentence without its full stop.
    pub consequence: String,
}
