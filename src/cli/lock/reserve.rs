//! `podnet lock reserve`: keeps a range for a pool and zone to come.

use std::path::PathBuf;

use clap::Args;

use crate::cli::terminal::arguments::{Out, compile_one, guard};
use crate::cli::terminal::refusal::refused;
use crate::cli::terminal::report::Reporter;
use crate::cli::terminal::{ExitStatus, Outcome};
use crate::ids::PodSubnetKey;
use crate::lock;
use crate::operations::ranges::{Held, reserve};
use crate::output::replace_text;
use crate::workspace::{Failure, Workspace};

/// Reserves a range for a pool and zone that the spec does not have yet
///
/// Once the spec has that pool and zone, they get this range. `podnet release` releases it.
#[derive(Debug, Args)]
pub(super) struct LockReserveArguments {
    /// The pool and the zone, such as default/us-west-2d.
    #[arg(value_name = "POOL/ZONE")]
    key: PodSubnetKey,
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// The prefix length of the range, 16 to 28.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(16..=28))]
    prefix_length: u8,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &LockReserveArguments, report: Reporter) -> Outcome {
    let _guard = guard(&arguments.spec, "lock reserve", report)?;
    let mut workspace = compile_one(&arguments.spec, Some(&arguments.out), report)?;
    let Workspace { clusters, texts, .. } = &mut workspace;
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
    let before = cluster.lock_text.replace(text.clone());
    texts.add(&lock_name, text.clone());
    cluster.diagnostics.clear();
    cluster.compile();
    cluster.name_places(texts);
    if cluster.failed() {
        return Ok(refused(workspace, Vec::new(), report));
    }
    report.diagnostics(&cluster.diagnostics, texts);
    replace_text(&cluster.lock, before.as_deref(), &text)?;
    report.summary(&format!("  {}: {cidr} is reserved\n{lock_name}: written\n", arguments.key));
    Ok(ExitStatus::Done)
}
