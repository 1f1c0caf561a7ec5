//! What no spec shows alone: two specs of one cluster, one range twice in a VPC, a lock that is gone.

use std::collections::BTreeMap;

use super::workspace::{Cluster, Out, Workspace};
use crate::address::Cidr;
use crate::diagnostic::{Code, Diagnostic, Place, Pointer};
use crate::output::{MANIFEST, Manifest};

/// Two specs of one cluster would write into one folder: neither is compiled.
pub(super) fn same_cluster_twice(clusters: &mut [Cluster]) {
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
            .help("keep one spec a cluster; neither is written until then");
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

/// Two clusters in one VPC must not have one range: the second deployment would fail.
pub(super) fn same_range_twice(clusters: &mut [Cluster]) {
    let mut seen: BTreeMap<String, Vec<(Cidr, String, String)>> = BTreeMap::new();
    for cluster in clusters {
        let Some(plan) = cluster.compiled.as_ref().and_then(|compiled| compiled.plan.as_ref()) else { continue };
        let ranges = seen.entry(plan.vpc.id.to_string()).or_default();
        let path = cluster.spec.display().to_string();
        let mut mine = Vec::new();
        for (cidr, id) in plan
            .pod_subnets
            .iter()
            .filter(|subnet| subnet.logical_id.is_some())
            .filter_map(|subnet| Some((subnet.cidr?, subnet.key().to_string())))
        {
            if let Some((other, whose, there)) = ranges.iter().find(|(other, ..)| other.overlaps(cidr)) {
                cluster.diagnostics.push(
                    Diagnostic::error(
                        Code::AddressOverlap,
                        format!("`{cidr}` of `{id}` overlaps `{other}` of `{whose}` in the same VPC"),
                    )
                    .at(Pointer::from_text("/spec/podNetwork/cidrBlocks"))
                    .related(
                        Place::in_file(there, Pointer::from_text("/spec/podNetwork/cidrBlocks")),
                        "another cluster's blocks",
                    )
                    .help("give each cluster of a VPC blocks of its own"),
                );
            }
            mine.push((cidr, format!("{} {id}", plan.cluster.name), path.clone()));
        }
        ranges.extend(mine);
    }
}

/// A folder that was made with a lock, and no lock: its ranges and ids would be lost.
pub(super) fn lost_locks(workspace: &mut Workspace, out: &Out) {
    for cluster in &mut workspace.clusters {
        let (None, Some(folder)) = (&cluster.lock_text, cluster.folder(out)) else { continue };
        let text = fs_err::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
        if Manifest::read(&text).is_none() {
            continue;
        }
        let (spec, lock) = (cluster.spec.display().to_string(), cluster.lock.display());
        cluster.diagnostics.push(
            Diagnostic::error(Code::LockMissing, format!("the lock `{lock}` is gone"))
                .at(Place::file(spec))
                .note(format!("`{}` was made with one: without it, bound ids are lost and ranges may move", folder.display()))
                .help(format!("restore it from git; where the spec was renamed, rename its lock too; for a new start, delete `{}`", folder.display())),
        );
        cluster.compiled = None;
    }
}
