//! `podnet allow`: one change of a resource that ends something that runs.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::terminal::arguments::{Out, compile_one, guard};
use super::terminal::report::Reporter;
use super::terminal::{ExitStatus, Outcome};
use crate::diagnostic::{near, one_of};
use crate::lock::{self, Allowance};
use crate::output::replace_text;
use crate::workspace::{Failure, JudgedEffect, judge, no_baseline};

/// Allows one change that deletes, replaces or cuts off something that runs
///
/// `podnet synth` refuses such a change and names what it is about. An allowance is a line of the lock: it holds for this change
/// of these resources, and the next change of one ends it.
#[derive(Debug, Args)]
pub(super) struct AllowArguments {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// What is allowed to change: a resource by its logical id, or an object by its kind and name, such as 'ENIConfig us-west-2a'.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &AllowArguments, report: Reporter) -> Outcome {
    let _guard = guard(&arguments.spec, "allow", report)?;
    let workspace = compile_one(&arguments.spec, Some(&arguments.out), report)?;
    let [cluster] = workspace.clusters.as_slice() else {
        return Err(Failure::new("allow takes one spec").help("podnet allow clusters/prod.yaml NAME"));
    };
    let Some(judgement) = judge(cluster, &arguments.out.out, None)? else {
        let unknown = no_baseline(&[cluster]).filter(|_| !cluster.failed());
        let diagnostics: Vec<_> = cluster.diagnostics.iter().cloned().chain(unknown).collect();
        report.diagnostics(&diagnostics, &workspace.texts);
        return Ok(ExitStatus::Found);
    };
    // What else the next synthesis changes in the lock is written with its output.
    let Ok(mut lock) = cluster.locked() else { return Ok(ExitStatus::Found) };
    // What was allowed before and is not what comes now goes: it is looked at anew.
    for idle in &judgement.idle {
        lock.allowances.remove(&idle.name);
    }
    let open: Vec<&JudgedEffect> = judgement.effects.iter().filter(|judged| judged.can_be_allowed()).collect();
    let mut out = String::new();
    for name in &arguments.names {
        let Some(judged) = open.iter().find(|judged| judged.effect.name == *name) else {
            return Err(not_refused(name, &open));
        };
        let (effect, (before, after)) = (&judged.effect, judged.fingerprints.clone());
        let allowance = Allowance {
            effect: effect.kind.as_str().to_owned(),
            file: effect.file.clone(),
            before: before.unwrap_or_default(),
            after,
        };
        lock.allowances.insert(name.clone(), allowance);
        let _ = writeln!(out, "  {name}: {}{}", effect.kind.as_str(), effect.touched.sum().in_words());
    }
    report.diagnostics(&cluster.diagnostics, &workspace.texts);
    replace_text(&cluster.lock, cluster.lock_text.as_deref(), &lock::write(&lock))?;
    let (path, spec) = (cluster.lock.display(), cluster.spec.display());
    let to = &judgement.out;
    report.summary(&format!("{out}{path}: written\nnext: podnet synth {spec}{to}\n"));
    Ok(ExitStatus::Done)
}

/// Nothing of that name is refused: what was meant.
fn not_refused(name: &str, open: &[&JudgedEffect]) -> Failure {
    let names: Vec<String> = open.iter().map(|judged| judged.effect.name.clone()).collect();
    let failure = Failure::new(format!("nothing that this change does to `{name}` has to be allowed"));
    match (near(name, names.iter().map(String::as_str)).as_slice(), names.as_slice()) {
        ([], []) => failure.help("`podnet diff` shows what the change does"),
        ([], names) => failure.help(format!("what would have to be: {}", one_of(names))),
        (close, _) => failure.help(format!("did you mean {}?", one_of(close))),
    }
}
