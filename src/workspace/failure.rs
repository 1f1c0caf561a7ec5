//! Why a run could not do its work: its environment or its arguments, not a spec.

use crate::output::OutputError;

/// Why a run could not do its work: its environment or its arguments, not a spec.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            OutputError::Foreign { .. } => failure
                .help("move or delete it, or choose another folder with `--out`; podnet replaces only what it wrote"),
            OutputError::Outside { .. } => failure.help("replace the link with a folder"),
            OutputError::Changed { .. } => failure.help("nothing of it was written; run the command again"),
            OutputError::Revision { .. } => {
                failure.help("name a commit, branch or tag of this repository, or a folder: `--before DIR`")
            }
            OutputError::Io(_) => failure,
        }
    }
}
