//! `podnet check`: compares what would be synthesized with what is there, and writes nothing.

use std::fmt::Write as _;

use clap::Args;
use similar::TextDiff;

use super::terminal::arguments::{Out, Specs};
use super::terminal::report::{self, Reporter};
use super::terminal::{ExitStatus, Outcome};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::files::MANIFEST;
use crate::lock;
use crate::output::{Difference, DifferenceKind, compare, read_folder};
use crate::source::Place;

/// Compares what `synth` would write with the files on disk; prints a diff and exits with 1 if they differ
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    specs: Specs,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &CheckArguments, report: Reporter) -> Outcome {
    let workspace = arguments.specs.compile(Some(&arguments.out), report)?;
    let mut diagnostics = workspace.diagnostics();
    let mut text = String::new();
    let mut mendable = false;
    for cluster in &workspace.clusters {
        let spec = cluster.spec.display();
        let (Some(compiled), Some(folder)) =
            (cluster.compiled.as_ref().filter(|_| !cluster.failed()), cluster.folder(&arguments.out.out))
        else {
            let _ = writeln!(text, "{spec}: {}", report::counted(&cluster.diagnostics));
            continue;
        };
        let changes = compare(&compiled.files, &cluster.manifest(compiled), &read_folder(&folder)?);
        let wanted = lock::write(&compiled.lock);
        let stale_lock = cluster.lock_text.as_deref() != Some(wanted.as_str());
        if changes.is_empty() && !stale_lock {
            let _ = writeln!(text, "{spec}: up to date");
            continue;
        }
        for change in &changes {
            let path = folder.join(&change.path).display().to_string();
            let _ = writeln!(text, "{path}: {}", words(change));
            let synth_mends = change.kind != DifferenceKind::Foreign;
            diagnostics.push(differs(&path, words(change), synth_mends));
            mendable |= synth_mends;
            if change.path != MANIFEST {
                text.push_str(&diff(&path, change.before.as_deref(), change.after.as_deref()));
            }
        }
        if stale_lock {
            let path = cluster.lock.display().to_string();
            let word = if cluster.lock_text.is_some() { "stale" } else { "missing" };
            let _ = writeln!(text, "{path}: {word}");
            diagnostics.push(differs(&path, word, true));
            mendable = true;
            text.push_str(&diff(&path, cluster.lock_text.as_deref(), Some(&wanted)));
        }
    }
    for stray in &arguments.specs.strays(&arguments.out, &workspace) {
        let words = "orphaned: no spec renders it; delete it when nothing is deployed from it";
        let _ = writeln!(text, "{}: {words}", stray.display());
        diagnostics.push(differs(&stray.display().to_string(), words, false));
    }
    if mendable {
        text.push_str("run `podnet synth` and commit what it writes\n");
    }
    let found = any_error(&diagnostics);
    report.differences(&diagnostics, &workspace.diagnostics(), &workspace.texts, &text, found);
    Ok(if found { ExitStatus::Found } else { ExitStatus::Done })
}

/// A difference as machines are told it. What synth does not mend says itself what to do.
fn differs(path: &str, words: &str, synth_mends: bool) -> Diagnostic {
    let problem = Diagnostic::error(Code::OutputDiffers, format!("`{path}` is {words}")).at(Place::file(path));
    if synth_mends { problem.help("run `podnet synth`") } else { problem }
}

fn words(change: &Difference) -> &'static str {
    match change.kind {
        DifferenceKind::Missing => "missing",
        DifferenceKind::Stale => "stale: the spec has changed",
        DifferenceKind::Edited => "edited by hand: the next `podnet synth` overwrites the edit",
        DifferenceKind::Orphaned => "orphaned: no longer rendered",
        DifferenceKind::Foreign if change.after.is_some() => "conflict: not written by podnet",
        DifferenceKind::Foreign => "not written by podnet: move it out of the cluster's folder",
    }
}

/// A unified diff; nothing where either side is not text or not there.
fn diff(path: &str, before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => TextDiff::from_lines(before, after)
            .unified_diff()
            .header(&format!("{path} (on disk)"), &format!("{path} (synthesized)"))
            .to_string(),
        _ => String::new(),
    }
}
