//! How pods leave the VPC.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};
use crate::spec::{Snat, Spec};

/// Checks that pods which leave by their own subnet's route have one, and that no setting is without effect.
pub(crate) fn egress(spec: &Spec) -> Vec<Diagnostic> {
    match spec.pod_network.egress.snat {
        Snat::Node => Vec::new(),
        Snat::External => without_route_table(spec).into_iter().chain(excluded_ranges(spec)).collect(),
    }
}

fn without_route_table(spec: &Spec) -> Vec<Diagnostic> {
    let zones = spec.zones.iter().enumerate().filter(|(_, zone)| zone.pod_route_table_id.is_none());
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

fn excluded_ranges(spec: &Spec) -> Option<Diagnostic> {
    let ranges = &spec.pod_network.egress.exclude_snat_cidrs;
    (!ranges.is_empty()).then(|| {
        Diagnostic::error(Code::CniEnvironment, "`excludeSnatCidrs` has no effect with `snat: external`")
            .at(Place::key(Pointer::from_text("/spec/podNetwork/egress/excludeSnatCidrs")))
            .remove_as("remove it: the node translates no packets")
    })
}
