//! `podnet lock import`: takes existing pod subnets over.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::cli::terminal::arguments::{Out, guard};
use crate::cli::terminal::refusal::refused;
use crate::cli::terminal::report::Reporter;
use crate::cli::terminal::{ExitStatus, Outcome, json};
use crate::lock;
use crate::operations::adopt::{AdoptInputs, Adoption, Listing, Map, Taken, VpcBlocks, adopt, fewer_free};
use crate::output::replace_text;
use crate::workspace::{Failure, OpenedCluster, Workspace, show_existing};

/// So many subnets that no pool has are named.
const MOST_NAMED: usize = 10;

/// Adopts existing pod subnets, and records the VPC's other subnets so that podnet avoids their ranges
///
/// A subnet inside `podNetwork.cidrBlocks`, in a zone of the spec, is adopted for the pool there: podnet uses it as it is
/// and does not create one. If several subnets or pools are possible, podnet asks for `--map` instead of guessing. All
/// other subnets are recorded, and no range is allocated where they are; a later import replaces these records. Nothing
/// is written if the files, the spec and the lock contradict one another.
#[derive(Debug, Args)]
pub(super) struct LockImportArguments {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// The output of `aws ec2 describe-subnets --filters Name=vpc-id,Values=vpc-…`.
    #[arg(long, value_name = "FILE")]
    subnets: PathBuf,
    /// The output of `aws ec2 describe-vpcs`, to compare the VPC's CIDR blocks with the spec's.
    #[arg(long, value_name = "FILE")]
    vpcs: Option<PathBuf>,
    /// The subnet for a pool in a zone, such as `default/us-west-2a=subnet-…`, or `new` for one that podnet creates. Can be
    /// repeated.
    #[arg(long, value_name = "POOL/ZONE=SUBNET")]
    map: Vec<Map>,
    #[command(flatten)]
    out: Out,
}

pub(super) fn run(arguments: &LockImportArguments, report: Reporter) -> Outcome {
    let _guard = guard(&arguments.spec, "lock import", report)?;
    let mut workspace = Workspace::open(std::slice::from_ref(&arguments.spec), Some(&arguments.out.out))?;
    if workspace.clusters.len() != 1 {
        return Err(
            Failure::new("import takes one spec").help("podnet lock import clusters/prod.yaml --subnets subnets.json")
        );
    }
    let adoption = match adoption(arguments, &mut workspace)? {
        Ok(adoption) => adoption,
        Err(problems) => return Ok(refused(workspace, problems, report)),
    };
    let Workspace { clusters, texts, .. } = &mut workspace;
    let Some(cluster) = clusters.first_mut() else { return Ok(ExitStatus::Done) };
    let text = lock::write(&adoption.lock);
    let before = cluster.lock_text.replace(text.clone());
    texts.add(cluster.lock_name(), text.clone());
    cluster.compile();
    cluster.name_places(texts);
    if cluster.failed() {
        return Ok(refused(workspace, Vec::new(), report));
    }
    let subnets = cluster.compiled.as_ref().map(|compiled| compiled.pod_subnets.as_slice()).unwrap_or_default();
    let fewer = fewer_free(subnets, &adoption.listing);
    report.diagnostics(&[cluster.diagnostics.clone(), fewer].concat(), texts);
    let mut said = summary(&adoption, cluster);
    let path = cluster.lock_name();
    if before.as_deref() == Some(text.as_str()) {
        let _ = writeln!(said, "{path}: nothing changed");
    } else {
        show_existing(cluster, &arguments.out.out, &adoption.lock)?;
        replace_text(&cluster.lock, before.as_deref(), &text)?;
        let _ = writeln!(said, "{path}: written\nnext: podnet synth {}", cluster.spec.display());
    }
    report.summary(&said);
    Ok(ExitStatus::Done)
}

/// What is adopted, where nothing is wrong.
fn adoption(
    arguments: &LockImportArguments,
    workspace: &mut Workspace,
) -> Result<Result<Adoption, Vec<crate::diagnostic::Diagnostic>>, Failure> {
    let (file, (text, subnets)) = (arguments.subnets.display().to_string(), json::read(&arguments.subnets)?);
    let vpcs = match &arguments.vpcs {
        Some(path) => Some((path.display().to_string(), json::read(path)?)),
        None => None,
    };
    let Workspace { clusters, texts, .. } = workspace;
    texts.add(&file, text);
    let Some((cluster, document)) = clusters
        .first()
        .filter(|cluster| !cluster.failed())
        .and_then(|cluster| Some((cluster, cluster.document.as_ref()?)))
    else {
        return Ok(Err(Vec::new()));
    };
    let lock = match cluster.locked() {
        Ok(lock) => lock,
        Err(problems) => return Ok(Err(problems)),
    };
    let mut problems = Vec::new();
    let vpc = vpcs.and_then(|(name, (text, json))| {
        texts.add(&name, text);
        VpcBlocks::read(&json, &name, document.spec.vpc.id.as_str()).map_err(|problem| problems.push(problem)).ok()
    });
    let listing = match Listing::read(&subnets, &file) {
        Ok(listing) => listing,
        Err(problem) => {
            problems.push(problem);
            return Ok(Err(problems));
        }
    };
    let inputs = AdoptInputs {
        document,
        lock: (&cluster.lock_name(), &lock),
        listing: &listing,
        vpc: vpc.as_ref(),
        maps: &arguments.map,
    };
    let adopted = adopt(inputs);
    if problems.is_empty() {
        return Ok(adopted);
    }
    problems.extend(adopted.err().unwrap_or_default());
    Ok(Err(problems))
}

fn summary(adoption: &Adoption, cluster: &OpenedCluster) -> String {
    let plural = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let mut out = String::new();
    for (key, Taken { id, cidr, name, now }) in &adoption.taken {
        let name = name.as_ref().map_or_else(String::new, |name| format!(" ({})", name.escape_debug()));
        let before = if *now { "" } else { " before" };
        let _ = writeln!(out, "  {key}: {cidr}, {id}{name}: adopted{before}");
    }
    if adoption.taken.is_empty() {
        out.push_str("  no subnet was adopted\n");
    }
    for (key, id) in &adoption.unbound {
        let spec = cluster.spec.display();
        let _ =
            writeln!(out, "  {key}: {id} was created by podnet, not bound yet: podnet bind {spec} --from stack.json");
    }
    let existing = adoption.lock.existing.len();
    if existing > 0 {
        let _ = writeln!(out, "  {} recorded; their ranges are avoided", plural(existing, "other subnet"));
    }
    for subnet in adoption.beside.iter().take(MOST_NAMED) {
        let _ = writeln!(
            out,
            "    in the blocks for pods: {}",
            subnet.replace('`', "").escape_debug().to_string().replace("\\\"", "\"")
        );
    }
    if let Some(more) = adoption.beside.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        let _ = writeln!(out, "    and {more} more there");
    }
    if adoption.without_ipv4 > 0 {
        let _ = writeln!(out, "  {} without IPv4 ignored", plural(adoption.without_ipv4, "subnet"));
    }
    if adoption.elsewhere > 0 {
        let _ = writeln!(out, "  {} of other VPCs ignored", plural(adoption.elsewhere, "subnet"));
    }
    out
}
