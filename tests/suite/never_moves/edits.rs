//! What people do to a spec.

use podnet::address::Cidr;
use podnet::ids::{Name, ZoneName};
use podnet::spec::{Computed, Document, Further, NodeGroup, Pool, PoolZone, Size, Sizes, Spread};
use proptest::prelude::*;

use super::base::{BLOCKS, FURTHER, GROUPS, POOLS, TYPES, name, pick, text, zone};
use super::order::shuffle;

/// A size of a pool, of a pool in a zone, or of an additional subnet.
#[derive(Debug, Clone, Copy)]
pub enum Wish {
    Auto,
    PrefixLength(u8),
    Addresses(u32),
    Pods(u32),
}

/// A range that the spec gives: by its block, its prefix length, and its number among the block's of that length.
pub type Place = (u8, u8, u8);

/// A range, and seldom a large one.
pub fn places() -> impl Strategy<Value = Place> {
    (any::<u8>(), prop_oneof![4 => 22_u8..=26, 1 => 16_u8..=28], any::<u8>())
}

/// One edit. Numbers choose among what there is.
#[derive(Debug, Clone)]
pub enum Edit {
    AddZone(u8),
    /// A zone, with ranges of the first pools' subnets there.
    AddZoneAt(u8, Vec<Place>),
    RemoveZone(u8),
    AddPool(u8, Wish),
    RemovePool(u8),
    Resize(u8, Wish),
    ResizeZone(u8, u8, Wish),
    AddGroup {
        name: u8,
        pool: u8,
        of_type: u8,
        max: u32,
        zone: Option<u8>,
    },
    RemoveGroup(u8),
    RenameGroup(u8, u8),
    Max(u8, u32),
    Types(u8, u8),
    MoveGroup(u8, u8),
    AddBlock(u8),
    RemoveBlock(u8),
    AddFurther {
        group: u8,
        zone: u8,
        name: u8,
        wish: Result<Wish, Place>,
    },
    RemoveFurther(u8),
    Growth(u16),
    Spread(Spread),
    Prefixes(bool),
    Give {
        pool: u8,
        zone: u8,
        place: Place,
    },
    Identify {
        pool: u8,
        zone: u8,
        id: u8,
    },
    Forget {
        pool: u8,
        zone: u8,
    },
    Shuffle(u64),
}

/// A size, mostly a small one.
pub fn wishes() -> impl Strategy<Value = Wish> {
    prop_oneof![
        3 => (22_u8..=28).prop_map(Wish::PrefixLength),
        1 => (16_u8..=21).prop_map(Wish::PrefixLength),
        2 => Just(Wish::Auto),
        1 => (1_u32..=1500).prop_map(Wish::Addresses),
        1 => (1_u32..=300).prop_map(Wish::Pods),
    ]
}

fn wishes_or_places() -> impl Strategy<Value = Result<Wish, Place>> {
    prop_oneof![2 => wishes().prop_map(Ok), 1 => places().prop_map(Err)]
}

/// An edit of any kind.
pub fn edits() -> impl Strategy<Value = Edit> {
    let n = any::<u8>;
    let spread = prop::sample::select(vec![Spread::Balanced, Spread::ZoneLost, Spread::OneZone]);
    prop_oneof![
        3 => n().prop_map(Edit::AddZone),
        2 => (n(), prop::collection::vec(places(), 1..3)).prop_map(|(zone, places)| Edit::AddZoneAt(zone, places)),
        3 => n().prop_map(Edit::RemoveZone),
        4 => (n(), wishes()).prop_map(|(pool, wish)| Edit::AddPool(pool, wish)),
        2 => n().prop_map(Edit::RemovePool),
        1 => (n(), wishes()).prop_map(|(pool, wish)| Edit::Resize(pool, wish)),
        1 => (n(), n(), wishes()).prop_map(|(pool, zone, wish)| Edit::ResizeZone(pool, zone, wish)),
        2 => (n(), n(), n(), 2_u32..=6, prop::option::weighted(0.2, n())).prop_map(|(name, pool, of_type, max, zone)| {
            Edit::AddGroup { name, pool, of_type, max, zone }
        }),
        1 => n().prop_map(Edit::RemoveGroup),
        1 => (n(), n()).prop_map(|(group, name)| Edit::RenameGroup(group, name)),
        2 => (n(), 2_u32..=8).prop_map(|(group, max)| Edit::Max(group, max)),
        1 => (n(), n()).prop_map(|(group, of_type)| Edit::Types(group, of_type)),
        1 => (n(), n()).prop_map(|(group, pool)| Edit::MoveGroup(group, pool)),
        2 => n().prop_map(Edit::AddBlock),
        1 => n().prop_map(Edit::RemoveBlock),
        4 => (n(), n(), n(), wishes_or_places()).prop_map(|(group, zone, name, wish)| {
            Edit::AddFurther { group, zone, name, wish }
        }),
        2 => n().prop_map(Edit::RemoveFurther),
        1 => (0_u16..=200).prop_map(Edit::Growth),
        1 => spread.prop_map(Edit::Spread),
        1 => any::<bool>().prop_map(Edit::Prefixes),
        1 => (n(), n(), places()).prop_map(|(pool, zone, place)| Edit::Give { pool, zone, place }),
        1 => (n(), n(), n()).prop_map(|(pool, zone, id)| Edit::Identify { pool, zone, id }),
        2 => (n(), n()).prop_map(|(pool, zone)| Edit::Forget { pool, zone }),
        3 => any::<u64>().prop_map(Edit::Shuffle),
    ]
}

/// An edit that adds a subnet.
pub fn additions() -> impl Strategy<Value = Edit> {
    let n = any::<u8>;
    prop_oneof![
        n().prop_map(Edit::AddZone),
        (n(), prop::collection::vec(places(), 1..3)).prop_map(|(zone, places)| Edit::AddZoneAt(zone, places)),
        (n(), wishes()).prop_map(|(pool, wish)| Edit::AddPool(pool, wish)),
        (n(), n(), n(), wishes_or_places())
            .prop_map(|(group, zone, name, wish)| { Edit::AddFurther { group, zone, name, wish } }),
    ]
}

impl Edit {
    /// Does it, as far as there is something to do it to.
    pub fn apply(&self, document: &mut Document) {
        self.applied(document);
    }

    fn applied(&self, document: &mut Document) -> Option<()> {
        let spec = &mut document.spec;
        match *self {
            Self::AddZone(number) => {
                let zone = zone(number);
                if spec.zones.iter().all(|other| other.name != zone.name) {
                    spec.zones.push(zone);
                }
            }
            Self::AddZoneAt(number, ref places) => {
                let zone = zone(number);
                if spec.zones.iter().any(|other| other.name == zone.name) {
                    return None;
                }
                let given: Vec<Option<Cidr>> = places.iter().map(|place| range(document, *place)).collect();
                for (pool, cidr) in document.spec.pod_network.pools.values_mut().zip(given) {
                    pool.zones.insert(zone.name.clone(), PoolZone { cidr, ..PoolZone::NOTHING });
                }
                document.spec.zones.push(zone);
            }
            Self::RemoveZone(number) => remove_zone(document, &zone_of(document, number)?),
            Self::AddPool(pool, wish) => add_pool(document, &name(POOLS, pool), wish),
            Self::RemovePool(number) => remove_pool(document, &pool_of(document, number)?),
            Self::Resize(number, wish) => {
                let pool = pool_of(document, number)?;
                document.spec.pod_network.pools.get_mut(&pool)?.resize(wish);
            }
            Self::ResizeZone(pool, zone, wish) => special(document, pool, zone)?.resize(wish),
            Self::AddGroup { name: number, pool, of_type, max, zone } => {
                let zones = zone.map(|zone| zone_of(document, zone)).map(|zone| zone.into_iter().collect());
                let pool = pool_of(document, pool)?;
                add_group(document, &name(GROUPS, number), &pool, max)?.instance_types = vec![name(TYPES, of_type)];
                document.spec.node_groups.last_mut()?.zones = zones;
            }
            Self::RemoveGroup(number) => {
                let group = pick(&spec.node_groups, number)?.name.clone();
                spec.node_groups.retain(|other| other.name != group);
                without_group(document, &group);
            }
            Self::RenameGroup(number, to) => {
                let (from, to) = (pick(&spec.node_groups, number)?.name.clone(), name(GROUPS, to));
                rename_group(document, &from, &to);
            }
            Self::Max(number, max) => group_of(document, number)?.size.max = max,
            Self::Types(number, of_type) => {
                let types = [of_type, of_type.wrapping_add(1)].map(|number| name(TYPES, number));
                group_of(document, number)?.instance_types =
                    types.into_iter().take(1 + usize::from(number % 2)).collect();
            }
            Self::MoveGroup(number, pool) => {
                let pool = pool_of(document, pool)?;
                let group = group_of(document, number)?;
                group.pool = Some(pool);
                let group = group.name.clone();
                without_group(document, &group);
            }
            Self::AddBlock(number) => {
                let block = name(BLOCKS, number);
                if !spec.pod_network.cidr_blocks.contains(&block) {
                    spec.pod_network.cidr_blocks.push(block);
                }
            }
            Self::RemoveBlock(number) => {
                let block = *pick(&spec.pod_network.cidr_blocks, number)?;
                spec.pod_network.cidr_blocks.retain(|other| *other != block);
            }
            Self::AddFurther { group, zone, name: number, wish } => {
                let group = pick(&spec.node_groups, group)?.clone();
                let zone = zone_of(document, zone)?;
                let cidr = wish.err().and_then(|place| range(document, place));
                let pool = document.spec.pod_network.pools.get_mut(group.pool.as_ref()?)?;
                let further = &mut pool.zones.entry(zone).or_insert(PoolZone::NOTHING).further;
                let mut added = Further { node_groups: [(group.name, 1)].into(), cidr, ..Further::default() };
                if let Ok(wish) = wish {
                    added.resize(wish);
                }
                further.entry(name(FURTHER, number)).or_insert(added);
            }
            Self::RemoveFurther(number) => {
                let (pool, zone, name) = pick(&furthers(document), number)?.clone();
                document.spec.pod_network.pools.get_mut(&pool)?.zones.get_mut(&zone)?.further.remove(&name);
            }
            Self::Growth(percent) => spec.pod_network.capacity.growth_percent = percent,
            Self::Spread(spread) => spec.pod_network.capacity.spread = spread,
            Self::Prefixes(on) => spec.cni.prefix_delegation = on,
            Self::Give { pool, zone, place } => special(document, pool, zone)?.cidr = Some(range(document, place)?),
            Self::Identify { pool, zone, id } => {
                special(document, pool, zone)?.subnet_id = Some(text(&format!("subnet-0d000000000000{id:03x}")));
            }
            Self::Forget { pool, zone } => {
                let special = special(document, pool, zone)?;
                (special.cidr, special.subnet_id) = (None, None);
            }
            Self::Shuffle(seed) => shuffle(document, seed),
        }
        Some(())
    }
}

/// What can be given a size.
pub trait Resize {
    /// The fields that say it.
    fn sizes(&mut self) -> &mut Sizes;

    /// Says the size in one way, and in no other.
    fn resize(&mut self, wish: Wish) {
        *self.sizes() = match wish {
            Wish::Auto => Sizes { computed: Some(Computed::Auto), ..Sizes::NONE },
            Wish::PrefixLength(length) => Sizes { prefix_length: Some(length), ..Sizes::NONE },
            Wish::Addresses(number) => Sizes { addresses: Some(number), ..Sizes::NONE },
            Wish::Pods(number) => Sizes { pods: Some(number), ..Sizes::NONE },
        };
    }
}

macro_rules! resize {
    ($($kind:ty),*) => {$(
        impl Resize for $kind {
            fn sizes(&mut self) -> &mut Sizes {
                &mut self.sizes
            }
        }
    )*};
}

resize!(Pool, PoolZone, Further);

fn zone_of(document: &Document, number: u8) -> Option<ZoneName> {
    pick(&document.spec.zones, number).map(|zone| zone.name.clone())
}

fn pool_of(document: &Document, number: u8) -> Option<Name> {
    let pools: Vec<&Name> = document.spec.pod_network.pools.keys().collect();
    pick(&pools, number).map(|name| (*name).clone())
}

fn group_of(document: &mut Document, number: u8) -> Option<&mut NodeGroup> {
    let groups = &mut document.spec.node_groups;
    let number = usize::from(number).checked_rem(groups.len())?;
    groups.get_mut(number)
}

/// What is special about a pool in a zone.
fn special(document: &mut Document, pool: u8, zone: u8) -> Option<&mut PoolZone> {
    let (pool, zone) = (pool_of(document, pool)?, zone_of(document, zone)?);
    let pool = document.spec.pod_network.pools.get_mut(&pool)?;
    Some(pool.zones.entry(zone).or_insert(PoolZone::NOTHING))
}

/// A range of one of the spec's blocks: one of its first few of a size, so that several meet.
pub fn range(document: &Document, (block, length, at): Place) -> Option<Cidr> {
    let block = *pick(&document.spec.pod_network.cidr_blocks, block)?;
    let length = length.max(block.prefix_length());
    let number = u32::from(at % 8) % (1 << (length - block.prefix_length()));
    Cidr::new((u32::from(block.first()) + (number << (32 - length))).into(), length)
}

/// Every additional subnet.
pub fn furthers(document: &Document) -> Vec<(Name, ZoneName, Name)> {
    let of_pool = |(pool, has): (&Name, &Pool)| -> Vec<_> {
        let of_zone = |(zone, special): (&ZoneName, &PoolZone)| -> Vec<_> {
            special.further.keys().map(|name| (pool.clone(), zone.clone(), name.clone())).collect()
        };
        has.zones.iter().flat_map(of_zone).collect()
    };
    document.spec.pod_network.pools.iter().flat_map(of_pool).collect()
}

/// Takes a zone out, with all that the spec says of it.
pub fn remove_zone(document: &mut Document, zone: &ZoneName) {
    let spec = &mut document.spec;
    if spec.zones.len() == 1 {
        return;
    }
    spec.zones.retain(|other| other.name != *zone);
    for pool in spec.pod_network.pools.values_mut() {
        pool.zones.remove(zone);
    }
    for group in &mut spec.node_groups {
        if let Some(zones) = &mut group.zones {
            zones.retain(|other| other != zone);
            if zones.is_empty() {
                group.zones = None;
            }
        }
    }
}

/// Puts a pool in, with a node group where its size is counted from one.
fn add_pool(document: &mut Document, name: &Name, wish: Wish) {
    if document.spec.pod_network.pools.contains_key(name) {
        return;
    }
    let mut pool = Pool::default();
    pool.resize(wish);
    document.spec.pod_network.pools.insert(name.clone(), pool);
    if matches!(wish, Wish::Auto | Wish::Pods(_)) {
        add_group(document, &text(&format!("of-{name}")), name, 2);
    }
}

/// Takes a pool out, with its node groups.
pub fn remove_pool(document: &mut Document, pool: &Name) {
    let spec = &mut document.spec;
    if spec.pod_network.pools.len() > 1 {
        spec.pod_network.pools.remove(pool);
        spec.node_groups.retain(|group| group.pool.as_ref() != Some(pool));
    }
}

fn add_group<'a>(document: &'a mut Document, name: &Name, pool: &Name, max: u32) -> Option<&'a mut NodeGroup> {
    let groups = &mut document.spec.node_groups;
    if groups.iter().any(|group| group.name == *name) {
        return None;
    }
    let mut group = super::base::base().spec.node_groups.swap_remove(0);
    group.name = name.clone();
    group.pool = Some(pool.clone());
    group.size = Size { min: 0, desired: None, max };
    groups.push(group);
    groups.last_mut()
}

fn node_shares(document: &mut Document) -> impl Iterator<Item = &mut std::collections::BTreeMap<Name, u32>> {
    let pools = document.spec.pod_network.pools.values_mut();
    let further = pools.flat_map(|pool| pool.zones.values_mut()).flat_map(|zone| zone.further.values_mut());
    further.map(|further| &mut further.node_groups)
}

fn without_group(document: &mut Document, group: &Name) {
    node_shares(document).for_each(|shares| {
        shares.remove(group);
    });
}

fn rename_group(document: &mut Document, from: &Name, to: &Name) {
    if document.spec.node_groups.iter().any(|group| group.name == *to) {
        return;
    }
    for group in document.spec.node_groups.iter_mut().filter(|group| group.name == *from) {
        group.name = to.clone();
    }
    for shares in node_shares(document) {
        if let Some(nodes) = shares.remove(from) {
            shares.insert(to.clone(), nodes);
        }
    }
}
