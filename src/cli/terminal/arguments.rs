//! Arguments that several commands have.

use std::path::PathBuf;

use clap::Args;

use super::report::Reporter;
use crate::workspace::{Failure, Workspace};

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
        Workspace::open(&self.specs)
    }

    /// Reads and compiles every spec of the run.
    pub(in crate::cli) fn compile(&self, report: Reporter) -> Result<Workspace, Failure> {
        Workspace::compile(&self.specs, |done, of| report.progress(done, of))
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

/// The output folder of commands that have no argument for it.
pub(in crate::cli) const DEFAULT_OUT: &str = "rendered";

/// Reads and compiles the one spec of a command.
pub(in crate::cli) fn compile_one(spec: &std::path::Path, report: Reporter) -> Result<Workspace, Failure> {
    Workspace::compile(&[spec.to_owned()], |done, of| report.progress(done, of))
}
