//! A file, written whole or not at all.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::error::OutputError;

/// Writes a file whole or not at all: into a temporary one beside it, which then takes its place. What a crash of the machine
/// takes away of it can be made again.
///
/// # Errors
/// The file system says no.
pub(crate) fn write_text(path: &Path, text: &str) -> Result<(), OutputError> {
    write(path, text, Keep::Reproducible)
}

/// Replaces a file that podnet has read as `before`, and puts it and its place in its folder on the disk before it returns:
/// without it, something could not be made again.
///
/// # Errors
/// The file is no longer as it was read, or the file system says no.
pub(crate) fn replace_text(path: &Path, before: Option<&str>, text: &str) -> Result<(), OutputError> {
    let now = match fs_err::read(path) {
        Ok(now) => Some(now),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    if now.as_deref() != before.map(str::as_bytes) {
        return Err(OutputError::Changed { path: path.to_owned() });
    }
    write(path, text, Keep::Irreplaceable)
}

/// Whether a file can be made again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Reproducible,
    Irreplaceable,
}

fn write(path: &Path, text: &str, keep: Keep) -> Result<(), OutputError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs_err::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    let mut file = builder.prefix(".podnet-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    if keep == Keep::Irreplaceable {
        file.as_file().sync_all()?;
    }
    file.persist(path).map_err(|error| {
        std::io::Error::new(error.error.kind(), format!("cannot write `{}`: {}", path.display(), error.error))
    })?;
    #[cfg(unix)]
    if keep == Keep::Irreplaceable {
        fs_err::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_changed_meanwhile_is_not_replaced() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("prod.lock.yaml");
        let read = || fs_err::read_to_string(&path).unwrap();
        replace_text(&path, None, "one").unwrap();
        replace_text(&path, Some("one"), "two").unwrap();
        for before in [None, Some("one")] {
            assert!(matches!(replace_text(&path, before, "three"), Err(OutputError::Changed { .. })));
        }
        assert_eq!(read(), "two");
        fs_err::remove_file(&path).unwrap();
        assert!(matches!(replace_text(&path, Some("two"), "three"), Err(OutputError::Changed { .. })));
        assert!(!path.exists());
    }
}
