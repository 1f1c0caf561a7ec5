//! `podnet completions`: a completion script for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, ExitStatus, report};

/// Prints a completion script for a shell
#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(arguments: &CompletionsArguments) -> ExitStatus {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "podnet", &mut script);
    report::data(&String::from_utf8_lossy(&script));
    ExitStatus::Done
}
