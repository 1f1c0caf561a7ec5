//! Whether the pod subnets have as many free addresses as their nodes can take.

use super::Listing;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::PodSubnet;

/// Compares the proofs with what is free now: a note for each subnet that has less. Pods that run there already are counted by
/// both, so that it is a question and no error.
pub(crate) fn fewer_free(subnets: &[PodSubnet], listing: &Listing) -> Vec<Diagnostic> {
    let fewer = |subnet: &PodSubnet| {
        let listed = listing.find(subnet.subnet_id.as_ref()?)?;
        let proof = subnet.proof.as_ref()?;
        let free = listed.free.filter(|free| *free < proof.demand)?;
        let (pool, zone) = (&subnet.pool, &subnet.zone);
        let more = subnet.further.as_ref().map_or_else(String::new, |further| format!("/{further}"));
        let message = format!(
            "`{}` of `{pool}/{zone}{more}` has {free} free addresses, and its nodes can take {}",
            listed.id, proof.demand
        );
        Some(
            Diagnostic::remark(Code::BindFreeAddresses, message)
                .at(listed.at.clone())
                .note("addresses of pods that run there already are among those that its nodes take; reservations lower what is free")
                .help(format!(
                    "if others have addresses there (`aws ec2 describe-network-interfaces --filters Name=subnet-id,Values={}`), give pods another subnet",
                    listed.id
                )),
        )
    };
    subnets.iter().filter_map(fewer).collect()
}
