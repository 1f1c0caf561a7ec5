//! The clusters of a run: finds their specs, reads what stands beside each, compiles them, and checks them against one
//! another. Knows no command line.

mod base_manifest;
mod cluster;
mod failure;
mod find;
mod fleet;
mod read_text;

pub(crate) use cluster::{OpenedCluster, compile_text};
pub use failure::Failure;

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Texts};
use crate::files::{MANIFEST, Manifest};
use read_text::read_text;

/// The clusters of a run, with the texts that their diagnostics point into.
pub(crate) struct Workspace {
    pub(crate) clusters: Vec<OpenedCluster>,
    pub(crate) texts: Texts,
}

impl Workspace {
    /// Reads every spec of the run and what stands beside it, by path, and compiles nothing. Without paths, the specs are those
    /// in `clusters/`, else in `examples/`.
    ///
    /// # Errors
    /// There is no spec.
    pub(crate) fn open(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut texts = Texts::default();
        let clusters = find::find(paths)?.into_iter().map(|path| cluster::open(path, &mut texts)).collect();
        Ok(Self { clusters, texts })
    }

    /// Reads and compiles every spec of the run, by path. What is wrong with one does not keep the others back. `progress` is
    /// told how many of how many are done.
    ///
    /// # Errors
    /// There is no spec.
    pub(crate) fn compile(paths: &[PathBuf], progress: impl Fn(usize, usize)) -> Result<Self, Failure> {
        let mut workspace = Self::open(paths)?;
        let number = workspace.clusters.len();
        for (done, cluster) in workspace.clusters.iter_mut().enumerate() {
            progress(done, number);
            cluster.compile();
        }
        progress(number, number);
        fleet::same_cluster_twice(&mut workspace.clusters);
        fleet::same_range_twice(&mut workspace.clusters);
        for cluster in &mut workspace.clusters {
            cluster.name_places(&workspace.texts);
        }
        Ok(workspace)
    }

    /// All diagnostics of the run, by spec and place.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.clusters.iter().flat_map(|cluster| cluster.diagnostics.iter().cloned()).collect()
    }

    /// Refuses clusters whose output folder was made with a lock that is gone.
    pub(crate) fn refuse_lost_locks(&mut self, out: &Path) {
        fleet::lost_locks(&mut self.clusters, out);
    }

    /// Finds folders of clusters in the output folder that no spec of the run makes; the run has to be of all specs. They are
    /// told, not removed: what is deployed from them may still run.
    pub(crate) fn strays(&self, out: &Path) -> Vec<PathBuf> {
        let Ok(entries) = fs_err::read_dir(out) else { return Vec::new() };
        let made: Vec<PathBuf> = self.clusters.iter().filter_map(|cluster| cluster.folder(out)).collect();
        let all_read = self.clusters.iter().all(|cluster| cluster.document.is_some());
        let mut strays: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|folder| all_read && !made.contains(folder))
            .filter(|folder| {
                let text = fs_err::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
                Manifest::read(&text).is_some()
            })
            .collect();
        strays.sort();
        strays
    }
}
