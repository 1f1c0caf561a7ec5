//! What differs between what was synthesized and what is on disk.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::files::{File, MANIFEST, Manifest, hash};

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DifferenceKind {
    /// Synthesized, not on disk.
    Missing,
    /// On disk as podnet wrote it, and no longer what would be synthesized.
    Stale,
    /// On disk, and not as podnet wrote it.
    Edited,
    /// On disk as podnet wrote it, and no longer synthesized.
    Orphaned,
    /// On disk, and not podnet's.
    Foreign,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// How.
    pub kind: DifferenceKind,
    /// Its path in the cluster's folder.
    pub path: String,
    /// What is on disk.
    pub before: Option<String>,
    /// What would be synthesized.
    pub after: Option<String>,
}

/// Compares synthesized files, the new manifest among them, with those of a folder, by path.
pub(crate) fn compare(
    files: &[File],
    manifest: &Manifest,
    folder: &BTreeMap<String, Option<String>>,
) -> Vec<Difference> {
    let written = folder.get(MANIFEST).cloned().flatten().and_then(|text| Manifest::read(&text)).unwrap_or_default();
    let mut wanted: BTreeMap<&str, String> = files.iter().map(|file| (file.path.as_str(), file.text.clone())).collect();
    wanted.insert(MANIFEST, manifest.write());
    let mut changes = Vec::new();
    for (path, text) in &wanted {
        let kind = match folder.get(*path) {
            None => DifferenceKind::Missing,
            Some(Some(found)) if found == text => continue,
            Some(_) if *path == MANIFEST && written != Manifest::default() => DifferenceKind::Stale,
            Some(Some(found)) => match written.files.get(*path) {
                Some(recorded) if *recorded == hash(found) => DifferenceKind::Stale,
                Some(_) => DifferenceKind::Edited,
                None => DifferenceKind::Foreign,
            },
            Some(None) if written.files.contains_key(*path) => DifferenceKind::Edited,
            Some(None) => DifferenceKind::Foreign,
        };
        let before = folder.get(*path).cloned().flatten();
        changes.push(Difference { kind, path: (*path).to_owned(), before, after: Some(text.clone()) });
    }
    for (path, found) in folder.iter().filter(|(path, _)| !wanted.contains_key(path.as_str())) {
        let kind = match (written.files.get(path), found) {
            (None, _) => DifferenceKind::Foreign,
            (Some(recorded), Some(found)) if *recorded == hash(found) => DifferenceKind::Orphaned,
            (Some(_), _) => DifferenceKind::Edited,
        };
        changes.push(Difference { kind, path: path.clone(), before: found.clone(), after: None });
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::FileKind;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), kind: FileKind::Markdown, text: text.into() }
    }

    #[test]
    fn every_way_to_differ() {
        let old = [
            file("same", "1"),
            file("stale", "1"),
            file("edited", "1"),
            file("gone", "1"),
            file("orphan", "1"),
            file("lost", "1"),
        ];
        let manifest =
            |files: &[File]| Manifest { cluster: "c".into(), files: Manifest::list(files), ..Manifest::default() };
        let mut folder: BTreeMap<String, Option<String>> =
            old.iter().map(|file| (file.path.clone(), Some(file.text.clone()))).collect();
        folder.insert(MANIFEST.into(), Some(manifest(&old).write()));
        folder.insert("edited".into(), Some("by hand".into()));
        folder.insert("lost".into(), Some("by hand".into()));
        folder.insert("theirs".into(), Some("x".into()));
        folder.remove("gone");
        let new = [file("same", "1"), file("stale", "2"), file("edited", "1"), file("gone", "1"), file("theirs", "y")];
        let kinds: Vec<(String, DifferenceKind)> =
            compare(&new, &manifest(&new), &folder).into_iter().map(|change| (change.path, change.kind)).collect();
        let expected = [
            ("edited", DifferenceKind::Edited),
            ("gone", DifferenceKind::Missing),
            ("lost", DifferenceKind::Edited),
            (MANIFEST, DifferenceKind::Stale),
            ("orphan", DifferenceKind::Orphaned),
            ("stale", DifferenceKind::Stale),
            ("theirs", DifferenceKind::Foreign),
        ];
        assert_eq!(kinds, expected.map(|(path, kind)| (path.to_owned(), kind)));
        assert!(
            compare(
                &old,
                &manifest(&old),
                &old.iter()
                    .map(|f| (f.path.clone(), Some(f.text.clone())))
                    .chain([(MANIFEST.to_owned(), Some(manifest(&old).write()))])
                    .collect()
            )
            .is_empty()
        );
    }
}
