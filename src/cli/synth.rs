//! `podnet synth`: writes every cluster's files and lock.

use std::fmt::Write as _;

use clap::Args;

use super::workspace::{Cluster, Out, Specs};
use super::{ExitStatus, Failure, Outcome, report};
use crate::compile::Compiled;
use crate::lock;
use crate::output::{compare, read_folder, write_folder, write_text};

/// Compiles specs and writes their files to `rendered/<cluster>/` and their locks beside them
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    specs: Specs,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let workspace = arguments.specs.compile()?;
    let mut status = ExitStatus::Done;
    let (mut clusters, mut changed) = (0, 0);
    for cluster in &workspace.clusters {
        report::diagnostics(&cluster.diagnostics, &workspace.texts);
        let Some(compiled) = cluster.compiled.as_ref().filter(|_| !cluster.failed()) else {
            let counted = report::counted(&cluster.diagnostics);
            report::print(&format!("{}: not written, {counted}\n", cluster.spec.display()));
            status = ExitStatus::Found;
            continue;
        };
        let (written, removed) = write(cluster, compiled, &arguments.out)?;
        report::print(&summary(cluster, compiled, &arguments.out, written, removed));
        clusters += 1;
        changed += usize::from(written + removed > 0);
    }
    for stray in arguments.specs.strays(&arguments.out, &workspace) {
        report::print(&format!(
            "{}: no spec makes it any more; delete it when nothing runs from it\n",
            stray.display()
        ));
    }
    let failed = workspace.clusters.len() - clusters;
    let mut last = match (clusters, changed) {
        (_, 0) if failed == 0 => format!("{}, nothing changed", plural(clusters, "cluster")),
        _ => format!("{}, {changed} changed", plural(clusters, "cluster")),
    };
    if failed > 0 {
        let _ = write!(last, ", {failed} not written");
    }
    report::print(&format!("{last}\n"));
    Ok(status)
}

fn plural(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// Writes the folder, then the lock: a lock never promises a range that no file has.
fn write(cluster: &Cluster, compiled: &Compiled, out: &Out) -> Result<(usize, usize), Failure> {
    let folder = cluster.folder(out).unwrap_or_default();
    let changes = compare(&compiled.files, &cluster.manifest(compiled), &read_folder(&folder)?);
    let (mut written, removed) = write_folder(&folder, &changes)?;
    let lock = lock::write(&compiled.lock);
    if cluster.lock_text.as_deref() != Some(lock.as_str()) {
        write_text(&cluster.lock, &lock)?;
        written += 1;
    }
    Ok((written, removed))
}

fn summary(cluster: &Cluster, compiled: &Compiled, out: &Out, written: usize, removed: usize) -> String {
    let folder = cluster.folder(out).unwrap_or_default();
    let mut text = format!("{} -> {}: ", cluster.spec.display(), folder.display());
    let files = plural(compiled.files.len(), "file");
    let _ = match (written, removed) {
        (0, 0) => writeln!(text, "{files}, nothing changed"),
        (_, 0) => writeln!(text, "{files}, {written} written"),
        _ => writeln!(text, "{files}, {written} written, {removed} removed"),
    };
    if let Some(plan) = &compiled.plan {
        let _ = writeln!(
            text,
            "  {}, {}, {}",
            plural(plan.pod_subnets.len(), "pod subnet"),
            plural(plan.eni_configs.len(), "ENIConfig"),
            plural(plan.node_groups.len(), "node group"),
        );
        for pending in &plan.pending {
            let _ = writeln!(text, "  waiting: {} for {}", pending.what, pending.waits_for);
        }
        if let Some(pending) = plan.pending.first() {
            text.push_str("  next:\n");
            for command in &pending.next {
                let command = command
                    .replace("{spec}", &cluster.spec.display().to_string())
                    .replace("{out}", &folder.display().to_string());
                let _ = writeln!(text, "    {command}");
            }
            if plan.pending.len() == 1 {
                let _ = writeln!(text, "    podnet synth {}", cluster.spec.display());
            }
        }
    }
    text
}
