//! What is given back, and of which specs.

use std::path::PathBuf;

use clap::Args;

use crate::cli::terminal::arguments::Specs;
use crate::workspace::Failure;

/// Releases what is retired: a node group, a range, a security group or an ENIConfig that the spec no longer has and that nothing uses any more
///
/// `podnet synth` keeps what running nodes or pods may still use, and RUNBOOK.md says how to see that nothing does. Uses only the
/// lock: the spec may have errors.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReleaseArguments {
    /// A node group by its logical id, such as `NodesBatch`; a range by its pool and zone, such as default/us-west-2c, or POOL/ZONE/NAME
    /// for an additional pod subnet; a security group by its logical id or its id, such as `PodSecurityGroup`; an ENIConfig by its kind
    /// and name, such as 'ENIConfig us-west-2c'.
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) specs: Specs,
    /// For a range: the output of `aws ec2 describe-subnets`, as proof that the subnet is gone.
    #[arg(long, value_name = "FILE")]
    pub(super) subnets: Option<PathBuf>,
    /// It was never deployed, so that nothing has to be looked for. Refused where the lock has an id of it.
    #[arg(long, conflicts_with = "subnets")]
    pub(super) never_deployed: bool,
}

/// What is in the lock by its id was deployed.
pub(super) fn deployed(name: &str) -> Failure {
    Failure::new(format!("`{name}` was deployed: the lock has its id"))
        .help("leave `--never-deployed` out, and see first that nothing uses it, as RUNBOOK.md says")
}
