//! What a comparison starts from: what is deployed, as far as is known.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::output::{in_repository, is_before_the_first_commit, read_folder, read_revision};
use crate::workspace::Failure;

/// What a comparison starts from, where the user says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Baseline {
    /// An output folder, such as that of the base branch.
    Folder(PathBuf),
    /// The output folder in a git revision.
    Revision(String),
}

impl FromStr for Baseline {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix("git:") {
            Some(revision) => Self::Revision(revision.to_owned()),
            None => Self::Folder(PathBuf::from(text)),
        })
    }
}

/// The files of a cluster's folder, by path; nothing for the text of one that is no text.
type FolderTexts = BTreeMap<String, Option<String>>;

/// Reads a cluster's folder as it is deployed, and says where that was.
///
/// # Errors
/// The revision or the folder that was asked for is not there or cannot be read.
pub(super) fn read(asked: Option<&Baseline>, out: &Path, folder: &Path) -> Result<(String, FolderTexts), Failure> {
    match asked {
        Some(Baseline::Revision(revision)) => Ok((format!("git:{revision}"), read_revision(folder, revision)?)),
        Some(Baseline::Folder(before)) => {
            if !before.is_dir() {
                return Err(Failure::new(format!("there is no folder `{}`", before.display()))
                    .help("name an output folder, such as the base branch's, or `git:REVISION`"));
            }
            let folder = folder.strip_prefix(out).map_or_else(|_| before.clone(), |cluster| before.join(cluster));
            Ok((before.display().to_string(), read_folder(&folder)?))
        }
        None => match in_repository(folder).then(|| read_revision(folder, "HEAD")) {
            // Output that was never committed is not deployed, whatever the last run left in the folder.
            Some(Ok(files)) => Ok(("git:HEAD".to_owned(), files)),
            Some(Err(_)) if is_before_the_first_commit(folder) => Ok(("git:HEAD".to_owned(), FolderTexts::new())),
            Some(Err(_)) | None => Ok((folder.display().to_string(), read_folder(folder)?)),
        },
    }
}
