//! The command line: one file a command, its arguments beside it.

mod arguments;
mod bind;
mod catalog;
mod check;
mod completions;
mod explain;
mod grow;
mod init;
mod json;
mod lock;
mod max_pods;
mod plan;
mod report;
mod schema;
mod spec;
mod synth;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Failure;

/// Compiles one spec per EKS cluster into CloudFormation and Kubernetes files for VPC CNI custom networking.
#[derive(Debug, Parser)]
#[command(name = "podnet", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    report: report::Reporter,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArguments),
    Synth(synth::SynthArguments),
    Check(check::CheckArguments),
    Plan(plan::PlanArguments),
    Spec(spec::SpecArguments),
    Bind(bind::BindArguments),
    Lock(lock::LockArguments),
    Grow(grow::GrowArguments),
    MaxPods(max_pods::MaxPodsArguments),
    Explain(explain::ExplainArguments),
    Schema(schema::SchemaArguments),
    Catalog(catalog::CatalogArguments),
    Completions(completions::CompletionsArguments),
}

/// How a run ended, as the exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// 0: done.
    Done,
    /// 1: a spec is invalid, or check found a difference.
    Found,
    /// 2: the arguments or the environment are wrong.
    Failed,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Done => ExitCode::SUCCESS,
            ExitStatus::Found => ExitCode::from(1),
            ExitStatus::Failed => ExitCode::from(2),
        }
    }
}

/// Runs a command. Results go to standard output, what is wrong to standard error, unless a machine asked for it.
pub fn run(cli: Cli) -> ExitStatus {
    let report = cli.report;
    let result = match cli.command {
        Command::Init(arguments) => init::run(&arguments, report),
        Command::Synth(arguments) => synth::run(&arguments, report),
        Command::Check(arguments) => check::run(&arguments, report),
        Command::Plan(arguments) => plan::run(&arguments, report),
        Command::Spec(arguments) => spec::run(&arguments, report),
        Command::Bind(arguments) => bind::run(&arguments, report),
        Command::Lock(arguments) => lock::run(&arguments, report),
        Command::Grow(arguments) => grow::run(&arguments, report),
        Command::MaxPods(arguments) => max_pods::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Catalog(arguments) => catalog::run(&arguments),
        Command::Completions(arguments) => Ok(completions::run(&arguments)),
    };
    result.unwrap_or_else(|failure| report::failure(&failure))
}

type Outcome = Result<ExitStatus, Failure>;
