//! One writer at a time: whoever writes a cluster's lock or spec holds a guard for it meanwhile.

use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};
use same_file::Handle;

use super::error::OutputError;

/// The right to write what belongs to one cluster, until it is dropped.
///
/// It is an advisory lock of the operating system on a file that exists for as long as it is held and says who holds it. When its
/// holder crashes, the system takes the lock back: the file stays behind, and the next holder takes it over.
#[derive(Debug)]
pub(crate) struct Guard {
    /// None where the folder can have no guard: then nothing in it can be written either.
    held: Option<(File, PathBuf)>,
}

impl Guard {
    /// Takes the guard of a file, and waits for it: `waits` is told once who holds it. `command` is what others are told, with the
    /// number of this process.
    ///
    /// # Errors
    /// The file system says no.
    pub(crate) fn take(of: &Path, command: &str, waits: impl FnOnce(&str)) -> Result<Self, OutputError> {
        let path = beside(of);
        let mut waits = Some(waits);
        loop {
            let mut file = match OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path) {
                Ok(file) => file,
                Err(error) if is_nowhere(error.kind()) => return Ok(Self { held: None }),
                Err(error) => return Err(error.into()),
            };
            match file.file().try_lock() {
                Ok(()) => {}
                Err(std::fs::TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    // On some systems what is locked cannot be read either.
                    let _ = file.read_to_string(&mut holder);
                    if let Some(waits) = waits.take() {
                        waits(holder.trim());
                    }
                    file.file().lock()?;
                }
                Err(std::fs::TryLockError::Error(error)) if is_nowhere(error.kind()) => return Ok(Self { held: None }),
                Err(std::fs::TryLockError::Error(error)) => return Err(error.into()),
            }
            // Whoever held it took its file away: what is locked now may be no longer what others find there.
            if !is_at(&file, &path) {
                continue;
            }
            file.file().set_len(0)?;
            file.rewind()?;
            writeln!(file, "`podnet {command}` (process {})", std::process::id())?;
            return Ok(Self { held: Some((file, path)) });
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some((_, path)) = &self.held {
            // One that stays is taken over.
            let _ = fs_err::remove_file(path);
        }
    }
}

/// `clusters/prod.lock.yaml` has its guard at `clusters/.prod.lock.yaml.held`.
fn beside(of: &Path) -> PathBuf {
    let name = of.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    of.with_file_name(format!(".{name}.held"))
}

/// Whether a folder cannot be written, or its file system has no locks.
fn is_nowhere(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::Unsupported | ErrorKind::NotFound
    )
}

fn is_at(file: &File, path: &Path) -> bool {
    let open = file.file().try_clone().and_then(Handle::from_file);
    open.and_then(|open| Ok(open == Handle::from_path(path)?)).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_holder_at_a_time_and_nothing_stays_behind() {
        let folder = tempfile::TempDir::new().unwrap();
        let of = folder.path().join("prod.lock.yaml");
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let _guard = Guard::take(&of, "a test", |_| {}).unwrap();
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn who_holds_it_is_told_and_what_a_crash_left_is_no_obstacle() {
        let folder = tempfile::TempDir::new().unwrap();
        let of = folder.path().join("prod.lock.yaml");
        super::super::write_text(&beside(&of), "`podnet synth` (process 1)\n").unwrap();
        let first = Guard::take(&of, "bind", |_| panic!("nobody holds it")).unwrap();
        let told = std::sync::Mutex::new(String::new());
        std::thread::scope(|scope| {
            let second =
                scope.spawn(|| Guard::take(&of, "c", |holder| *told.lock().unwrap() = holder.to_owned()).unwrap());
            while told.lock().unwrap().is_empty() {
                std::thread::yield_now();
            }
            drop(first);
            drop(second.join().unwrap());
        });
        let holder = format!("`podnet bind` (process {})", std::process::id());
        assert_eq!(told.into_inner().unwrap(), holder);
    }
}
