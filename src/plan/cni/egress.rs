//! How pods leave the VPC.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};
use crate::spec::{Snat, Spec};

/// Checks that no setting is without effect.
pub(crate) fn egress(spec: &Spec) -> Option<Diagnostic> {
    match spec.pod_network.egress.snat {
        Snat::Node => None,
        Snat::External => excluded_ranges(spec),
    }
}

fn excluded_ranges(spec: &Spec) -> Option<Diagnostic> {
    let ranges = &spec.pod_network.egress.exclude_snat_cidrs;
    (!ranges.is_empty()).then(|| {
        Diagnostic::error(Code::CniEnvironment, "`excludeSnatCidrs` has no effect with `snat: external`")
            .at(Place::key(Pointer::from_text("/spec/podNetwork/egress/excludeSnatCidrs")))
            .remove_as("remove it: the node translates no packets")
    })
}
