//! Nothing was written.

use super::ExitStatus;
use super::report::Reporter;
use crate::diagnostic::Diagnostic;
use crate::workspace::{OpenedCluster, Workspace};

/// Reports that nothing was written, and why. Places without a file are in the first spec.
pub(in crate::cli) fn refused(mut workspace: Workspace, problems: Vec<Diagnostic>, report: Reporter) -> ExitStatus {
    if let Some(first) = workspace.clusters.first_mut() {
        first.diagnostics.extend(problems);
    }
    let Workspace { clusters, texts, .. } = &mut workspace;
    for cluster in clusters.iter_mut() {
        cluster.name_places(texts);
    }
    report.diagnostics(&workspace.diagnostics(), &workspace.texts);
    if let Some(lock) =
        workspace.clusters.first().filter(|_| workspace.clusters.len() == 1).map(OpenedCluster::lock_name)
    {
        report.summary(&format!("{lock}: not written\n"));
    }
    ExitStatus::Found
}
