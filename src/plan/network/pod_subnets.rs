//! The pod subnets: which exist, which the lock has, and where the others go.

use std::collections::{BTreeMap, BTreeSet};

use super::desired_subnets::Wanted;
use super::existing_subnets::{self, taken_over};
use super::given_ranges::{block_of, given_outside, given_range, locked_differ, overlapping};
use super::size::{self, SubnetSize, is_left, size};
use super::unplaced::Unfit;
use super::zones::Zones;
use crate::address::{Cidr, FreeSpace, Request, carve};
use crate::catalog::address_rules::usable_addresses;
use crate::catalog::regions::{self, Partition};
use crate::diagnostic::Diagnostic;
use crate::ids::{Name, PodSubnetKey, logical_id, pod_subnet_output};
use crate::lock::{Allocation, Lock, State};
use crate::plan::model::{Block, PodSubnet, Reservation, SubnetOrigin};
use crate::plan::proof::demand::Terms;
use crate::plan::proof::placement::Share;
use crate::plan::proof::prove::{for_now, prove};
use crate::spec::Spec;

/// What pod subnets are planned from.
pub(crate) struct Context<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) zones: &'a Zones<'a>,
    pub(crate) blocks: &'a [Block],
    /// The pod subnets that the spec asks for.
    pub(crate) all: &'a [Wanted<'a>],
    /// Whose nodes use them.
    pub(crate) shares: &'a BTreeMap<PodSubnetKey, Vec<Share<'a>>>,
    pub(crate) terms: Terms<'a>,
    /// Whether every node group of the spec is among the shares: none has something wrong.
    pub(crate) groups_complete: bool,
    /// The lock's path, for messages.
    pub(crate) lock_name: &'a str,
}

impl Context<'_> {
    /// The prefix length that a subnet would be made with, where its size is right.
    pub(crate) fn size_of(&self, wanted: &Wanted<'_>) -> Option<u8> {
        self.size(wanted).ok().flatten().map(|size| size.prefix_length)
    }

    fn shares(&self, wanted: &Wanted<'_>) -> &[Share<'_>] {
        self.shares.get(&wanted.key).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many nodes of which group there can be for now, by pod subnet.
    pub(crate) fn for_now(&self, subnets: &[PodSubnet]) -> BTreeMap<PodSubnetKey, BTreeMap<Name, u64>> {
        let now = |subnet: &PodSubnet| {
            let (key, shares) = (subnet.key(), self.shares.get(&subnet.key())?);
            Some((key, for_now(subnet.cidr?, &self.terms, shares)))
        };
        subnets.iter().filter_map(now).collect()
    }

    fn size(&self, wanted: &Wanted<'_>) -> Result<Option<SubnetSize>, Diagnostic> {
        size(wanted, &self.terms, self.shares(wanted), &self.spec.pod_network.capacity, self.groups_complete)
    }
}

/// Plans every pod subnet. Ranges in the lock stay; what is new is carved out of what is free, and goes into the lock;
/// what the spec no longer has is retired there.
pub(crate) fn pod_subnets(context: &Context<'_>, lock: &mut Lock, problems: &mut Vec<Diagnostic>) -> Vec<PodSubnet> {
    let Context { spec, blocks, all, lock_name, .. } = *context;
    problems.extend(size::without(all, context.shares, lock));
    let mut differ = Vec::new();
    let mut ranges: BTreeMap<PodSubnetKey, (Cidr, String)> = BTreeMap::new();
    let mut requests = Vec::new();
    let mut sizes_refused: Vec<Diagnostic> = Vec::new();
    for wanted in all {
        if wanted.subnet_id.is_some() {
            if let Some(cidr) = wanted.cidr {
                problems.extend(given_outside(spec, cidr, &wanted.at));
                ranges.insert(wanted.key.clone(), (cidr, "given".to_owned()));
            }
            continue;
        }
        if let Some(cidr) = wanted.cidr {
            problems.extend(given_range(cidr, blocks, wanted, lock_name, lock, all));
            ranges.insert(wanted.key.clone(), (cidr, "given".to_owned()));
            continue;
        }
        if let Some(Allocation { cidr, .. }) = taken_over(lock, &wanted.key) {
            // It is as large as it is; whether that suffices is for the proof to say.
            if block_of(blocks, *cidr).is_none() {
                differ.push((wanted, *cidr, cidr.prefix_length()));
            }
            ranges.insert(
                wanted.key.clone(),
                (*cidr, "the range of a subnet that is there, kept in the lock".to_owned()),
            );
            continue;
        }
        let locked = lock.allocations.get(&wanted.key).map(|allocation| allocation.cidr);
        let sized = context.size(wanted).unwrap_or_else(|refused| {
            if let Some(cidr) = locked.filter(|_| is_left(wanted, context.shares(wanted))) {
                return Some(SubnetSize::as_it_is(cidr));
            }
            // A pool's size is wrong once, however many zones it is for.
            if !sizes_refused.iter().any(|other| other.place == refused.place && other.code == refused.code) {
                sizes_refused.push(refused);
            }
            None
        });
        match (locked, sized) {
            (Some(cidr), sized) => {
                if let Some(size) =
                    sized.as_ref().filter(|size| !size.may_stay(cidr) || block_of(blocks, cidr).is_none())
                {
                    differ.push((wanted, cidr, size.prefix_length));
                }
                ranges.insert(wanted.key.clone(), (cidr, carved_from(blocks, cidr)));
            }
            (None, Some(size)) => {
                requests.push(Request { key: wanted.key.clone(), prefix_length: size.prefix_length });
            }
            (None, None) => {}
        }
    }
    problems.extend(sizes_refused);
    problems.extend(locked_differ(&differ, blocks, lock_name, lock));
    problems.extend(overlapping(spec, blocks, &ranges, all, lock_name));
    problems.extend(existing_subnets::overlapping(all, blocks, lock_name, lock));
    problems.extend(all.iter().filter_map(|wanted| existing_subnets::back(wanted, lock_name, lock)));
    let mut taken: Vec<Cidr> = ranges.values().map(|(cidr, _)| *cidr).collect();
    taken.extend(lock.allocations.values().map(|allocation| allocation.cidr));
    taken.extend(lock.existing.values());
    let free_in: Vec<Cidr> = blocks.iter().map(|block| block.cidr).collect();
    let mut space = FreeSpace::new(&free_in, &taken);
    let untouched = space.clone();
    let carved = carve(&mut space, requests.clone());
    for (key, cidr) in carved.placed {
        ranges.insert(key, (cidr, carved_from(blocks, cidr)));
    }
    let unfit = Unfit { wanted: all, unplaced: &carved.unplaced, requests: &requests, space: &untouched };
    problems.extend(unfit.diagnostics(spec, lock, &free_in));
    update(lock, &ranges, all);
    all.iter().map(|wanted| subnet(context, wanted, ranges.get(&wanted.key), lock)).collect()
}

/// How a range came about; the same words when it is carved and when the lock has it.
fn carved_from(blocks: &[Block], cidr: Cidr) -> String {
    let block = block_of(blocks, cidr).map_or_else(|| "no block".to_owned(), |block| block.cidr.to_string());
    format!("a /{} of {block}, kept in the lock", cidr.prefix_length())
}

/// Puts what is handed out into the lock, and retires what the spec no longer has. The stack lets the subnet of a retired
/// range go; should its pool and zone come back, it is taken over as it is, since its range cannot be made twice.
fn update(lock: &mut Lock, ranges: &BTreeMap<PodSubnetKey, (Cidr, String)>, all: &[Wanted<'_>]) {
    let mut gone = BTreeSet::new();
    for (key, allocation) in &mut lock.allocations {
        if allocation.state == State::Active {
            allocation.state = State::Retired;
            gone.insert(key.clone());
        }
    }
    for wanted in all {
        let mut adopted = taken_over(lock, &wanted.key).cloned();
        let output = pod_subnet_output(&wanted.key);
        if let Some(id) =
            wanted.subnet_id.filter(|id| lock.bindings.get(&output).is_some_and(|bound| bound == id.as_str()))
        {
            // One that podnet made and that the spec gives by its id now is the same one still.
            lock.bindings.remove(&output);
            adopted = lock.allocations.get(&wanted.key).cloned();
            if let Some(allocation) = &mut adopted {
                allocation.subnet_id = Some(id.clone());
            }
        }
        let cidr = match (wanted.subnet_id, &adopted) {
            (None, _) => ranges.get(&wanted.key).map(|(cidr, _)| *cidr),
            // One that was taken over and that the spec then gives by its id is the same one still.
            (given, Some(adopted)) => Some(adopted.cidr).filter(|_| adopted.subnet_id.as_ref() == given),
            _ => None,
        };
        if let Some(cidr) = cidr {
            let subnet_id = adopted.and_then(|adopted| adopted.subnet_id);
            lock.allocations.insert(wanted.key.clone(), Allocation { cidr, state: State::Active, subnet_id });
            gone.remove(&wanted.key);
        }
    }
    for key in gone {
        let bound = lock.bindings.remove(&pod_subnet_output(&key)).and_then(|id| id.parse().ok());
        if let Some(allocation) = lock.allocations.get_mut(&key) {
            allocation.subnet_id = allocation.subnet_id.take().or(bound);
        }
    }
}

fn subnet(context: &Context<'_>, wanted: &Wanted<'_>, range: Option<&(Cidr, String)>, lock: &Lock) -> PodSubnet {
    let PodSubnetKey { pool, zone, further } = wanted.key.clone();
    let adopted = lock.allocations.get(&wanted.key).and_then(|allocation| allocation.subnet_id.clone());
    let made = wanted.subnet_id.is_none() && adopted.is_none();
    let id = wanted.logical_id();
    let bound = lock.bindings.get(&id).and_then(|id| id.parse().ok()).filter(|_| made);
    let cidr = range.map(|(cidr, _)| *cidr);
    let proof = cidr.map(|cidr| prove(cidr, &context.terms, context.shares(wanted)));
    let kept = proof.iter().flat_map(|proof| &proof.reservations);
    let in_template = made && regions::partition(&context.spec.region) == Some(Partition::Aws);
    let reservation = |cidr: &Cidr| Reservation {
        cidr: *cidr,
        logical_id: in_template.then(|| logical_id(&format!("{id}Prefixes"), &[&cidr.to_string()])),
    };
    PodSubnet {
        reservations: kept.map(reservation).collect(),
        cidr,
        usable_addresses: cidr.map(usable_addresses),
        size_how: match (wanted.cidr, context.size(wanted)) {
            (None, Ok(Some(size))) => Some(size.how),
            _ => None,
        },
        how: range.map_or_else(|| "given by its id alone".to_owned(), |(_, how)| how.clone()),
        origin: match (wanted.subnet_id, &adopted, &bound) {
            (Some(_), ..) => SubnetOrigin::Given,
            (None, Some(_), _) => SubnetOrigin::Adopted,
            (None, None, Some(_)) => SubnetOrigin::Bound,
            (None, None, None) => SubnetOrigin::Pending,
        },
        subnet_id: wanted.subnet_id.cloned().or(adopted).or(bound),
        block_logical_id: cidr.filter(|_| made).and_then(|cidr| block_of(context.blocks, cidr)?.logical_id.clone()),
        logical_id: made.then_some(id),
        route_table_id: context.zones.get(&zone).and_then(|(zone, _)| zone.pod_route_table_id.clone()),
        proof,
        pool,
        zone,
        further,
    }
}
