//! `podnet bind`: takes the ids that came out of a deployment into the lock.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::terminal::arguments::{Out, compile_one, guard};
use super::terminal::report::Reporter;
use super::terminal::{ExitStatus, Outcome, json};
use crate::lock;
use crate::operations::bind;
use crate::operations::binding::Bound;
use crate::output::replace_text;
use crate::workspace::{Failure, out_argument};

/// Copies ids and cluster data from AWS CLI output into the lock
#[derive(Debug, Args)]
pub(super) struct BindArguments {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// The output of `aws cloudformation describe-stacks` or `aws eks describe-cluster`. Can be repeated.
    #[arg(long, required = true, value_name = "FILE")]
    from: Vec<PathBuf>,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &BindArguments, report: Reporter) -> Outcome {
    let _guard = guard(&arguments.spec, "bind", report)?;
    let workspace = compile_one(&arguments.spec, Some(&arguments.out), report)?;
    let [cluster] = workspace.clusters.as_slice() else {
        return Err(Failure::new("bind takes one spec").help("podnet bind clusters/prod.yaml --from stack.json"));
    };
    let mut diagnostics = cluster.diagnostics.clone();
    let read = cluster.compiled.as_ref().zip(cluster.document.as_ref()).filter(|_| !cluster.failed());
    let Some((compiled, plan, spec)) =
        read.and_then(|(compiled, document)| Some((compiled, compiled.plan.as_ref()?, &document.spec)))
    else {
        report.diagnostics(&diagnostics, &workspace.texts);
        return Ok(ExitStatus::Found);
    };
    let mut lock = compiled.lock.clone();
    let mut bound = Vec::new();
    for path in &arguments.from {
        let name = path.display().to_string();
        let (_, json) = json::read(path)?;
        match bind::bind(plan, spec, &lock, &json, &name) {
            Ok(binding) => {
                lock = binding.lock;
                bound.extend(binding.bound);
            }
            Err(problems) => {
                diagnostics.extend(problems);
                report.diagnostics(&diagnostics, &workspace.texts);
                return Ok(ExitStatus::Found);
            }
        }
    }
    report.diagnostics(&diagnostics, &workspace.texts);
    let text = lock::write(&lock);
    let path = cluster.lock.display();
    let mut out = String::new();
    for Bound { name, id, changed } in &bound {
        let _ = writeln!(out, "  {name}: {id}{}", if *changed { "" } else { " (as before)" });
    }
    if cluster.lock_text.as_deref() == Some(text.as_str()) {
        report.summary(&format!("{out}{path}: nothing changed\n"));
    } else {
        replace_text(&cluster.lock, cluster.lock_text.as_deref(), &text)?;
        let (spec, to) = (cluster.spec.display(), out_argument(&arguments.out.out));
        report.summary(&format!("{out}{path}: written\nnext: podnet synth {spec}{to}\n"));
    }
    Ok(ExitStatus::Done)
}
