//! `podnet diff`: what deploying the new output does to what runs.

mod change_sets;
mod markdown;
pub(super) mod people;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use change_sets::ComparedSet;

use super::terminal::arguments::{Out, Specs};
use super::terminal::report::{self, Reporter};
use super::terminal::{ExitStatus, Outcome};
use crate::diagnostic::any_error;
use crate::plan::Stacks;
use crate::workspace::{Baseline, Failure, Judgement, judge, no_baseline, refusals};

/// Shows what deploying the new output does to running nodes and pods: what rolls, is replaced, is deleted or is cut off. Exits
/// with 1 if something that runs would be ended or lose what it uses
#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    #[command(flatten)]
    specs: Specs,
    #[command(flatten)]
    out: Out,
    /// What is deployed: an output folder, or a git revision of this one. Default: git:HEAD, or the folder itself outside of a
    /// repository.
    #[arg(long, value_name = "DIR|git:REVISION")]
    before: Option<Baseline>,
    /// AWS's own verdict, to be compared: the output of `aws cloudformation describe-change-set`. Can be repeated.
    #[arg(long, value_name = "FILE")]
    change_set: Vec<PathBuf>,
    /// The output format.
    #[arg(short, long, value_enum, default_value_t = DiffForm::Text)]
    output: DiffForm,
}

/// The form of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffForm {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// For a comment on a pull request.
    Markdown,
}

/// What a change does to one cluster, and what AWS says of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClusterDiff {
    #[serde(flatten)]
    judgement: Judgement,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    change_sets: Vec<ComparedSet>,
}

impl ClusterDiff {
    fn text(&self, of_effects: fn(&Judgement) -> String) -> String {
        let sets = self.change_sets.iter().map(change_sets::text);
        std::iter::once(of_effects(&self.judgement)).chain(sets).collect()
    }
}

pub(super) fn run(arguments: &DiffArguments, report: Reporter) -> Outcome {
    let sets = change_sets::read(&arguments.change_set)?;
    let workspace = arguments.specs.compile(Some(&arguments.out), report)?;
    let mut diagnostics = workspace.diagnostics();
    let (mut diffs, mut unknown) = (Vec::new(), Vec::new());
    let mut stacks: Vec<&Stacks> = Vec::new();
    for cluster in workspace.clusters.iter().filter(|cluster| !cluster.failed()) {
        let of_cluster = cluster.compiled.as_ref().and_then(|compiled| compiled.plan.as_ref()).map(|plan| &plan.stacks);
        stacks.extend(of_cluster);
        match judge(cluster, &arguments.out.out, arguments.before.as_ref())? {
            Some(judgement) => {
                diagnostics.extend(refusals(&judgement, cluster));
                let change_sets = of_cluster.map(|stacks| change_sets::compared(&sets, stacks, &judgement));
                diffs.push(ClusterDiff { judgement, change_sets: change_sets.unwrap_or_default() });
            }
            None => unknown.push(cluster),
        }
    }
    if let Some(set) =
        sets.iter().find(|set| stacks.iter().all(|stacks| change_sets::file(stacks, &set.stack_name).is_none()))
    {
        return Err(Failure::new(format!("no spec of this run has the stack `{}`", set.stack_name))
            .help("name the spec whose stack the change set is for"));
    }
    diagnostics.extend(no_baseline(&unknown));
    report.diagnostics_beside_data(&diagnostics, &workspace.texts);
    let worse = diffs.iter().flat_map(|diff| &diff.change_sets).any(ComparedSet::is_worse);
    let status = if any_error(&diagnostics) || worse { ExitStatus::Found } else { ExitStatus::Done };
    match arguments.output {
        DiffForm::Text => report::data(&diffs.iter().map(|diff| diff.text(people::text)).collect::<String>()),
        DiffForm::Markdown => report::data(&diffs.iter().map(|diff| diff.text(markdown::text)).collect::<String>()),
        DiffForm::Json => {
            let json = serde_json::to_string_pretty(&diffs).map_err(|error| Failure::new(error.to_string()))?;
            report::data(&format!("{json}\n"));
        }
    }
    Ok(status)
}
