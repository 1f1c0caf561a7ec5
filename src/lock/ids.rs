//! The ids in a lock, read as strictly as ids anywhere else: a seal tells who wrote a line, not that it can be right.

use std::collections::BTreeMap;

use super::Lock;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::{LogicalId, SecurityGroupId, SubnetId, is_pod_subnet};
use crate::source::{Place, Pointer};
use crate::spec::Spec;

/// What the ids of a lock cannot be: of another form than what they name, one subnet's for two zones, or, with the spec, the id of
/// a subnet for nodes.
pub(super) fn impossible(name: &str, lock: &Lock) -> Vec<Diagnostic> {
    malformed(name, lock).into_iter().chain(twice(name, lock)).collect()
}

fn malformed(name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let problem = |(output, id): (&String, &String)| {
        let subnet = is_pod_subnet(output);
        let wrong = if subnet { id.parse::<SubnetId>().err() } else { id.parse::<SecurityGroupId>().err() };
        Some(contradiction(wrong?.message, binding(name, output)))
    };
    lock.bindings.iter().filter_map(problem).collect()
}

fn twice(name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, (String, Place)> = BTreeMap::new();
    let mut problems = Vec::new();
    for (id, whose, place) in subnets(name, lock) {
        match seen.get(id) {
            Some((other, there)) if *other != whose => problems.push(
                contradiction(format!("`{id}` is the subnet of `{other}` and of `{whose}`"), place)
                    .related(there.clone(), "the other one"),
            ),
            Some(_) => {}
            None => {
                seen.insert(id, (whose, place));
            }
        }
    }
    problems
}

/// Every pod subnet that has an id: the id, the logical id, and where it stands.
fn subnets<'a>(name: &'a str, lock: &'a Lock) -> impl Iterator<Item = (&'a str, String, Place)> {
    let bound = lock.bindings.iter().filter(|(output, _)| is_pod_subnet(output));
    let bound = bound.map(move |(output, id)| (id.as_str(), output.clone(), binding(name, output)));
    let adopted = lock.allocations.iter().filter_map(move |(key, allocation)| {
        let place = Place::in_file(name, Pointer::root().key("allocations").key(&key.to_string()));
        Some((allocation.subnet_id.as_ref()?.as_str(), LogicalId::pod_subnet(key).to_string(), place))
    });
    bound.chain(adopted)
}

/// Pod subnets of a lock that are subnets for nodes in the spec: pods would take the nodes' addresses.
pub(crate) fn of_nodes(name: &str, lock: &Lock, spec: &Spec) -> Vec<Diagnostic> {
    let mut nodes = BTreeMap::new();
    for (number, zone) in spec.zones.iter().enumerate() {
        for (other, subnet) in zone.node_subnets.iter().enumerate() {
            let at = Pointer::from_text("/spec/zones").index(number).key("nodeSubnets").index(other);
            nodes.insert(subnet.id.as_str(), at);
        }
    }
    subnets(name, lock)
        .filter_map(|(id, whose, place)| {
            let at = nodes.get(id)?;
            let problem =
                contradiction(format!("`{id}`, the subnet of `{whose}`, is a subnet for nodes in the spec"), place);
            Some(problem.related(at.clone(), "here"))
        })
        .collect()
}

fn binding(name: &str, output: &str) -> Place {
    Place::in_file(name, Pointer::root().key("bindings").key(output))
}

fn contradiction(message: String, at: Place) -> Diagnostic {
    let help = "restore the line from git, or describe the stack and run `podnet bind` again";
    Diagnostic::error(Code::LockContradiction, message).at(at).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{Allocation, Reservations, State};

    #[test]
    fn an_id_has_its_form_and_one_zone() {
        let said = |bindings: &[(&str, &str)], adopted: &str| {
            let mut lock = Lock::empty("prod", "2026-10-27");
            lock.bindings = bindings.iter().map(|(output, id)| ((*output).to_owned(), (*id).to_owned())).collect();
            let allocation = Allocation {
                cidr: "100.64.0.0/18".parse().unwrap(),
                state: State::Active,
                subnet_id: Some(adopted.parse().unwrap()),
                reservations: Reservations::Stack,
                route_table_id: None,
                zone_id: None,
            };
            lock.allocations.insert("default/us-west-2a".parse().unwrap(), allocation);
            impossible("prod.lock.yaml", &lock).into_iter().map(|found| found.message).collect::<Vec<_>>()
        };
        let (one, other) = ("subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb");
        let (a, b, group) = ("PodSubnetDefaultUsWest2a", "PodSubnetDefaultUsWest2b", "PodSecurityGroup");
        assert_eq!(said(&[(a, one), (b, other), (group, "sg-0a773b975e1a22c0e")], one), [""; 0]);
        assert_eq!(
            said(&[(b, "sg-0a773b975e1a22c0e")], one),
            ["`sg-0a773b975e1a22c0e` is a security group id, not a subnet id"]
        );
        assert_eq!(said(&[(group, other)], one), [format!("`{other}` is a subnet id, not a security group id")]);
        assert_eq!(said(&[(b, one)], one), [format!("`{one}` is the subnet of `{b}` and of `{a}`")]);
    }
}
