//! Networks whose sizes are counted: node groups of every kind on a CNI with every setting that counts.

use podnet::ids::Name;
use podnet::spec::{
    Computed, Document, Further, MaxPods, NodeGroup, NodeGroupKind, Pool, PoolZone, SelectBy, Size, Sizes, Spread,
    Update, UpdateStrategy, Warm,
};
use proptest::prelude::*;

use super::base::{GROUPS, TYPES, base, name, pick, text};

const AUTO: Sizes = Sizes { computed: Some(Computed::Auto), ..Sizes::NONE };

/// What a node group is like.
#[derive(Debug, Clone)]
pub struct GroupOf {
    pub of_type: u8,
    pub types: usize,
    pub max: u32,
    pub max_pods: Option<u32>,
    pub managed: bool,
    pub update: Option<(bool, u32)>,
    pub second_pool: bool,
}

/// What a network is like.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Network {
    pub groups: Vec<GroupOf>,
    pub version: usize,
    pub prefixes: bool,
    pub warm: (u8, u32, u32),
    pub max_eni: Option<u32>,
    pub trunk: bool,
    pub spread: Spread,
    pub growth: u16,
    pub over_zones: bool,
    pub further: bool,
}

const VERSIONS: &[&str] = &["1.21.1", "1.16.0", "1.12.6"];

fn group() -> impl Strategy<Value = GroupOf> {
    let max = prop_oneof![4 => 1_u32..=12, 1 => 13_u32..=120];
    let max_pods = prop::option::weighted(0.3, 3_u32..=40);
    let update = prop::option::weighted(0.4, (any::<bool>(), 1_u32..=9));
    (any::<u8>(), 1_usize..=2, max, max_pods, any::<bool>(), update, any::<bool>()).prop_map(
        |(of_type, types, max, max_pods, managed, update, second_pool)| GroupOf {
            of_type,
            types,
            max,
            max_pods,
            managed,
            update,
            second_pool,
        },
    )
}

/// Networks of up to so many node groups.
pub fn networks(groups: usize) -> impl Strategy<Value = Network> {
    let spread = prop::sample::select(vec![Spread::Balanced, Spread::ZoneLost, Spread::OneZone]);
    let growth = prop_oneof![1 => Just(0), 1 => 1_u16..=150];
    let cni = (0..VERSIONS.len(), any::<bool>(), (any::<u8>(), 0_u32..=20, 1_u32..=30));
    let limits = (prop::option::weighted(0.2, 3_u32..=4), prop::bool::weighted(0.2));
    let shape = (any::<bool>(), prop::bool::weighted(0.3));
    (prop::collection::vec(group(), 1..=groups), cni, limits, spread, growth, shape).prop_map(
        |(groups, (version, prefixes, warm), (max_eni, trunk), spread, growth, (over_zones, further))| Network {
            groups,
            version,
            prefixes,
            warm,
            max_eni,
            trunk,
            spread,
            growth,
            over_zones,
            further,
        },
    )
}

impl Network {
    /// The spec of it.
    pub fn document(&self) -> Document {
        let mut document = base();
        let spec = &mut document.spec;
        let blocks = ["100.64.0.0/16", "100.65.0.0/16", "100.66.0.0/16", "100.67.0.0/16", "100.68.0.0/16"];
        let network = &mut spec.pod_network;
        network.cidr_blocks = blocks.into_iter().map(text).collect();
        network.capacity.spread = self.spread;
        network.capacity.growth_percent = self.growth;
        let by_name = !self.over_zones || self.further || self.groups.iter().any(|group| group.second_pool);
        network.select_by = Some(if by_name { SelectBy::Name } else { SelectBy::Zone });
        let auto = Pool { sizes: AUTO, ..Pool::default() };
        let second = self.groups.iter().any(|group| group.second_pool);
        let first = self.groups.iter().any(|group| !group.second_pool);
        let pools = [("default", first), ("jobs", second)].into_iter().filter(|(_, used)| *used);
        network.pools = pools.map(|(name, _)| (text(name), auto.clone())).collect();
        spec.cni.version = text(VERSIONS[self.version]);
        spec.cni.prefix_delegation = self.prefixes;
        spec.cni.warm = self.warm();
        spec.cni.max_eni = self.max_eni;
        spec.cni.security_groups_for_pods = self.trunk;
        let of_kind = |managed: bool| {
            let kind = if managed { NodeGroupKind::Managed } else { NodeGroupKind::SelfManaged };
            spec.node_groups.iter().find(|group| group.kind == kind).unwrap().clone()
        };
        let groups = self.groups.iter().zip(0_u8..);
        let groups: Vec<NodeGroup> =
            groups.map(|(like, number)| like.group(of_kind(like.managed), name(GROUPS, number), !by_name)).collect();
        spec.node_groups = groups;
        if self.further {
            Self::add_further(&mut document);
        }
        document
    }

    fn warm(&self) -> Warm {
        let (kind, addresses, least) = self.warm;
        let nothing = Warm::default();
        match (kind % 4, self.prefixes) {
            (0, _) => Warm { ip_target: Some(addresses + 1), ..nothing },
            (1, _) => Warm { ip_target: Some(addresses), minimum_ip_target: Some(least), ..nothing },
            (2, true) => Warm { prefix_target: Some(1 + addresses % 3), ..nothing },
            (2, false) => Warm { eni_target: Some(addresses % 3), ..nothing },
            _ => nothing,
        }
    }

    /// Gives one node of the first group an additional subnet in the first zone.
    fn add_further(document: &mut Document) {
        let zone = document.spec.zones[0].name.clone();
        let group = document.spec.node_groups[0].clone();
        let node_groups = [(group.name, 1)].into();
        let further = Further { sizes: AUTO, node_groups, ..Further::default() };
        let special = PoolZone { further: [(text("b"), further)].into(), ..PoolZone::NOTHING };
        document.spec.pod_network.pools.get_mut(&group.pool.unwrap()).unwrap().zones.insert(zone, special);
    }
}

impl GroupOf {
    fn group(&self, like: NodeGroup, name: Name, over_zones: bool) -> NodeGroup {
        let types = (0..self.types).map(|more| {
            let number = self.of_type.wrapping_add(u8::try_from(more).unwrap()) % 4;
            text(pick(TYPES, number).unwrap())
        });
        let update = self.update.filter(|_| self.managed).map(|(minimal, max_unavailable)| Update {
            strategy: Some(if minimal { UpdateStrategy::Minimal } else { UpdateStrategy::Default }),
            max_unavailable: Some(max_unavailable),
            ..Update::default()
        });
        NodeGroup {
            name,
            instance_types: types.collect(),
            size: Size { min: 0, desired: None, max: self.max },
            per_zone: !over_zones,
            zones: None,
            taints: Vec::new(),
            pool: Some(text(if self.second_pool { "jobs" } else { "default" })),
            max_pods: self.max_pods.map_or(MaxPods::Auto, MaxPods::Exactly),
            update,
            ..like
        }
    }
}
