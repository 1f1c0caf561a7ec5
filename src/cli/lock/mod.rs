//! `podnet lock`: takes subnets over, keeps ranges for later, and gives ranges back.

mod import;
mod release;
mod reserve;

use clap::{Args, Subcommand};

use super::report::Report;
use super::workspace::{Cluster, Workspace};
use super::{ExitStatus, Outcome};
use crate::diagnostic::Diagnostic;

/// Takes existing subnets over, keeps ranges for later, gives ranges back
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::Arguments),
    Release(release::Arguments),
    Reserve(reserve::Arguments),
}

pub(super) fn run(arguments: &Arguments, report: Report) -> Outcome {
    match &arguments.command {
        Command::Import(arguments) => import::run(arguments, report),
        Command::Release(arguments) => release::run(arguments, report),
        Command::Reserve(arguments) => reserve::run(arguments, report),
    }
}

/// Reports that nothing was written, and why. Places without a file are in the first spec.
fn refused(mut workspace: Workspace, problems: Vec<Diagnostic>, report: Report) -> ExitStatus {
    if let Some(first) = workspace.clusters.first_mut() {
        first.diagnostics.extend(problems);
    }
    let Workspace { clusters, texts } = &mut workspace;
    for cluster in clusters.iter_mut() {
        cluster.name_places(texts);
    }
    report.diagnostics(&workspace.diagnostics(), &workspace.texts);
    if let Some(lock) = workspace.clusters.first().filter(|_| workspace.clusters.len() == 1).map(Cluster::lock_name) {
        report.summary(&format!("{lock}: not written\n"));
    }
    ExitStatus::Found
}
