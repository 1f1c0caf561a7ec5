//! Pools without a size.

use std::collections::BTreeMap;

use super::placement::Placements;
use crate::diagnostic::{Code, Diagnostic, Edit, one_of};
use crate::ids::Name;
use crate::lock::Lock;
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::ranges::existing_subnets::adopted;
use crate::source::{Place, Pointer};

/// Pools without a size, each with the zones that it has none in.
pub(crate) fn size_missing(all: &[DesiredSubnet<'_>], used: &Placements<'_>, lock: &Lock) -> Vec<Diagnostic> {
    let mut zones: BTreeMap<&Pointer, Vec<&DesiredSubnet<'_>>> = BTreeMap::new();
    for desired in all {
        let exists = desired.subnet_id.is_some() || adopted(lock, &desired.key).is_some();
        if desired.sizes.fields().is_empty() && desired.cidr.is_none() && !exists {
            zones.entry(&desired.at).or_default().push(desired);
        }
    }
    let of_one = |(at, missing): (&Pointer, Vec<&DesiredSubnet<'_>>)| {
        let zones: Vec<String> = missing.iter().map(|desired| format!("`{}`", desired.key.zone)).collect();
        let pool = missing
            .first()
            .map_or_else(String::new, |desired| name_of(&desired.key.pool, desired.key.further.as_ref()));
        let computable =
            missing.iter().all(|desired| used.get(&desired.key).is_some_and(|placements| !placements.is_empty()));
        let diagnostic = Diagnostic::error(Code::CapacitySize, format!("{pool} has no size in {}", zones.join(", ")))
            .at(Place::key(at.clone()));
        let edit =
            if computable { Edit::set(at.clone(), "size", "auto") } else { Edit::set(at.clone(), "prefixLength", 20) };
        let others = if computable {
            one_of(&["prefixLength: 20", "addresses: 4000", "pods: 3000"])
        } else {
            one_of(&["addresses: 4000"])
        };
        diagnostic
            .edit(edit, |field| format!("add {field}, {others}; or `subnetId:` in the zone, for an existing subnet"))
    };
    zones.into_iter().map(of_one).collect()
}

fn name_of(pool: &Name, further: Option<&Name>) -> String {
    further.map_or_else(
        || format!("the pool `{pool}`"),
        |further| format!("the additional pod subnet `{further}` of `{pool}`"),
    )
}
