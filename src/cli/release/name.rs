//! A security group or an ENIConfig is given back.

use super::arguments::{ReleaseArguments, deployed};
use crate::cli::terminal::arguments::guard;
use crate::cli::terminal::refusal::refused;
use crate::cli::terminal::report::Reporter;
use crate::cli::terminal::{ExitStatus, Outcome};
use crate::lock::{self, Lock};
use crate::operations::names::{HeldNames, release};
use crate::output::{Guard, replace_text};
use crate::workspace::{Failure, OpenedCluster};

pub(super) fn run(arguments: &ReleaseArguments, report: Reporter) -> Outcome {
    // Which lock has the name is known once all were read; then that one is held, and read again.
    let mut held: Option<Guard> = None;
    loop {
        if let Some(outcome) = attempt(arguments, &mut held, report)? {
            return Ok(outcome);
        }
    }
}

fn attempt(
    arguments: &ReleaseArguments,
    guarded: &mut Option<Guard>,
    report: Reporter,
) -> Result<Option<ExitStatus>, Failure> {
    let mut workspace = arguments.specs.open()?;
    // What is wrong with a spec is of no interest here.
    for cluster in &mut workspace.clusters {
        cluster.diagnostics.clear();
    }
    let mut locks: Vec<(String, String, Lock)> = Vec::new();
    let mut problems = Vec::new();
    for cluster in workspace.clusters.iter().filter(|cluster| cluster.lock_text.is_some()) {
        match cluster.locked() {
            Ok(lock) => locks.push((cluster.spec.display().to_string(), cluster.lock_name(), lock)),
            Err(found) => problems.extend(found),
        }
    }
    let held: Vec<HeldNames<'_>> =
        locks.iter().map(|(spec, lock_name, lock)| HeldNames { spec, lock_name, lock }).collect();
    let released =
        if problems.is_empty() { release(&arguments.name, &held).map_err(|one| vec![one]) } else { Err(problems) };
    let bound = |held: &HeldNames<'_>| held.lock.bindings.contains_key(&arguments.name);
    if arguments.never_deployed && held.iter().any(bound) {
        return Err(deployed(&arguments.name));
    }
    let (lock_name, lock) = match released {
        Ok(released) => released,
        Err(problems) => return Ok(Some(refused(workspace, problems, report))),
    };
    let of = |cluster: &&OpenedCluster| cluster.lock_name() == lock_name;
    let Some(cluster) = workspace.clusters.iter().find(of) else { return Ok(None) };
    if guarded.is_none() {
        *guarded = Some(guard(&cluster.spec, "release", report)?);
        return Ok(None);
    }
    replace_text(&cluster.lock, cluster.lock_text.as_deref(), &lock::write(&lock))?;
    report.diagnostics(&[], &workspace.texts);
    let (name, spec) = (&arguments.name, cluster.spec.display());
    report.summary(&format!("  {name}: released\n{lock_name}: written\nnext: podnet synth {spec}\n"));
    Ok(Some(ExitStatus::Done))
}
