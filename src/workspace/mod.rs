//! The clusters of a run: finds their specs, reads what stands beside each, compiles them, and checks them against one
//! another. Knows no command line.

mod base_manifest;
mod changes;
mod cluster;
mod failure;
mod find;
mod fleet;
mod read_text;
mod uncommitted;
mod witness;

pub(crate) use changes::{Baseline, JudgedEffect, Judgement, judge, no_baseline, refusals};
pub(crate) use cluster::{OpenedCluster, compile_text, lock_path};
pub use failure::Failure;
pub(crate) use witness::{claimed, show_existing};

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Texts};
use crate::files::{MANIFEST, Manifest};
use read_text::read_text;

/// The output folder where none is named.
pub(crate) const DEFAULT_OUT: &str = "rendered";

/// What names an output folder at the end of a command that is printed: ` --out DIR`; nothing for the default.
pub(crate) fn out_argument(out: &Path) -> String {
    let named =
        || shlex::try_quote(&out.to_string_lossy()).map(|quoted| format!(" --out {quoted}")).unwrap_or_default();
    if out == Path::new(DEFAULT_OUT) { String::new() } else { named() }
}

/// The clusters of a run, with the texts that their diagnostics point into.
pub(crate) struct Workspace {
    pub(crate) clusters: Vec<OpenedCluster>,
    pub(crate) texts: Texts,
    /// The folder that has the clusters' output; none for commands to which it is nothing.
    out: Option<PathBuf>,
}

impl Workspace {
    /// Reads every spec of the run and what stands beside it, by path, and compiles nothing. Without paths, the specs are those
    /// in `clusters/`, else in `examples/`. With the output folder, clusters are refused whose output shows what their lock has
    /// lost.
    ///
    /// # Errors
    /// There is no spec.
    pub(crate) fn open(paths: &[PathBuf], out: Option<&Path>) -> Result<Self, Failure> {
        let mut texts = Texts::default();
        let clusters = find::find(paths)?.into_iter().map(|path| cluster::open(path, &mut texts)).collect();
        let mut workspace = Self { clusters, texts, out: out.map(Path::to_owned) };
        workspace.refuse_losses();
        Ok(workspace)
    }

    /// Reads and compiles every spec of the run, by path. What is wrong with one does not keep the others back. `progress` is
    /// told how many of how many are done.
    ///
    /// # Errors
    /// There is no spec.
    pub(crate) fn compile(
        paths: &[PathBuf],
        out: Option<&Path>,
        progress: impl Fn(usize, usize),
    ) -> Result<Self, Failure> {
        let mut workspace = Self::open(paths, out)?;
        let number = workspace.clusters.len();
        for (done, cluster) in workspace.clusters.iter_mut().enumerate() {
            progress(done, number);
            cluster.compile();
        }
        progress(number, number);
        workspace.check_against_one_another();
        Ok(workspace)
    }

    /// Reads a cluster again, and compiles it anew if its spec, its lock or its base manifest is no longer what it was compiled
    /// from. Says whether it was.
    pub(crate) fn reread(&mut self, number: usize) -> bool {
        let Some(held) = self.clusters.get(number) else { return false };
        let mut now = cluster::open(held.spec.clone(), &mut self.texts);
        if now.reads_as(held) {
            return false;
        }
        now.diagnostics.extend(self.out.as_ref().and_then(|out| witness::lost(&now, out)));
        now.compile();
        now.name_places(&self.texts);
        let others: Vec<Vec<Diagnostic>> = self.clusters.iter().map(|cluster| cluster.diagnostics.clone()).collect();
        if let Some(held) = self.clusters.get_mut(number) {
            *held = now;
        }
        self.check_against_one_another();
        // The others have been told what there is to say of them.
        for (other, (cluster, told)) in self.clusters.iter_mut().zip(others).enumerate() {
            if other != number {
                cluster.diagnostics = told;
            }
        }
        true
    }

    fn check_against_one_another(&mut self) {
        fleet::same_cluster_twice(&mut self.clusters);
        fleet::same_range_twice(&mut self.clusters);
        for cluster in &mut self.clusters {
            cluster.name_places(&self.texts);
        }
    }

    /// All diagnostics of the run, by spec and place.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.clusters.iter().flat_map(|cluster| cluster.diagnostics.iter().cloned()).collect()
    }

    fn refuse_losses(&mut self) {
        let Some(out) = &self.out else { return };
        for cluster in &mut self.clusters {
            cluster.diagnostics.extend(witness::lost(cluster, out));
        }
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
