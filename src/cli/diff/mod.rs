//! `podnet diff`: what deploying the new output does to what runs.

mod baseline;
mod judged;
mod markdown;
mod people;

use clap::{Args, ValueEnum};

use baseline::Baseline;
use judged::{ClusterDiff, JudgedEffect};

use super::terminal::arguments::{Out, Specs};
use super::terminal::report::{self, Reporter};
use super::terminal::{ExitStatus, Outcome};
use crate::change::{Output, Verdict, effects};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::files::MANIFEST;
use crate::source::Place;
use crate::workspace::{Failure, OpenedCluster};

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
    let mut diffs = Vec::new();
    for cluster in workspace.clusters.iter().filter(|cluster| !cluster.failed()) {
        match compared(cluster, arguments)? {
            Some(diff) => diffs.push(diff),
            None => diagnostics.push(no_baseline(cluster)),
        }
    }
    report.diagnostics_beside_data(&diagnostics, &workspace.texts);
    let mut status = if any_error(&diagnostics) { ExitStatus::Found } else { ExitStatus::Done };
    let dangerous = |diff: &ClusterDiff| diff.effects.iter().any(|judged| judged.verdict == Verdict::Dangerous);
    if diffs.iter().any(dangerous) {
        status = ExitStatus::Found;
    }
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

/// Says that nothing is known of what is deployed.
fn no_baseline(cluster: &OpenedCluster) -> Diagnostic {
    let name = cluster.document.as_ref().map(|document| document.metadata.name.to_string()).unwrap_or_default();
    Diagnostic::remark(Code::ChangeNoBaseline, format!("what changes for `{name}` cannot be judged"))
        .at(Place::file(cluster.spec.display().to_string()))
        .note("there is no output of it to compare with")
        .help("commit the output folder, or name one that has it: `--before DIR` or `--before git:REVISION`")
}

/// Compares one cluster's output; nothing where there is none to compare with.
fn compared(cluster: &OpenedCluster, arguments: &DiffArguments) -> Result<Option<ClusterDiff>, Failure> {
    let (Some(compiled), Some(folder)) =
        (cluster.compiled.as_ref().filter(|_| !cluster.failed()), cluster.folder(&arguments.out.out))
    else {
        return Ok(None);
    };
    let (before, committed) = baseline::read(arguments.before.as_ref(), &arguments.out.out, &folder)?;
    if !committed.contains_key(MANIFEST) {
        return Ok(None);
    }
    let texts = committed.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)));
    let old = read(texts, &before)?;
    let new = read(compiled.files.iter().map(|file| (file.path.as_str(), file.text.as_str())), "the new output")?;
    let judged = effects(&old, &new).into_iter().map(|effect| JudgedEffect { verdict: effect.verdict(), effect });
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let spec = cluster.spec.display().to_string();
    Ok(Some(ClusterDiff { cluster: name, spec, before, effects: judged.collect() }))
}

fn read<'a>(files: impl Iterator<Item = (&'a str, &'a str)>, whose: &str) -> Result<Output, Failure> {
    Output::read(files).map_err(|problems| {
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::new(format!("{whose}: {}", all.join("; "))).help("compare with a revision whose files podnet wrote")
    })
}
