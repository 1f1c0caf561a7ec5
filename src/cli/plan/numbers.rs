//! How every number of a part of the plan came about.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::people::room;
use crate::catalog::address_rules::RESERVED_ADDRESSES;
use crate::plan::{EniConfig, NodeGroupPlan, NodeSubnetProof, Plan, PodSubnet, Proof};

/// Explains what of a plan has a name: a zone, a pool, a pod subnet, a node group or an instance type. Nothing where the
/// plan has none of that name.
pub(super) fn explain(plan: &Plan, what: &str) -> Option<String> {
    let mut groups: Vec<&NodeGroupPlan> = plan.node_groups.iter().filter(|group| group_is(group, what)).collect();
    let mut subnets: Vec<&PodSubnet> = plan.pod_subnets.iter().filter(|subnet| is_of(subnet, what)).collect();
    // Of one that is named alone, the others that have to do with it are told too.
    if subnets.is_empty() {
        let used = |subnet: &&PodSubnet| groups.iter().any(|group| uses(plan, group, subnet));
        subnets = plan.pod_subnets.iter().filter(used).collect();
    }
    if groups.is_empty() {
        let user = |group: &&NodeGroupPlan| subnets.iter().any(|subnet| uses(plan, group, subnet));
        groups = plan.node_groups.iter().filter(user).collect();
    }
    if subnets.is_empty() && groups.is_empty() {
        return None;
    }
    let mut out = format!("{}: {what}\n", plan.cluster.name);
    for subnet in &subnets {
        self::subnet(plan, subnet, &mut out);
    }
    let zones: BTreeSet<&str> = subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
    for proof in plan.node_subnets.iter().filter(|proof| zones.contains(proof.zone.as_str())) {
        node_subnets(proof, &mut out);
    }
    for group in groups {
        self::group(plan, group, &mut out);
    }
    Some(out)
}

/// Whether nodes of a group use a pod subnet.
fn uses(plan: &Plan, group: &NodeGroupPlan, subnet: &PodSubnet) -> bool {
    let mut configs = plan.eni_configs.iter().filter(|config| group.eni_configs.contains(&config.name));
    configs.any(|config| config.key() == subnet.key())
}

/// The names that can be explained, sorted.
pub(super) fn known(plan: &Plan) -> BTreeSet<String> {
    let of_subnet = |subnet: &PodSubnet| [subnet.pool.to_string(), subnet.zone.to_string(), subnet.key().to_string()];
    let of_group = |group: &NodeGroupPlan| {
        let names = [group.group.to_string(), group.name.clone()];
        names.into_iter().chain(group.instance_types.iter().map(ToString::to_string)).collect::<Vec<_>>()
    };
    plan.pod_subnets.iter().flat_map(of_subnet).chain(plan.node_groups.iter().flat_map(of_group)).collect()
}

fn is_of(subnet: &PodSubnet, what: &str) -> bool {
    subnet.key().to_string() == what || subnet.zone.as_str() == what || subnet.pool.as_str() == what
}

fn group_is(group: &NodeGroupPlan, what: &str) -> bool {
    group.group.as_str() == what || group.name == what || group.instance_types.iter().any(|name| name.as_str() == what)
}

fn subnet(plan: &Plan, subnet: &PodSubnet, out: &mut String) {
    let mut line = |text: String| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{text}");
    };
    line(format!("\npod subnet {}", subnet.key()));
    let Some(cidr) = subnet.cidr else {
        line("  its range is not known, so nothing can be computed".to_owned());
        return;
    };
    line(format!("  {cidr}: {}", subnet.how));
    if let Some(how) = &subnet.size_how {
        line(format!("  {how}"));
    }
    line(format!(
        "  usable: 2^{} - {RESERVED_ADDRESSES} = {}; AWS reserves the first four and the last",
        32 - cidr.prefix_length(),
        cidr.addresses() - RESERVED_ADDRESSES
    ));
    let Some(proof) = &subnet.proof else { return };
    for demand in &proof.groups {
        line(format!("  {}: {} nodes ({})", demand.group, demand.nodes, demand.nodes_how));
        line(format!("    each {}", demand.node_how));
        line(format!(
            "    {} × {} = {}",
            demand.nodes,
            each(demand.need.addresses(), demand.nodes),
            demand.need.addresses()
        ));
    }
    line(format!("  proof: {}; {} left", proof.inequality, proof.headroom));
    prefixes(proof, &mut line);
    if !proof.largest.is_empty() {
        line(format!("  most nodes that fit (other groups unchanged): {}", room(proof)));
    }
    let config = plan.eni_configs.iter().find(|config| config.key() == subnet.key());
    if let Some(EniConfig { name, .. }) = config {
        let id = subnet.subnet_id.as_ref().map_or_else(|| "not deployed".to_owned(), ToString::to_string);
        line(format!("  ENIConfig {name}: {id}"));
    }
}

fn each(all: u64, nodes: u64) -> u64 {
    all.checked_div(nodes).unwrap_or(0)
}

fn prefixes(proof: &Proof, line: &mut impl FnMut(String)) {
    if let Some(prefixes) = &proof.prefixes {
        line(format!("  prefixes: {prefixes}"));
        let kept: Vec<String> = proof.reservations.iter().map(ToString::to_string).collect();
        line(format!("    reserved as whole prefixes: {}", kept.join(", ")));
    }
}

fn node_subnets(proof: &NodeSubnetProof, out: &mut String) {
    let mut line = |text: String| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{text}");
    };
    line(format!("\nnode subnets in {}: {} usable addresses", proof.zone, proof.usable));
    for group in &proof.groups {
        line(format!("  {}: {} nodes ({})", group.group, group.nodes, group.how.join("; ")));
    }
    line(format!("  proof: {}; each node has one for its primary interface", proof.inequality));
}

fn group(plan: &Plan, group: &NodeGroupPlan, out: &mut String) {
    let mut line = |text: String| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{text}");
    };
    let zones: Vec<String> = group.zones.iter().map(ToString::to_string).collect();
    line(format!("\nnode group {}: {} to {} nodes in {}", group.name, group.min, group.max, zones.join(", ")));
    line(format!("  max pods {}: {}", group.max_pods.value, group.max_pods.how));
    for pods in group.max_pods.types.iter().filter(|_| group.max_pods.types.len() > 1) {
        line(format!("    {}: {}", pods.instance_type, pods.how));
    }
    let label = &plan.selection.label;
    let value = group.labels.iter().find(|(key, _)| key.as_str() == label).map(|(_, value)| value.to_string());
    let said = value.map_or_else(|| label.clone(), |value| format!("{label}={value}"));
    line(format!("  its nodes find {} by {said}: {}", group.eni_configs.join(", "), plan.selection.how));
}
