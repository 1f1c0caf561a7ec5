//! A range is given back.

use std::fmt::Write as _;

use super::arguments::{ReleaseArguments, deployed};
use crate::cli::terminal::arguments::guard;
use crate::cli::terminal::refusal::refused;
use crate::cli::terminal::report::Reporter;
use crate::cli::terminal::{ExitStatus, Outcome, json};
use crate::diagnostic::Diagnostic;
use crate::ids::PodSubnetKey;
use crate::lock::{self, Lock};
use crate::operations::adopt::Listing;
use crate::operations::ranges::{Held, Released, release};
use crate::output::{Guard, replace_text};
use crate::workspace::{Failure, OpenedCluster, Workspace};

pub(super) fn run(key: &PodSubnetKey, arguments: &ReleaseArguments, report: Reporter) -> Outcome {
    // Which lock has the range is known once all were read; then that one is held, and read again.
    let mut held: Option<Guard> = None;
    loop {
        if let Some(outcome) = attempt(key, arguments, &mut held, report)? {
            return Ok(outcome);
        }
    }
}

fn attempt(
    key: &PodSubnetKey,
    arguments: &ReleaseArguments,
    held: &mut Option<Guard>,
    report: Reporter,
) -> Result<Option<ExitStatus>, Failure> {
    let mut workspace = arguments.specs.open()?;
    // What is wrong with a spec is of no interest here.
    for cluster in &mut workspace.clusters {
        cluster.diagnostics.clear();
    }
    let listing = match &arguments.subnets {
        None => None,
        Some(path) => {
            let (name, (text, json)) = (path.display().to_string(), json::read(path)?);
            workspace.texts.add(&name, text);
            match Listing::read(&json, &name) {
                Ok(listing) => Some(listing),
                Err(mut problem) => {
                    problem.code = crate::diagnostic::Code::LockRelease;
                    return Ok(Some(refused(workspace, vec![problem], report)));
                }
            }
        }
    };
    match given_back(key, &workspace, listing.as_ref()) {
        Ok(released) if arguments.never_deployed && released.subnet_id.is_some() => Err(deployed(&key.to_string())),
        Ok(released) => {
            let of = |cluster: &&OpenedCluster| cluster.lock_name() == released.lock_name;
            let Some(cluster) = workspace.clusters.iter().find(of) else { return Ok(None) };
            if held.is_none() {
                *held = Some(guard(&cluster.spec, "release", report)?);
                return Ok(None);
            }
            let text = lock::write(&released.lock);
            replace_text(&cluster.lock, cluster.lock_text.as_deref(), &text)?;
            report.diagnostics(&[], &workspace.texts);
            report.summary(&summary(key, &workspace, &released, listing.is_some() || arguments.never_deployed));
            Ok(Some(ExitStatus::Done))
        }
        Err(problems) => Ok(Some(refused(workspace, problems, report))),
    }
}

fn given_back(
    key: &PodSubnetKey,
    workspace: &Workspace,
    listing: Option<&Listing>,
) -> Result<Released, Vec<Diagnostic>> {
    let mut locks: Vec<(String, String, Lock)> = Vec::new();
    let mut problems = Vec::new();
    for cluster in workspace.clusters.iter().filter(|cluster| cluster.lock_text.is_some()) {
        match cluster.locked() {
            Ok(lock) => locks.push((cluster.spec.display().to_string(), cluster.lock_name(), lock)),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let held: Vec<Held<'_>> = locks
        .iter()
        .map(|(spec, lock_name, lock)| Held {
            spec,
            document: workspace
                .clusters
                .iter()
                .find(|cluster| cluster.lock_name() == *lock_name)
                .and_then(|cluster| cluster.document.as_ref()),
            lock_name,
            lock,
        })
        .collect();
    release(key, &held, listing).map_err(|problem| vec![problem])
}

fn summary(key: &PodSubnetKey, workspace: &Workspace, released: &Released, checked: bool) -> String {
    let cidr = released.allocation.cidr;
    let mut out = format!("  {key}: {cidr} is free again\n");
    if !checked {
        let cluster = workspace.clusters.iter().find(|cluster| cluster.lock_name() == released.lock_name);
        let spec = cluster.and_then(|cluster| cluster.document.as_ref()).map(|document| &document.spec);
        let (region, vpc) = spec.map_or_else(Default::default, |spec| {
            (format!(" --region {}", spec.region), format!(" Name=vpc-id,Values={}", spec.vpc.id))
        });
        let subnet = released.subnet_id.as_deref().unwrap_or("its subnet");
        let _ = writeln!(out, "  check that {subnet} is deleted; this must list nothing:");
        let _ = writeln!(
            out,
            "    aws ec2 describe-subnets{region} --filters{vpc} Name=cidr-block,Values={cidr} --query 'Subnets[].SubnetId' --output text"
        );
    }
    let _ = writeln!(out, "{}: written", released.lock_name);
    out
}
