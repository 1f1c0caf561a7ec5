//! The proof that old and new nodes fit beside each other, while node groups are retired.

use std::collections::{BTreeMap, BTreeSet};

use super::demand::Terms;
use super::placement::{Placement, Placements, of};
use crate::capacity::need::{Need, fits, reservations};
use crate::catalog::address_rules::usable_addresses;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::{PodSubnetKey, ZoneName};
use crate::lock::Lock;
use crate::plan::model::{NodeGroupPlan, NodeSubnetProof, PodSubnet, RetiredNodes};
use crate::plan::nodes::group_types::known_limits;
use crate::plan::ranges::pod_subnets::reserve;
use crate::source::Pointer;
use crate::spec::{Spec, Spread};

/// What has nodes while node groups are retired.
pub(crate) struct BothGenerations<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) terms: &'a Terms<'a>,
    pub(crate) placements: &'a Placements<'a>,
    pub(crate) planned: &'a [NodeGroupPlan],
    pub(crate) retired: &'a [RetiredNodes],
}

/// Some nodes in a pod subnet.
struct Side {
    whose: String,
    nodes: u64,
    need: Need,
}

/// A pod subnet that does not suffice for both.
struct TooSmall {
    key: PodSubnetKey,
    usable: u64,
    sides: Vec<Side>,
    need: Need,
}

impl BothGenerations<'_> {
    /// Tells which pod subnets are too small for both: retired groups at their most, those that joined at their start, all others at
    /// their most. Has prefixes kept for both where they suffice; those that the present groups need by themselves are there.
    pub(crate) fn prove(&self, subnets: &mut [PodSubnet], lock: &Lock) -> Vec<Diagnostic> {
        let mut failed: BTreeMap<Option<Pointer>, Vec<TooSmall>> = BTreeMap::new();
        for subnet in subnets {
            let (key, Some(cidr)) = (subnet.key(), subnet.cidr) else { continue };
            let old = self.old(&key, false);
            if old.is_empty() {
                continue;
            }
            let (new, at) = self.present(&key);
            let need = total(&old) + total(&new);
            // What was kept for the updates of retired groups stays, so that nothing changes with their retirement.
            let with_surge = total(&self.old(&key, true)) + total(&new);
            let most = subnet.proof.as_ref().map_or(with_surge, |proof| with_surge.max(proof.need));
            if !fits(cidr, need) {
                let sides = old.into_iter().chain(new).collect();
                failed.entry(at).or_default().push(TooSmall { key, usable: usable_addresses(cidr), sides, need });
            } else if fits(cidr, most) {
                reserve(self.spec, lock, subnet, reservations(cidr, most));
            }
        }
        let worst = failed.into_iter().filter_map(|(at, same)| diagnostic(at, &same));
        worst.chain(self.unknown_types()).collect()
    }

    /// Tells which zones have too few addresses in their node subnets for both: a node takes one there.
    pub(crate) fn node_subnets(&self, proofs: &[NodeSubnetProof]) -> Vec<Diagnostic> {
        let problem = |proof: &NodeSubnetProof| {
            let here = |key: &PodSubnetKey| key.zone == proof.zone;
            let first = |group: &RetiredNodes| group.pod_subnets.iter().find(|key| here(key)).cloned();
            let old = self.retired.iter().filter_map(|group| {
                let key = first(group)?;
                self.old(&key, false).into_iter().find(|side| side.whose == group.logical_id)
            });
            let old: Vec<Side> = old.collect();
            let keys = self.placements.keys().filter(|key| here(key));
            let new: Vec<(Vec<Side>, Option<Pointer>)> = keys.map(|key| self.present(key)).collect();
            let at = new.iter().find_map(|(_, at)| at.clone());
            let all: Vec<&Side> = old.iter().chain(new.iter().flat_map(|(sides, _)| sides)).collect();
            let nodes: u64 = all.iter().map(|side| side.nodes).sum();
            let terms: Vec<String> = all.iter().map(|side| format!("{} ({})", side.nodes, side.whose)).collect();
            let message = format!(
                "the node subnets in `{}` have {} addresses, but there can be {nodes} old and new nodes beside each other",
                proof.zone, proof.usable
            );
            let problem = Diagnostic::error(Code::CapacityNodeSubnet, message);
            let problem = at.map_or(problem.clone(), |at| problem.at(at));
            let problem = problem.note(format!("{} = {nodes} > {}", terms.join(" + "), proof.usable)).help(
                "start the new nodes with fewer (`size.min` and `size.desired`), or change fewer groups at a time",
            );
            (!old.is_empty() && proof.holds && nodes > proof.usable).then_some(problem)
        };
        proofs.iter().filter_map(problem).collect()
    }

    /// Types of retired groups whose limits nobody knows any more: their nodes would count for nothing.
    fn unknown_types(&self) -> Vec<Diagnostic> {
        let unknown = |group: &RetiredNodes| {
            let name = group.instance_types.iter().find(|name| known_limits(self.spec, name).is_none())?;
            let message =
                format!("the catalog has no instance type `{name}`, which the retired `{}` has", group.logical_id);
            let problem = Diagnostic::error(Code::NodesInstanceType, message).at(Pointer::from_text("/spec"));
            Some(
                problem
                    .help(format!("keep its limits under `instanceTypes` until `podnet release {}`", group.logical_id)),
            )
        };
        self.retired.iter().filter_map(unknown).collect()
    }

    fn old(&self, key: &PodSubnetKey, with_surge: bool) -> Vec<Side> {
        let here = self.retired.iter().filter(|group| group.pod_subnets.contains(key));
        let side = |group: &RetiredNodes| {
            let limits =
                group.instance_types.iter().filter_map(|name| known_limits(self.spec, name)).collect::<Vec<_>>();
            let (_, each, _) = self.terms.node_of(&limits, group.max_pods);
            let zones: BTreeSet<&ZoneName> = group.pod_subnets.iter().map(|key| &key.zone).collect();
            let zones = zones.len().max(1) as u64;
            let over = match self.terms.spread {
                Spread::Balanced => zones,
                Spread::ZoneLost => (zones - 1).max(1),
                Spread::OneZone => 1,
            };
            let surge = if with_surge { group.surge } else { 0 };
            // As of every group that spreads over zones: `Placement::peak`.
            let rebalanced = if zones > 1 { u64::from(group.nodes).div_ceil(10).max(1) } else { 0 };
            let nodes = (u64::from(group.nodes) + u64::from(surge) + rebalanced).div_ceil(over);
            Side { whose: group.logical_id.clone(), nodes, need: each * nodes }
        };
        here.map(side).collect()
    }

    /// The nodes of the spec's groups, and where the spec says how many there are of one that joined, or else of any.
    fn present(&self, key: &PodSubnetKey) -> (Vec<Side>, Option<Pointer>) {
        let (mut sides, mut joined, mut others) = (Vec::new(), None, None);
        for placement in of(self.placements, key).iter().filter(|placement| placement.max > 0) {
            let start = self.start(placement, key);
            let at = &placement.group.at;
            joined = joined.or_else(|| start.map(|_| at.key("size")));
            others = others.or_else(|| Some(at.key("size")));
            let max = start.map_or(placement.max, |start| start.min(placement.max));
            let nodes = placement.peak_of(max, self.terms.spread, self.terms.no_surge || max == 0).nodes;
            let (_, each, _) = self.terms.node(placement.group);
            sides.push(Side { whose: placement.group.spec.name.to_string(), nodes, need: each * nodes });
        }
        (sides, joined.or(others))
    }

    /// How many nodes a group that joined starts with in a pod subnet; none for one that was there before.
    fn start(&self, placement: &Placement<'_>, key: &PodSubnetKey) -> Option<u64> {
        let name = &placement.group.spec.name;
        let here = self.planned.iter().filter(|group| group.group == *name && group.pod_subnets.contains(key));
        let joined: Vec<&NodeGroupPlan> = here.filter(|group| group.joins).collect();
        (!joined.is_empty()).then(|| joined.iter().map(|group| u64::from(group.desired.unwrap_or(group.min))).sum())
    }
}

fn total(sides: &[Side]) -> Need {
    sides.iter().map(|side| side.need).fold(Need::default(), |sum, need| sum + need)
}

/// Tells it once for all zones.
fn diagnostic(at: Option<Pointer>, same: &[TooSmall]) -> Option<Diagnostic> {
    let worst = same.iter().min_by_key(|failed| (failed.usable, &failed.key))?;
    let TooSmall { key, usable, sides, need } = worst;
    let (usable, demand) = (*usable, need.addresses());
    let message = if demand > usable {
        format!("`{key}` has {usable} addresses, but old and new nodes beside each other can take {demand}")
    } else {
        format!("`{key}` has too few whole /28 prefixes for old and new nodes beside each other")
    };
    let mut found = Diagnostic::error(Code::CapacityExceeded, message);
    if let Some(at) = at {
        found = found.at(at);
    }
    for side in sides {
        let (whose, nodes, addresses) = (&side.whose, side.nodes, side.need.addresses());
        found = found.note(format!("`{whose}`: {nodes} nodes, {addresses} addresses"));
    }
    let others: Vec<String> =
        same.iter().filter(|other| other.key != *key).map(|other| format!("`{}`", other.key)).collect();
    if !others.is_empty() {
        found = found.note(format!("the same in {}", others.join(", ")));
    }
    let found = found
        .note("a retired node group counts with all the nodes that it can have, one that comes beside it with those that it starts with")
        .help("start the new nodes with fewer (`size.min` and `size.desired`), and raise the number once the old ones are released")
        .help("or change fewer groups at a time: `podnet release` those whose nodes are drained first");
    Some(found)
}
