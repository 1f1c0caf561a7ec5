//! `podnet diff`: what deploying the new output does to what runs.

mod markdown;
pub(super) mod people;

use clap::{Args, ValueEnum};

use super::terminal::arguments::{Out, Specs};
use super::terminal::report::{self, Reporter};
use super::terminal::{ExitStatus, Outcome};
use crate::diagnostic::any_error;
use crate::workspace::{Baseline, Failure, judge, no_baseline, refusals};

/// Shows what deploying the new output does to running nodes and pods: what rolls, is replaced, is deleted or is cut off. Exits
/// with 1 if something that runs would be ended or lose what it uses
#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    #[command(flatten)]
    specs: Specs,
    #[command(flatten)]
    out: Out,
    /// What is deployed: an output folder, or a git revision of this one. Default: git:HEAD, or the folder itself where git does
    /// not have it.
    #[arg(long, value_name = "DIR|git:REVISION")]
    before: Option<Baseline>,
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

pub(super) fn run(arguments: &DiffArguments, report: Reporter) -> Outcome {
    let workspace = arguments.specs.compile(Some(&arguments.out), report)?;
    let mut diagnostics = workspace.diagnostics();
    let (mut diffs, mut unknown) = (Vec::new(), Vec::new());
    for cluster in workspace.clusters.iter().filter(|cluster| !cluster.failed()) {
        match judge(cluster, &arguments.out.out, arguments.before.as_ref())? {
            Some(diff) => {
                diagnostics.extend(refusals(&diff, cluster));
                diffs.push(diff);
            }
            None => unknown.push(cluster),
        }
    }
    diagnostics.extend(no_baseline(&unknown));
    report.diagnostics_beside_data(&diagnostics, &workspace.texts);
    let status = if any_error(&diagnostics) { ExitStatus::Found } else { ExitStatus::Done };
    match arguments.output {
        DiffForm::Text => report::data(&diffs.iter().map(people::text).collect::<String>()),
        DiffForm::Markdown => report::data(&diffs.iter().map(markdown::text).collect::<String>()),
        DiffForm::Json => {
            let json = serde_json::to_string_pretty(&diffs).map_err(|error| Failure::new(error.to_string()))?;
            report::data(&format!("{json}\n"));
        }
    }
    Ok(status)
}
