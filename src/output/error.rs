//! Why something could not be read or written.

use std::path::PathBuf;

/// Why something could not be read or written. The first ones name their path themselves.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// The file system said no.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A file would be written through a link, or outside of the folder.
    #[error("`{}` is a link or is outside `{}`", path.display(), folder.display())]
    Outside {
        /// The path.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// Somebody else changed a file after podnet read it.
    #[error("`{}` was changed while podnet ran", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A git revision could not be read.
    #[error("cannot read `{revision}` in `{}`: {said}", folder.display())]
    Revision {
        /// The revision.
        revision: String,
        /// The folder.
        folder: PathBuf,
        /// What git said.
        said: String,
    },
    /// Files that podnet did not write are where it would write.
    #[error("`{}` was not written by podnet", path.display())]
    Foreign {
        /// The first of them.
        path: PathBuf,
    },
}
