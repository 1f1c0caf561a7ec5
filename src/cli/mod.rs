//! The command line: one file a command, its arguments beside it.

mod allow;
mod bind;
mod catalog;
mod check;
mod completions;
mod diff;
mod explain;
mod grow;
mod init;
mod lock;
mod max_pods;
mod plan;
mod release;
mod schema;
mod spec;
mod synth;
mod terminal;

use clap::{CommandFactory, Parser, Subcommand};

pub use terminal::ExitStatus;
use terminal::report;

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
    Diff(diff::DiffArguments),
    Allow(allow::AllowArguments),
    Spec(spec::SpecArguments),
    Bind(bind::BindArguments),
    Lock(lock::LockArguments),
    Release(release::ReleaseArguments),
    Grow(grow::GrowArguments),
    MaxPods(max_pods::MaxPodsArguments),
    Explain(explain::ExplainArguments),
    Schema(schema::SchemaArguments),
    Catalog(catalog::CatalogArguments),
    Completions(completions::CompletionsArguments),
}

/// Runs a command. Results go to standard output, what is wrong to standard error, unless a machine asked for it.
pub fn run(cli: Cli) -> ExitStatus {
    let report = cli.report;
    let result = match cli.command {
        Command::Init(arguments) => init::run(&arguments, report),
        Command::Synth(arguments) => synth::run(&arguments, report),
        Command::Check(arguments) => check::run(&arguments, report),
        Command::Plan(arguments) => plan::run(&arguments, report),
        Command::Diff(arguments) => diff::run(&arguments, report),
        Command::Allow(arguments) => allow::run(&arguments, report),
        Command::Spec(arguments) => spec::run(&arguments, report),
        Command::Bind(arguments) => bind::run(&arguments, report),
        Command::Lock(arguments) => lock::run(&arguments, report),
        Command::Release(arguments) => release::run(&arguments, report),
        Command::Grow(arguments) => grow::run(&arguments, report),
        Command::MaxPods(arguments) => max_pods::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Catalog(arguments) => catalog::run(&arguments),
        Command::Completions(arguments) => Ok(completions::run(&arguments, Cli::command())),
    };
    result.unwrap_or_else(|failure| report::failure(&failure))
}
