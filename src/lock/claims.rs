//! What a lock says, as the output beside it says it again: the output is the lock's witness.
//!
//! Seals tell that a line is as podnet wrote it. That a line is there at all, only somebody else can tell.

use serde_json::{Map, Value, json};

use super::line::Lines;
use super::text::{LockPart, parts};
use super::{Allocation, Lock, Reservations, config_name};
use crate::ids::{LogicalId, PodSubnetKey};
use crate::source::Pointer;

/// Parts of a lock that are nobody's claims: which file it is, what is gone, what goes by itself, and what the output has itself.
const NO_CLAIMS: [&str; 7] =
    ["version", "cluster", "catalog", "released", "releasedNames", "allowances", "nodeResources"];

/// What a lock says, in the shape of its file and without seals.
pub(crate) fn claims(lock: &Lock) -> Value {
    let mut claims = Map::new();
    for part in parts(lock) {
        match part {
            LockPart::Field(line) => claims.extend([line.claim()]),
            LockPart::Section { name, lines, .. } => {
                claims.insert(name.to_owned(), lines.iter().map(super::text::Line::claim).collect());
            }
        }
    }
    claims.retain(|part, says| !NO_CLAIMS.contains(&part.as_str()) && *says != json!({}));
    Value::Object(claims)
}

/// Reads claims back; nothing where they are none.
pub(crate) fn claimed(claims: &Value, cluster: &str) -> Option<Lock> {
    let mut lines = claims.as_object()?.clone();
    lines.extend(
        [("version", json!(super::VERSION)), ("cluster", json!(cluster)), ("catalog", json!(""))]
            .map(|(part, says)| (part.to_owned(), says)),
    );
    serde_json::from_value::<Lines>(Value::Object(lines)).ok().map(Lines::lock)
}

/// Whether a lock has a line, or a section with one seal.
pub(crate) fn has_line(lock: &Lock, line: &Pointer) -> bool {
    let segments: Vec<String> = line.segments().collect();
    parts(lock).iter().any(|part| match (part, segments.as_slice()) {
        (LockPart::Section { name, lines, .. }, [section, key]) => {
            name == section && lines.iter().any(|line| line.claim().0 == *key)
        }
        (LockPart::Section { name, .. }, [section]) => name == section,
        _ => false,
    })
}

/// A lock with what it has lost of what was claimed. What it says otherwise than was claimed is newer, except for ranges, which
/// never move; what it lacks for a reason that it shows stays away.
pub(crate) fn restored(lock: &Lock, claimed: &Lock) -> Lock {
    let mut whole = lock.clone();
    for (key, claim) in &claimed.allocations {
        match lock.allocations.get(key) {
            Some(there) if there.cidr == claim.cidr => {
                let bound = lock.bindings.get(LogicalId::pod_subnet(key).as_str()).map(String::as_str);
                whole.allocations.insert(key.clone(), completed(there, claim, bound));
            }
            _ if lock.released.get(key) == Some(&claim.cidr) => {}
            _ => {
                whole.allocations.insert(key.clone(), claim.clone());
            }
        }
    }
    for (output, id) in &claimed.bindings {
        let gone = |key: &PodSubnetKey| LogicalId::pod_subnet(key).as_str() == output;
        let adopted = |(key, allocation): (&PodSubnetKey, &Allocation)| {
            gone(key) && allocation.subnet_id.as_ref().is_some_and(|subnet| subnet.as_str() == id)
        };
        if !lock.released_names.contains(output)
            && !lock.released.keys().any(gone)
            && !lock.allocations.iter().any(adopted)
        {
            whole.bindings.entry(output.clone()).or_insert_with(|| id.clone());
        }
    }
    for (group, worn) in claimed.security_groups.iter().filter(|(group, _)| !lock.released_names.contains(*group)) {
        whole.security_groups.entry(group.clone()).or_insert_with(|| worn.clone());
    }
    for (name, config) in
        claimed.eni_configs.iter().filter(|(name, _)| !lock.released_names.contains(&config_name(name)))
    {
        whole.eni_configs.entry(name.clone()).or_insert_with(|| config.clone());
    }
    for (id, group) in claimed.node_groups.iter().filter(|(id, _)| !lock.released_names.contains(*id)) {
        whole.node_groups.entry(id.clone()).or_insert_with(|| group.clone());
    }
    for (id, resource) in &claimed.node_resources {
        whole.node_resources.entry(id.clone()).or_insert_with(|| resource.clone());
    }
    for (id, cidr) in &claimed.existing {
        whole.existing.entry(id.clone()).or_insert(*cidr);
    }
    whole.environment.extend(claimed.environment.iter().cloned());
    whole.select_by = whole.select_by.or_else(|| claimed.select_by.clone());
    whole.cluster_access = whole.cluster_access.or_else(|| claimed.cluster_access.clone());
    whole
}

/// An allocation with what its line has lost. The id of a subnet that the stack makes is in its binding, `bound`; a route table
/// counts for as long as the stack has the subnet, and the zone's id too.
fn completed(there: &Allocation, claim: &Allocation, bound: Option<&str>) -> Allocation {
    let subnet_id = claim.subnet_id.clone().filter(|id| bound != Some(id.as_str()));
    let subnet_id = there.subnet_id.clone().or(subnet_id);
    let of_stack = subnet_id.is_none();
    let kept = |made: bool| of_stack && made;
    Allocation {
        reservations: if there.reservations == Reservations::Stack { claim.reservations } else { there.reservations },
        route_table_id: there
            .route_table_id
            .clone()
            .or_else(|| claim.route_table_id.clone().filter(|_| kept(bound.is_some()))),
        zone_id: there.zone_id.clone().or_else(|| claim.zone_id.clone().filter(|_| kept(true))),
        subnet_id,
        ..there.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{ClusterBinding, State};
    use crate::spec::SelectBy;

    fn lock() -> Lock {
        let allocation = |cidr: &str, state| Allocation {
            cidr: cidr.parse().unwrap(),
            state,
            subnet_id: None,
            reservations: Reservations::Stack,
            route_table_id: None,
            zone_id: None,
        };
        let mut retired = allocation("100.64.64.0/18", State::Retired);
        retired.subnet_id = Some("subnet-0bbbbbbbbbbbbbbbb".parse().unwrap());
        let mut lock = Lock::empty("prod", "2026-10-27");
        lock.allocations.insert("default/us-west-2a".parse().unwrap(), allocation("100.64.0.0/18", State::Active));
        lock.allocations.insert("default/us-west-2b".parse().unwrap(), retired);
        lock.bindings.insert("PodSubnetDefaultUsWest2a".into(), "subnet-0aaaaaaaaaaaaaaaa".into());
        lock.existing.insert("subnet-0cccccccccccccccc".parse().unwrap(), "10.20.0.0/20".parse().unwrap());
        lock.environment.insert("AWS_VPC_K8S_CNI_LOGLEVEL".into());
        lock.select_by = Some(SelectBy::Zone);
        lock.cluster_access = Some(ClusterBinding {
            api_server_endpoint: "https://ABC.gr7.us-west-2.eks.amazonaws.com".parse().unwrap(),
            certificate_authority: "LS0tLQ==".parse().unwrap(),
            service_cidr: Some("172.20.0.0/16".parse().unwrap()),
        });
        lock
    }

    #[test]
    fn claims_are_read_back_as_they_were() {
        let claims = claims(&lock());
        let there = Lock { catalog: String::new(), ..lock() };
        assert_eq!(claimed(&claims, "prod"), Some(there));
        assert_eq!(claims["allocations"]["default/us-west-2a"], json!({"cidr": "100.64.0.0/18", "state": "active"}));
        assert_eq!(claims["selectBy"], "zone");
    }

    #[test]
    fn whatever_is_lost_comes_back() {
        let whole = lock();
        let key = |text: &str| text.parse::<PodSubnetKey>().unwrap();
        let losses: [fn(&mut Lock); 9] = [
            |lock| drop(lock.allocations.pop_first()),
            |lock| drop(lock.allocations.pop_last()),
            |lock| lock.bindings.clear(),
            |lock| lock.existing.clear(),
            |lock| lock.environment.clear(),
            |lock| lock.select_by = None,
            |lock| lock.cluster_access = None,
            |lock| lock.allocations.values_mut().for_each(|allocation| allocation.subnet_id = None),
            |lock| lock.allocations.values_mut().take(1).for_each(|a| a.cidr = "100.64.128.0/18".parse().unwrap()),
        ];
        for lose in losses {
            let mut less = whole.clone();
            lose(&mut less);
            assert_ne!(less, whole);
            assert_eq!(restored(&less, &whole), whole);
        }
        // A range that was given back stays away, and its subnet's id with it; so does the id of a subnet that was retired.
        let mut given_back = whole.clone();
        given_back.allocations.remove(&key("default/us-west-2a"));
        given_back.bindings.clear();
        given_back.released.insert(key("default/us-west-2a"), "100.64.0.0/18".parse().unwrap());
        assert_eq!(restored(&given_back, &whole), given_back);
        let mut retired = whole.clone();
        retired.bindings.clear();
        let first = retired.allocations.get_mut(&key("default/us-west-2a")).unwrap();
        first.subnet_id = Some("subnet-0aaaaaaaaaaaaaaaa".parse().unwrap());
        assert_eq!(restored(&retired, &whole), retired);
    }
}
