//! `podnet schema`: the spec's JSON Schema.

use clap::Args;

use super::{ExitStatus, Failure, Outcome, report};
use crate::spec;

/// Prints the spec's JSON Schema (2020-12)
#[derive(Debug, Args)]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments) -> Outcome {
    let text = serde_json::to_string_pretty(&spec::schema()).map_err(|error| Failure::new(error.to_string()))?;
    report::print(&format!("{text}\n"));
    Ok(ExitStatus::Done)
}
