//! Arguments that several commands have.

use std::path::{Path, PathBuf};

use clap::Args;

use super::report::Reporter;
use crate::output::Guard;
use crate::workspace::{DEFAULT_OUT, Failure, Workspace, lock_path};

/// The specs of a run.
#[derive(Debug, Args)]
pub(in crate::cli) struct Specs {
    /// Spec files, or folders of spec files. Default: `clusters/` if it exists, else `examples/`.
    #[arg(value_name = "SPEC")]
    specs: Vec<PathBuf>,
}

impl Specs {
    /// Reads every spec of the run, and compiles nothing.
    pub(in crate::cli) fn open(&self) -> Result<Workspace, Failure> {
        Workspace::open(&self.specs, None)
    }

    /// Reads and compiles every spec of the run.
    pub(in crate::cli) fn compile(&self, out: Option<&Out>, report: Reporter) -> Result<Workspace, Failure> {
        Workspace::compile(&self.specs, out.map(|out| out.out.as_path()), |done, of| report.progress(done, of))
    }

    /// Finds folders of clusters that no spec makes any more, where the run is of all specs.
    pub(in crate::cli) fn strays(&self, out: &Out, workspace: &Workspace) -> Vec<PathBuf> {
        if self.specs.is_empty() { workspace.strays(&out.out) } else { Vec::new() }
    }
}

/// Where output goes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Out {
    /// The output folder, with a subfolder for each cluster.
    #[arg(long, default_value = DEFAULT_OUT, value_name = "DIR")]
    pub(in crate::cli) out: PathBuf,
}

/// Reads and compiles the one spec of a command.
pub(in crate::cli) fn compile_one(spec: &Path, out: Option<&Out>, report: Reporter) -> Result<Workspace, Failure> {
    Workspace::compile(&[spec.to_owned()], out.map(|out| out.out.as_path()), |done, of| report.progress(done, of))
}

/// Waits until no other podnet writes what belongs to a spec, and keeps others waiting until it is dropped. `command` is what
/// they are told.
pub(in crate::cli) fn guard(spec: &Path, command: &str, report: Reporter) -> Result<Guard, Failure> {
    let lock = lock_path(spec);
    Ok(Guard::take(&lock, command, |holder| report.waits(&lock.display().to_string(), holder))?)
}
