//! One cluster of a run: its spec, what stands beside it, and what came of them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::base_manifest::base_manifest;
use super::read_text;
use super::uncommitted::without_uncommitted_groups;
use crate::blueprint;
use crate::catalog::instance_types;
use crate::change::group_claims;
use crate::compile::{Compiled, Named, compile};
use crate::diagnostic::{Code, Diagnostic, Texts, any_error};
use crate::files::{Manifest, Provenance, hash};
use crate::lock::{self, GroupState, Lock};
use crate::spec::{self, Document};

/// A cluster of the run.
pub(crate) struct OpenedCluster {
    /// The spec's path as the user knows it.
    pub(crate) spec: PathBuf,
    /// The spec, where its form is right.
    pub(crate) document: Option<Document>,
    /// What came of it.
    pub(crate) compiled: Option<Compiled>,
    /// The lock's path.
    pub(crate) lock: PathBuf,
    /// The lock's text as it is on disk.
    pub(crate) lock_text: Option<String>,
    /// What is wrong, and what is worth knowing.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The base manifest, by its path, where the spec names one.
    base: Option<(String, String)>,
    provenance: Provenance,
}

impl OpenedCluster {
    /// Compiles what was read, unless something is wrong with it already.
    pub(crate) fn compile(&mut self) {
        let Some(document) = self.document.as_ref().filter(|_| !self.failed()) else { return };
        let name = self.lock_name();
        let of = |lock: Option<&str>| {
            let base = self.base.as_ref().map(|(name, text)| Named { name, text });
            compile(document, lock.map(|text| Named { name: &name, text }), base)
        };
        let mut compiled = of(self.lock_text.as_deref());
        let retires = compiled.lock.node_groups.values().any(|group| group.state == GroupState::Retired);
        let lock = if retires && self.lock_text.is_some() { self.locked().ok() } else { None };
        if let Some(lock) = lock.and_then(|lock| without_uncommitted_groups(&self.lock, &lock, &compiled.lock)) {
            compiled = of(Some(&lock::write(&lock)));
        }
        self.provenance.lock = hash(&lock::write(&compiled.lock));
        self.provenance.base_manifest = self.base.as_ref().map(|(_, text)| hash(text));
        self.diagnostics.extend(compiled.diagnostics.iter().cloned());
        self.compiled = Some(compiled);
    }

    /// Whether another reading of the cluster found the same texts.
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        let spec = |cluster: &Self| cluster.provenance.spec.clone();
        (spec(self), &self.lock_text, &self.base) == (spec(other), &other.lock_text, &other.base)
    }

    fn open_lock(&mut self, texts: &mut Texts) {
        match read_text(&self.lock) {
            Ok(text) => self.lock_text = text,
            Err(problem) => self.diagnostics.push(problem),
        }
        if let Some(text) = &self.lock_text {
            texts.add(self.lock_name(), text.clone());
        }
    }

    /// Puts the spec's name into the places that have none, and the diagnostics in the order of the text.
    pub(crate) fn name_places(&mut self, texts: &Texts) {
        let spec = self.spec.display().to_string();
        for diagnostic in &mut self.diagnostics {
            diagnostic.name_spec(&spec);
        }
        texts.sort(&mut self.diagnostics);
    }

    /// The lock's path, for messages.
    pub(crate) fn lock_name(&self) -> String {
        self.lock.display().to_string()
    }

    /// The lock as it is on disk: an empty one where there is none, and where the spec cannot be read, that of the cluster
    /// that it names itself.
    ///
    /// # Errors
    /// It cannot be read, or was edited.
    pub(crate) fn locked(&self) -> Result<Lock, Vec<Diagnostic>> {
        let cluster = self.document.as_ref().map(|document| document.metadata.name.to_string());
        let Some(text) = &self.lock_text else {
            return Ok(Lock::empty(&cluster.unwrap_or_default(), instance_types::edition()));
        };
        let name = self.lock_name();
        let read = lock::read(&name, text, &cluster.or_else(|| lock::cluster_of(text)).unwrap_or_default());
        let mut problems = read.diagnostics;
        problems.extend(read.lock.iter().flat_map(|lock| lock::lost_allocations(&name, lock)));
        read.lock.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// The cluster's folder under the output folder. Its name has no path in it: the spec's reader saw to that.
    pub(crate) fn folder(&self, out: &Path) -> Option<PathBuf> {
        self.document.as_ref().map(|document| out.join(document.metadata.name.as_str()))
    }

    /// The manifest of the cluster's files.
    pub(crate) fn manifest(&self, compiled: &Compiled) -> Manifest {
        let document = self.document.as_ref();
        Manifest {
            cluster: document.map(|document| document.metadata.name.to_string()).unwrap_or_default(),
            kubernetes_version: document
                .map(|document| document.spec.kubernetes_version.to_string())
                .unwrap_or_default(),
            region: document.map(|document| document.spec.region.clone()).unwrap_or_default(),
            made_from: Provenance {
                blueprints: blueprint::built_in_hash().to_owned(),
                catalog: catalog_hash().to_owned(),
                ..self.provenance.clone()
            },
            node_groups: compiled.plan.as_ref().map(group_claims).unwrap_or_default(),
            lock: lock::claims(&compiled.lock),
            files: Manifest::list(&compiled.files),
        }
    }

    /// Tells whether anything is wrong.
    pub(crate) fn failed(&self) -> bool {
        any_error(&self.diagnostics)
    }
}

/// The hash of the instance type table, computed once a process.
fn catalog_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash(instance_types::table_text()))
}

/// A cluster of which nothing is known but where its spec is.
fn unread(spec: PathBuf) -> OpenedCluster {
    OpenedCluster {
        lock: lock_path(&spec),
        spec,
        document: None,
        compiled: None,
        lock_text: None,
        base: None,
        diagnostics: Vec::new(),
        provenance: Provenance::default(),
    }
}

pub(super) fn open(path: PathBuf, texts: &mut Texts) -> OpenedCluster {
    let problem = match read_text(&path) {
        Ok(Some(text)) => return open_text(path, text, texts),
        Ok(None) => {
            let message = format!("there is no file `{}`", path.display());
            Diagnostic::error(Code::SpecUnreadable, message).help("check the path")
        }
        Err(problem) => problem,
    };
    let mut cluster = unread(path);
    cluster.diagnostics.push(problem);
    cluster.open_lock(texts);
    cluster
}

/// Reads a spec's text, and the lock and the base manifest that are beside its file.
fn open_text(path: PathBuf, text: String, texts: &mut Texts) -> OpenedCluster {
    let mut cluster = unread(path);
    let read = spec::read(&text);
    cluster.provenance.spec = hash(&text);
    texts.add(cluster.spec.display().to_string(), text);
    cluster.diagnostics = read.diagnostics;
    cluster.document = read.document;
    if let Some(document) = &cluster.document {
        let base = base_manifest(&cluster.spec, document, texts);
        cluster.diagnostics.extend(base.problems);
        cluster.base = base.value;
    }
    cluster.open_lock(texts);
    cluster
}

/// Compiles a spec's text, with the lock and the base manifest that are beside its file.
pub(crate) fn compile_text(path: PathBuf, text: String, texts: &mut Texts) -> OpenedCluster {
    let mut cluster = open_text(path, text, texts);
    cluster.compile();
    cluster
}

/// `clusters/prod.yaml` has its lock at `clusters/prod.lock.yaml`.
pub(crate) fn lock_path(spec: &Path) -> PathBuf {
    spec.with_extension("lock.yaml")
}
