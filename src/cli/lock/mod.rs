//! `podnet lock`: takes subnets over, keeps ranges for later, and gives ranges back.

mod import;
mod refusal;
mod release;
mod reserve;

use clap::{Args, Subcommand};

use crate::cli::terminal::Outcome;
use crate::cli::terminal::report::Reporter;

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
