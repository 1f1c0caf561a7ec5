//! A subnet of a computed size suffices, and a group grows exactly as far as the plan says.

use std::collections::BTreeMap;

use podnet::address::Cidr;
use podnet::diagnostic::Code;
use podnet::ids::Name;
use podnet::plan::{Plan, PodSubnet, Proof};

use crate::harness::property;

use super::networks::networks;
use super::world::synthesize;
use super::{CASES, one_if};

/// Prefixes of which a subnet has all, but for those that AWS's own five addresses spoil: the first and the last.
fn whole_prefixes(subnet: Cidr) -> u64 {
    (subnet.addresses() / 16).saturating_sub(2)
}

/// Whether so many single addresses and prefixes are in a subnet of that many addresses at once.
fn has_room(subnet: Cidr, single: u64, prefixes: u64) -> bool {
    prefixes <= whole_prefixes(subnet) && single + 16 * prefixes + 5 <= subnet.addresses()
}

/// Checks a proof by counting again.
fn check(subnet: &PodSubnet, growth: u16) {
    let (cidr, proof) = (subnet.cidr.unwrap(), subnet.proof.as_ref().unwrap());
    let Proof { need, demand, usable, headroom, groups, reservations, .. } = proof;
    assert!(proof.holds && proof.breaks.is_none());
    let sum = |of: fn(&podnet::plan::GroupDemand) -> u64| groups.iter().map(of).sum::<u64>();
    assert_eq!(need.single, sum(|group| group.nodes * (group.need.single / group.nodes)));
    assert_eq!(need.prefixes, sum(|group| group.nodes * (group.need.prefixes / group.nodes)));
    assert!(groups.iter().all(|group| group.need.addresses() >= group.nodes * group.node.addresses));
    assert_eq!(*demand, need.single + 16 * need.prefixes);
    assert_eq!((*usable, *headroom), (cidr.addresses() - 5, cidr.addresses() - 5 - demand));
    assert!(has_room(cidr, need.single, need.prefixes));
    assert_eq!(subnet.reservations.iter().map(|reservation| reservation.cidr).collect::<Vec<_>>(), *reservations);
    for (number, one) in reservations.iter().enumerate() {
        assert!(cidr.contains(*one) && one.prefix_length() <= 28, "{one} of {cidr}");
        let spoiled = [cidr.first(), cidr.last()].map(|address| Cidr::around(address, 28));
        assert!(spoiled.into_iter().all(|spoiled| !spoiled.overlaps(*one)), "{one} of {cidr}");
        assert!(reservations.iter().skip(number + 1).all(|two| !two.overlaps(*one)), "{reservations:?}");
    }
    let reserved: u64 = reservations.iter().map(|one| one.addresses()).sum();
    assert!(reserved >= 16 * need.prefixes && need.single + reserved + 5 <= cidr.addresses());
    // Without room to grow, none is larger than it must be.
    if let (0, Some((half, _)), true) = (growth, cidr.halves(), cidr.prefix_length() < 28) {
        assert!(!has_room(half, need.single, need.prefixes), "{need:?} is in {half} already");
    }
}

#[test]
fn a_subnet_that_is_computed_suffices() {
    property(CASES, &networks(3), |network| {
        let planned = synthesize(&network.document(), &podnet::lock::Lock::default());
        if let Some(plan) = &planned.plan {
            plan.pod_subnets.iter().for_each(|subnet| check(subnet, network.growth));
        }
        one_if(planned.plan.is_some())
    });
}

/// The largest `size.max` of each group: where it has least room.
fn largest(plan: &Plan) -> BTreeMap<Name, u64> {
    let mut all = BTreeMap::new();
    for proof in plan.pod_subnets.iter().filter_map(|subnet| subnet.proof.as_ref()) {
        for one in &proof.largest {
            let largest = one.largest.unwrap();
            let least = all.entry(one.group.clone()).or_insert(largest);
            *least = largest.min(*least);
        }
    }
    all
}

#[test]
fn a_group_grows_as_far_as_the_plan_says_and_no_further() {
    property(CASES, &networks(2), |mut network| {
        network.further = false;
        let mut document = network.document();
        document.spec.zones.truncate(1);
        let planned = synthesize(&document, &podnet::lock::Lock::default());
        let Some(plan) = &planned.plan else { return (0, 1) };
        let group = document.spec.node_groups[0].name.clone();
        let most = largest(plan)[&group];
        assert!(most >= u64::from(network.groups[0].max));
        let mut with = |max: u64| {
            document.spec.node_groups[0].size.max = u32::try_from(max).unwrap();
            synthesize(&document, &planned.lock)
        };
        let at_most = with(most);
        assert!(at_most.plan.is_some(), "{most} nodes: {:#?}", at_most.diagnostics);
        assert_eq!(at_most.lock, planned.lock);
        // No group has more than 10,000 nodes.
        if most < 10_000 {
            let above = with(most + 1);
            assert!(above.plan.is_none());
            assert!(above.diagnostics.iter().any(|found| found.code == Code::CapacityExceeded), "{most} nodes and one");
        }
        (1, 1)
    });
}
