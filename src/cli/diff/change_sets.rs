//! AWS's verdict beside podnet's: change sets as `aws cloudformation describe-change-set` prints them.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use crate::change::{Agreement, ChangeSet, Compared, Effect, Operation, compare_change_set};
use crate::cli::terminal::json;
use crate::plan::Stacks;
use crate::workspace::{Failure, Judgement};

/// A change set, compared with what podnet expects.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ComparedSet {
    pub(super) change_set: String,
    pub(super) stack: String,
    pub(super) resources: Vec<Compared>,
}

impl ComparedSet {
    /// Whether AWS would do more than podnet expects.
    pub(super) fn is_worse(&self) -> bool {
        self.resources.iter().any(|one| one.agreement == Agreement::TheirsWorse)
    }
}

/// Reads change sets.
///
/// # Errors
/// A file is not what the command prints, or only a part of it.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<ChangeSet>, Failure> {
    const COMMAND: &str =
        "aws cloudformation describe-change-set --stack-name STACK --change-set-name NAME --include-property-values";
    let one = |path: &PathBuf| {
        let name = path.display();
        let set: ChangeSet = serde_json::from_value(json::read(path)?.1)
            .map_err(|error| Failure::new(format!("`{name}` is not a change set: {error}")).help(COMMAND))?;
        if set.next_token.is_some() {
            return Err(Failure::new(format!("`{name}` is only a part of the change set `{}`", set.change_set_name))
                .help("describe it without `--max-items` and `--no-paginate`"));
        }
        Ok(set)
    };
    paths.iter().map(one).collect()
}

/// Compares the change sets of a cluster's stacks with what podnet expects of them. The others are left.
pub(super) fn compared(sets: &[ChangeSet], stacks: &Stacks, judgement: &Judgement) -> Vec<ComparedSet> {
    let effects: Vec<&Effect> = judgement.effects.iter().map(|judged| &judged.effect).collect();
    let of_cluster = sets.iter().filter_map(|set| Some((set, file(stacks, &set.stack_name)?)));
    of_cluster
        .map(|(set, file)| ComparedSet {
            change_set: set.change_set_name.clone(),
            stack: set.stack_name.clone(),
            resources: compare_change_set(set, file, &effects, &judgement.deployed),
        })
        .collect()
}

/// The template of a stack.
pub(super) fn file(stacks: &Stacks, stack: &str) -> Option<&'static str> {
    match stack {
        stack if stack == stacks.pod_network => Some("cloudformation/pod-network.yaml"),
        stack if stack == stacks.node_groups => Some("cloudformation/node-groups.yaml"),
        _ => None,
    }
}

/// The lines of one change set: what agrees is counted.
pub(super) fn text(set: &ComparedSet) -> String {
    let agreed = set.resources.iter().filter(|one| one.agreement == Agreement::Agreed).count();
    let mut text =
        format!("{}: change set {}: {agreed} of {} agreed\n", set.stack, set.change_set, set.resources.len());
    let mut rest: Vec<&Compared> = set.resources.iter().filter(|one| one.agreement != Agreement::Agreed).collect();
    rest.sort_by(|one, other| (other.agreement, &one.name).cmp(&(one.agreement, &other.name)));
    for one in rest {
        let (ours, theirs) = (words(one.ours), words(one.theirs));
        let _ = writeln!(
            text,
            "  {}  {} ({}): podnet expects {ours}, AWS {theirs}",
            one.agreement.as_str(),
            one.name,
            one.of_type
        );
        for drift in &one.drift {
            let _ = writeln!(text, "      {drift}");
        }
    }
    text
}

const fn words(operation: Option<Operation>) -> &'static str {
    match operation {
        None => "nothing",
        Some(Operation::Create) => "create",
        Some(Operation::Update) => "update",
        Some(Operation::Replace) => "replace",
        Some(Operation::Delete) => "delete",
        Some(Operation::Retain) => "retain",
        Some(Operation::Refuse) => "refuse",
    }
}
