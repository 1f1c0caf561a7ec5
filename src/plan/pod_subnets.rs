//! The pod subnets: which exist, which the lock has, and where the others go.

use std::collections::BTreeMap;

use super::free_block::{free_range, such_as};
use super::full::{Unfit, size};
use super::logical_ids::logical_id;
use super::model::{Block, Origin, PodSubnet};
use super::zones::Zones;
use crate::address::{Cidr, FreeSpace, Request, carve};
use crate::catalog::address_rules::{PREFIX_LENGTHS, prefix_length_for, usable_addresses};
use crate::diagnostic::{Code, Diagnostic, Edit, Place, Pointer, near, one_of};
use crate::lock::{Allocation, Key, Lock, State};
use crate::spec::{Name, Pool, PoolZone, Spec, ZoneName};

/// What the spec says of one pod subnet.
pub(super) struct Wanted<'a> {
    pub(super) key: Key,
    at: Pointer,
    pool: &'a Pool,
    zone: PoolZone,
}

/// Plans every pod subnet. Ranges in the lock stay; what is new is carved out of what is free, and goes into the lock;
/// what the spec no longer has is retired there.
pub(super) fn pod_subnets(
    spec: &Spec,
    zones: &Zones<'_>,
    blocks: &[Block],
    lock_name: &str,
    lock: &mut Lock,
    problems: &mut Vec<Diagnostic>,
) -> Vec<PodSubnet> {
    let all = wanted(spec, zones, problems);
    problems.extend(without_size(&all));
    let mut regrown = Vec::new();
    let mut ranges: BTreeMap<Key, (Cidr, String)> = BTreeMap::new();
    let mut requests = Vec::new();
    for wanted in &all {
        if wanted.zone.subnet_id.is_some() {
            if let Some(cidr) = wanted.zone.cidr {
                problems.extend(given_outside(spec, cidr, &wanted.at));
                ranges.insert(wanted.key.clone(), (cidr, "given".to_owned()));
            }
            continue;
        }
        let locked = lock.allocations.get(&wanted.key).map(|allocation| allocation.cidr);
        if let Some(cidr) = wanted.zone.cidr {
            problems.extend(given_range(cidr, blocks, wanted, locked, lock_name, &lock.allocations, &all));
            ranges.insert(wanted.key.clone(), (cidr, "given".to_owned()));
        } else if let Some(prefix_length) = prefix_length(wanted, problems) {
            match locked {
                Some(cidr) => {
                    if cidr.prefix_length() != prefix_length || block_of(blocks, cidr).is_none() {
                        regrown.push((wanted, cidr, prefix_length));
                    }
                    ranges.insert(wanted.key.clone(), (cidr, carved_from(blocks, cidr)));
                }
                None => requests.push(Request { key: wanted.key.clone(), prefix_length }),
            }
        }
    }
    problems.extend(locked_differ(&regrown, blocks, lock_name));
    problems.extend(overlapping(spec, blocks, &ranges, &all, lock_name));
    let mut taken: Vec<Cidr> = ranges.values().map(|(cidr, _)| *cidr).collect();
    taken.extend(lock.allocations.values().map(|allocation| allocation.cidr));
    let free_in: Vec<Cidr> = blocks.iter().map(|block| block.cidr).collect();
    let mut space = FreeSpace::new(&free_in, &taken);
    let untouched = space.clone();
    let carved = carve(&mut space, requests.clone());
    for (key, cidr) in carved.placed {
        ranges.insert(key, (cidr, carved_from(blocks, cidr)));
    }
    let unfit = Unfit { wanted: &all, unplaced: &carved.unplaced, requests: &requests, space: &untouched };
    problems.extend(unfit.diagnostics(spec, lock, &free_in));
    update(lock, &ranges, &all);
    all.iter().map(|wanted| subnet(wanted, ranges.get(&wanted.key), blocks, zones, lock)).collect()
}

/// Every pool in every zone, by key.
fn wanted<'a>(spec: &'a Spec, zones: &Zones<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Wanted<'a>> {
    let mut wanted = Vec::new();
    let names: Vec<&str> = zones.keys().map(|name| name.as_str()).collect();
    for (name, pool) in &spec.pod_network.pools {
        let at = Pointer::from_text("/spec/podNetwork/pools").key(name.as_str());
        for zone in pool.zones.keys().filter(|zone| !zones.contains_key(zone)) {
            let diagnostic = Diagnostic::error(Code::SpecUnknownName, format!("the spec has no zone `{zone}`"))
                .at(Place::key(at.key("zones").key(zone.as_str())));
            let other = |name: &&str| pool.zones.keys().all(|zone| zone.as_str() != *name);
            problems.push(match near(zone.as_str(), names.iter().copied().filter(other)).as_slice() {
                [] => diagnostic.remove_as(format!("remove it: the spec has {}", one_of(&names))),
                close => diagnostic.meant(close),
            });
        }
        for &zone in zones.keys() {
            let at = if pool.zones.contains_key(zone) { at.key("zones").key(zone.as_str()) } else { at.clone() };
            let key = Key { pool: name.clone(), zone: zone.clone(), further: None };
            wanted.push(Wanted { key, at, pool, zone: pool.zones.get(zone).cloned().unwrap_or_default() });
        }
    }
    wanted
}

impl Wanted<'_> {
    /// Whether the zone has a size of its own.
    fn has_own_size(&self) -> bool {
        (self.zone.prefix_length, self.zone.addresses) != (None, None)
    }

    /// The section that the size is in: the pool's, or the zone's where that has one of its own.
    pub(super) fn section(&self) -> Pointer {
        let pool = Pointer::from_text("/spec/podNetwork/pools").key(self.key.pool.as_str());
        if self.has_own_size() { pool.key("zones").key(self.key.zone.as_str()) } else { pool }
    }

    /// Where the size is written.
    pub(super) fn size_at(&self) -> Pointer {
        let of_zone = self.has_own_size();
        let length = if of_zone { self.zone.prefix_length } else { self.pool.prefix_length };
        self.section().key(if length.is_some() { "prefixLength" } else { "addresses" })
    }
}

/// The prefix length that the spec asks for, zone before pool.
fn prefix_length(wanted: &Wanted<'_>, problems: &mut Vec<Diagnostic>) -> Option<u8> {
    let said = if wanted.has_own_size() {
        (wanted.zone.prefix_length, wanted.zone.addresses)
    } else {
        (wanted.pool.prefix_length, wanted.pool.addresses)
    };
    match said {
        (Some(length), None) => Some(length),
        (None, Some(addresses)) => prefix_length_for(u64::from(addresses)),
        (Some(length), Some(addresses)) => {
            let section = wanted.section();
            let of = prefix_length_for(u64::from(addresses)).map_or_else(String::new, |of| format!(", a /{of}"));
            problems.push(
                Diagnostic::error(Code::CapacitySize, format!("`{}` has two sizes", wanted.key.pool))
                    .at(Place::key(section.key("addresses")))
                    .related(Place::key(section.key("prefixLength")), "the other one")
                    .note(format!("`prefixLength` says a /{length}, `addresses` says {addresses}{of}"))
                    .remove_as("remove one of `prefixLength` and `addresses`"),
            );
            None
        }
        (None, None) => None,
    }
}

/// Pools without a size, each with the zones that it has none in.
fn without_size(wanted: &[Wanted<'_>]) -> Vec<Diagnostic> {
    let mut zones: BTreeMap<&Pointer, Vec<&Key>> = BTreeMap::new();
    for wanted in wanted {
        let sized = wanted.has_own_size() || (wanted.pool.prefix_length, wanted.pool.addresses) != (None, None);
        if !sized && wanted.zone.cidr.is_none() && wanted.zone.subnet_id.is_none() {
            zones.entry(&wanted.at).or_default().push(&wanted.key);
        }
    }
    let of_one = |(at, keys): (&Pointer, Vec<&Key>)| {
        let zones: Vec<String> = keys.iter().map(|key| format!("`{}`", key.zone)).collect();
        let pool = keys.first().map_or_else(String::new, |key| key.pool.to_string());
        Diagnostic::error(Code::CapacitySize, format!("the pool `{pool}` has no size in {}", zones.join(", ")))
            .at(Place::key(at.clone()))
            .edit(Edit::set(at.clone(), "prefixLength", 20), |field| {
                format!("add {field} or `addresses: 4000`; or `subnetId:` in the zone, for a subnet that exists")
            })
    };
    zones.into_iter().map(of_one).collect()
}

/// A given subnet lies in a block of the VPC, and in none that nodes use.
fn given_outside(spec: &Spec, cidr: Cidr, at: &Pointer) -> Option<Diagnostic> {
    let block = spec.vpc.cidr_blocks.iter().chain(&spec.pod_network.cidr_blocks).find(|block| block.contains(cidr));
    let Some(block) = block else {
        return Some(
            Diagnostic::error(Code::AddressOutside, format!("`{cidr}` is in no block of the VPC"))
                .at(at.key("cidr"))
                .related(Pointer::from_text("/spec/vpc/cidrBlocks"), "the VPC's blocks")
                .help("list the block that it is in under `vpc.cidrBlocks`"),
        );
    };
    let nodes = || spec.zones.iter().flat_map(|zone| zone.node_subnets.iter().map(move |subnet| (zone, subnet)));
    if nodes().any(|(_, subnet)| subnet.cidr.overlaps(cidr)) {
        // Which is said where ranges are compared.
        return None;
    }
    let (zone, subnet) = nodes().find(|(_, subnet)| block.contains(subnet.cidr))?;
    Some(
        Diagnostic::error(Code::AddressNodeBlock, format!("`{cidr}` is in `{block}`, the block of a node subnet"))
            .at(at.key("cidr"))
            .note(format!(
                "`{}` in {} is in it too; pod subnets must be from a different VPC CIDR block",
                subnet.cidr, zone.name
            ))
            .help("use a subnet of a secondary CIDR block"),
    )
}

/// A given range of a subnet to make: a legal size, in a block, and not another than the lock's.
fn given_range(
    cidr: Cidr,
    blocks: &[Block],
    wanted: &Wanted<'_>,
    locked: Option<Cidr>,
    lock_name: &str,
    allocations: &BTreeMap<Key, Allocation>,
    all: &[Wanted<'_>],
) -> Option<Diagnostic> {
    let at = wanted.at.key("cidr");
    if !PREFIX_LENGTHS.contains(&cidr.prefix_length()) {
        let message = format!("`{cidr}` is a /{}, a subnet is a /16 to a /28", cidr.prefix_length());
        let nearest = Cidr::around(cidr.first(), cidr.prefix_length().clamp(16, 28)).to_string();
        let diagnostic = Diagnostic::error(Code::AddressSize, message).at(at);
        return Some(diagnostic.write_as(nearest, |range| format!("write a range such as {range}")));
    }
    if block_of(blocks, cidr).is_none() {
        return Some(outside(cidr, blocks, &in_use(all, allocations), at));
    }
    if let Some(locked) = locked.filter(|locked| *locked != cidr) {
        return Some(
            moved(wanted, lock_name, locked, &format!("`{cidr}`"))
                .at(at)
                .write_as(locked.to_string(), |range| format!("write {range}, or remove the field")),
        );
    }
    // Ranges that the spec still has are compared with each other below.
    let (other, allocation) = allocations.iter().find(|(key, other)| {
        **key != wanted.key && other.cidr.overlaps(cidr) && !all.iter().any(|wanted| wanted.key == **key)
    })?;
    let diagnostic = Diagnostic::error(
        Code::AddressOverlap,
        format!("`{cidr}` overlaps `{}`, which `{other}` had", allocation.cidr),
    )
    .at(at.clone())
    .related(Place::in_file(lock_name, allocation_at(other)), "in the lock")
    .note("the spec no longer has that pool or zone, but its subnet may still be there");
    let free = free_range(&of_blocks(blocks), &in_use(all, allocations), cidr.prefix_length());
    Some(such_as(diagnostic, at, free, "remove the field and let podnet carve a range, or choose a free one"))
}

/// Every range that the spec gives or the lock has.
fn in_use(all: &[Wanted<'_>], allocations: &BTreeMap<Key, Allocation>) -> Vec<Cidr> {
    let given = all.iter().filter_map(|wanted| wanted.zone.cidr);
    given.chain(allocations.values().map(|allocation| allocation.cidr)).collect()
}

fn of_blocks(blocks: &[Block]) -> Vec<Cidr> {
    blocks.iter().map(|block| block.cidr).collect()
}

fn allocation_at(key: &Key) -> Pointer {
    Pointer::root().key("allocations").key(&key.to_string()).key("cidr")
}

fn outside(cidr: Cidr, blocks: &[Block], in_use: &[Cidr], at: Pointer) -> Diagnostic {
    let listed: Vec<String> = blocks.iter().map(|block| block.cidr.to_string()).collect();
    let message = format!("`{cidr}` is in none of the pods' blocks");
    let diagnostic = Diagnostic::error(Code::AddressOutside, message).at(at.clone());
    if listed.is_empty() {
        return diagnostic.help("add the block under `podNetwork.cidrBlocks`, such as `100.64.0.0/16`");
    }
    let free = free_range(&of_blocks(blocks), in_use, cidr.prefix_length());
    let words = format!("add its block under `podNetwork.cidrBlocks`, or choose a range inside {}", one_of(&listed));
    such_as(diagnostic, at, free, &words)
}

/// The lock has the subnet, and the spec wants another: a subnet can be neither moved nor resized.
fn moved(wanted: &Wanted<'_>, lock_name: &str, locked: Cidr, now: &str) -> Diagnostic {
    Diagnostic::error(
        Code::LockContradiction,
        format!("`{}` has `{locked}` in the lock, the spec now asks for {now}", wanted.key),
    )
    .related(Place::in_file(lock_name, allocation_at(&wanted.key)), "handed out before")
    .note("AWS can neither move nor resize a subnet: it would be replaced, with every pod in it")
}

/// Ranges of the lock that are of another size than the spec now asks for, or in no block any more: one problem for
/// each place of the spec that says so.
fn locked_differ(differ: &[(&Wanted<'_>, Cidr, u8)], blocks: &[Block], lock_name: &str) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for (wanted, locked, prefix_length) in differ {
        let resized = locked.prefix_length() != *prefix_length;
        let at = if resized { wanted.size_at() } else { Pointer::from_text("/spec/podNetwork/cidrBlocks") };
        let in_lock = Place::in_file(lock_name, allocation_at(&wanted.key));
        if let Some(same) = found.iter_mut().find(|same| same.place.as_ref().is_some_and(|place| place.pointer == at)) {
            same.related.push((in_lock, "and this one".to_owned()));
            continue;
        }
        found.push(if resized {
            let keep = size(wanted.section(), &at, locked.prefix_length());
            moved(wanted, lock_name, *locked, &format!("a /{prefix_length}"))
                .at(at)
                .edit(keep, |size| format!("keep the size ({size}), and add a pool for more addresses"))
        } else {
            let listed: Vec<String> = blocks.iter().map(|block| block.cidr.to_string()).collect();
            let message = format!("`{}` has `{locked}` in the lock, which is in none of the pods' blocks", wanted.key);
            Diagnostic::error(Code::AddressOutside, message)
                .at(at)
                .related(in_lock, "handed out before")
                .note(match listed.as_slice() {
                    [] => "there are none; a block stays with its VPC for as long as it has subnets".to_owned(),
                    blocks => {
                        format!("there is {}; a block stays with its VPC for as long as it has subnets", one_of(blocks))
                    }
                })
                .help("put the block that the range is in back under `podNetwork.cidrBlocks`, beside the others")
        });
    }
    found
}

/// How a range came about; the same words when it is carved and when the lock has it.
fn carved_from(blocks: &[Block], cidr: Cidr) -> String {
    let block = block_of(blocks, cidr).map_or_else(|| "no block".to_owned(), |block| block.cidr.to_string());
    format!("a /{} of {block}, kept in the lock", cidr.prefix_length())
}

fn block_of(blocks: &[Block], cidr: Cidr) -> Option<&Block> {
    blocks.iter().find(|block| block.cidr.contains(cidr))
}

/// Ranges that the spec gives must be apart, and apart from node subnets.
fn overlapping(
    spec: &Spec,
    blocks: &[Block],
    ranges: &BTreeMap<Key, (Cidr, String)>,
    wanted: &[Wanted<'_>],
    lock_name: &str,
) -> Vec<Diagnostic> {
    let place = |key: &Key| match wanted.iter().find(|wanted| wanted.key == *key) {
        Some(wanted) if wanted.zone.cidr.is_some() => Place::from(wanted.at.key("cidr")),
        _ => Place::in_file(lock_name, allocation_at(key)),
    };
    let mut sorted: Vec<(&Key, Cidr)> = ranges.iter().map(|(key, (cidr, _))| (key, *cidr)).collect();
    sorted.sort_by_key(|(_, cidr)| *cidr);
    let mut found = Vec::new();
    for pair in sorted.windows(2) {
        if let [(one, a), (two, b)] = pair
            && a.overlaps(*b)
        {
            // What the lock has stays; the spec's range is the one to change.
            let (here, there) = if place(two).file.is_empty() { (two, one) } else { (one, two) };
            let (mine, other) = if here == two { (b, a) } else { (a, b) };
            let diagnostic = Diagnostic::error(
                Code::AddressOverlap,
                format!("`{mine}` of `{here}` overlaps `{other}` of `{there}`"),
            )
            .at(place(here))
            .related(place(there), "the other range");
            let taken: Vec<Cidr> = sorted.iter().map(|(_, cidr)| *cidr).collect();
            let free = free_range(&of_blocks(blocks), &taken, mine.prefix_length())
                .filter(|_| wanted.iter().any(|wanted| wanted.key == **here && wanted.zone.subnet_id.is_none()));
            found.push(such_as(diagnostic, place(here), free, "give each subnet a range of its own"));
        }
    }
    for (key, cidr) in sorted {
        for (zone_number, zone) in spec.zones.iter().enumerate() {
            for (number, _) in zone.node_subnets.iter().enumerate().filter(|(_, subnet)| subnet.cidr.overlaps(cidr)) {
                let there =
                    Pointer::from_text("/spec/zones").index(zone_number).key("nodeSubnets").index(number).key("cidr");
                found.push(
                    Diagnostic::error(Code::AddressOverlap, format!("`{cidr}` of `{key}` overlaps a node subnet"))
                        .at(place(key))
                        .related(there, "the node subnet")
                        .help("choose a range of the pods' own block"),
                );
            }
        }
    }
    found
}

/// Puts what is handed out into the lock, and retires what the spec no longer has.
fn update(lock: &mut Lock, ranges: &BTreeMap<Key, (Cidr, String)>, wanted: &[Wanted<'_>]) {
    for allocation in lock.allocations.values_mut() {
        allocation.state = State::Retired;
    }
    for wanted in wanted.iter().filter(|wanted| wanted.zone.subnet_id.is_none()) {
        if let Some((cidr, _)) = ranges.get(&wanted.key) {
            lock.allocations
                .insert(wanted.key.clone(), Allocation { cidr: *cidr, state: State::Active, subnet_id: None });
        }
    }
}

fn subnet(
    wanted: &Wanted<'_>,
    range: Option<&(Cidr, String)>,
    blocks: &[Block],
    zones: &Zones<'_>,
    lock: &Lock,
) -> PodSubnet {
    let (pool, zone): (&Name, &ZoneName) = (&wanted.key.pool, &wanted.key.zone);
    let made = wanted.zone.subnet_id.is_none();
    let id = logical_id("PodSubnet", &[pool.as_str(), zone.as_str()]);
    let bound = lock.bindings.get(&id).and_then(|id| id.parse().ok());
    let cidr = range.map(|(cidr, _)| *cidr);
    PodSubnet {
        pool: pool.clone(),
        zone: zone.clone(),
        cidr,
        usable_addresses: cidr.map(usable_addresses),
        how: range.map_or_else(|| "given by its id alone".to_owned(), |(_, how)| how.clone()),
        origin: if !made {
            Origin::Given
        } else if bound.is_some() {
            Origin::Bound
        } else {
            Origin::Pending
        },
        subnet_id: wanted.zone.subnet_id.clone().or(bound),
        block_logical_id: cidr.filter(|_| made).and_then(|cidr| block_of(blocks, cidr)?.logical_id.clone()),
        logical_id: made.then_some(id),
        route_table_id: zones.get(zone).and_then(|(zone, _)| zone.pod_route_table_id.clone()),
    }
}
