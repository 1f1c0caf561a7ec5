//! Finds the specs of a run.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Failure;

/// Finds the specs that some paths name, by path: each is a spec or a folder of specs. Without any, those in `clusters/`, else
/// in `examples/`.
///
/// # Errors
/// A path is not there or cannot be read, or a folder has no spec.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    if paths.is_empty() {
        let folder = ["clusters", "examples"].into_iter().map(Path::new).find(|folder| folder.is_dir());
        let folder = folder.ok_or_else(|| {
            Failure::new("there is no spec: neither `clusters/` nor `examples/` is here")
                .help("name one: `podnet synth clusters/prod.yaml`")
        })?;
        found.extend(in_folder(folder)?);
    }
    for path in paths {
        if path.is_dir() {
            found.extend(in_folder(path)?);
        } else {
            readable(path)?;
            found.push(path.clone());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
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
fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        if yaml && !name.contains(".lock.") && path.is_file() && !is_manifest(&path) {
            found.push(path);
        }
    }
    if found.is_empty() {
        let folder = folder.display();
        return Err(Failure::new(format!("`{folder}` has no specs (files ending in .yaml)"))
            .help("name a spec or another folder"));
    }
    Ok(found)
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
