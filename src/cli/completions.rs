//! `podnet completions`: a completion script for a shell.

use clap::{Args, Command};
use clap_complete::Shell;

use super::terminal::{ExitStatus, report};

/// Prints a completion script for a shell
#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

/// Prints a completion script for a command.
pub(super) fn run(arguments: &CompletionsArguments, mut command: Command) -> ExitStatus {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "podnet", &mut script);
    report::data(&String::from_utf8_lossy(&script));
    ExitStatus::Done
}
