//! What there is to do for one cluster, and what that does to what runs.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::lock;
use crate::output::{Difference, DifferenceKind, changed_since_head, compare, read_folder};
use crate::source::Place;
use crate::workspace::{Failure, Judgement, OpenedCluster, judge, refusals};

/// What differs for one cluster.
pub(super) struct Job {
    pub(super) spec: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) changes: Vec<Difference>,
    pub(super) lock: PathBuf,
    pub(super) lock_before: Option<String>,
    pub(super) lock_after: String,
}

impl Job {
    /// Compares what was compiled with what is there. Nothing where something is wrong with the cluster.
    ///
    /// # Errors
    /// The cluster's folder cannot be read.
    pub(super) fn of(cluster: &OpenedCluster, out: &Path) -> Result<Option<Self>, Failure> {
        let Some(compiled) = cluster.compiled.as_ref().filter(|_| !cluster.failed()) else { return Ok(None) };
        let folder = cluster.folder(out).unwrap_or_default();
        Ok(Some(Self {
            spec: cluster.spec.clone(),
            changes: compare(&compiled.files, &cluster.manifest(compiled), &read_folder(&folder)?),
            folder,
            lock: cluster.lock.clone(),
            lock_before: cluster.lock_text.clone(),
            lock_after: lock::write(&compiled.lock),
        }))
    }

    /// Whether the lock changes.
    pub(super) fn lock_changes(&self) -> bool {
        self.lock_before.as_deref() != Some(self.lock_after.as_str())
    }

    /// Whether a file of podnet's changes.
    fn files_change(&self) -> bool {
        self.changes.iter().any(|change| change.kind != DifferenceKind::Foreign || change.after.is_some())
    }

    /// Whether there is nothing to do.
    pub(super) fn is_nothing(&self) -> bool {
        !self.files_change() && !self.lock_changes()
    }
}

/// The output folder of a run, and what of it is not as it is committed: asked once, if at all.
pub(super) struct OutFolder<'a> {
    path: &'a Path,
    uncommitted: OnceCell<Vec<PathBuf>>,
}

impl<'a> OutFolder<'a> {
    pub(super) fn new(path: &'a Path) -> Self {
        Self { path, uncommitted: OnceCell::new() }
    }

    pub(super) fn path(&self) -> &'a Path {
        self.path
    }

    /// Whether the new output of a cluster is what is there, and that is what is committed.
    fn is_deployed(&self, job: &Job) -> bool {
        let uncommitted = || self.uncommitted.get_or_init(|| changed_since_head(self.path));
        !job.files_change() && !uncommitted().iter().any(|path| path.starts_with(&job.folder))
    }
}

/// What judging a cluster's change came to.
pub(super) enum Judged {
    /// Nothing changes.
    Same,
    /// So much changes.
    Changes(Box<Judgement>),
    /// There is nothing to compare with.
    Unknown,
}

/// Judges what a job does to what runs. What it would end or cut off without an allowance is an error of the cluster.
pub(super) fn judged(cluster: &mut OpenedCluster, job: &Job, out: &OutFolder<'_>) -> Judged {
    if out.is_deployed(job) {
        return Judged::Same;
    }
    let mut problems = Vec::new();
    let judged = match judge(cluster, out.path, None) {
        Ok(Some(judgement)) => {
            problems = refusals(&judgement, cluster);
            Judged::Changes(Box::new(judgement))
        }
        Ok(None) => Judged::Unknown,
        // What cannot be read must not keep people from writing it anew.
        Err(failure) => {
            let remark = Diagnostic::remark(Code::ChangeNoBaseline, "what changes cannot be judged");
            problems.push(remark.at(Place::file(cluster.spec.display().to_string())).note(failure.to_string()));
            Judged::Same
        }
    };
    cluster.diagnostics.extend(problems);
    judged
}
