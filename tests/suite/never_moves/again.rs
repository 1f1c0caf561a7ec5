//! What is taken out of a spec and put back.

use podnet::ids::PodSubnetKey;
use podnet::ids::{Name, ZoneName};
use podnet::lock::{Lock, State};
use podnet::spec::{Document, Further, NodeGroup, Pool, PoolZone, Zone};

use super::base::pick;
use super::edits::{furthers, remove_pool, remove_zone};

/// What was taken out, with all that the spec said of it.
#[derive(Debug)]
pub enum Taken {
    Zone(Zone, Vec<(Name, PoolZone)>),
    Pool(Name, Pool, Vec<NodeGroup>),
    Further(Name, ZoneName, Name, Further),
}

impl Taken {
    /// Takes a zone, a pool or an additional subnet out, as the numbers say; nothing where there is none to spare.
    pub fn out_of(document: &mut Document, kind: u8, number: u8) -> Option<Self> {
        (0..3).find_map(|more| Self::of_kind(document, (kind % 3 + more) % 3, number))
    }

    fn of_kind(document: &mut Document, kind: u8, number: u8) -> Option<Self> {
        let spec = &document.spec;
        match kind {
            0 if spec.zones.len() > 1 => {
                let zone = pick(&spec.zones, number)?.clone();
                let pools = spec.pod_network.pools.iter();
                let special =
                    pools.filter_map(|(name, pool)| Some((name.clone(), pool.zones.get(&zone.name)?.clone())));
                let special = special.collect();
                remove_zone(document, &zone.name);
                Some(Self::Zone(zone, special))
            }
            1 if spec.pod_network.pools.len() > 1 => {
                let names: Vec<&Name> = spec.pod_network.pools.keys().collect();
                let name = (*pick(&names, number)?).clone();
                let pool = spec.pod_network.pools.get(&name)?.clone();
                let groups = spec.node_groups.iter().filter(|group| group.pool.as_ref() == Some(&name));
                let groups = groups.cloned().collect();
                remove_pool(document, &name);
                Some(Self::Pool(name, pool, groups))
            }
            2 => {
                let (pool, zone, name) = pick(&furthers(document), number)?.clone();
                let special = document.spec.pod_network.pools.get_mut(&pool)?.zones.get_mut(&zone)?;
                let further = special.further.remove(&name)?;
                Some(Self::Further(pool, zone, name, further))
            }
            _ => None,
        }
    }

    /// Puts it back, as far as what it belongs to is still there.
    pub fn back_into(self, document: &mut Document) {
        let spec = &mut document.spec;
        match self {
            Self::Zone(zone, special) => {
                for (pool, special) in special {
                    if let Some(pool) = spec.pod_network.pools.get_mut(&pool) {
                        pool.zones.insert(zone.name.clone(), special);
                    }
                }
                spec.zones.retain(|other| other.name != zone.name);
                spec.zones.push(zone);
            }
            Self::Pool(name, pool, groups) => {
                spec.node_groups.retain(|other| groups.iter().all(|group| group.name != other.name));
                spec.pod_network.pools.insert(name, pool);
                spec.node_groups.extend(groups);
            }
            Self::Further(pool, zone, name, further) => {
                if let Some(pool) = spec.pod_network.pools.get_mut(&pool) {
                    pool.zones.entry(zone).or_insert(PoolZone::NOTHING).further.insert(name, further);
                }
            }
        }
    }

    /// The keys of a lock that are its own, and in use.
    pub fn keys(&self, lock: &Lock) -> Vec<PodSubnetKey> {
        let own = |key: &PodSubnetKey| match self {
            Self::Zone(zone, _) => key.zone == zone.name,
            Self::Pool(name, ..) => key.pool == *name,
            Self::Further(pool, zone, name, _) => {
                (&key.pool, &key.zone, key.further.as_ref()) == (pool, zone, Some(name))
            }
        };
        let active = lock.allocations.iter().filter(|(_, allocation)| allocation.state == State::Active);
        active.map(|(key, _)| key.clone()).filter(|key| own(key)).collect()
    }
}
