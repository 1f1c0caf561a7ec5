//! What no spec shows alone: two specs of one cluster, one range twice in a VPC.

use std::collections::BTreeMap;

use super::OpenedCluster;
use crate::address::Cidr;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::{PodSubnetKey, SubnetId};
use crate::lock::{self, Allocation};
use crate::plan::{Plan, RangeState};
use crate::source::{Place, Pointer};

/// Two specs of one cluster would write into one folder: neither is compiled.
pub(super) fn same_cluster_twice(clusters: &mut [OpenedCluster]) {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, cluster) in clusters.iter().enumerate() {
        if let Some(document) = &cluster.document {
            // Folders of names that differ in case alone are one folder on some file systems.
            by_name.entry(document.metadata.name.as_str().to_lowercase()).or_default().push(number);
        }
    }
    for (name, numbers) in by_name.iter().filter(|(_, numbers)| numbers.len() > 1) {
        let paths: Vec<String> =
            numbers.iter().filter_map(|number| Some(clusters.get(*number)?.spec.display().to_string())).collect();
        for (number, path) in numbers.iter().zip(&paths) {
            let at = Pointer::from_text("/metadata/name");
            let mut problem = Diagnostic::error(
                Code::SpecClusterTwice,
                format!("{} specs are of the cluster `{name}`", numbers.len()),
            )
            .at(at.clone())
            .help("keep one spec per cluster; until then, neither is written");
            for other in paths.iter().filter(|other| *other != path) {
                problem = problem.related(Place::in_file(other, at.clone()), "another one");
            }
            if let Some(cluster) = clusters.get_mut(*number) {
                cluster.diagnostics.push(problem);
                cluster.compiled = None;
            }
        }
    }
}

/// A range that a cluster uses or keeps.
struct Claim {
    cidr: Cidr,
    /// Whose it is: the pool and zone, in other clusters' messages after the cluster's name.
    owner: String,
    subnet_id: Option<SubnetId>,
    /// The cluster and its spec's path.
    of: (String, String),
}

/// All ranges that a plan uses or keeps.
fn claims(plan: &Plan, spec: &str) -> Vec<Claim> {
    let of = || (plan.cluster.name.to_string(), spec.to_owned());
    let used = plan.pod_subnets.iter().filter_map(|subnet| {
        let (owner, subnet_id) = (subnet.key().to_string(), subnet.subnet_id.clone());
        Some(Claim { cidr: subnet.cidr?, owner, subnet_id, of: of() })
    });
    let kept = plan.address_space.iter().flat_map(|block| &block.ranges).filter_map(|range| {
        let keeps = matches!(range.state, RangeState::Reserved | RangeState::Retired);
        let owner = range.owner.clone().filter(|_| keeps)?;
        Some(Claim { cidr: range.cidr, owner, subnet_id: None, of: of() })
    });
    used.chain(kept).collect()
}

/// What the lock of a cluster keeps that has something wrong, with its VPC.
fn kept_by_failed(cluster: &OpenedCluster) -> Option<(String, Vec<Claim>)> {
    if cluster.compiled.as_ref().is_some_and(|compiled| compiled.plan.is_some()) {
        return None;
    }
    let document = cluster.document.as_ref()?;
    let read = lock::read("", cluster.lock_text.as_deref()?, document.metadata.name.as_str());
    let of = (document.metadata.name.to_string(), cluster.spec.display().to_string());
    let claim = |(key, allocation): (PodSubnetKey, Allocation)| Claim {
        cidr: allocation.cidr,
        owner: key.to_string(),
        subnet_id: allocation.subnet_id,
        of: of.clone(),
    };
    Some((document.spec.vpc.id.to_string(), read.lock?.allocations.into_iter().map(claim).collect()))
}

/// Two clusters in one VPC must not have one range: the second deployment would fail. A subnet that both use is told, since
/// each proof counts the nodes of its own cluster.
pub(super) fn same_range_twice(clusters: &mut [OpenedCluster]) {
    let mut seen: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
    let mut kept: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
    for cluster in clusters.iter() {
        if let Some((vpc, claims)) = kept_by_failed(cluster) {
            kept.entry(vpc).or_default().extend(claims);
        }
    }
    let blocks = || Pointer::from_text("/spec/podNetwork/cidrBlocks");
    for cluster in clusters {
        let Some(plan) = cluster.compiled.as_ref().and_then(|compiled| compiled.plan.as_ref()) else { continue };
        let vpc = plan.vpc.id.to_string();
        let others = seen.entry(vpc.clone()).or_default();
        let mine = claims(plan, &cluster.spec.display().to_string());
        let of_failed = kept.get(&vpc).into_iter().flatten();
        for claim in &mine {
            let mut all = others.iter().chain(of_failed.clone());
            let Some(other) = all.find(|other| other.cidr.overlaps(claim.cidr)) else { continue };
            let (whose, there) = &other.of;
            let shared = claim.subnet_id.as_ref().filter(|id| other.subnet_id.as_ref() == Some(id));
            let problem = if let Some(id) = shared {
                let message = format!("`{id}` of `{}` is also used by the cluster `{whose}`", claim.owner);
                Diagnostic::warning(Code::CapacityUnknown, message)
                    .note("each proof counts only the nodes of its own cluster, so podnet cannot tell whether it is large enough for both")
                    .help("give each cluster separate pod subnets")
            } else {
                let message = format!(
                    "`{}` of `{}` overlaps `{}` of `{whose} {}` in the same VPC",
                    claim.cidr, claim.owner, other.cidr, other.owner
                );
                Diagnostic::error(Code::AddressOverlap, message).help("give each cluster in a VPC separate blocks")
            };
            let there = Place::in_file(there, blocks());
            cluster.diagnostics.push(problem.at(blocks()).related(there, "another cluster's blocks"));
        }
        others.extend(mine);
    }
}
