//! `podnet catalog refresh`: a new instance type table out of EC2's own data.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::terminal::{ExitStatus, Outcome, report};
use crate::catalog::{DescribeOutput, RefreshOptions, instance_types, refresh};
use crate::workspace::Failure;

/// Updates the instance type catalog
#[derive(Debug, Args)]
pub(super) struct CatalogArguments {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    /// Prints the catalog, updated with the output of `aws ec2 describe-instance-types`
    ///
    /// Replace src/catalog/data/instance-types.tsv with it and build again; until then, a spec can give the limits of a
    /// type under `spec.instanceTypes`.
    Refresh(Refresh),
}

#[derive(Debug, Args)]
struct Refresh {
    /// The output of `aws ec2 describe-instance-types --output json`, one file per region.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The date of the data, such as 2026-11-01.
    #[arg(long, value_name = "YYYY-MM-DD")]
    edition: String,
    /// The source of the data.
    #[arg(long, default_value = "aws ec2 describe-instance-types")]
    source: String,
    /// Remove types that are not in the files.
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(arguments: &CatalogArguments) -> Outcome {
    let CatalogCommand::Refresh(arguments) = &arguments.command;
    let mut texts = Vec::new();
    for path in &arguments.files {
        texts.push((path.display().to_string(), fs_err::read_to_string(path)?));
    }
    let outputs: Vec<DescribeOutput<'_>> = texts.iter().map(|(file, text)| DescribeOutput { file, text }).collect();
    let options = RefreshOptions { edition: &arguments.edition, source: &arguments.source, replace: arguments.replace };
    let table =
        refresh(instance_types::table_text(), &outputs, &options).map_err(|error| Failure::new(error.to_string()))?;
    report::data(&table);
    Ok(ExitStatus::Done)
}
