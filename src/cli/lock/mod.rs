//! `podnet lock`: takes subnets over, keeps ranges for later, and mends what was lost.

mod import;
mod repair;
mod reserve;
mod upgrade;

use clap::{Args, Subcommand};

use crate::cli::terminal::Outcome;
use crate::cli::terminal::report::Reporter;

/// Adopts existing subnets, reserves ranges, and repairs locks
#[derive(Debug, Args)]
pub(super) struct LockArguments {
    #[command(subcommand)]
    command: LockCommand,
}

#[derive(Debug, Subcommand)]
enum LockCommand {
    Import(import::LockImportArguments),
    Reserve(reserve::LockReserveArguments),
    Repair(repair::LockRepairArguments),
    Upgrade(upgrade::LockUpgradeArguments),
}

pub(super) fn run(arguments: &LockArguments, report: Reporter) -> Outcome {
    match &arguments.command {
        LockCommand::Import(arguments) => import::run(arguments, report),
        LockCommand::Reserve(arguments) => reserve::run(arguments, report),
        LockCommand::Repair(arguments) => repair::run(arguments, report),
        LockCommand::Upgrade(arguments) => upgrade::run(arguments, report),
    }
}
