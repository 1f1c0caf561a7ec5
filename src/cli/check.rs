//! `podnet check`: compares what would be synthesized with what is there, and writes nothing.

use std::fmt::Write as _;

use clap::Args;
use similar::TextDiff;

use super::report::{self, Report};
use super::workspace::{Out, Specs};
use super::{ExitStatus, Outcome};
use crate::lock;
use crate::output::{Change, ChangeKind, MANIFEST, compare, read_folder};

/// Compares what would be synthesized with what is on disk; exit code 1 and a diff where they differ
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    specs: Specs,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &Arguments, report: Report) -> Outcome {
    let workspace = arguments.specs.compile(report)?;
    report.diagnostics(&workspace.diagnostics(), &workspace.texts);
    let mut status = ExitStatus::Done;
    let mut text = String::new();
    for cluster in &workspace.clusters {
        let spec = cluster.spec.display();
        let (Some(compiled), Some(folder)) =
            (cluster.compiled.as_ref().filter(|_| !cluster.failed()), cluster.folder(&arguments.out))
        else {
            let _ = writeln!(text, "{spec}: {}", report::counted(&cluster.diagnostics));
            status = ExitStatus::Found;
            continue;
        };
        let changes = compare(&compiled.files, &cluster.manifest(compiled), &read_folder(&folder)?);
        let wanted = lock::write(&compiled.lock);
        let stale_lock = cluster.lock_text.as_deref() != Some(wanted.as_str());
        if changes.is_empty() && !stale_lock {
            let _ = writeln!(text, "{spec}: up to date");
            continue;
        }
        status = ExitStatus::Found;
        for change in &changes {
            let path = folder.join(&change.path);
            let _ = writeln!(text, "{}: {}", path.display(), words(change));
            if change.path != MANIFEST {
                text.push_str(&diff(&path.display().to_string(), change.before.as_deref(), change.after.as_deref()));
            }
        }
        if stale_lock {
            let path = cluster.lock.display().to_string();
            let word = if cluster.lock_text.is_some() { "stale" } else { "missing" };
            let _ = writeln!(text, "{path}: {word}");
            text.push_str(&diff(&path, cluster.lock_text.as_deref(), Some(&wanted)));
        }
    }
    let strays = arguments.specs.strays(&arguments.out, &workspace);
    for stray in &strays {
        let _ = writeln!(
            text,
            "{}: orphaned: no spec makes it any more; delete it when nothing runs from it",
            stray.display()
        );
    }
    if status == ExitStatus::Found {
        text.push_str("run `podnet synth` and commit what it writes\n");
    }
    report.summary(&text);
    Ok(if strays.is_empty() { status } else { ExitStatus::Found })
}

fn words(change: &Change) -> &'static str {
    match change.kind {
        ChangeKind::Missing => "missing",
        ChangeKind::Stale => "stale: the spec says something else now",
        ChangeKind::Edited => "edited by hand: the next synthesis takes the edit back",
        ChangeKind::Orphaned => "orphaned: no longer synthesized",
        ChangeKind::Foreign if change.after.is_some() => "in the way: not written by podnet",
        ChangeKind::Foreign => "not written by podnet: move it out of the cluster's folder",
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
