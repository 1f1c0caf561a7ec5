//! `podnet lock repair`: writes lines back that the lock has lost.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::catalog::instance_types;
use crate::cli::terminal::arguments::{Out, guard};
use crate::cli::terminal::refusal::refused;
use crate::cli::terminal::report::Reporter;
use crate::cli::terminal::{ExitStatus, Outcome};
use crate::lock::{self, Lock};
use crate::output::replace_text;
use crate::workspace::{Failure, OpenedCluster, Workspace, claimed, out_argument};

/// Writes lines back that a lock has lost or that were edited, as the output folder shows them
///
/// The output says what the lock said when it was made. Lines that it does not show stay as they are.
#[derive(Debug, Args)]
pub(super) struct LockRepairArguments {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &LockRepairArguments, report: Reporter) -> Outcome {
    let _guard = guard(&arguments.spec, "lock repair", report)?;
    let workspace = Workspace::open(std::slice::from_ref(&arguments.spec), None)?;
    let [cluster] = workspace.clusters.as_slice() else {
        return Err(Failure::new("repair takes one spec").help("podnet lock repair clusters/prod.yaml"));
    };
    if cluster.document.is_none() {
        return Ok(refused(workspace, Vec::new(), report));
    }
    let Some(claimed) = claimed(cluster, &arguments.out.out) else {
        let out = arguments.out.out.display();
        return Err(Failure::new(format!("`{out}` has no output that shows what the lock said"))
            .help("name the output folder with `--out`, or restore the lock from git"));
    };
    let (before, whole) = match mended(cluster, &claimed) {
        Ok(mended) => mended,
        Err(problems) => return Ok(refused(workspace, problems, report)),
    };
    let (name, text) = (cluster.lock_name(), lock::write(&whole));
    report.diagnostics(&[], &workspace.texts);
    if cluster.lock_text.as_deref() == Some(text.as_str()) {
        report.summary(&format!("{name}: nothing changed\n"));
        return Ok(ExitStatus::Done);
    }
    let mut out = String::new();
    for change in lock::changes(&before, &whole) {
        let _ = writeln!(out, "  {change}");
    }
    replace_text(&cluster.lock, cluster.lock_text.as_deref(), &text)?;
    let (spec, to) = (cluster.spec.display(), out_argument(&arguments.out.out));
    report.summary(&format!("{out}{name}: written\nnext: podnet synth {spec}{to}\n"));
    Ok(ExitStatus::Done)
}

/// What can be trusted of the lock, and the whole of it.
fn mended(cluster: &OpenedCluster, claimed: &Lock) -> Result<(Lock, Lock), Vec<crate::diagnostic::Diagnostic>> {
    let name = cluster.lock_name();
    let (before, edited) = match &cluster.lock_text {
        None => (Lock::empty(&claimed.cluster, instance_types::edition()), Vec::new()),
        Some(text) => {
            let read = lock::read_without_edits(&name, text, &claimed.cluster)?;
            (read.lock, read.edited)
        }
    };
    let whole = lock::restored(&before, claimed);
    let unknown = edited.iter().filter(|line| !lock::has_line(&whole, line));
    let unknown: Vec<_> = unknown.map(|line| lock::edited(&name, line).note("the output does not show it")).collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let read = lock::read(&name, &lock::write(&whole), &whole.cluster);
    if read.diagnostics.is_empty() { Ok((before, whole)) } else { Err(read.diagnostics) }
}
