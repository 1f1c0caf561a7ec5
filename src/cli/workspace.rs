//! From arguments to compiled clusters: which specs, their locks and base manifests, and where their output goes.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::report::Report;
use super::{Failure, across};
use crate::aws_node;
use crate::binding;
use crate::blueprint;
use crate::catalog::instance_types;
use crate::compile::{Compiled, Named, compile};
use crate::diagnostic::{Code, Diagnostic, Pointer, Texts};
use crate::lock::{self, Lock};
use crate::output::{MANIFEST, Manifest, Provenance, hash};
use crate::spec::{self, Delivery, Document};

/// The specs of a run.
#[derive(Debug, Args)]
pub(super) struct Specs {
    /// Spec files, or folders with spec files. Default: `clusters/`, else `examples/`.
    #[arg(value_name = "SPEC")]
    specs: Vec<PathBuf>,
}

/// Where output goes.
#[derive(Debug, Args)]
pub(super) struct Out {
    /// The output folder; each cluster gets a folder of its name in it.
    #[arg(long, default_value = "rendered", value_name = "DIR")]
    pub(super) out: PathBuf,
}

impl Default for Out {
    fn default() -> Self {
        Self { out: "rendered".into() }
    }
}

/// A cluster of the run.
pub(super) struct Cluster {
    /// The spec's path as the user knows it.
    pub(super) spec: PathBuf,
    /// The spec, where its form is right.
    pub(super) document: Option<Document>,
    /// What came of it.
    pub(super) compiled: Option<Compiled>,
    /// The lock's path.
    pub(super) lock: PathBuf,
    /// The lock's text as it is on disk.
    pub(super) lock_text: Option<String>,
    /// What is wrong, and what is worth knowing.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The base manifest, by its path, where the spec names one.
    base: Option<(String, String)>,
    provenance: Provenance,
}

/// The clusters of a run, with the texts that their diagnostics point into.
pub(super) struct Workspace {
    pub(super) clusters: Vec<Cluster>,
    pub(super) texts: Texts,
}

impl Workspace {
    /// All diagnostics of the run, by spec and place.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.clusters.iter().flat_map(|cluster| cluster.diagnostics.iter().cloned()).collect()
    }
}

impl Specs {
    /// A run of one spec.
    pub(super) fn one(spec: &Path) -> Self {
        Self { specs: vec![spec.to_owned()] }
    }

    /// Reads every spec of the run and what stands beside it, by path, and compiles nothing.
    ///
    /// # Errors
    /// There is no spec.
    pub(super) fn open(&self) -> Result<Workspace, Failure> {
        let mut texts = Texts::default();
        let clusters = self.find()?.into_iter().map(|path| open(path, &mut texts)).collect();
        Ok(Workspace { clusters, texts })
    }

    /// Reads and compiles every spec of the run, by path. What is wrong with one does not keep the others back.
    ///
    /// # Errors
    /// There is no spec.
    pub(super) fn compile(&self, report: Report) -> Result<Workspace, Failure> {
        let Workspace { mut clusters, texts } = self.open()?;
        let number = clusters.len();
        for (done, cluster) in clusters.iter_mut().enumerate() {
            report.progress(done, number);
            cluster.compile();
        }
        report.progress(number, number);
        across::same_cluster_twice(&mut clusters);
        across::same_range_twice(&mut clusters);
        for cluster in &mut clusters {
            cluster.name_places(&texts);
        }
        Ok(Workspace { clusters, texts })
    }

    /// Finds folders of clusters that no spec makes any more, where the run is of all specs. They are told, not removed:
    /// what is deployed from them may still run.
    pub(super) fn strays(&self, out: &Out, workspace: &Workspace) -> Vec<PathBuf> {
        let Ok(entries) = fs_err::read_dir(&out.out) else { return Vec::new() };
        let made: Vec<PathBuf> = workspace.clusters.iter().filter_map(|cluster| cluster.folder(out)).collect();
        let all_read = workspace.clusters.iter().all(|cluster| cluster.document.is_some());
        let mut strays: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|folder| self.specs.is_empty() && all_read && !made.contains(folder))
            .filter(|folder| {
                let text = fs_err::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
                Manifest::read(&text).is_some()
            })
            .collect();
        strays.sort();
        strays
    }

    fn find(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut found = Vec::new();
        if self.specs.is_empty() {
            let folder =
                ["clusters", "examples"].into_iter().map(Path::new).find(|folder| folder.is_dir()).ok_or_else(
                    || {
                        Failure::new("there is no spec: neither `clusters/` nor `examples/` is here")
                            .help("name one: `podnet synth clusters/prod.yaml`")
                    },
                )?;
            in_folder(folder, &mut found)?;
        }
        for path in &self.specs {
            if path.is_dir() {
                in_folder(path, &mut found)?;
            } else {
                readable(path)?;
                found.push(path.clone());
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }
}

/// A spec that is named has to be there: otherwise the arguments are wrong, not a spec.
fn readable(path: &Path) -> Result<(), Failure> {
    let name = path.display();
    match fs_err::File::open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Failure::new(format!("there is no file `{name}`")).help("check the path"))
        }
        Err(error) => Err(Failure::new(format!("`{name}` cannot be read: {}", error.kind()))
            .help("check its kind and its permissions")),
    }
}

/// Finds the specs of a folder: `.yaml` and `.yml` files that are no locks and start like a spec. (Base manifests may stand beside
/// them.)
fn in_folder(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let before = found.len();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        if yaml && !name.contains(".lock.") && path.is_file() && !is_manifest(&path) {
            found.push(path);
        }
    }
    if found.len() == before {
        let folder = folder.display();
        return Err(Failure::new(format!("`{folder}` has no specs (files ending in .yaml)"))
            .help("name a spec or another folder"));
    }
    Ok(())
}

/// A file of Kubernetes objects: it has a kind, and another one than a spec's.
fn is_manifest(path: &Path) -> bool {
    let Ok(text) = fs_err::read_to_string(path) else { return false };
    let kind = |line: &str| {
        let line = line.replace('"', "");
        line.strip_prefix("kind:").map(|kind| kind.trim().to_owned())
    };
    let mut kinds = text.lines().filter_map(kind).peekable();
    kinds.peek().is_some() && kinds.all(|kind| kind != "PodNetwork") && !text.contains("podnet.dev/")
}

/// A cluster of which nothing is known but where its spec is.
fn unread(spec: PathBuf) -> Cluster {
    Cluster {
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

fn open(path: PathBuf, texts: &mut Texts) -> Cluster {
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
fn open_text(path: PathBuf, text: String, texts: &mut Texts) -> Cluster {
    let mut cluster = unread(path);
    let read = spec::read(&text);
    cluster.provenance.spec = hash(&text);
    texts.add(cluster.spec.display().to_string(), text);
    cluster.diagnostics = read.diagnostics;
    cluster.document = read.document;
    if let Some(document) = &cluster.document {
        cluster.base = base_manifest(&cluster.spec, document, texts, &mut cluster.diagnostics);
    }
    cluster.open_lock(texts);
    cluster
}

/// Compiles a spec's text, with the lock and the base manifest that are beside its file.
pub(super) fn compile_text(path: PathBuf, text: String, texts: &mut Texts) -> Cluster {
    let mut cluster = open_text(path, text, texts);
    cluster.compile();
    cluster
}

/// `clusters/prod.yaml` has its lock at `clusters/prod.lock.yaml`.
pub(super) fn lock_path(spec: &Path) -> PathBuf {
    spec.with_extension("lock.yaml")
}

/// Reads a text; nothing where there is no file.
fn read_text(path: &Path) -> Result<Option<String>, Diagnostic> {
    let name = path.display();
    match fs_err::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Diagnostic::error(Code::SpecUnreadable, format!("`{name}` is not text in UTF-8"))
                .note(format!("byte {at} is the first that is not"))
                .help("save it as UTF-8")
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(Diagnostic::error(Code::SpecUnreadable, format!("`{name}` cannot be read: {}", error.kind()))
                .help("check its kind and its permissions"))
        }
    }
}

fn base_manifest(
    spec: &Path,
    document: &Document,
    texts: &mut Texts,
    problems: &mut Vec<Diagnostic>,
) -> Option<(String, String)> {
    let cni = &document.spec.cni;
    if cni.delivery != Delivery::Manifest {
        return None;
    }
    let Some(named) = &cni.base_manifest else {
        texts.add(aws_node::Manifest::BUILTIN_FILE, aws_node::Manifest::builtin());
        return None;
    };
    let path = spec.parent().unwrap_or(Path::new("")).join(named);
    let name = path.display().to_string();
    let at = Pointer::from_text("/spec/cni/baseManifest");
    match read_text(&path) {
        Ok(Some(text)) => {
            texts.add(&name, text.clone());
            Some((name, text))
        }
        Ok(None) => {
            let message = format!("there is no file `{name}`");
            let help = "the path starts at the spec's folder; the release manifests are in aws/amazon-vpc-cni-k8s under config/";
            problems.push(Diagnostic::error(Code::CniBaseManifest, message).at(at).help(help));
            None
        }
        Err(problem) => {
            problems.push(problem.at(at));
            None
        }
    }
}

impl Cluster {
    /// Compiles what was read, unless something is wrong with it already.
    pub(super) fn compile(&mut self) {
        let Some(document) = self.document.as_ref().filter(|_| !self.failed()) else { return };
        let name = self.lock_name();
        let compiled = compile(
            document,
            self.lock_text.as_deref().map(|text| Named { name: &name, text }),
            self.base.as_ref().map(|(name, text)| Named { name, text }),
        );
        self.provenance.lock = hash(&lock::write(&compiled.lock));
        self.provenance.base_manifest = self.base.as_ref().map(|(_, text)| hash(text));
        self.diagnostics.extend(compiled.diagnostics.iter().cloned());
        self.compiled = Some(compiled);
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
    pub(super) fn name_places(&mut self, texts: &Texts) {
        let spec = self.spec.display().to_string();
        for diagnostic in &mut self.diagnostics {
            diagnostic.name_spec(&spec);
        }
        texts.sort(&mut self.diagnostics);
    }

    /// The lock's path, for messages.
    pub(super) fn lock_name(&self) -> String {
        self.lock.display().to_string()
    }

    /// The lock as it is on disk: an empty one where there is none, and where the spec cannot be read, that of the cluster
    /// that it names itself.
    ///
    /// # Errors
    /// It cannot be read, or was edited.
    pub(super) fn locked(&self) -> Result<Lock, Vec<Diagnostic>> {
        let cluster = self.document.as_ref().map(|document| document.metadata.name.to_string());
        let Some(text) = &self.lock_text else {
            return Ok(Lock::empty(&cluster.unwrap_or_default(), instance_types::edition()));
        };
        let name = self.lock_name();
        let read = lock::read(&name, text, &cluster.or_else(|| lock::cluster_of(text)).unwrap_or_default());
        let mut problems = read.diagnostics;
        problems.extend(read.lock.iter().flat_map(|lock| binding::without_allocation(&name, lock)));
        read.lock.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// The cluster's folder under the output folder. Its name has no path in it: the spec's reader saw to that.
    pub(super) fn folder(&self, out: &Out) -> Option<PathBuf> {
        self.document.as_ref().map(|document| out.out.join(document.metadata.name.as_str()))
    }

    /// The manifest of the cluster's files.
    pub(super) fn manifest(&self, compiled: &Compiled) -> Manifest {
        let document = self.document.as_ref();
        let blueprints: String = blueprint::built_in()
            .unwrap_or_default()
            .iter()
            .flat_map(|pack| pack.templates.values().cloned())
            .collect();
        Manifest {
            cluster: document.map(|document| document.metadata.name.to_string()).unwrap_or_default(),
            kubernetes_version: document
                .map(|document| document.spec.kubernetes_version.to_string())
                .unwrap_or_default(),
            region: document.map(|document| document.spec.region.clone()).unwrap_or_default(),
            made_from: Provenance {
                blueprints: hash(&blueprints),
                catalog: hash(instance_types::table_text()),
                ..self.provenance.clone()
            },
            files: Manifest::list(&compiled.files),
        }
    }

    /// Tells whether anything is wrong.
    pub(super) fn failed(&self) -> bool {
        crate::diagnostic::any_error(&self.diagnostics)
    }
}
