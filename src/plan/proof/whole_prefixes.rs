//! Whether pod subnets have room for prefixes.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::model::{NodeGroupPlan, PodSubnet};
use crate::source::{Place, Pointer};
use crate::spec::Spec;

/// AWS's five reserved addresses spoil the first and the last /28 of a subnet; a prefix needs a whole one. Not told of a pool
/// whose nodes are all of types that take no prefixes.
pub(crate) fn no_whole_prefix(spec: &Spec, subnets: &[PodSubnet], groups: &[NodeGroupPlan]) -> Vec<Diagnostic> {
    let takes = |subnet: &PodSubnet| {
        let mut types =
            groups.iter().filter(|group| group.pool == subnet.pool).flat_map(|group| &group.max_pods.types).peekable();
        types.peek().is_none() || types.any(|pods| pods.prefixes)
    };
    let small = |subnet: &&PodSubnet| {
        spec.cni.prefix_delegation && subnet.cidr.is_some_and(|cidr| cidr.prefix_length() >= 27) && takes(subnet)
    };
    let mut small: Vec<&PodSubnet> = subnets.iter().filter(small).collect();
    small.dedup_by_key(|subnet| &subnet.pool);
    small
        .into_iter()
        .map(|subnet| {
            let cidr = subnet.cidr.map(|cidr| cidr.to_string()).unwrap_or_default();
            let message = format!("`{cidr}` of `{}/{}` has no whole /28 for a prefix", subnet.pool, subnet.zone);
            Diagnostic::error(Code::CapacityPrefixes, message)
                .at(Place::key(Pointer::from_text("/spec/podNetwork/pools").key(subnet.pool.as_str())))
                .related(Pointer::from_text("/spec/cni/prefixDelegation"), "addresses are assigned as /28 prefixes")
                .note("the addresses that AWS reserves are in a subnet's first and last /28")
                .help("make the pool's subnets a /26 or larger, or write `prefixDelegation: false`")
        })
        .collect()
}
