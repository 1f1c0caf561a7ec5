//! `--map POOL/ZONE=subnet-…`: what the user said about who gets which subnet.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::chosen::Chosen;
use super::refusal::refuse;
use super::roles::{Role, is_deployed};
use super::{Listed, Listing};
use crate::diagnostic::{Diagnostic, near, one_of};
use crate::ids::{FormatError, PodSubnetKey, SubnetId};
use crate::lock::Lock;
use crate::plan::desired_by_key;
use crate::spec::Document;

/// What is to be adopted for a pool in a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Map {
    /// The pool and the zone.
    pub key: PodSubnetKey,
    /// The subnet.
    pub to: MapTo,
}

/// Which subnet a pool in a zone gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MapTo {
    /// This one.
    Subnet(SubnetId),
    /// One that podnet makes.
    New,
}

impl FromStr for Map {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, to) = text.split_once('=').ok_or_else(|| {
            format!("`{text}` is not of the form POOL/ZONE=SUBNET, such as default/us-west-2a=subnet-…")
        })?;
        let to = match to {
            "new" => MapTo::New,
            id => MapTo::Subnet(id.parse().map_err(|error: FormatError| format!("{}: {}", error.message, error.help))?),
        };
        Ok(Self { key: key.parse()?, to })
    }
}

/// Checks what the user said against spec, lock and list.
pub(super) fn chosen<'a>(
    document: &Document,
    lock: &Lock,
    listing: &'a Listing,
    roles: &BTreeMap<&SubnetId, Role>,
    maps: &[Map],
) -> (Chosen<'a>, Vec<Diagnostic>) {
    let mut chosen = Chosen::default();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for map in maps {
        let Map { key, to } = map;
        if !seen.insert(key) {
            problems.push(refuse(format!("duplicate `--map` for `{key}`")).help("give it once"));
            continue;
        }
        if let Some(problem) = key_problem(document, lock, roles, map) {
            problems.push(problem);
            continue;
        }
        match to {
            MapTo::New => {
                chosen.new.insert(key.clone());
            }
            MapTo::Subnet(id) => match subnet(document, listing, roles, key, id) {
                Ok(subnet) => {
                    if let Some((other, _)) = chosen.taken.iter().find(|(_, taken)| taken.id == *id) {
                        let message = format!("`--map` gives `{id}` to both `{other}` and `{key}`");
                        problems.push(refuse(message).help("a subnet belongs to one pool"));
                    }
                    chosen.taken.insert(key.clone(), subnet);
                }
                Err(problem) => problems.push(problem),
            },
        }
    }
    (chosen, problems)
}

/// Why a key can get no subnet.
fn key_problem(document: &Document, lock: &Lock, roles: &BTreeMap<&SubnetId, Role>, map: &Map) -> Option<Diagnostic> {
    let Map { key, to } = map;
    let desired = desired_by_key(&document.spec);
    let Some(subnet_of_spec) = desired.get(key) else {
        let names: Vec<String> = desired.keys().map(ToString::to_string).collect();
        let close = near(&key.to_string(), names.iter().map(String::as_str));
        let problem = refuse(format!("the spec has no `{key}`"));
        return Some(if close.is_empty() {
            problem.help(format!("it has {}", one_of(&names)))
        } else {
            problem.help(format!("did you mean {}?", one_of(&close)))
        });
    };
    if let Some(given) = &subnet_of_spec.subnet_id {
        return Some(
            refuse(format!("the spec gives `{given}` for `{key}`"))
                .help("remove the `subnetId:` there, or omit the `--map`"),
        );
    }
    let locked = lock.allocations.get(key)?;
    match (&locked.subnet_id, to) {
        (Some(before), MapTo::Subnet(id)) if before == id => None,
        (Some(before), _) => Some(
            refuse(format!("`{key}` has already adopted `{before}`"))
                .note("pods have their addresses from it")
                .help("add a pool for another subnet; to stop using this one, remove its pool or zone from the spec"),
        ),
        (None, MapTo::Subnet(_)) if is_deployed(lock, key, roles) => Some(
            refuse(format!("podnet created the subnet of `{key}`, `{}`", locked.cidr))
                .help("add a pool for another subnet"),
        ),
        (None, _) => None,
    }
}

/// The subnet that a key is to get, where it can.
fn subnet<'a>(
    document: &Document,
    listing: &'a Listing,
    roles: &BTreeMap<&SubnetId, Role>,
    key: &PodSubnetKey,
    id: &SubnetId,
) -> Result<&'a Listed, Diagnostic> {
    let spec = &document.spec;
    let Some(subnet) = listing.find(id).filter(|subnet| subnet.vpc == spec.vpc.id.as_str()) else {
        let ids: Vec<&str> = roles.keys().map(|id| id.as_str()).collect();
        let close = near(id.as_str(), ids);
        let problem = refuse(format!("`{}` has no `{id}` in `{}`", listing.file, spec.vpc.id));
        return Err(if close.is_empty() {
            problem.help("check the id")
        } else {
            problem.help(format!("did you mean {}?", one_of(&close)))
        });
    };
    let problem = |message: String| refuse(message).at(subnet.at.clone());
    match roles.get(id) {
        Some(Role::Nodes) => {
            return Err(problem(format!("`{id}` is a node subnet"))
                .note("with custom networking, pods need separate subnets")
                .help("choose another subnet"));
        }
        Some(Role::Given { .. }) => {
            return Err(problem(format!("the spec gives `{id}` by `subnetId:`")).help("remove that field first"));
        }
        Some(Role::Bound | Role::Unbound(_) | Role::Retired) => {
            return Err(problem(format!("podnet created `{id}`")).help("choose another subnet"));
        }
        _ => {}
    }
    if !spec.zones.iter().any(|zone| zone.name == key.zone && subnet.is_in(zone)) {
        return Err(problem(format!("`{id}` is in {}, not in {}", zone_of(subnet), key.zone))
            .note("a node can only use a subnet in its own zone")
            .help(format!("choose a subnet in {}", key.zone)));
    }
    let Some(cidr) = subnet.cidr else {
        return Err(problem(format!("`{id}` has no IPv4 range")).help("choose a subnet with one"));
    };
    if !spec.pod_network.cidr_blocks.iter().any(|block| block.contains(cidr)) {
        return Err(problem(format!("{} is in none of the blocks for pods", subnet.described()))
            .help("list its block under `podNetwork.cidrBlocks`, and under `vpc.cidrBlocks`"));
    }
    match desired_by_key(spec).get(key).and_then(|subnet_of_spec| subnet_of_spec.cidr) {
        Some(said) if said != cidr => {
            Err(problem(format!("`{id}` has `{cidr}`, but the spec gives `{said}` for `{key}`"))
                .help("correct or remove the `cidr:` there"))
        }
        _ => Ok(subnet),
    }
}

fn zone_of(subnet: &Listed) -> String {
    match &subnet.zone_id {
        Some(id) => format!("{} ({id})", subnet.zone),
        None => subnet.zone.clone(),
    }
}
