//! The Amazon VPC CNI: its versions, what each can do, and the environment variables it reads.

mod environment;
mod releases;
mod version;

pub use environment::Container;
pub(crate) use environment::{EnvironmentVariable, environment, near_environment};
pub use releases::Capability;
pub(crate) use releases::{ManifestDefect, NEWEST_KNOWN, manifest_defect};
pub use version::{CniVersion, CniVersionError, Decoration};
