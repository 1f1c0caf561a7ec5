//! Where the repository's own files are.

use std::path::{Path, PathBuf};

/// A path under the repository's root.
pub fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files under a folder, as paths from there with `/`, sorted.
pub fn files_under(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                open.push((path, format!("{name}/")));
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}
