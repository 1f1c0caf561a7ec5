//! `podnet synth`: writes every cluster's files and lock.

mod job;
mod locked;
mod write;

use std::fmt::Write as _;

use clap::Args;

use job::{Job, Judged, OutFolder, judged};
use locked::keep_locked;
use write::{Done, write};

use super::diff::people;
use super::terminal::arguments::{Out, Specs};
use super::terminal::report::{self, Reporter};
use super::terminal::{ExitStatus, Outcome};
use crate::compile::Compiled;
use crate::plan::{Retired, RetiredNodes};
use crate::workspace::{Failure, Judgement, OpenedCluster, Workspace, no_baseline, out_argument};

/// Compiles specs, writes their files to `rendered/<cluster>/`, and their locks beside the specs
#[derive(Debug, Args)]
pub(super) struct SynthArguments {
    #[command(flatten)]
    specs: Specs,
    #[command(flatten)]
    out: Out,
    /// Fail if a lock would change, and show the change; nothing is written for that cluster.
    #[arg(long)]
    locked: bool,
}

pub(super) fn run(arguments: &SynthArguments, report: Reporter) -> Outcome {
    let mut workspace = arguments.specs.compile(Some(&arguments.out), report)?;
    if arguments.locked {
        workspace.clusters.iter_mut().for_each(keep_locked);
    }
    let out = OutFolder::new(&arguments.out.out);
    let mut jobs = judge_all(&mut workspace, &out);
    report_all(&workspace, &jobs, report);
    let mut status = ExitStatus::Done;
    let (mut clusters, mut changed) = (0, 0);
    for (number, job) in jobs.iter_mut().enumerate() {
        let (written, verdict) = match std::mem::replace(job, Ok(None)) {
            Err(failure) => (Err(failure), Judged::Same),
            Ok(None) => (Ok(None), Judged::Same),
            Ok(Some((job, mut verdict))) => {
                let written = write(&mut workspace, number, (job, &mut verdict), (&out, arguments.locked), report);
                (written, verdict)
            }
        };
        let Some(cluster) = workspace.clusters.get(number) else { continue };
        match (written, &cluster.compiled) {
            (Ok(Some(written)), Some(compiled)) => {
                report.summary(&summary(cluster, compiled, &arguments.out, &written, report));
                if let Judged::Changes(judgement) = &verdict {
                    report.summary(&changes(judgement));
                }
                report.summary(&next(cluster, compiled, &arguments.out));
                clusters += 1;
                changed += usize::from(!written.is_empty());
            }
            (Ok(_), _) => {
                let counted = report::counted(&cluster.diagnostics);
                report.summary(&format!("{}: not written, {counted}\n", cluster.spec.display()));
                status = status.max(ExitStatus::Found);
            }
            (Err(failure), _) => {
                report.summary(&format!("{}: not written\n", cluster.spec.display()));
                status = report::failure(&failure);
            }
        }
    }
    for stray in arguments.specs.strays(&arguments.out, &workspace) {
        report
            .summary(&format!("{}: no spec renders it; delete it when nothing is deployed from it\n", stray.display()));
    }
    let failed = workspace.clusters.len() - clusters;
    let mut last = match (clusters, changed) {
        (_, 0) if failed == 0 => format!("{}, nothing changed", plural(clusters, "cluster")),
        _ => format!("{}, {changed} changed", plural(clusters, "cluster")),
    };
    if failed > 0 {
        let _ = write!(last, ", {failed} not written");
    }
    report.summary(&format!("{last}\n"));
    Ok(status)
}

/// What there is to do for a cluster, and what it does to what runs; nothing where something is wrong with it.
type PlannedJob = Result<Option<(Job, Judged)>, Failure>;

fn judge_all(workspace: &mut Workspace, out: &OutFolder<'_>) -> Vec<PlannedJob> {
    let planned = |cluster: &mut OpenedCluster| -> PlannedJob {
        let Some(job) = Job::of(cluster, out.path())? else { return Ok(None) };
        let judged = judged(cluster, &job, out);
        Ok(Some((job, judged)))
    };
    workspace.clusters.iter_mut().map(planned).collect()
}

/// Prints what there is to say of all clusters: once a run, that nothing is known of what is deployed of some.
fn report_all(workspace: &Workspace, jobs: &[PlannedJob], report: Reporter) {
    let unknown = |(cluster, job): (&OpenedCluster, &PlannedJob)| {
        let bound = cluster.compiled.as_ref().is_some_and(|compiled| !compiled.lock.bindings.is_empty());
        bound && matches!(job, Ok(Some((_, Judged::Unknown))))
    };
    let pairs = workspace.clusters.iter().zip(jobs);
    let unknown: Vec<&OpenedCluster> = pairs.filter(|pair| unknown(*pair)).map(|(cluster, _)| cluster).collect();
    let mut diagnostics = workspace.diagnostics();
    diagnostics.extend(no_baseline(&unknown));
    report.diagnostics(&diagnostics, &workspace.texts);
}

/// What the change does to what runs, below the cluster's line.
fn changes(judgement: &Judgement) -> String {
    let text = people::text(judgement);
    text.lines().enumerate().fold(String::new(), |mut lines, (number, line)| {
        let line = if number == 0 { line.replacen(&judgement.cluster, "changes", 1) } else { line.to_owned() };
        let _ = writeln!(lines, "  {line}");
        lines
    })
}

fn plural(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

fn summary(cluster: &OpenedCluster, compiled: &Compiled, out: &Out, done: &[Done], report: Reporter) -> String {
    let folder = cluster.folder(&out.out).unwrap_or_default();
    let mut text = format!("{} -> {}: ", cluster.spec.display(), folder.display());
    let files = plural(compiled.files.len(), "file");
    let removed = done.iter().filter(|done| done.removed).count();
    let _ = match (done.len() - removed, removed) {
        (0, 0) => writeln!(text, "{files}, nothing changed"),
        (written, 0) => writeln!(text, "{files}, {written} written"),
        (written, _) => writeln!(text, "{files}, {written} written, {removed} removed"),
    };
    for done in done.iter().filter(|done| done.edited) {
        let _ = writeln!(text, "  overwrote a hand edit: {}", done.path.display());
    }
    for done in done.iter().filter(|_| report.verbose) {
        let _ = writeln!(text, "  {} {}", if done.removed { "removed" } else { "wrote" }, done.path.display());
    }
    if let Some(plan) = &compiled.plan {
        let _ = writeln!(
            text,
            "  {}, {}, {}",
            plural(plan.pod_subnets.len(), "pod subnet"),
            plural(plan.eni_configs.len(), "ENIConfig"),
            plural(plan.node_groups.len(), "node group"),
        );
        for RetiredNodes { logical_id, group, successor, .. } in &plan.retired_groups {
            let beside = successor.as_ref().map_or_else(String::new, |successor| format!(" beside {successor}"));
            let _ = writeln!(
                text,
                "  retired: {logical_id} ({group}) keeps its nodes{beside}; RUNBOOK.md has the way to `podnet release`"
            );
        }
        for Retired { pool, zone, further, cidr, .. } in &plan.retired {
            let further = further.as_ref().map_or_else(String::new, |further| format!("/{further}"));
            let _ =
                writeln!(text, "  retired: {pool}/{zone}{further} keeps {cidr}; RUNBOOK.md lists the remaining steps");
        }
    }
    text
}

/// What waits, and the commands that come next.
fn next(cluster: &OpenedCluster, compiled: &Compiled, out: &Out) -> String {
    let mut text = String::new();
    let Some(plan) = &compiled.plan else { return text };
    let folder = cluster.folder(&out.out).unwrap_or_default();
    for pending in &plan.pending {
        let _ = writeln!(text, "  pending: {} wait for {}", pending.what, pending.waits_for);
    }
    if !plan.pending.is_empty() {
        text.push_str("  next:\n");
        let commands = plan.pending.iter().flat_map(|pending| pending.next.iter().map(String::as_str));
        for command in commands.chain(["podnet synth {spec}"]) {
            let to = if command.starts_with("podnet ") { out_argument(&out.out) } else { String::new() };
            let command = command
                .replace("{spec}", &cluster.spec.display().to_string())
                .replace("{out}", &folder.display().to_string());
            let _ = writeln!(text, "    {command}{to}");
        }
    }
    text
}
