//! The pod subnets that the spec asks for: every pool in every zone, and the further ones.

use super::zones::Zones;
use crate::address::Cidr;
use crate::diagnostic::{Code, Diagnostic, near, one_of};
use crate::ids::{Name, PodSubnetKey, SubnetId, logical_id};
use crate::lock::Lock;
use crate::source::{Place, Pointer};
use crate::spec::{Further, Pool, PoolZone, Sizes, Spec};

/// What the spec says of one pod subnet.
#[derive(Debug, Clone)]
pub(crate) struct Wanted<'a> {
    pub(crate) key: PodSubnetKey,
    /// The section that speaks of it: its own, or the pool's where the spec has none for the zone.
    pub(crate) at: Pointer,
    /// Its size: its own, or the pool's.
    pub(crate) sizes: Sizes,
    /// The section that its size is in.
    pub(crate) section: Pointer,
    pub(crate) cidr: Option<Cidr>,
    pub(crate) subnet_id: Option<&'a SubnetId>,
    /// What a further subnet is for.
    pub(crate) further: Option<&'a Further>,
}

impl Wanted<'_> {
    /// Where its size is written.
    pub(crate) fn size_at(&self) -> Pointer {
        self.section.key(self.sizes.fields().last().copied().unwrap_or("prefixLength"))
    }

    /// Its resource and output in `pod-network.yaml`.
    pub(crate) fn logical_id(&self) -> String {
        logical_id("PodSubnet", &self.key.parts())
    }

    /// Whether the subnet is there already, as far as the spec and the lock know.
    pub(crate) fn is_there(&self, lock: &Lock) -> bool {
        self.subnet_id.is_some()
            || lock.bindings.contains_key(&self.logical_id())
            || lock.allocations.get(&self.key).is_some_and(|allocation| allocation.subnet_id.is_some())
    }
}

/// Every pod subnet of the spec, by key.
pub(crate) fn wanted<'a>(spec: &'a Spec, zones: &Zones<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Wanted<'a>> {
    static NOTHING_SPECIAL: PoolZone = PoolZone::NOTHING;
    let mut wanted = Vec::new();
    for (name, pool) in &spec.pod_network.pools {
        let at = Pointer::from_text("/spec/podNetwork/pools").key(name.as_str());
        problems.extend(unknown_zones(pool, zones, &at));
        for &zone in zones.keys() {
            let special = pool.zones.get(zone);
            let own = at.key("zones").key(zone.as_str());
            let zone_at = if special.is_some() { own.clone() } else { at.clone() };
            let special = special.unwrap_or(&NOTHING_SPECIAL);
            let has_size = !special.sizes.fields().is_empty();
            let key = |further: Option<&Name>| PodSubnetKey {
                pool: name.clone(),
                zone: zone.clone(),
                further: further.cloned(),
            };
            wanted.push(Wanted {
                key: key(None),
                at: zone_at,
                sizes: if has_size { special.sizes } else { pool.sizes },
                section: if has_size { own.clone() } else { at.clone() },
                cidr: special.cidr,
                subnet_id: special.subnet_id.as_ref(),
                further: None,
            });
            wanted.extend(special.further.iter().map(|(name, further)| {
                let at = own.key("further").key(name.as_str());
                Wanted {
                    key: key(Some(name)),
                    at: at.clone(),
                    sizes: further.sizes,
                    section: at,
                    cidr: further.cidr,
                    subnet_id: further.subnet_id.as_ref(),
                    further: Some(further),
                }
            }));
        }
    }
    wanted
}

fn unknown_zones(pool: &Pool, zones: &Zones<'_>, at: &Pointer) -> Vec<Diagnostic> {
    let names: Vec<&str> = zones.keys().map(|name| name.as_str()).collect();
    let unknown = pool.zones.keys().filter(|zone| !zones.contains_key(zone));
    unknown
        .map(|zone| {
            let diagnostic = Diagnostic::error(Code::SpecUnknownName, format!("the spec has no zone `{zone}`"))
                .at(Place::key(at.key("zones").key(zone.as_str())));
            let other = |name: &&str| pool.zones.keys().all(|zone| zone.as_str() != *name);
            match near(zone.as_str(), names.iter().copied().filter(other)).as_slice() {
                [] => diagnostic.remove_as(format!("remove it: the spec has {}", one_of(&names))),
                close => diagnostic.meant(close),
            }
        })
        .collect()
}
