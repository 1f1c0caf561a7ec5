//! The writing of one cluster: its lock, then its folder.

use std::path::PathBuf;

use super::locked::keep_locked;
use crate::cli::terminal::arguments::{Out, guard};
use crate::cli::terminal::report::Reporter;
use crate::lock;
use crate::output::{Difference, DifferenceKind, compare, read_folder, refuse_foreign, replace_text, write_folder};
use crate::workspace::{Failure, OpenedCluster, Workspace};

/// What was done to a file.
pub(super) struct Done {
    pub(super) path: PathBuf,
    pub(super) removed: bool,
    pub(super) edited: bool,
}

/// Writes one cluster, if anything of it differs. Nothing where something is wrong with it.
///
/// Whoever writes holds the cluster's guard. What another podnet or a person changed since the cluster was read is read and
/// compiled again, so that nothing of it is lost.
pub(super) fn write(
    workspace: &mut Workspace,
    number: usize,
    (out, locked): (&Out, bool),
    report: Reporter,
) -> Result<Option<Vec<Done>>, Failure> {
    let Some(work) = workspace.clusters.get(number).map(|cluster| Work::of(cluster, out)) else {
        return Ok(None);
    };
    let (spec, work) = match work? {
        None => return Ok(None),
        Some(work) if work.is_nothing() => return Ok(Some(Vec::new())),
        Some(work) => (work.spec.clone(), work),
    };
    let _guard = guard(&spec, "synth", report)?;
    if !workspace.reread(number) {
        return work.carry_out().map(Some);
    }
    let Some(cluster) = workspace.clusters.get_mut(number) else { return Ok(None) };
    if locked {
        keep_locked(cluster);
    }
    report.diagnostics_beside_data(&cluster.diagnostics, &workspace.texts);
    let work = workspace.clusters.get(number).map(|cluster| Work::of(cluster, out));
    work.transpose()?.flatten().map(Work::carry_out).transpose()
}

/// What there is to write.
struct Work {
    spec: PathBuf,
    folder: PathBuf,
    changes: Vec<Difference>,
    lock: PathBuf,
    lock_before: Option<String>,
    lock_after: String,
}

impl Work {
    fn of(cluster: &OpenedCluster, out: &Out) -> Result<Option<Self>, Failure> {
        let Some(compiled) = cluster.compiled.as_ref().filter(|_| !cluster.failed()) else { return Ok(None) };
        let folder = cluster.folder(&out.out).unwrap_or_default();
        Ok(Some(Self {
            spec: cluster.spec.clone(),
            changes: compare(&compiled.files, &cluster.manifest(compiled), &read_folder(&folder)?),
            folder,
            lock: cluster.lock.clone(),
            lock_before: cluster.lock_text.clone(),
            lock_after: lock::write(&compiled.lock),
        }))
    }

    fn lock_changes(&self) -> bool {
        self.lock_before.as_deref() != Some(self.lock_after.as_str())
    }

    fn is_nothing(&self) -> bool {
        self.changes.iter().all(|change| change.kind == DifferenceKind::Foreign && change.after.is_none())
            && !self.lock_changes()
    }

    /// Writes the lock, then the folder. A run that ends between the two leaves a range that no file has yet, and the next run
    /// makes the files; the other way round, files would have a range that the next run does not know.
    fn carry_out(self) -> Result<Vec<Done>, Failure> {
        refuse_foreign(&self.folder, &self.changes)?;
        if self.lock_changes() {
            replace_text(&self.lock, self.lock_before.as_deref(), &self.lock_after)?;
        }
        write_folder(&self.folder, &self.changes)?;
        let lock = self.lock_changes().then(|| Done { path: self.lock.clone(), removed: false, edited: false });
        let theirs = |change: &&Difference| change.kind != DifferenceKind::Foreign;
        let done = |change: &Difference| Done {
            path: self.folder.join(&change.path),
            removed: change.after.is_none(),
            edited: change.kind == DifferenceKind::Edited,
        };
        Ok(self.changes.iter().filter(theirs).map(done).chain(lock).collect())
    }
}
