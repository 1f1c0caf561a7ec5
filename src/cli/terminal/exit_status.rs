//! How a run ends.

use std::process::ExitCode;

use crate::workspace::Failure;

/// How a run ended, as the exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// 0: done.
    Done,
    /// 1: a spec is invalid, or check found a difference.
    Found,
    /// 2: the arguments or the environment are wrong.
    Failed,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Done => ExitCode::SUCCESS,
            ExitStatus::Found => ExitCode::from(1),
            ExitStatus::Failed => ExitCode::from(2),
        }
    }
}

/// How a command ends, or why it could not do its work.
pub(in crate::cli) type Outcome = Result<ExitStatus, Failure>;
