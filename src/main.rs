//! The program: parse, run, exit.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    podnet::cli::run(podnet::cli::Cli::parse()).into()
}
