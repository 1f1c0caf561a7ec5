//! The writing of one cluster: its lock, then its folder.

use std::path::PathBuf;

use super::job::{Job, Judged, OutFolder, judged};
use super::locked::keep_locked;
use crate::cli::terminal::arguments::guard;
use crate::cli::terminal::report::Reporter;
use crate::output::{Difference, DifferenceKind, refuse_foreign, replace_text, write_folder};
use crate::workspace::{Failure, Workspace};

/// What was done to a file.
pub(super) struct Done {
    pub(super) path: PathBuf,
    pub(super) removed: bool,
    pub(super) edited: bool,
}

/// Writes one cluster, if anything of it differs. Nothing where something is wrong with it.
///
/// Whoever writes holds the cluster's guard. What another podnet or a person changed since the cluster was read is read, compiled
/// and judged again, so that nothing of it is lost.
pub(super) fn write(
    workspace: &mut Workspace,
    number: usize,
    (job, verdict): (Job, &mut Judged),
    (out, locked): (&OutFolder<'_>, bool),
    report: Reporter,
) -> Result<Option<Vec<Done>>, Failure> {
    if workspace.clusters.get(number).is_none_or(crate::workspace::OpenedCluster::failed) {
        return Ok(None);
    }
    if job.is_nothing() {
        return Ok(Some(Vec::new()));
    }
    let _guard = guard(&job.spec, "synth", report)?;
    if !workspace.reread(number) {
        return carry_out(&job).map(Some);
    }
    let Some(cluster) = workspace.clusters.get_mut(number) else { return Ok(None) };
    if locked {
        keep_locked(cluster);
    }
    let job = Job::of(cluster, out.path())?;
    if let Some(job) = &job {
        *verdict = judged(cluster, job, out);
    }
    report.diagnostics_beside_data(&cluster.diagnostics, &workspace.texts);
    let failed = workspace.clusters.get(number).is_none_or(crate::workspace::OpenedCluster::failed);
    job.filter(|_| !failed).as_ref().map(carry_out).transpose()
}

/// Writes the lock, then the folder. A run that ends between the two leaves a range that no file has yet, and the next run makes
/// the files; the other way round, files would have a range that the next run does not know.
fn carry_out(job: &Job) -> Result<Vec<Done>, Failure> {
    refuse_foreign(&job.folder, &job.changes)?;
    if job.lock_changes() {
        replace_text(&job.lock, job.lock_before.as_deref(), &job.lock_after)?;
    }
    write_folder(&job.folder, &job.changes)?;
    let lock = job.lock_changes().then(|| Done { path: job.lock.clone(), removed: false, edited: false });
    let theirs = |change: &&Difference| change.kind != DifferenceKind::Foreign;
    let done = |change: &Difference| Done {
        path: job.folder.join(&change.path),
        removed: change.after.is_none(),
        edited: change.kind == DifferenceKind::Edited,
    };
    Ok(job.changes.iter().filter(theirs).map(done).chain(lock).collect())
}
