//! `podnet lock upgrade`: locks of older versions in the present form.

use std::fmt::Write as _;

use clap::Args;

use crate::cli::terminal::arguments::{Specs, guard};
use crate::cli::terminal::refusal::refused;
use crate::cli::terminal::report::Reporter;
use crate::cli::terminal::{ExitStatus, Outcome};
use crate::lock::{self, VERSION};
use crate::output::replace_text;

/// Writes locks of older versions in the present version; what they say, and what is rendered, does not change
#[derive(Debug, Args)]
pub(super) struct LockUpgradeArguments {
    #[command(flatten)]
    specs: Specs,
}

pub(super) fn run(arguments: &LockUpgradeArguments, report: Reporter) -> Outcome {
    let mut workspace = arguments.specs.open()?;
    // What is wrong with a spec is of no interest here.
    for cluster in &mut workspace.clusters {
        cluster.diagnostics.clear();
    }
    let mut problems = Vec::new();
    let mut out = String::new();
    for cluster in &workspace.clusters {
        let Some(before) = &cluster.lock_text else { continue };
        let name = cluster.lock_name();
        let whose = cluster.document.as_ref().map(|document| document.metadata.name.to_string());
        let whose = whose.or_else(|| lock::cluster_of(before)).unwrap_or_default();
        match lock::read_any_version(&name, before, &whose) {
            Err(found) => problems.extend(found),
            Ok(lock) if lock.version == VERSION => {
                let _ = writeln!(out, "{name}: version {VERSION} already");
            }
            Ok(mut lock) => {
                let was = std::mem::replace(&mut lock.version, VERSION);
                let _guard = guard(&cluster.spec, "lock upgrade", report)?;
                replace_text(&cluster.lock, Some(before), &lock::write(&lock))?;
                let _ = writeln!(out, "{name}: version {was} is version {VERSION} now");
            }
        }
    }
    report.summary(&out);
    if !problems.is_empty() {
        return Ok(refused(workspace, problems, report));
    }
    report.diagnostics(&[], &workspace.texts);
    Ok(ExitStatus::Done)
}
