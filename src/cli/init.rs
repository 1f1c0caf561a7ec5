//! `podnet init`: a spec to start from.

use std::path::PathBuf;

use clap::Args;

use super::terminal::report::Reporter;
use super::terminal::{ExitStatus, Outcome};
use crate::catalog::regions;
use crate::diagnostic::one_of;
use crate::ids::ClusterName;
use crate::output::write_text;
use crate::spec;
use crate::workspace::Failure;

const SKELETON: &str = include_str!("init.yaml");

/// Writes a spec to start from, and its JSON Schema for editors beside it
#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// The EKS cluster's name.
    #[arg(value_name = "CLUSTER")]
    cluster: String,
    /// The AWS region.
    #[arg(long, value_name = "REGION")]
    region: String,
    /// The folder in which to write CLUSTER.yaml.
    #[arg(long, default_value = "clusters", value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &InitArguments, report: Reporter) -> Outcome {
    let cluster: ClusterName = arguments
        .cluster
        .parse()
        .map_err(|error: crate::ids::FormatError| Failure::new(error.message).help(error.help))?;
    if regions::partition(&arguments.region).is_none() {
        let failure = Failure::new(format!("unknown region `{}`", arguments.region));
        return Err(match regions::near(&arguments.region, 3).as_slice() {
            [] => failure,
            close => failure.help(format!("did you mean {}?", one_of(close))),
        });
    }
    let path = arguments.folder.join(format!("{cluster}.yaml"));
    if path.exists() {
        return Err(Failure::new(format!("`{}` already exists", path.display())).help("edit it, or move it away"));
    }
    let schema = arguments.folder.join("podnet.schema.json");
    let text = serde_json::to_string_pretty(&spec::schema()).map_err(|error| Failure::new(error.to_string()))?;
    write_text(&schema, &format!("{text}\n"))?;
    write_text(&path, &SKELETON.replace("{cluster}", cluster.as_str()).replace("{region}", &arguments.region))?;
    report.summary(&format!(
        "{}: written; replace every `…`\n{}: written\nnext: podnet check {}\n",
        path.display(),
        schema.display(),
        path.display()
    ));
    Ok(ExitStatus::Done)
}
