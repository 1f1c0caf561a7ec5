//! Giving ranges of a lock back, and keeping ranges for later. Pure.

use super::adopt::Listing;
use crate::address::{Cidr, FreeSpace, Request, carve};
use crate::catalog::zones::is_zone_of;
use crate::diagnostic::{Code, Diagnostic, near, one_of};
use crate::ids::{LogicalId, PodSubnetKey};
use crate::lock::{Allocation, Lock, Reservations, State, config_name};
use crate::plan::{desired_by_key, taken};
use crate::source::{Place, Pointer};
use crate::spec::Document;

/// A lock with what it belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held<'a> {
    /// The spec's path.
    pub spec: &'a str,
    /// The spec, where it can be read.
    pub document: Option<&'a Document>,
    /// The lock's path.
    pub lock_name: &'a str,
    /// The lock.
    pub lock: &'a Lock,
}

/// A range that was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Released {
    /// The path of the lock that had it.
    pub lock_name: String,
    /// The lock without it.
    pub lock: Lock,
    /// What was given back.
    pub allocation: Allocation,
    /// The id that its subnet had.
    pub subnet_id: Option<String>,
}

/// Whether the spec would use the range: it has the key, and gives no subnet by its id there.
fn of_document(document: Option<&Document>, key: &PodSubnetKey) -> bool {
    document.is_some_and(|document| {
        desired_by_key(&document.spec).get(key).is_some_and(|desired| desired.subnet_id.is_none())
    })
}

fn allocation_at(lock_name: &str, key: &PodSubnetKey) -> Place {
    Place::in_file(lock_name, Pointer::root().key("allocations").key(&key.to_string()))
}

/// Takes a range that is retired or reserved out of the one lock that has it, and the binding of its subnet.
///
/// # Errors
/// No lock has the key, or several; the range is in use; the list shows a subnet in it.
pub(crate) fn release(
    key: &PodSubnetKey,
    held: &[Held<'_>],
    listing: Option<&Listing>,
) -> Result<Released, Diagnostic> {
    let refuse = |message: String| Diagnostic::error(Code::LockRelease, message);
    let having: Vec<(&Held<'_>, &Allocation)> =
        held.iter().filter_map(|held| Some((held, held.lock.allocations.get(key)?))).collect();
    let (held, allocation) = match having.as_slice() {
        [] => return Err(unknown(key, held)),
        [(held, allocation)] => (*held, *allocation),
        several => {
            let commands: Vec<String> =
                several.iter().map(|(held, _)| format!("podnet release {key} {}", held.spec)).collect();
            let mut problem = refuse(format!("{} locks have `{key}`", several.len()));
            for (number, (held, _)) in several.iter().enumerate() {
                let place = allocation_at(held.lock_name, key);
                problem = if number == 0 { problem.at(place) } else { problem.related(place, "this one too") };
            }
            return Err(problem.help(format!("name the spec: {}", one_of(&commands))));
        }
    };
    let in_spec = of_document(held.document, key);
    let at = allocation_at(held.lock_name, key);
    match allocation.state {
        State::Active => {
            let problem = refuse(format!("`{key}` is in use: it is active")).at(at);
            return Err(if in_spec || held.document.is_none() {
                problem.help(format!(
                    "remove the pool or the zone from {} first, and run `podnet synth`, which retires its range",
                    held.spec
                ))
            } else {
                problem
                    .note("the spec no longer has it")
                    .help("run `podnet synth` first: it retires the range, and RUNBOOK.md lists the remaining steps")
            });
        }
        State::Retired if in_spec => {
            return Err(refuse(format!("the spec has `{key}` again"))
                .at(at)
                .note("its range becomes active again with the next `podnet synth`")
                .help("remove the pool or the zone from the spec first"));
        }
        State::Retired | State::Reserved => {}
    }
    if let Some(group) = held.lock.retired_nodes_with(Some(key), "") {
        return Err(refuse(format!("`{key}` is in use: nodes of `{group}` have it"))
            .at(at)
            .help(format!("drain the nodes of `{group}` and release it first")));
    }
    if let Some(problem) = listing.and_then(|listing| still_there(key, held, allocation, listing)) {
        return Err(problem);
    }
    let mut lock = held.lock.clone();
    lock.allocations.remove(key);
    lock.released.insert(key.clone(), allocation.cidr);
    // Without its subnet, an ENIConfig serves nobody.
    let configs = lock.eni_configs.iter().filter(|(_, config)| config.key == *key && config.state == State::Retired);
    let configs: Vec<String> = configs.map(|(name, _)| name.clone()).collect();
    for name in configs {
        lock.eni_configs.remove(&name);
        lock.released_names.insert(config_name(&name));
    }
    let output = LogicalId::pod_subnet(key);
    // Names that differ in their separators alone share an output.
    let shared = lock.allocations.keys().any(|other| LogicalId::pod_subnet(other) == output);
    let bound = if shared { None } else { lock.bindings.remove(output.as_str()) };
    let subnet_id = allocation.subnet_id.as_ref().map(ToString::to_string).or(bound);
    Ok(Released { lock_name: held.lock_name.to_owned(), lock, allocation: allocation.clone(), subnet_id })
}

/// No lock has it: what was meant, and what could be.
fn unknown(key: &PodSubnetKey, held: &[Held<'_>]) -> Diagnostic {
    const MOST_LISTED: usize = 10;
    let message = match held {
        [] => format!("no lock has `{key}`: there is none"),
        [only] => format!("`{}` has no `{key}`", only.lock_name),
        _ => format!("none of {} locks has `{key}`", held.len()),
    };
    let keys = |counts: &dyn Fn(State) -> bool| {
        let all = held.iter().flat_map(|held| &held.lock.allocations);
        let mut keys: Vec<String> =
            all.filter(|(_, allocation)| counts(allocation.state)).map(|(key, _)| key.to_string()).collect();
        keys.sort();
        keys.dedup();
        keys
    };
    let mut free = keys(&|state| state != State::Active);
    let written = key.to_string();
    let close: Vec<String> =
        near(&written, free.iter().map(String::as_str)).into_iter().map(ToOwned::to_owned).collect();
    free.truncate(MOST_LISTED);
    let problem = Diagnostic::error(Code::LockRelease, message);
    let problem = match held {
        [only] => problem.at(Place::in_file(only.lock_name, Pointer::root().key("allocations"))),
        _ => problem,
    };
    let problem = match free.as_slice() {
        [] => problem.note("nothing is retired or reserved"),
        free => problem.note(format!("retired or reserved: {}", free.join(", "))),
    };
    if close.is_empty() {
        problem.help("name a pool and zone whose range is retired or reserved")
    } else {
        problem.help(format!("did you mean {}?", one_of(&close)))
    }
}

/// A subnet that is still in the range.
fn still_there(key: &PodSubnetKey, held: &Held<'_>, allocation: &Allocation, listing: &Listing) -> Option<Diagnostic> {
    let refuse = |message: String| Diagnostic::error(Code::LockRelease, message);
    let vpc = held.document.map(|document| document.spec.vpc.id.as_str());
    let subnets = match vpc.map(|vpc| listing.of(vpc)) {
        Some(Ok(subnets)) => subnets,
        Some(Err(mut problem)) => {
            problem.code = Code::LockRelease;
            problem.name_spec(held.spec);
            return Some(problem);
        }
        None => listing.subnets.iter().collect(),
    };
    let there = subnets.into_iter().find(|subnet| {
        subnet.cidr.is_some_and(|cidr| cidr.overlaps(allocation.cidr))
            || allocation.subnet_id.as_ref() == Some(&subnet.id)
    })?;
    Some(
        refuse(format!("the range of `{key}`, `{}`, still contains {}", allocation.cidr, there.described()))
            .at(there.at.clone())
            .related(allocation_at(held.lock_name, key), "kept for it")
            .help("delete the subnet, as described in RUNBOOK.md under Retired, and describe the subnets again"),
    )
}

/// Keeps a free range of the pods' blocks for a pool and zone to come. `lock` is the one on disk; `planned` has also what
/// the next synthesis hands out, which goes first.
///
/// # Errors
/// The key has a range or is in the spec, its zone is of another region, or there is no room.
pub(crate) fn reserve(
    key: &PodSubnetKey,
    prefix_length: u8,
    held: Held<'_>,
    planned: &Lock,
) -> Result<(Lock, Cidr), Diagnostic> {
    let refuse = |message: String| Diagnostic::error(Code::LockReserve, message);
    let Held { spec: path, document: Some(document), lock_name, lock } = held else {
        return Err(refuse(format!("`{}` cannot be read", held.spec)).help("fix it first"));
    };
    let spec = &document.spec;
    if !is_zone_of(&spec.region, key.zone.as_str()) {
        return Err(refuse(format!("`{}` is not a zone of `{}`", key.zone, spec.region))
            .at(Pointer::from_text("/spec/region"))
            .help(format!("write the zone's name, such as `{}a`", spec.region)));
    }
    if let Some(there) = lock.allocations.get(key) {
        let problem = refuse(format!("`{key}` already has `{}`, which is {}", there.cidr, there.state.as_str()))
            .at(allocation_at(lock_name, key));
        return Err(match there.state {
            State::Active => problem.help("choose another pool or zone"),
            State::Retired => problem
                .note("the pool gets its range back as soon as the spec has it")
                .help(format!("for another size, release it first: `podnet release {key} {path}`")),
            State::Reserved => {
                problem.help(format!("for another size, release it first: `podnet release {key} {path}`"))
            }
        });
    }
    if of_document(Some(document), key) {
        return Err(refuse(format!("the spec has `{key}`"))
            .at(Place::key(Pointer::from_text("/spec/podNetwork/pools").key(key.pool.as_str())))
            .help("run `podnet synth`, which gives it a range"));
    }
    let blocks = &spec.pod_network.cidr_blocks;
    let desired = desired_by_key(spec);
    let mut space = FreeSpace::new(blocks, &taken(desired.values(), planned));
    let carved = carve(&mut space, vec![Request { key: key.clone(), prefix_length }]);
    let Some(cidr) = carved.placed.get(key).copied() else {
        let problem = refuse(format!("no space for a /{prefix_length} for `{key}`"))
            .at(Pointer::from_text("/spec/podNetwork/cidrBlocks"));
        return Err(match space.largest() {
            Some(largest) => problem.note(format!("the largest free range is `{largest}`")).help(format!(
                "reserve at most a /{}, or add a block under `podNetwork.cidrBlocks`",
                largest.prefix_length()
            )),
            None => problem.note("no range is free").help("add a block under `podNetwork.cidrBlocks`"),
        });
    };
    let mut next = lock.clone();
    next.allocations.insert(
        key.clone(),
        Allocation {
            cidr,
            state: State::Reserved,
            subnet_id: None,
            reservations: Reservations::default(),
            route_table_id: None,
            zone_id: None,
        },
    );
    Ok((next, cidr))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(allocations: &[(&str, &str, State)]) -> Lock {
        let mut lock = Lock::empty("prod", "2026-10-27");
        for (key, cidr, state) in allocations {
            let allocation = Allocation {
                cidr: cidr.parse().unwrap(),
                state: *state,
                subnet_id: None,
                reservations: Reservations::default(),
                route_table_id: None,
                zone_id: None,
            };
            lock.allocations.insert(key.parse().unwrap(), allocation);
        }
        lock
    }

    fn held(lock: &Lock) -> Held<'_> {
        Held { spec: "prod.yaml", document: None, lock_name: "prod.lock.yaml", lock }
    }

    #[test]
    fn a_binding_goes_with_its_range_unless_another_has_its_name() {
        let mut kept = lock(&[("web-1/us-west-2a", "100.64.0.0/20", State::Retired)]);
        kept.bindings.insert("PodSubnetWeb1UsWest2a".to_owned(), "subnet-0000000a".to_owned());
        let key = "web-1/us-west-2a".parse().unwrap();
        let released = release(&key, &[held(&kept)], None).unwrap();
        assert!(released.lock.allocations.is_empty() && released.lock.bindings.is_empty());
        assert_eq!(released.subnet_id.as_deref(), Some("subnet-0000000a"));
        let upper = lock(&[
            ("web-1/us-west-2a", "100.64.0.0/20", State::Retired),
            ("web--1/us-west-2a", "100.64.16.0/20", State::Active),
        ]);
        let upper = Lock { bindings: kept.bindings.clone(), ..upper };
        assert_eq!(release(&key, &[held(&upper)], None).unwrap().lock.bindings.len(), 1);
    }

    #[test]
    fn only_one_lock_and_only_what_is_not_in_use() {
        let key = "default/us-west-2a".parse().unwrap();
        let message = |locks: &[&Lock]| {
            let held: Vec<Held<'_>> = locks.iter().map(|lock| held(lock)).collect();
            release(&key, &held, None).unwrap_err().message
        };
        let (active, retired) = (
            lock(&[("default/us-west-2a", "100.64.0.0/20", State::Active)]),
            lock(&[("default/us-west-2a", "100.64.0.0/20", State::Retired)]),
        );
        assert_eq!(message(&[&active]), "`default/us-west-2a` is in use: it is active");
        assert_eq!(message(&[&active, &retired]), "2 locks have `default/us-west-2a`");
        assert_eq!(message(&[]), "no lock has `default/us-west-2a`: there is none");
        let near = lock(&[("defaul/us-west-2a", "100.64.0.0/20", State::Reserved)]);
        let told = release(&key, &[held(&near)], None).unwrap_err();
        assert_eq!(told.help, ["did you mean `defaul/us-west-2a`?"]);
        assert_eq!(told.notes, ["retired or reserved: defaul/us-west-2a"]);
    }
}
