//! `podnet synth`: writes every cluster's files and lock.

mod locked;
mod write;

use std::fmt::Write as _;

use clap::Args;

use locked::keep_locked;
use write::{Done, write};

use super::terminal::arguments::{Out, Specs};
use super::terminal::report::{self, Reporter};
use super::terminal::{ExitStatus, Outcome};
use crate::compile::Compiled;
use crate::plan::Retired;
use crate::workspace::OpenedCluster;

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
    report.diagnostics(&workspace.diagnostics(), &workspace.texts);
    let mut status = ExitStatus::Done;
    let (mut clusters, mut changed) = (0, 0);
    for number in 0..workspace.clusters.len() {
        let written = write(&mut workspace, number, (&arguments.out, arguments.locked), report);
        let Some(cluster) = workspace.clusters.get(number) else { continue };
        match (written, &cluster.compiled) {
            (Ok(Some(written)), Some(compiled)) => {
                report.summary(&summary(cluster, compiled, &arguments.out, &written, report));
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
