//! A cluster's folder on disk.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::differences::{Difference, DifferenceKind};
use super::error::OutputError;
use super::text::write_text;
use crate::files::MANIFEST;

/// Reads every file of a folder, by its path with `/`: nothing for its text where it is not UTF-8 text or a link. An absent folder
/// has no files.
///
/// # Errors
/// The file system says no.
pub(crate) fn read_folder(folder: &Path) -> Result<BTreeMap<String, Option<String>>, OutputError> {
    let mut files = BTreeMap::new();
    if folder.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(OutputError::Outside {
            path: folder.to_owned(),
            folder: folder.parent().unwrap_or(folder).to_owned(),
        });
    }
    if folder.exists() {
        walk(folder, "", &mut files)?;
    }
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Option<String>>) -> Result<(), OutputError> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            files.insert(path, String::from_utf8(fs_err::read(entry.path())?).ok());
        } else {
            files.insert(path, None);
        }
    }
    Ok(())
}

/// Brings a folder up to date: writes what is missing, stale or edited, removes what is orphaned, then writes the
/// manifest. Returns how many files were written and removed. Nothing is touched where a file that podnet did not write
/// is in the way.
///
/// # Errors
/// A file of somebody else's or a link is in the way, or the file system says no.
pub(crate) fn write_folder(folder: &Path, changes: &[Difference]) -> Result<(usize, usize), OutputError> {
    refuse_foreign(folder, changes)?;
    let (last, first): (Vec<&Difference>, Vec<&Difference>) =
        changes.iter().partition(|change| change.path == MANIFEST);
    let (mut written, mut removed) = (0, 0);
    for change in first.iter().chain(&last) {
        let path = folder.join(&change.path);
        match (&change.after, change.kind) {
            (Some(text), _) => {
                write_text(&path, text)?;
                written += 1;
            }
            (None, DifferenceKind::Orphaned | DifferenceKind::Edited) => {
                fs_err::remove_file(&path)?;
                removed += 1;
                prune(folder, &path);
            }
            (None, _) => {}
        }
    }
    Ok((written, removed))
}

/// Refuses changes that would not be carried out.
///
/// # Errors
/// A file of somebody else's or a link is in the way.
pub(crate) fn refuse_foreign(folder: &Path, changes: &[Difference]) -> Result<(), OutputError> {
    if let Some(change) = changes.iter().find(|change| change.kind == DifferenceKind::Foreign && change.after.is_some())
    {
        return Err(OutputError::Foreign { path: folder.join(&change.path) });
    }
    changes.iter().filter(|change| change.path != MANIFEST).try_for_each(|change| inside(folder, &change.path))
}

/// Removes the folders that removing a file left empty.
fn prune(folder: &Path, path: &Path) {
    for parent in path.ancestors().skip(1).take_while(|parent| *parent != folder) {
        // A folder that is not empty stays, and says so by failing.
        if fs_err::remove_dir(parent).is_err() {
            break;
        }
    }
}

/// A path of plain names, none of whose folders is a link.
fn inside(folder: &Path, path: &str) -> Result<(), OutputError> {
    let outside = || OutputError::Outside { path: folder.join(path), folder: folder.to_owned() };
    let mut at = folder.to_owned();
    for component in Path::new(path).components() {
        let Component::Normal(name) = component else { return Err(outside()) };
        at.push(name);
        if at.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(outside());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_written_after_all_others() {
        let folder = tempfile::TempDir::new().unwrap();
        write_text(&folder.path().join(MANIFEST), "old").unwrap();
        // Nothing can be written where a folder is. By its path, this one comes after the manifest.
        fs_err::create_dir(folder.path().join("z")).unwrap();
        let write = |path: &str| Difference {
            kind: DifferenceKind::Stale,
            path: path.to_owned(),
            before: None,
            after: Some("new".to_owned()),
        };
        let read = |path: &str| fs_err::read_to_string(folder.path().join(path)).unwrap();
        let changes = [write("a"), write(MANIFEST), write("z")];
        assert!(matches!(write_folder(folder.path(), &changes), Err(OutputError::Io(_))));
        assert_eq!((read("a"), read(MANIFEST)), ("new".to_owned(), "old".to_owned()));
        fs_err::remove_dir(folder.path().join("z")).unwrap();
        assert_eq!(write_folder(folder.path(), &changes).unwrap(), (3, 0));
        assert_eq!((read("z"), read(MANIFEST)), ("new".to_owned(), "new".to_owned()));
    }
}
