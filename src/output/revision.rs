//! A cluster's folder as a git revision has it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::error::OutputError;

/// Reads every file of a folder as the revision has it, by its path with `/`; nothing for the text of one that is not UTF-8. A
/// folder that the revision does not have has no files.
///
/// # Errors
/// git is not there, the folder is in no repository, or there is no such revision.
pub(crate) fn read_revision(folder: &Path, revision: &str) -> Result<BTreeMap<String, Option<String>>, OutputError> {
    // git runs in a folder that exists; the cluster's own may be a new one.
    let present = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let below = folder.strip_prefix(present).unwrap_or(folder);
    let git = Git { folder: present, revision };
    git.run(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")], "")?;
    // `REVISION:./PATH` is a path from the folder that git runs in.
    let tree = format!("{revision}:./{}", below.display());
    let Ok(listed) = git.run(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &tree], "") else {
        return Ok(BTreeMap::new());
    };
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let paths: Vec<&str> = listed.split('\0').filter(|path| !path.is_empty()).collect();
    let within = tree.strip_suffix('/').unwrap_or(&tree);
    let objects: Vec<String> = paths.iter().map(|path| format!("{within}/{path}\n")).collect();
    let read = git.run(&["cat-file", "--batch"], &objects.concat())?;
    Ok(paths.into_iter().map(ToOwned::to_owned).zip(blobs(&read)).collect())
}

/// Lists the files below a folder that are not as `HEAD` has them, by path; those that `HEAD` does not have are not among them.
/// None where there is no git, or no commit.
pub(crate) fn changed_since_head(folder: &Path) -> Vec<PathBuf> {
    if !folder.is_dir() || !in_repository(folder) {
        return Vec::new();
    }
    let git = Git { folder, revision: "HEAD" };
    let listed = git.run(&["diff-index", "-z", "--name-only", "--relative", "HEAD", "--", "."], "").unwrap_or_default();
    let listed = String::from_utf8_lossy(&listed).into_owned();
    listed.split('\0').filter(|path| !path.is_empty()).map(|path| folder.join(path)).collect()
}

/// Whether a folder is in a repository that has no commit yet; false where git does not say.
pub(crate) fn is_before_the_first_commit(folder: &Path) -> bool {
    let present = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let git = Git { folder: present, revision: "HEAD" };
    git.run(&["rev-parse", "--is-inside-work-tree"], "").is_ok()
        && git.run(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], "").is_err()
}

/// A file as `HEAD` has it.
#[derive(Debug)]
pub(crate) enum Committed {
    /// There is no repository, or no git: nothing is known.
    Unknown,
    /// It was never committed, or is not in `HEAD`.
    Absent,
    /// Its text.
    Text(String),
}

/// Reads a file as `HEAD` has it.
pub(crate) fn committed(file: &Path) -> Committed {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let git = Git { folder, revision: "HEAD" };
    if !in_repository(folder) {
        return Committed::Unknown;
    }
    if is_before_the_first_commit(folder) {
        return Committed::Absent;
    }
    // Only a list without it says that it is not there: to read it can fail for other reasons.
    match git.run(&["ls-tree", "--name-only", "HEAD", "--", &format!("./{name}")], "").as_deref() {
        Ok([]) => return Committed::Absent,
        Ok(_) => {}
        Err(_) => return Committed::Unknown,
    }
    let read = git.run(&["cat-file", "blob", &format!("HEAD:./{name}")], "");
    read.ok().and_then(|read| String::from_utf8(read).ok()).map_or(Committed::Unknown, Committed::Text)
}

/// Whether a folder, which need not exist, is in a git repository: starting git to ask it takes longer than many a synthesis.
pub(crate) fn in_repository(folder: &Path) -> bool {
    let present = folder.ancestors().find_map(|folder| {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        folder.canonicalize().ok()
    });
    present.is_some_and(|present| present.ancestors().any(|folder| folder.join(".git").exists()))
}

/// git in a folder, asked for a revision.
struct Git<'a> {
    folder: &'a Path,
    revision: &'a str,
}

impl Git<'_> {
    fn run(&self, arguments: &[&str], input: &str) -> Result<Vec<u8>, OutputError> {
        let output = self.output(arguments, input).map_err(|error| {
            std::io::Error::new(error.kind(), format!("cannot run `git`, which `{}` needs: {error}", self.revision))
        })?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("there is no such revision").to_owned();
        Err(OutputError::Revision { revision: self.revision.to_owned(), folder: self.folder.to_owned(), said })
    }

    fn output(&self, arguments: &[&str], input: &str) -> std::io::Result<Output> {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.folder).args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take();
        // git writes while it reads: both at a time, or each would wait for the other.
        std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
            child.wait_with_output()
        })
    }
}

/// The contents of `git cat-file --batch` output: `ID blob SIZE`, a line feed, so many bytes, a line feed, and so on.
fn blobs(mut read: &[u8]) -> Vec<Option<String>> {
    let mut found = Vec::new();
    while let Some(end) = read.iter().position(|byte| *byte == b'\n') {
        let (head, rest) = read.split_at(end);
        let size = head.rsplit(|byte| *byte == b' ').next();
        let size: usize = size.and_then(|size| std::str::from_utf8(size).ok()?.parse().ok()).unwrap_or(0);
        let content = rest.get(1..size.saturating_add(1)).unwrap_or_default();
        found.push(String::from_utf8(content.to_vec()).ok());
        read = rest.get(size.saturating_add(2)..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blob_of_a_batch_is_read() {
        let read = b"0a blob 3\na\nb\n0b blob 0\n\n0c blob 2\n\xff\xfe\n0d blob 1\nz\n";
        assert_eq!(blobs(read), [Some("a\nb".to_owned()), Some(String::new()), None, Some("z".to_owned())]);
        assert!(blobs(b"").is_empty());
    }
}
