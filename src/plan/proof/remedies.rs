//! Pod subnets that do not suffice, and what would make them: each way computed, the cheapest first.

use std::collections::BTreeMap;

use super::demand::Terms;
use super::placement::{Share, shares};
use super::prove::prove;
use crate::address::{Cidr, FreeSpace, Request, carve};
use crate::capacity::max_pods::{NetworkSettings, max_pods};
use crate::capacity::need::{Need, smallest_for};
use crate::catalog::address_rules::PREFIX_LENGTHS;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::ids::PodSubnetKey;
use crate::lock::Lock;
use crate::plan::model::PodSubnet;
use crate::plan::model::Proof;
use crate::plan::network::desired_subnets::Wanted;
use crate::plan::network::free_block::free_block;
use crate::plan::network::pod_subnets::Context;
use crate::plan::network::unplaced::set_size;
use crate::plan::nodes::groups::Group;
use crate::source::Pointer;
use crate::spec::{MaxPods, SelectBy};

/// How many ways out are told.
const MOST_WAYS: usize = 3;

/// What is there to find a way out of.
pub(crate) struct Scene<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) groups: &'a [Group<'a>],
    /// The lock as it was.
    pub(crate) lock: Option<&'a Lock>,
    pub(crate) service_cidr: Option<Cidr>,
}

/// A way out: the words, and the edits that take it where the spec alone decides.
struct Way {
    words: String,
    edits: Vec<Edit>,
}

impl Way {
    fn new(words: String) -> Self {
        Self { words, edits: Vec::new() }
    }

    fn edit(edit: Edit, words: impl FnOnce(&str) -> String) -> Self {
        Self { words: words(&edit.shown()), edits: vec![edit] }
    }
}

/// A pod subnet that does not suffice.
struct Failed<'a> {
    wanted: &'a Wanted<'a>,
    cidr: Cidr,
    proof: &'a Proof,
    shares: &'a [Share<'a>],
    /// The first group that does not fit.
    group: &'a Group<'a>,
}

/// Tells which pod subnets do not suffice: once for a pool and the group that breaks it, however many zones it is in. Those
/// whose range is not known are told too.
pub(crate) fn exceeded(scene: &Scene<'_>, subnets: &[PodSubnet]) -> Vec<Diagnostic> {
    let mut failed: BTreeMap<(Pointer, &Pointer), Vec<Failed<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    for (subnet, wanted) in subnets.iter().zip(scene.context.all) {
        let shares = scene.context.shares.get(&wanted.key).map(Vec::as_slice).unwrap_or_default();
        let Some((cidr, proof)) = subnet.cidr.zip(subnet.proof.as_ref()) else {
            if let (Some(id), false) = (&subnet.subnet_id, shares.is_empty()) {
                found.push(
                    Diagnostic::remark(
                        Code::CapacityUnknown,
                        format!("whether `{id}` has addresses enough is not known"),
                    )
                    .at(wanted.at.key("subnetId"))
                    .help("add `cidr:` with its range, as `aws ec2 describe-subnets` shows it"),
                );
            }
            continue;
        };
        // That a /27 has no prefixes at all, and that a subnet is a /16 to a /28, is said elsewhere.
        let no_prefixes = scene.context.spec.cni.prefix_delegation && cidr.prefix_length() >= 27;
        let told = no_prefixes || !PREFIX_LENGTHS.contains(&cidr.prefix_length());
        let breaks = proof.breaks.as_ref().filter(|_| !told);
        let group = breaks.and_then(|name| scene.groups.iter().find(|group| group.spec.name == *name));
        if let Some(group) = group {
            let one = Failed { wanted, cidr, proof, shares, group };
            failed.entry((wanted.section.clone(), &group.at)).or_default().push(one);
        }
    }
    found.extend(failed.values().filter_map(|same| diagnostic(scene, same)));
    found
}

fn diagnostic(scene: &Scene<'_>, same: &[Failed<'_>]) -> Option<Diagnostic> {
    let worst = same.iter().min_by_key(|failed| (failed.proof.usable, failed.wanted.key.clone()))?;
    let Failed { wanted, cidr, proof, group, .. } = worst;
    let (key, name) = (&wanted.key, &group.spec.name);
    let message = if proof.demand > proof.usable {
        format!("`{key}` has {} addresses, its nodes can take {}", proof.usable, proof.demand)
    } else {
        format!("`{key}` has too few whole /28 prefixes for its nodes")
    };
    let mut diagnostic = Diagnostic::error(Code::CapacityExceeded, message)
        .at(group.at.key("size").key("max"))
        .label(format!("with `{name}` they no longer fit"))
        .note(format!("`{cidr}`: {}", proof.inequality));
    let size_at = if wanted.cidr.is_some() { wanted.at.key("cidr") } else { wanted.size_at() };
    diagnostic = diagnostic.related(size_at, "the size");
    if let Some(prefixes) = &proof.prefixes {
        diagnostic = diagnostic.note(prefixes);
    }
    for demand in &proof.groups {
        let (group, nodes) = (&demand.group, demand.nodes);
        let said = format!("`{group}`: {nodes} nodes ({}), each {}", demand.nodes_how, demand.node_how);
        diagnostic = diagnostic.note(said);
    }
    let others: Vec<String> =
        same.iter().filter(|other| other.wanted.key != *key).map(|other| format!("`{}`", other.wanted.key)).collect();
    if !others.is_empty() {
        diagnostic = diagnostic.note(format!("the same in {}", others.join(", ")));
    }
    for way in ways(scene, worst, same.len()).into_iter().take(MOST_WAYS) {
        diagnostic = diagnostic.help(way.words);
        if diagnostic.edits.is_empty() {
            diagnostic.edits = way.edits;
        }
    }
    Some(diagnostic)
}

/// Every way out, the cheapest first: what costs no addresses, then addresses, then nodes or pods.
fn ways(scene: &Scene<'_>, failed: &Failed<'_>, zones: usize) -> Vec<Way> {
    let there = failed.wanted.subnet_id.is_some()
        || failed.wanted.cidr.is_some()
        || scene.lock.is_some_and(|lock| lock.allocations.contains_key(&failed.wanted.key));
    let room = if there { further_subnet(scene, failed, zones) } else { larger_subnet(scene, failed) };
    [old_nodes_first(scene, failed), room, fewer_nodes(failed), other_prefixes(scene, failed)]
        .into_iter()
        .flatten()
        .collect()
}

/// Old nodes go before new ones come.
fn old_nodes_first(scene: &Scene<'_>, failed: &Failed<'_>) -> Option<Way> {
    let surging: Vec<&Share<'_>> = failed.shares.iter().filter(|share| share.has_surge()).collect();
    let [only] = surging.as_slice() else { return None };
    let proof = prove(failed.cidr, &Terms { no_surge: true, ..scene.context.terms }, failed.shares);
    let edit = Edit::set(only.group.at.key("update"), "strategy", "minimal");
    proof.holds.then(|| {
        Way::edit(edit, |field| {
            format!(
                "write {field} under `update` of `{}`, so that an update needs no more: {}",
                only.group.spec.name, proof.inequality
            )
        })
    })
}

/// Another size, where the subnet is still to be made.
fn larger_subnet(scene: &Scene<'_>, failed: &Failed<'_>) -> Option<Way> {
    let length = smallest_for(failed.proof.need)?;
    let edit = set_size(failed.wanted, length);
    if placed(scene, &[(failed.wanted, length)]) {
        return Some(match edit {
            Some(edit) => Way::edit(edit, |size| format!("write {size} for a /{length}, which suffices")),
            None => Way::new(format!("make it a /{length}, which suffices")),
        });
    }
    let block = another_block(scene, length)?;
    let push = Edit::push(Pointer::from_text("/spec/podNetwork/cidrBlocks"), block.to_string());
    Some(match edit {
        Some(edit) => Way {
            words: format!(
                "add {} under `podNetwork.cidrBlocks` and write {} for a /{length}",
                push.shown(),
                edit.shown()
            ),
            edits: vec![push, edit],
        },
        None => Way::new(format!("add {} under `podNetwork.cidrBlocks` and make it a /{length}", push.shown())),
    })
}

/// A further subnet in the zone for the nodes that do not fit, of every group, where the first stays as it is.
fn further_subnet(scene: &Scene<'_>, failed: &Failed<'_>, zones: usize) -> Option<Way> {
    let key = &failed.wanted.key;
    let terms = &scene.context.terms;
    let moved = moved(terms, failed);
    let need = terms.demands(&moved).iter().map(|demand| demand.need).fold(Need::default(), |sum, need| sum + need);
    let grown = need.with_growth(scene.context.spec.pod_network.capacity.growth_percent);
    let length = smallest_for(grown).or_else(|| smallest_for(need)).filter(|_| !moved.is_empty())?;
    let grow = if zones > 1 {
        format!("`podnet grow {}`", key.pool)
    } else {
        format!("`podnet grow {}/{}`", key.pool, key.zone)
    };
    // Nodes of a group over several zones cannot tell further subnets apart.
    let over: Vec<String> = scene.groups.iter().filter(|group| !group.spec.per_zone).map(quoted_name).collect();
    if !over.is_empty() {
        let over = over.join(" and ");
        return Some(Way::new(format!(
            "put a new group with `perZone: true` in the place of {over}, as further subnets need it (changed itself, it would lose all nodes at once); then {grow} for what is missing"
        )));
    }
    let nodes: Vec<String> = moved
        .iter()
        .map(|share| format!("{} {} of `{}`", share.max, plural(share.max, "node"), share.group.spec.name))
        .collect();
    let what = format!("a /{length} more in the zone for {}", nodes.join(" and "));
    let mut space = space(scene);
    let missing = (0..zones).filter(|_| space.take(length).is_none()).count();
    if missing == 0 {
        let moves = match scene.context.spec.pod_network.selection() {
            SelectBy::Zone => "nodes then find their ENIConfig by name",
            SelectBy::Name => "nothing moves",
        };
        return Some(Way::new(format!("{grow}: {what}; {moves}")));
    }
    let block = another_block(scene, length)?;
    let blocks = match missing.div_ceil(1 << length.saturating_sub(block.prefix_length())) {
        1 => format!("`{block}`"),
        several => format!("{several} blocks, such as `{block}`,"),
    };
    Some(Way::new(format!("add {blocks} under `podNetwork.cidrBlocks`, then {grow}: {what}")))
}

fn quoted_name(group: &Group<'_>) -> String {
    format!("`{}`", group.spec.name)
}

fn plural(number: u64, word: &str) -> String {
    if number == 1 { word.to_owned() } else { format!("{word}s") }
}

/// The nodes that have to go elsewhere: of one group after the other, those with which the subnet no longer suffices.
fn moved<'a>(terms: &Terms<'_>, failed: &Failed<'a>) -> Vec<Share<'a>> {
    let mut left = failed.shares.to_vec();
    let mut moved = Vec::new();
    for _ in failed.shares {
        let proof = prove(failed.cidr, terms, &left);
        let Some(name) = &proof.breaks else { break };
        let fits = proof.largest.iter().find(|largest| largest.group == *name).and_then(|largest| largest.largest);
        let Some(at) = left.iter().position(|share| share.group.spec.name == *name) else { break };
        let share = left.remove(at);
        let fits = fits.unwrap_or(0).min(share.max);
        if fits > 0 {
            left.push(Share { max: fits, ..share.clone() });
        }
        if fits < share.max {
            moved.push(Share { max: share.max - fits, ..share });
        }
    }
    moved
}

/// A smaller maximum of the group that breaks it. What further subnets have of it stays theirs, so that it is the first one
/// that has fewer.
fn fewer_nodes(failed: &Failed<'_>) -> Option<Way> {
    let size = failed.group.spec.size;
    let largest = failed.proof.largest.iter().find(|largest| largest.group == failed.group.spec.name)?;
    let elsewhere =
        u64::from(failed.group.most_nodes).checked_sub(largest.max).filter(|_| failed.wanted.further.is_none())?;
    let fits = u32::try_from(largest.largest? + elsewhere).ok()?;
    let fits = Some(fits).filter(|fits| *fits >= size.min.max(size.desired.unwrap_or(0)))?;
    let edit = Edit::set(failed.group.at.key("size"), "max", fits);
    Some(Way::edit(edit, |max| format!("write {max} for `{}`, the most that fits", failed.group.spec.name)))
}

/// Prefix delegation the other way round, with the max pods that come of it.
fn other_prefixes(scene: &Scene<'_>, failed: &Failed<'_>) -> Option<Way> {
    let context = scene.context;
    let on = !context.terms.settings.prefix_delegation;
    let settings = NetworkSettings { prefix_delegation: on, ..context.terms.settings.clone() };
    if on && !settings.version.has(crate::catalog::Capability::PrefixDelegation) {
        return None;
    }
    let groups: Vec<Group<'_>> = scene.groups.iter().filter_map(|group| with(group, &settings)).collect();
    let all = shares(&groups, context.all, scene.lock.unwrap_or(&Lock::default()));
    let shares = all.get(&failed.wanted.key)?;
    let proof = prove(failed.cidr, &Terms { settings: &settings, ..context.terms }, shares);
    let pods = groups.iter().find(|group| group.spec.name == failed.group.spec.name)?.max_pods.value;
    let before = failed.group.max_pods.value;
    let edit = Edit::set(Pointer::from_text("/spec/cni"), "prefixDelegation", on);
    proof.holds.then(|| {
        let with =
            if pods == before { String::new() } else { format!(", with {pods} pods a node instead of {before}") };
        Way::edit(edit, |field| format!("write {field}: {}{with}", proof.inequality))
    })
}

/// A group as it would be with other settings.
fn with<'a>(group: &Group<'a>, settings: &NetworkSettings) -> Option<Group<'a>> {
    let types: Vec<_> = group.limits.iter().filter_map(|limits| max_pods(limits, settings)).collect();
    let mut group = group.clone();
    group.max_pods.value = match group.spec.max_pods {
        MaxPods::Auto => types.iter().map(|pods| pods.value).min()?,
        MaxPods::Exactly(number) => types.iter().map(|pods| pods.by_addresses).min()?.min(number),
    };
    Some(group)
}

/// A block that the VPC could have and that a subnet of some size fits into.
fn another_block(scene: &Scene<'_>, prefix_length: u8) -> Option<Cidr> {
    free_block(scene.context.spec, scene.service_cidr, prefix_length.min(16))
}

/// What is free, but for what the spec gives and the lock has.
fn space(scene: &Scene<'_>) -> FreeSpace {
    let context = scene.context;
    let blocks: Vec<Cidr> = context.blocks.iter().map(|block| block.cidr).collect();
    let locked = scene.lock.into_iter().flat_map(|lock| lock.allocations.values().map(|allocation| allocation.cidr));
    let existing = scene.lock.into_iter().flat_map(|lock| lock.existing.values().copied());
    let given = context.all.iter().filter_map(|wanted| wanted.cidr);
    let taken: Vec<Cidr> = locked.chain(existing).chain(given).collect();
    FreeSpace::new(&blocks, &taken)
}

/// Whether all subnets that are to be made still find a place with another size for those that have their size there.
fn placed(scene: &Scene<'_>, changed: &[(&Wanted<'_>, u8)]) -> bool {
    let context = scene.context;
    let new = |wanted: &&Wanted<'_>| {
        let locked = scene.lock.is_some_and(|lock| lock.allocations.contains_key(&wanted.key));
        wanted.cidr.is_none() && wanted.subnet_id.is_none() && !locked
    };
    let requests: Option<Vec<Request<PodSubnetKey>>> = context
        .all
        .iter()
        .filter(new)
        .map(|wanted| {
            let other = changed.iter().find(|(same, _)| same.section == wanted.section).map(|(_, length)| *length);
            let prefix_length = other.or_else(|| context.size_of(wanted))?;
            Some(Request { key: wanted.key.clone(), prefix_length })
        })
        .collect();
    requests.is_some_and(|requests| carve(&mut space(scene), requests).unplaced.is_empty())
}
