//! What commands have in common: arguments, files that the AWS CLI wrote, what a run says and how it ends.

pub(super) mod arguments;
mod exit_status;
pub(super) mod json;
pub(super) mod refusal;
pub(super) mod report;
pub(super) mod table;

pub use exit_status::ExitStatus;
pub(super) use exit_status::Outcome;
