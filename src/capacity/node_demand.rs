//! How many addresses of the pod subnet a node takes.
//!
//! The CNI gives each secondary interface one primary address, which no pod gets, and keeps some addresses ready. What it
//! holds depends on the pods that run, on the warm targets and on the release. The rules are those of the allocation loop of
//! amazon-vpc-cni-k8s (`pkg/ipamd/ipamd.go` and `pkg/ipamd/datastore`); `tests/suite/cni_loop` steps through that loop and
//! comes to the same numbers.
//!
//! Every few seconds the loop asks whether too little is free. If so, it takes one step: it fills the interface that has
//! room, up to what is missing or to that interface's end, or attaches one more. From 1.16.3 on it takes no step once it
//! holds max pods. Pods may use up all that is free between two steps, and the address that a pod gets is any free one.

use serde::Serialize;

use super::max_pods::{InstanceLimits, NetworkSettings};
use crate::catalog::Capability;
use crate::catalog::address_rules::PREFIX_ADDRESSES;

/// What a node can hold and what it keeps ready: everything but the pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAddressing {
    pool: CardCapacity,
    ready: Ready,
    /// How many pods can have a branch of the trunk that one more interface is; none without security groups for pods, or
    /// on a type without a trunk.
    branches: Option<u64>,
    /// Further network cards that pods may have interfaces on, and what each can hold.
    further_cards: u64,
    further_pool: CardCapacity,
}

/// What a node keeps ready, by the CNI's variables; none where a variable is not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WarmTargets {
    /// Whole interfaces (`WARM_ENI_TARGET`).
    pub eni_target: Option<u32>,
    /// Addresses (`WARM_IP_TARGET`).
    pub ip_target: Option<u32>,
    /// The least number of all addresses that are held (`MINIMUM_IP_TARGET`).
    pub minimum_ip_target: Option<u32>,
    /// Whole prefixes (`WARM_PREFIX_TARGET`).
    pub prefix_target: Option<u32>,
}

/// What a node takes of the pod subnet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeDemand {
    /// Interfaces that carry pods' addresses, on every network card.
    pub interfaces: u64,
    /// All addresses: those of pods, those kept ready, and the interfaces' own.
    pub addresses: u64,
    /// Whole /28 prefixes, whose addresses are among them.
    pub prefixes: u64,
}

/// What the interfaces of a network card can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CardCapacity {
    /// Interfaces that can carry pods.
    interfaces: u64,
    /// Slots of an interface: its addresses besides the primary one, or in their place prefixes.
    slots: u64,
    /// Addresses of a slot: 1, or 16 with prefixes.
    size: u64,
    /// Slots at which the loop stops: those that hold max pods.
    enough: Option<u64>,
}

/// What the loop keeps free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ready {
    /// Whole interfaces (`WARM_ENI_TARGET`).
    Interfaces(u64),
    /// Whole prefixes (`WARM_PREFIX_TARGET`).
    Prefixes(u64),
    /// Addresses (`WARM_IP_TARGET`), with a least number of all that are held (`MINIMUM_IP_TARGET`).
    Addresses { warm: u64, minimum: u64 },
}

/// What further network cards keep free, whatever the targets say.
const READY_ON_FURTHER_CARDS: Ready = Ready::Addresses { warm: 1, minimum: 1 };

impl NodeDemand {
    /// Counts the addresses that are not in prefixes, such as the interfaces' own.
    ///
    /// ```
    /// use podnet::capacity::NodeDemand;
    ///
    /// // Seven prefixes of 16 on one interface.
    /// let demand = NodeDemand { interfaces: 1, addresses: 113, prefixes: 7 };
    /// assert_eq!(demand.single(), 1);
    /// ```
    pub fn single(self) -> u64 {
        self.addresses - self.prefixes * u64::from(PREFIX_ADDRESSES)
    }
}

impl NodeAddressing {
    /// Describes a node of a type with some max pods. Nothing where no interface is left for pods.
    ///
    /// ```
    /// use podnet::capacity::{InstanceLimits, NetworkSettings, NodeAddressing, WarmTargets};
    /// use podnet::catalog::{CniVersion, instance_types};
    ///
    /// let m5_large = InstanceLimits::from(instance_types::find("m5.large").unwrap());
    /// let custom = NetworkSettings { custom_networking: true, ..NetworkSettings::of(CniVersion::new(1, 21, 1)) };
    /// assert!(NodeAddressing::new(&m5_large, &custom, &WarmTargets::default(), 20).is_some());
    ///
    /// let one_interface = InstanceLimits::from(instance_types::find("hpc6id.32xlarge").unwrap());
    /// assert!(NodeAddressing::new(&one_interface, &custom, &WarmTargets::default(), 20).is_none());
    /// ```
    pub fn new(limits: &InstanceLimits, settings: &NetworkSettings, warm: &WarmTargets, max_pods: u32) -> Option<Self> {
        let most = settings.max_eni.map_or(limits.interfaces, |most| most.min(limits.interfaces));
        let (interfaces, _) = limits.pod_interfaces(settings)?;
        let prefixes = settings.prefix_delegation && limits.takes_prefixes(&settings.version);
        let size = if prefixes { PREFIX_ADDRESSES } else { 1 };
        let bound = settings.version.has(Capability::MaxPodsBound).then_some(max_pods);
        let pool = CardCapacity {
            interfaces: interfaces.into(),
            slots: u64::from(limits.addresses).saturating_sub(1).max(1),
            size: size.into(),
            enough: bound.map(|bound| bound.div_ceil(size).into()),
        };
        Some(Self {
            pool,
            ready: Ready::of(warm, prefixes),
            branches: limits.branches(settings),
            further_cards: if settings.multi_nic { u64::from(limits.cards.saturating_sub(1)) } else { 0 },
            // The CNI takes the default card's limit for the others too, and no primary interface is among theirs.
            further_pool: CardCapacity { interfaces: most.into(), ..pool },
        })
    }

    /// Counts the most that the node takes while no more pods than so many run that are not on its host's network, in
    /// whatever order they came, and whichever addresses they got.
    ///
    /// With security groups for pods, prefixes and single addresses are each the most there can be, though not at the same
    /// time.
    ///
    /// ```
    /// use podnet::capacity::{InstanceLimits, NetworkSettings, NodeAddressing, WarmTargets};
    /// use podnet::catalog::{CniVersion, instance_types};
    ///
    /// let m5_large = InstanceLimits::from(instance_types::find("m5.large").unwrap());
    /// let custom = NetworkSettings { custom_networking: true, ..NetworkSettings::of(CniVersion::new(1, 21, 1)) };
    /// let addressing = NodeAddressing::new(&m5_large, &custom, &WarmTargets::default(), 20).unwrap();
    /// // Two interfaces of 10 can carry pods, and one whole interface is kept ready (WARM_ENI_TARGET is 1 unless set).
    /// assert_eq!([0, 1, 18].map(|pods| addressing.with_pods(pods).addresses), [10, 20, 20]);
    ///
    /// let prefixes = NetworkSettings { prefix_delegation: true, ..custom };
    /// let full = NodeAddressing::new(&m5_large, &prefixes, &WarmTargets::default(), 110).unwrap().with_pods(110);
    /// // 7 prefixes of 16 addresses, and the interface's own.
    /// assert_eq!((full.interfaces, full.prefixes, full.addresses), (1, 7, 113));
    /// ```
    pub fn with_pods(&self, pods: u64) -> NodeDemand {
        let most = self.without_branches(pods);
        let Some(branches) = self.branches else { return most };
        // The trunk has one address. Any of the pods may have a branch of it, up to the most that the type has, and then that
        // one's address instead of one of the node's.
        let on_branches = |branches: u64| branches + self.without_branches(pods - branches).single();
        let single = 1 + (0..=pods.min(branches)).map(on_branches).max().unwrap_or_default();
        NodeDemand { addresses: most.addresses - most.single() + single, ..most }
    }

    /// Counts the same where no pod has a branch. Each pod may have an address on every card.
    fn without_branches(&self, pods: u64) -> NodeDemand {
        let default = self.pool.taken(self.pool.held(self.ready, pods));
        let further = self.further_pool.taken(self.further_pool.held(READY_ON_FURTHER_CARDS, pods));
        NodeDemand {
            interfaces: default.interfaces + self.further_cards * further.interfaces,
            addresses: default.addresses + self.further_cards * further.addresses,
            prefixes: default.prefixes + self.further_cards * further.prefixes,
        }
    }
}

impl Ready {
    /// Address targets, if there are any, go before the others.
    fn of(warm: &WarmTargets, prefixes: bool) -> Self {
        let addresses = warm.ip_target.unwrap_or(0);
        let minimum = warm.minimum_ip_target.unwrap_or(0);
        if addresses > 0 || minimum > 0 {
            Self::Addresses { warm: addresses.into(), minimum: minimum.into() }
        } else if prefixes {
            Self::Prefixes(warm.prefix_target.unwrap_or(1).into())
        } else {
            Self::Interfaces(warm.eni_target.unwrap_or(1).into())
        }
    }
}

impl CardCapacity {
    /// The most slots held with so many pods.
    fn held(&self, ready: Ready, pods: u64) -> u64 {
        let held = match ready {
            Ready::Interfaces(warm) => self.by_interface(warm, pods),
            Ready::Prefixes(warm) => self.by_prefix(warm, pods),
            Ready::Addresses { warm, minimum } => self.by_address(warm, minimum, pods),
        };
        held.min(self.interfaces * self.slots)
    }

    /// One interface at a time, until as many addresses are free as `warm` interfaces have. With none ready, one more is
    /// taken when the last is full.
    fn by_interface(&self, warm: u64, pods: u64) -> u64 {
        let wanted = if warm == 0 { pods / self.slots + 1 } else { pods.div_ceil(self.slots) + warm };
        self.enough.map_or(wanted, |enough| wanted.min(enough.div_ceil(self.slots))) * self.slots
    }

    /// As many addresses as are missing. Without a warm target, never more than the minimum: further pods wait.
    fn by_address(&self, warm: u64, minimum: u64, pods: u64) -> u64 {
        let wanted = |pods: u64| if warm == 0 { minimum } else { (pods + warm).max(minimum) }.div_ceil(self.size);
        self.enough.map_or(wanted(pods), |enough| {
            let last = self.last_before(enough, wanted(0));
            wanted(pods.min(last * self.size)).min(self.end_after(last))
        })
    }

    /// As many prefixes as are missing of `warm` without any pod, once fewer addresses are free than they have. Each pod
    /// may be on a prefix of its own, and then none is without: the step takes all `warm`.
    fn by_prefix(&self, warm: u64, pods: u64) -> u64 {
        let wanted = if warm == 0 { pods / self.size + 1 } else { pods.div_ceil(self.size) + warm };
        // The most from which there is a step.
        let last = self.enough.map_or(wanted - 1, |enough| (wanted - 1).min(self.last_before(enough, warm)));
        (last.min(pods) + warm).max(last + 1).min(self.end_after(last))
    }

    /// The most slots from which the loop takes a step, though it stops at `enough`. Without pods it goes to `idle` in steps
    /// that end where an interface does.
    fn last_before(&self, enough: u64, idle: u64) -> u64 {
        let last = enough.saturating_sub(1);
        if idle < enough { last } else { last - last % self.slots }
    }

    /// The most slots after one step: the end of the interface that it fills.
    fn end_after(&self, held: u64) -> u64 {
        (held / self.slots + 1) * self.slots
    }

    /// What so many slots take, with the primary addresses of their interfaces.
    fn taken(&self, held: u64) -> NodeDemand {
        let interfaces = held.div_ceil(self.slots);
        let prefixes = if self.size > 1 { held } else { 0 };
        NodeDemand { interfaces, addresses: held * self.size + interfaces, prefixes }
    }
}
