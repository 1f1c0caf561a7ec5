//! Seals: a few digits in each line of the lock that tell a line that podnet wrote from one that a person changed.
//!
//! A seal is a check sum, not a signature: it is there for slips. Each line has its own, so that git merges lines as ever.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Allocation, Allowance, ClusterBinding, LockedConfig, LockedGroup, Worn};
use crate::address::Cidr;
use crate::ids::{PodSubnetKey, RouteTableId, SecurityGroupId, SubnetId, ZoneId};

/// Digits of a seal.
const DIGITS: usize = 8;

/// Computes the seal of a line: of its kind, the cluster, and what it says.
fn seal(kind: &str, cluster: &str, says: &[&str]) -> String {
    let mut hash = Sha256::new();
    // With the kind and the cluster in it, a line that was moved to another section or lock does not fit there. The line
    // break keeps `a`, `bc` and `ab`, `c` apart: no text of a lock's line has one.
    for text in [kind, cluster].iter().chain(says) {
        hash.update(text.as_bytes());
        hash.update(b"\n");
    }
    hexadecimal(hash)
}

/// A few digits that stand for a text.
pub(super) fn digits(text: &str) -> String {
    hexadecimal(Sha256::new_with_prefix(text))
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().take(DIGITS / 2).fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Seals a range that was handed out. What was not there in the first edition of the lock counts only where it is not the
/// default, so that the seals of older locks hold.
pub(super) fn allocation(cluster: &str, key: &PodSubnetKey, allocation: &Allocation) -> String {
    let Allocation { cidr, state, subnet_id, reservations, route_table_id, zone_id } = allocation;
    let (key, cidr) = (key.to_string(), cidr.to_string());
    let subnet = subnet_id.as_ref().map_or("", SubnetId::as_str);
    let mut says = vec![key.as_str(), &cidr, state.as_str(), subnet];
    says.extend(reservations.written());
    says.extend(route_table_id.as_ref().map(RouteTableId::as_str));
    says.extend(zone_id.as_ref().map(ZoneId::as_str));
    seal("allocation", cluster, &says)
}

/// Seals a subnet that podnet does not manage.
pub(super) fn existing(cluster: &str, id: &SubnetId, cidr: Cidr) -> String {
    seal("existing", cluster, &[id.as_str(), &cidr.to_string()])
}

/// Seals a range that was given back.
pub(super) fn released(cluster: &str, key: &PodSubnetKey, cidr: Cidr) -> String {
    seal("released", cluster, &[&key.to_string(), &cidr.to_string()])
}

/// Seals what a stack output was.
pub(super) fn binding(cluster: &str, output: &str, id: &str) -> String {
    seal("binding", cluster, &[output, id])
}

/// Seals a variable of aws-node that was written.
pub(super) fn environment(cluster: &str, name: &str) -> String {
    seal("environment", cluster, &[name])
}

/// Seals who has a security group.
pub(super) fn worn(cluster: &str, group: &str, worn: &Worn) -> String {
    seal("securityGroup", cluster, &[group, worn.by.as_str(), worn.state.as_str()])
}

/// Seals an ENIConfig that was written.
pub(super) fn eni_config(cluster: &str, name: &str, config: &LockedConfig) -> String {
    let LockedConfig { key, subnet_id, security_group_ids, state } = config;
    let key = key.to_string();
    let mut says = vec![name, &key, subnet_id.as_str(), state.as_str()];
    says.extend(security_group_ids.iter().map(SecurityGroupId::as_str));
    seal("eniConfig", cluster, &says)
}

/// Seals a node group that was written.
pub(super) fn node_group(cluster: &str, id: &str, group: &LockedGroup) -> String {
    let LockedGroup { state, group, successor_of, nodes, max_pods, instance_types, pod_subnets } = group;
    let (nodes, max_pods) = (nodes.to_string(), max_pods.to_string());
    let keys: Vec<String> = pod_subnets.iter().map(ToString::to_string).collect();
    let first = successor_of.as_deref().unwrap_or_default();
    let mut says = vec![id, state.as_str(), group.as_str(), first, &nodes, &max_pods];
    says.extend(instance_types.iter().map(crate::ids::InstanceTypeName::as_str));
    says.extend(keys.iter().map(String::as_str));
    seal("nodeGroup", cluster, &says)
}

/// Seals a resource of the node groups' stack.
pub(super) fn node_resource(cluster: &str, id: &str, resource: &str) -> String {
    seal("nodeResource", cluster, &[id, resource])
}

/// Seals a name that was given back.
pub(super) fn released_name(cluster: &str, name: &str) -> String {
    seal("releasedName", cluster, &[name])
}

/// Seals a change that is allowed.
pub(super) fn allowance(cluster: &str, name: &str, allowance: &Allowance) -> String {
    let Allowance { effect, file, before, after } = allowance;
    seal("allowance", cluster, &[name, effect, file, before, after.as_deref().unwrap_or_default()])
}

/// Seals how nodes reach the cluster: one seal for the whole section.
pub(super) fn access(cluster: &str, access: &ClusterBinding) -> String {
    let service = access.service_cidr.map(|service| service.to_string()).unwrap_or_default();
    let (endpoint, authority) = (access.api_server_endpoint.as_str(), access.certificate_authority.as_str());
    seal("clusterAccess", cluster, &[endpoint, authority, &service])
}
