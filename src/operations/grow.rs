//! An additional pod subnet for a pool and zone that have outgrown theirs, as edits of the spec. Nothing that is there moves.

use std::collections::BTreeMap;

use serde_json::json;

use crate::diagnostic::Edit;
use crate::ids::{Name, ZoneName};
use crate::plan::PodSubnet;
use crate::source::Pointer;
use crate::spec::{SelectBy, Spec};

/// An additional pod subnet to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Growth {
    /// Its pool.
    pub pool: Name,
    /// Its zone.
    pub zone: ZoneName,
    /// Its name there.
    pub name: Name,
    /// Its prefix length; none for one that is computed.
    pub prefix_length: Option<u8>,
    /// How many nodes of which groups it is for.
    pub nodes: BTreeMap<Name, u32>,
    /// How many nodes the additional subnets that are there keep, where they give some away.
    kept: BTreeMap<(Name, Name), u32>,
}

/// Whether a pool has an additional subnet of a name in a zone.
pub(crate) fn is_taken(spec: &Spec, pool: &Name, zone: &ZoneName, name: &Name) -> bool {
    let there = spec.pod_network.pools.get(pool).and_then(|pool| pool.zones.get(zone));
    there.is_some_and(|there| there.further.contains_key(name))
}

/// The first letter from `b` on that names no additional subnet of a pool in a zone. Nothing where all do.
pub(crate) fn free_name(spec: &Spec, pool: &Name, zone: &ZoneName) -> Option<Name> {
    let mut names = ('b'..='z').filter_map(|letter| letter.to_string().parse().ok());
    names.find(|name| !is_taken(spec, pool, zone, name))
}

impl Growth {
    /// An additional subnet without nodes, under a name that no other of the pool has in the zone.
    pub(crate) fn new(pool: Name, zone: ZoneName, name: Name) -> Self {
        Self { pool, zone, name, prefix_length: None, nodes: BTreeMap::new(), kept: BTreeMap::new() }
    }

    /// Gives it the nodes that do not fit into the pool's other subnets of the zone: of each subnet that does not suffice,
    /// those of the first group that breaks it. Tells whether there were any; where a subnet has several such groups, the
    /// spec is to be planned again with the edits so far.
    pub(crate) fn take_what_does_not_fit(&mut self, subnets: &[PodSubnet]) -> bool {
        let mut any = false;
        for subnet in subnets.iter().filter(|subnet| subnet.pool == self.pool && subnet.zone == self.zone) {
            let Some((proof, group)) =
                subnet.proof.as_ref().and_then(|proof| Some((proof, proof.breaks.as_ref().filter(|_| !proof.holds)?)))
            else {
                continue;
            };
            let Some(largest) = proof.largest.iter().find(|largest| largest.group == *group) else { continue };
            let fits = largest.largest.unwrap_or(0);
            let Ok(rest) = u32::try_from(largest.max.saturating_sub(fits)) else { continue };
            if rest == 0 || subnet.further.as_ref() == Some(&self.name) {
                continue;
            }
            *self.nodes.entry(group.clone()).or_default() += rest;
            if let Some(further) = &subnet.further {
                self.kept.insert((further.clone(), group.clone()), u32::try_from(fits).unwrap_or_default());
            }
            any = true;
        }
        any
    }

    /// The edits of the spec that make it.
    pub(crate) fn edits(&self, spec: &Spec, running: Option<&SelectBy>) -> Vec<Edit> {
        let zone =
            Pointer::from_text("/spec/podNetwork/pools").key(self.pool.as_str()).key("zones").key(self.zone.as_str());
        let further = zone.key("further");
        let size = match self.prefix_length {
            Some(length) => json!({"prefixLength": length, "nodeGroups": self.nodes}),
            None => json!({"size": "auto", "nodeGroups": self.nodes}),
        };
        let mut edits = vec![Edit::set(further.clone(), self.name.as_str(), size)];
        edits.extend(self.kept.iter().map(|((subnet, group), nodes)| {
            Edit::set(further.key(subnet.as_str()).key("nodeGroups"), group.as_str(), *nodes)
        }));
        // Before CNI 1.11, nodes of one zone can no longer tell their subnets apart by it; changing that takes a word.
        if spec.selection(running).is_zone() && !spec.has_winning_label() {
            edits.push(Edit::set(Pointer::from_text("/spec/podNetwork"), "selectBy", "name"));
        }
        edits
    }
}
