//! `podnet synth`: writes every cluster's files and lock.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::terminal::arguments::{Out, Specs};
use super::terminal::report::{self, Reporter};
use super::terminal::{ExitStatus, Outcome};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic};
use crate::lock::{self, Lock};
use crate::output::{Difference, DifferenceKind, compare, read_folder, write_folder, write_text};
use crate::plan::Retired;
use crate::source::Place;
use crate::workspace::{Failure, OpenedCluster};

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
    let mut workspace = arguments.specs.compile(report)?;
    workspace.refuse_lost_locks(&arguments.out.out);
    if arguments.locked {
        for cluster in &mut workspace.clusters {
            keep_locked(cluster);
        }
    }
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

/// Refuses to write a cluster whose lock is not what the spec comes to.
fn keep_locked(cluster: &mut OpenedCluster) {
    let Some(compiled) = cluster.compiled.as_ref().filter(|_| !cluster.failed()) else { return };
    if cluster.lock_text.as_deref() == Some(lock::write(&compiled.lock).as_str()) {
        return;
    }
    let (spec, name) = (cluster.spec.display(), cluster.lock_name());
    let message = match &cluster.lock_text {
        Some(_) => format!("the lock `{name}` would change"),
        None => format!("the lock `{name}` is missing"),
    };
    let place = if cluster.lock_text.is_some() { Place::file(&name) } else { Place::file(spec.to_string()) };
    let mut problem = Diagnostic::error(Code::LockStale, message).at(place);
    let before = cluster.lock_text.as_ref().map_or_else(|| Ok(Lock::default()), |_| cluster.locked());
    let changes = before.map(|before| lock::changes(&before, &compiled.lock)).unwrap_or_default();
    if changes.is_empty() {
        problem = problem.note("its content is the same, but its layout is not podnet's");
    }
    problem = changes.iter().fold(problem, |problem, change| problem.note(change.to_string()));
    cluster
        .diagnostics
        .push(problem.help(format!("run `podnet synth {spec}` without `--locked`, and commit the lock")));
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
fn write(cluster: &OpenedCluster, compiled: &Compiled, out: &Out) -> Result<Vec<Done>, Failure> {
    let folder = cluster.folder(&out.out).unwrap_or_default();
    let changes = compare(&compiled.files, &cluster.manifest(compiled), &read_folder(&folder)?);
    write_folder(&folder, &changes)?;
    let theirs = |change: &&Difference| change.kind != DifferenceKind::Foreign;
    let done = |change: &Difference| Done {
        path: folder.join(&change.path),
        removed: change.after.is_none(),
        edited: change.kind == DifferenceKind::Edited,
    };
    let mut all: Vec<Done> = changes.iter().filter(theirs).map(done).collect();
    let lock = lock::write(&compiled.lock);
    if cluster.lock_text.as_deref() != Some(lock.as_str()) {
        write_text(&cluster.lock, &lock)?;
        all.push(Done { path: cluster.lock.clone(), removed: false, edited: false });
    }
    Ok(all)
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
        for Retired { pool, zone, further, cidr, .. } in &plan.retired {
            let further = further.as_ref().map_or_else(String::new, |further| format!("/{further}"));
            let _ =
                writeln!(text, "  retired: {pool}/{zone}{further} keeps {cidr}; RUNBOOK.md lists the remaining steps");
        }
        for pending in &plan.pending {
            let _ = writeln!(text, "  pending: {} wait for {}", pending.what, pending.waits_for);
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
