//! `podnet schema`: JSON Schemas of what podnet reads and prints.

use clap::{Args, ValueEnum};
use schemars::generate::SchemaSettings;

use super::terminal::{ExitStatus, Outcome, report};
use crate::diagnostic::machine;
use crate::spec;
use crate::workspace::Failure;

/// Prints the JSON Schema of the spec, or of diagnostics
#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// The version of JSON Schema; some editors support only 07.
    #[arg(long, value_enum, default_value_t = Draft::Latest)]
    draft: Draft,
    /// What to describe.
    #[arg(long, value_enum, default_value_t = Subject::Spec)]
    of: Subject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Draft {
    /// 2020-12.
    #[value(name = "2020-12")]
    Latest,
    /// Draft 07.
    #[value(name = "07")]
    Seven,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// The spec.
    Spec,
    /// The output of `--format json`.
    Diagnostics,
}

pub(super) fn run(arguments: &SchemaArguments) -> Outcome {
    let settings = match arguments.draft {
        Draft::Latest => SchemaSettings::draft2020_12(),
        Draft::Seven => SchemaSettings::draft07(),
    };
    let schema = match arguments.of {
        Subject::Spec => spec::schema_by(settings),
        Subject::Diagnostics => settings.into_generator().into_root_schema_for::<machine::Report>(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Failure::new(error.to_string()))?;
    report::data(&format!("{text}\n"));
    Ok(ExitStatus::Done)
}
