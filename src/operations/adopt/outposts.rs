//! Subnets on an Outpost, for nodes that are not there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Listed, Listing};
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::{PodSubnetKey, SubnetId};
use crate::plan::desired_by_key;
use crate::spec::Document;

/// Compares pod subnets, those that are adopted and those that the spec gives, with the node subnets of their zone: an instance
/// has interfaces only where it runs.
pub(super) fn elsewhere(
    document: &Document,
    listing: &Listing,
    taken: &BTreeMap<PodSubnetKey, &Listed>,
) -> Vec<Diagnostic> {
    let given = desired_by_key(&document.spec);
    let given = given.iter().filter_map(|(key, desired)| Some((key.clone(), listing.find(desired.subnet_id?)?)));
    let taken = taken.iter().map(|(key, subnet)| (key.clone(), *subnet));
    let all: BTreeMap<PodSubnetKey, &Listed> = given.chain(taken).collect();
    all.iter().filter_map(|(key, subnet)| on_outpost(document, listing, key, subnet)).collect()
}

fn on_outpost(document: &Document, listing: &Listing, key: &PodSubnetKey, subnet: &Listed) -> Option<Diagnostic> {
    let outpost = subnet.outpost.as_deref()?;
    let zone = document.spec.zones.iter().find(|zone| zone.name == key.zone)?;
    let node_subnets: BTreeSet<&SubnetId> = zone.node_subnets.iter().map(|node| &node.id).collect();
    let of_nodes = node_subnets.iter().filter_map(|id| listing.find(id));
    let elsewhere = of_nodes.into_iter().find(|nodes| nodes.outpost.as_deref() != Some(outpost))?;
    Some(
        Diagnostic::error(
            Code::BindOutpostSubnet,
            format!("`{}` for `{key}` is on an Outpost, where its nodes are not", subnet.id),
        )
        .at(subnet.at.clone())
        .related(elsewhere.at.clone(), format!("the node subnet `{}`", elsewhere.id))
        .note(format!("`{outpost}`"))
        .help(format!(
            "choose another subnet: `--map {key}=subnet-…`, or `--map {key}=new` for one that podnet creates"
        )),
    )
}
