//! The route tables of pod subnets.

use super::desired_subnets::DesiredSubnet;
use crate::diagnostic::{Code, Diagnostic};
use crate::lock::Lock;
use crate::source::{Place, Pointer};
use crate::spec::{Snat, Spec};

/// Checks that pods which leave by their own subnet's route have one, that no route table is without effect, and that none is
/// taken away.
pub(crate) fn route_tables(spec: &Spec, subnets: &[DesiredSubnet<'_>], lock: (&str, &Lock)) -> Vec<Diagnostic> {
    let mut found = without_effect(subnets);
    found.extend(taken_away(spec, subnets, lock));
    match spec.pod_network.egress.snat {
        Snat::Node => {}
        Snat::External => found.extend(missing(spec, subnets)),
    }
    found
}

/// A zone with a pod subnet that has no route table: told once a zone. What podnet does not make has its owner's.
fn missing(spec: &Spec, subnets: &[DesiredSubnet<'_>]) -> Vec<Diagnostic> {
    let lacks = |name: &str| {
        let own = subnets.iter().filter(|subnet| subnet.subnet_id.is_none());
        own.filter(|subnet| subnet.key.zone.as_str() == name).any(|subnet| subnet.route_table.is_none())
    };
    let zones = spec.zones.iter().enumerate().filter(|(_, zone)| lacks(zone.name.as_str()));
    zones
        .map(|(number, zone)| {
            let message = format!("`{}` has no route table for pods", zone.name);
            Diagnostic::error(Code::CniRouteTable, message)
                .at(Pointer::from_text("/spec/zones").index(number).key("name"))
                .related(Pointer::from_text("/spec/podNetwork/egress/snat"), "pods use the routes of their own subnet")
                .note("the VPC's main route table rarely has a NAT gateway, and without one pods cannot leave the VPC")
                .help("add `podRouteTableId:` with a route table that routes 0.0.0.0/0 to a NAT gateway")
        })
        .collect()
}

/// A route table of a pod subnet that podnet does not make: its owner associates it.
fn without_effect(subnets: &[DesiredSubnet<'_>]) -> Vec<Diagnostic> {
    let own = |subnet: &&DesiredSubnet<'_>| subnet.subnet_id.is_some() && subnet.has_own_route_table;
    subnets
        .iter()
        .filter(own)
        .map(|subnet| {
            let message = "`podRouteTableId` has no effect together with `subnetId`";
            Diagnostic::error(Code::CniRouteTable, message)
                .at(Place::key(subnet.own_section.key("podRouteTableId")))
                .related(subnet.own_section.key("subnetId"), "podnet does not create this subnet")
                .remove_as("remove it, and associate the route table with the subnet where that is created")
        })
        .collect()
}

/// A route table that is associated, and that the spec no longer says: it stays.
fn taken_away(spec: &Spec, subnets: &[DesiredSubnet<'_>], (lock_name, lock): (&str, &Lock)) -> Vec<Diagnostic> {
    let stays = subnets.iter().filter(|subnet| subnet.route_table.is_none() && subnet.exists(lock));
    stays
        .filter_map(|subnet| {
            let table = lock.allocations.get(&subnet.key)?.route_table_id.as_ref()?;
            let there = Pointer::root().key("allocations").key(&subnet.key.to_string()).key("routeTableId");
            let zone = spec.zones.iter().position(|zone| zone.name == subnet.key.zone)?;
            let message = format!("`{}` keeps the route table `{table}`, which the spec no longer says", subnet.key);
            Some(
                Diagnostic::warning(Code::CniRouteTable, message)
                    .at(Pointer::from_text("/spec/zones").index(zone).key("name"))
                    .related(Place::in_file(lock_name, there), "associated before")
                    .note("without the association, pods that run there would use the VPC's main route table at once")
                    .help("write `podRouteTableId:` again, or with the main route table's id if pods are to use that"),
            )
        })
        .collect()
}
