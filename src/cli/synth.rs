//! `podnet synth`: writes every cluster's files and lock.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::report::{self, Report};
use super::workspace::{Cluster, Out, Specs};
use super::{ExitStatus, Failure, Outcome, across};
use crate::compile::Compiled;
use crate::lock;
use crate::output::{Change, ChangeKind, compare, read_folder, write_folder, write_text};

/// Compiles specs and writes their files to `rendered/<cluster>/` and their locks beside them
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    specs: Specs,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &Arguments, report: Report) -> Outcome {
    let mut workspace = arguments.specs.compile(report)?;
    across::lost_locks(&mut workspace, &arguments.out);
    report.diagnostics(&workspace.diagnostics(), &workspace.texts);
    let mut status = ExitStatus::Done;
    let (mut clusters, mut changed) = (0, 0);
    for cluster in &workspace.clusters {
        let Some(compiled) = cluster.compiled.as_ref().filter(|_| !cluster.failed()) else {
            let counted = report::counted(&cluster.diagnostics);
            report.summary(&format!("{}: not written, {counted}\n", cluster.spec.display()));
            status = status.max(ExitStatus::Found);
            continue;
        };
        match write(cluster, compiled, &arguments.out) {
            Ok(written) => {
                report.summary(&summary(cluster, compiled, &arguments.out, &written, report));
                clusters += 1;
                changed += usize::from(!written.is_empty());
            }
            Err(failure) => {
                report.summary(&format!("{}: not written\n", cluster.spec.display()));
                status = report::failure(&failure);
            }
        }
    }
    for stray in arguments.specs.strays(&arguments.out, &workspace) {
        report
            .summary(&format!("{}: no spec makes it any more; delete it when nothing runs from it\n", stray.display()));
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

fn plural(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// What was done to a file.
struct Done {
    path: PathBuf,
    removed: bool,
    edited: bool,
}

/// Writes the folder, then the lock: a lock never promises a range that no file has.
fn write(cluster: &Cluster, compiled: &Compiled, out: &Out) -> Result<Vec<Done>, Failure> {
    let folder = cluster.folder(out).unwrap_or_default();
    let changes = compare(&compiled.files, &cluster.manifest(compiled), &read_folder(&folder)?);
    write_folder(&folder, &changes)?;
    let theirs = |change: &&Change| change.kind != ChangeKind::Foreign;
    let done = |change: &Change| Done {
        path: folder.join(&change.path),
        removed: change.after.is_none(),
        edited: change.kind == ChangeKind::Edited,
    };
    let mut all: Vec<Done> = changes.iter().filter(theirs).map(done).collect();
    let lock = lock::write(&compiled.lock);
    if cluster.lock_text.as_deref() != Some(lock.as_str()) {
        write_text(&cluster.lock, &lock)?;
        all.push(Done { path: cluster.lock.clone(), removed: false, edited: false });
    }
    Ok(all)
}

fn summary(cluster: &Cluster, compiled: &Compiled, out: &Out, done: &[Done], report: Report) -> String {
    let folder = cluster.folder(out).unwrap_or_default();
    let mut text = format!("{} -> {}: ", cluster.spec.display(), folder.display());
    let files = plural(compiled.files.len(), "file");
    let removed = done.iter().filter(|done| done.removed).count();
    let _ = match (done.len() - removed, removed) {
        (0, 0) => writeln!(text, "{files}, nothing changed"),
        (written, 0) => writeln!(text, "{files}, {written} written"),
        (written, _) => writeln!(text, "{files}, {written} written, {removed} removed"),
    };
    for done in done.iter().filter(|done| done.edited) {
        let _ = writeln!(text, "  took back a hand edit: {}", done.path.display());
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
        for kept in &plan.retired {
            let _ = writeln!(
                text,
                "  retired: {}/{} keeps {}; RUNBOOK.md has what is left to do",
                kept.pool, kept.zone, kept.cidr
            );
        }
        for pending in &plan.pending {
            let _ = writeln!(text, "  waiting: {} for {}", pending.what, pending.waits_for);
        }
        if !plan.pending.is_empty() {
            text.push_str("  next:\n");
            let commands = plan.pending.iter().flat_map(|pending| pending.next.iter().map(String::as_str));
            for command in commands.chain(["podnet synth {spec}"]) {
                let command = command
                    .replace("{spec}", &cluster.spec.display().to_string())
                    .replace("{out}", &folder.display().to_string());
                let _ = writeln!(text, "    {command}");
            }
        }
    }
    text
}
