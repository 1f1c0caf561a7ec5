//! `podnet lock`: takes subnets over, keeps ranges for later, and gives ranges back.

mod import;
mod release;
mod reserve;

use clap::{Args, Subcommand};

use crate::cli::report::Reporter;
use crate::cli::{ExitStatus, Outcome};
use crate::diagnostic::Diagnostic;
use crate::workspace::{OpenedCluster, Workspace};

/// Adopts existing subnets, reserves ranges and releases them
#[derive(Debug, Args)]
pub(super) struct LockArguments {
    #[command(subcommand)]
    command: LockCommand,
}

#[derive(Debug, Subcommand)]
enum LockCommand {
    Import(import::LockImportArguments),
    Release(release::LockReleaseArguments),
    Reserve(reserve::LockReserveArguments),
}

pub(super) fn run(arguments: &LockArguments, report: Reporter) -> Outcome {
    match &arguments.command {
        LockCommand::Import(arguments) => import::run(arguments, report),
        LockCommand::Release(arguments) => release::run(arguments, report),
        LockCommand::Reserve(arguments) => reserve::run(arguments, report),
    }
}

/// Reports that nothing was written, and why. Places without a file are in the first spec.
fn refused(mut workspace: Workspace, problems: Vec<Diagnostic>, report: Reporter) -> ExitStatus {
    if let Some(first) = workspace.clusters.first_mut() {
        first.diagnostics.extend(problems);
    }
    let Workspace { clusters, texts } = &mut workspace;
    for cluster in clusters.iter_mut() {
        cluster.name_places(texts);
    }
    report.diagnostics(&workspace.diagnostics(), &workspace.texts);
    if let Some(lock) =
        workspace.clusters.first().filter(|_| workspace.clusters.len() == 1).map(OpenedCluster::lock_name)
    {
        report.summary(&format!("{lock}: not written\n"));
    }
    ExitStatus::Found
}
