//! `podnet lock reserve`: keeps a range for a pool and zone to come.

use std::path::PathBuf;

use clap::Args;

use super::super::report::Report;
use super::super::workspace::{Out, Specs, Workspace};
use super::super::{ExitStatus, Failure, Outcome, across};
use super::refused;
use crate::lock::{self, Key};
use crate::output::write_text;
use crate::tenure::{Held, reserve};

/// Keeps a free range of the pods' blocks for a pool and zone to come
///
/// When the spec gets that pool and zone, they have that range. `podnet lock release` gives it back.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The pool and the zone, such as default/us-west-2d.
    #[arg(value_name = "POOL/ZONE")]
    key: Key,
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// The size, 16 to 28.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(16..=28))]
    prefix_length: u8,
}

pub(super) fn run(arguments: &Arguments, report: Report) -> Outcome {
    let mut workspace = Specs::one(&arguments.spec).compile(report)?;
    across::lost_locks(&mut workspace, &Out::default());
    let Workspace { clusters, texts } = &mut workspace;
    let [cluster] = clusters.as_mut_slice() else {
        return Err(Failure::new("reserve takes one spec")
            .help("podnet lock reserve default/us-west-2d clusters/prod.yaml --prefix-length 18"));
    };
    let (Some(compiled), Ok(lock)) = (cluster.compiled.as_ref().filter(|_| !cluster.failed()), cluster.locked()) else {
        return Ok(refused(workspace, Vec::new(), report));
    };
    let (spec, lock_name) = (cluster.spec.display().to_string(), cluster.lock_name());
    let held = Held { spec: &spec, document: cluster.document.as_ref(), lock_name: &lock_name, lock: &lock };
    let (next, cidr) = match reserve(&arguments.key, arguments.prefix_length, held, &compiled.lock) {
        Ok(reserved) => reserved,
        Err(problem) => return Ok(refused(workspace, vec![problem], report)),
    };
    // What the spec asks for has to have its place still.
    let text = lock::write(&next);
    cluster.lock_text = Some(text.clone());
    texts.add(&lock_name, text.clone());
    cluster.diagnostics.clear();
    cluster.compile();
    cluster.name_places(texts);
    if cluster.failed() {
        return Ok(refused(workspace, Vec::new(), report));
    }
    report.diagnostics(&cluster.diagnostics, texts);
    write_text(&cluster.lock, &text)?;
    report.summary(&format!("  {}: {cidr} is reserved\n{lock_name}: written\n", arguments.key));
    Ok(ExitStatus::Done)
}
