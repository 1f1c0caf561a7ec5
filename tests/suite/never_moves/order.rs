//! Lists in another order.

use podnet::spec::Document;

/// Puts a list into an order that the seed decides.
fn mix<T>(list: &mut [T], seed: &mut u64) {
    for number in (1..list.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(*seed >> 33).unwrap() % (number + 1);
        list.swap(number, other);
    }
}

/// Puts every list of a spec into another order, but for those whose order means something: `vpc.cidrBlocks` and
/// `instanceTypes`.
pub fn shuffle(document: &mut Document, seed: u64) {
    let seed = &mut seed.clone();
    let spec = &mut document.spec;
    mix(&mut spec.vpc.avoid, seed);
    mix(&mut spec.zones, seed);
    spec.zones.iter_mut().for_each(|zone| mix(&mut zone.node_subnets, seed));
    let network = &mut spec.pod_network;
    mix(&mut network.cidr_blocks, seed);
    mix(&mut network.security_groups.ids, seed);
    mix(&mut network.egress.exclude_snat_cidrs, seed);
    for special in network.pools.values_mut().flat_map(|pool| pool.zones.values_mut()) {
        mix(special.security_group_ids.as_deref_mut().unwrap_or_default(), seed);
    }
    mix(&mut spec.node_groups, seed);
    for group in &mut spec.node_groups {
        mix(group.zones.as_deref_mut().unwrap_or_default(), seed);
        mix(&mut group.taints, seed);
        mix(&mut group.security_group_ids, seed);
    }
    mix(&mut spec.silence, seed);
}
