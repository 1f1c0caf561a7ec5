//! The Amazon VPC CNI: its versions, what each can do, and the environment variables it reads.

mod environment;
mod releases;
mod values;
mod version;

pub use environment::Container;
pub(crate) use environment::{EnvironmentVariable, Reach, environment, environment_variables, near_environment};
pub use releases::Capability;
pub(crate) use releases::{ManifestDefect, NEWEST_KNOWN, manifest_defect, network_policy_agent_differs};
pub(crate) use values::{ValueForm, go_bool};
pub use version::{CniVersion, CniVersionError, Decoration};
