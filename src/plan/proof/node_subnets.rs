//! Whether the node subnets of a zone have an address for every node that can be there.

use std::collections::BTreeMap;

use super::demand::Terms;
use super::placement::{Placement, Placements};
use crate::catalog::address_rules::usable_addresses;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::ids::{Name, ZoneName};
use crate::plan::model::{NodeSubnetProof, ZoneNodes};
use crate::plan::network::zones::Zones;
use crate::source::{Place, Pointer};

/// Whose nodes are in a zone.
type InZone<'a, 'b> = BTreeMap<&'a Name, Vec<&'a Placement<'b>>>;

/// Proves every zone.
///
/// With custom networking a node's primary interface carries no pods, so that a node takes one address of its node subnet
/// (`pkg/ipamd/ipamd.go` of amazon-vpc-cni-k8s). What else is in these subnets (the control plane's interfaces, load balancers) is
/// not known: the proof is a bound that nodes alone must keep to. Of several subnets in a zone all addresses count, since EC2
/// Auto Scaling uses all of them.
pub(crate) fn node_subnets(zones: &Zones<'_>, placements: &Placements<'_>, terms: &Terms<'_>) -> Vec<NodeSubnetProof> {
    zones
        .iter()
        .map(|(name, (zone, _))| {
            let usable = zone.node_subnets.iter().map(|subnet| usable_addresses(subnet.cidr)).sum();
            prove(name, usable, &in_zone(placements, name), terms)
        })
        .collect()
}

fn in_zone<'a, 'b>(placements: &'a Placements<'b>, zone: &ZoneName) -> InZone<'a, 'b> {
    let mut found = InZone::new();
    for placement in placements.iter().filter(|(key, _)| key.zone == *zone).flat_map(|(_, placements)| placements) {
        if placement.max > 0 {
            found.entry(&placement.group.spec.name).or_default().push(placement);
        }
    }
    found
}

fn prove(zone: &ZoneName, usable: u64, groups: &InZone<'_, '_>, terms: &Terms<'_>) -> NodeSubnetProof {
    let groups: Vec<ZoneNodes> = groups
        .iter()
        .map(|(name, placements)| {
            let peaks: Vec<_> =
                placements.iter().map(|placement| placement.peak(terms.spread, terms.no_surge)).collect();
            ZoneNodes {
                group: (*name).clone(),
                nodes: peaks.iter().map(|peak| peak.nodes).sum(),
                how: peaks.into_iter().map(|peak| peak.how).collect(),
            }
        })
        .collect();
    let demand = groups.iter().map(|group| group.nodes).sum();
    let terms: Vec<String> = groups.iter().map(|group| format!("{} ({})", group.nodes, group.group)).collect();
    let sum = if terms.is_empty() { "0".to_owned() } else { format!("{} = {demand}", terms.join(" + ")) };
    let holds = demand <= usable;
    let inequality = format!("{sum} {} {usable}", if holds { "≤" } else { ">" });
    NodeSubnetProof { zone: zone.clone(), holds, demand, usable, inequality, groups }
}

/// Tells which zones have too few addresses for nodes: once for the group with which they no longer fit, however many zones it
/// is in.
pub(crate) fn exceeded(
    proofs: &[NodeSubnetProof],
    zones: &Zones<'_>,
    placements: &Placements<'_>,
    terms: &Terms<'_>,
) -> Vec<Diagnostic> {
    let mut failed: BTreeMap<&Pointer, Vec<(&NodeSubnetProof, Vec<&Placement<'_>>)>> = BTreeMap::new();
    for proof in proofs.iter().filter(|proof| !proof.holds) {
        let mut sum = 0;
        let breaks = proof.groups.iter().find(|group| {
            sum += group.nodes;
            sum > proof.usable
        });
        let of_group = breaks.and_then(|group| in_zone(placements, &proof.zone).remove(&group.group));
        if let Some(of_group) = of_group
            && let Some(first) = of_group.first().copied()
        {
            failed.entry(&first.group.at).or_default().push((proof, of_group));
        }
    }
    let worst = failed.values().filter_map(|same| {
        let (proof, of_group) = same.iter().min_by_key(|(proof, _)| (proof.usable, proof.zone.clone()))?;
        let others = same.iter().map(|(other, _)| &other.zone).filter(|other| **other != proof.zone);
        Some(diagnostic(proof, of_group, &others.collect::<Vec<_>>(), zones, terms))
    });
    worst.collect()
}

fn diagnostic(
    proof: &NodeSubnetProof,
    of_group: &[&Placement<'_>],
    others: &[&ZoneName],
    zones: &Zones<'_>,
    terms: &Terms<'_>,
) -> Diagnostic {
    let (zone, usable) = (&proof.zone, proof.usable);
    let message =
        format!("the node subnets in `{zone}` have {usable} addresses, but there can be {} nodes", proof.demand);
    let mut found = Diagnostic::error(Code::CapacityNodeSubnet, message);
    if let Some((_, at)) = zones.get(zone) {
        found = found.related(Place::key(at.key("nodeSubnets")), "the node subnets");
    }
    found = found.note(format!("{}: every node takes one for its primary interface", proof.inequality));
    for group in &proof.groups {
        found = found.note(format!("`{}`: {} nodes ({})", group.group, group.nodes, group.how.join("; ")));
    }
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
        found = found.note(format!("the same in {}", others.join(", ")));
    }
    let Some(first) = of_group.first() else { return found };
    let (name, at) = (&first.group.spec.name, first.group.most_nodes_at());
    found = found.at(at).label(format!("with `{name}`, they no longer fit"));
    let rest: u64 = proof.groups.iter().filter(|group| group.group != *name).map(|group| group.nodes).sum();
    let fits = |nodes: u64| rest + nodes <= usable;
    if first.has_surge() {
        let without: u64 = of_group.iter().map(|placement| placement.peak(terms.spread, true).nodes).sum();
        if fits(without) {
            let edit = Edit::set(first.group.at.key("update"), "strategy", "minimal");
            found = found.edit(edit, |field| {
                format!("write {field} under `update` of `{name}`, so that an update needs no additional nodes")
            });
        }
    }
    let size = first.group.spec.size;
    let largest = if of_group.len() == 1 { first.largest(terms.spread, fits) } else { None };
    if let Some(largest) = largest.and_then(|largest| u32::try_from(largest).ok())
        && largest >= size.min.max(size.desired.unwrap_or(0))
    {
        let edit = first.group.most_nodes_edit(largest);
        let words = format!("write {} for `{name}`, the most that fits", edit.shown());
        found = found.help(words);
        if found.edits.is_empty() {
            found.edits.push(edit);
        }
    }
    found.help(format!("add a larger node subnet in `{zone}`: nodes need not be in the VPC's first block"))
}
