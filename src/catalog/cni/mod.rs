//! The Amazon VPC CNI: its versions, what each can do, and the environment variables it reads.

mod environment;
mod releases;
mod version;

pub use environment::{Container, EnvironmentVariable, environment, environment_variables, near_environment};
pub use releases::{Capability, NEWEST_KNOWN};
pub(crate) use releases::{ManifestDefect, manifest_defect};
pub use version::{CniVersion, CniVersionError};
