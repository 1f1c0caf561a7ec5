//! The pod subnets that the spec asks for: every pool in every zone, and the additional ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::Cidr;
use crate::diagnostic::{Code, Diagnostic, near, one_of};
use crate::ids::{LogicalId, Name, PodSubnetKey, RouteTableId, SubnetId, ZoneName};
use crate::lock::Lock;
use crate::source::{Place, Pointer};
use crate::spec::{Further, Pool, PoolZone, Sizes, Spec, Zone};

/// What the spec says of one pod subnet.
#[derive(Debug, Clone)]
pub(crate) struct DesiredSubnet<'a> {
    pub(crate) key: PodSubnetKey,
    /// The section that the spec has for it alone, or would have.
    pub(crate) own_section: Pointer,
    /// The section that speaks of it: its own, or the pool's where the spec has none for the zone.
    pub(crate) at: Pointer,
    /// Its size: its own, or the pool's.
    pub(crate) sizes: Sizes,
    /// The section that its size is in.
    pub(crate) size_section: Pointer,
    /// The range that the spec gives it.
    pub(crate) cidr: Option<Cidr>,
    /// The existing subnet that the spec gives for it.
    pub(crate) subnet_id: Option<&'a SubnetId>,
    /// Its route table: its own, its pool's in the zone, or the zone's.
    pub(crate) route_table: Option<&'a RouteTableId>,
    /// Whether its own section gives it.
    pub(crate) has_own_route_table: bool,
    /// What an additional subnet is for.
    pub(crate) further: Option<&'a Further>,
}

impl DesiredSubnet<'_> {
    /// Where its size is written.
    pub(crate) fn size_at(&self) -> Pointer {
        self.size_section.key(self.sizes.fields().last().copied().unwrap_or("prefixLength"))
    }

    /// Its resource and output in `pod-network.yaml`.
    pub(crate) fn logical_id(&self) -> LogicalId {
        LogicalId::pod_subnet(&self.key)
    }

    /// Whether the subnet exists, as far as the spec and the lock know.
    pub(crate) fn exists(&self, lock: &Lock) -> bool {
        self.subnet_id.is_some()
            || lock.bindings.contains_key(self.logical_id().as_str())
            || lock.allocations.get(&self.key).is_some_and(|allocation| allocation.subnet_id.is_some())
    }
}

/// Every pod subnet of the spec, by key.
pub(crate) fn desired_subnets(spec: &Spec) -> Vec<DesiredSubnet<'_>> {
    // A zone that the spec lists twice is refused elsewhere; it has its subnets once.
    let zones: BTreeMap<&ZoneName, &Zone> = spec.zones.iter().rev().map(|zone| (&zone.name, zone)).collect();
    let pools = spec.pod_network.pools.iter();
    pools.flat_map(|(name, pool)| zones.values().flat_map(move |zone| of_zone(name, pool, zone))).collect()
}

/// The same, to be looked up.
pub(crate) fn desired_by_key(spec: &Spec) -> BTreeMap<PodSubnetKey, DesiredSubnet<'_>> {
    desired_subnets(spec).into_iter().map(|desired| (desired.key.clone(), desired)).collect()
}

/// A pool's subnets in a zone: the first one, then the additional ones by name.
fn of_zone<'a>(name: &Name, pool: &'a Pool, in_zone: &'a Zone) -> Vec<DesiredSubnet<'a>> {
    static NOTHING_SPECIAL: PoolZone = PoolZone::NOTHING;
    let zone = &in_zone.name;
    let pool_section = Pointer::from_text("/spec/podNetwork/pools").key(name.as_str());
    let own_section = pool_section.key("zones").key(zone.as_str());
    let in_spec = pool.zones.get(zone);
    let special = in_spec.unwrap_or(&NOTHING_SPECIAL);
    let has_size = !special.sizes.fields().is_empty();
    let key =
        |further: Option<&Name>| PodSubnetKey { pool: name.clone(), zone: zone.clone(), further: further.cloned() };
    let route_table = special.pod_route_table_id.as_ref().or(in_zone.pod_route_table_id.as_ref());
    let first = DesiredSubnet {
        key: key(None),
        at: if in_spec.is_some() { own_section.clone() } else { pool_section.clone() },
        sizes: if has_size { special.sizes } else { pool.sizes },
        size_section: if has_size { own_section.clone() } else { pool_section },
        cidr: special.cidr,
        subnet_id: special.subnet_id.as_ref(),
        route_table,
        has_own_route_table: special.pod_route_table_id.is_some(),
        further: None,
        own_section: own_section.clone(),
    };
    let additional = special.further.iter().map(|(name, further)| {
        let at = own_section.key("further").key(name.as_str());
        DesiredSubnet {
            key: key(Some(name)),
            at: at.clone(),
            sizes: further.sizes,
            size_section: at.clone(),
            cidr: further.cidr,
            subnet_id: further.subnet_id.as_ref(),
            route_table: further.pod_route_table_id.as_ref().or(route_table),
            has_own_route_table: further.pod_route_table_id.is_some(),
            further: Some(further),
            own_section: at,
        }
    });
    std::iter::once(first).chain(additional).collect()
}

/// Finds zones that pools speak of and that the spec does not have.
pub(crate) fn unknown_zones(spec: &Spec) -> Vec<Diagnostic> {
    let pools = spec.pod_network.pools.iter();
    pools.flat_map(|(name, pool)| unknown_zones_of(spec, name, pool)).collect()
}

fn unknown_zones_of(spec: &Spec, pool_name: &Name, pool: &Pool) -> Vec<Diagnostic> {
    let at = Pointer::from_text("/spec/podNetwork/pools").key(pool_name.as_str()).key("zones");
    let names: BTreeSet<&str> = spec.zones.iter().map(|zone| zone.name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let unknown = pool.zones.keys().filter(|zone| !names.contains(&zone.as_str()));
    unknown
        .map(|zone| {
            let diagnostic = Diagnostic::error(Code::SpecUnknownName, format!("the spec has no zone `{zone}`"))
                .at(Place::key(at.key(zone.as_str())));
            let other = |name: &&str| pool.zones.keys().all(|zone| zone.as_str() != *name);
            match near(zone.as_str(), names.iter().copied().filter(other)).as_slice() {
                [] => diagnostic.remove_as(format!("remove it: the spec has {}", one_of(&names))),
                close => diagnostic.meant(close),
            }
        })
        .collect()
}
