//! How many addresses of the pod subnet a node takes.
//!
//! The CNI gives each secondary interface one primary address, which no pod gets, and keeps some addresses ready. What it
//! holds depends on the pods that run, the warm targets, and the release; the rules are those of amazon-vpc-cni-k8s
//! (docs/eni-and-ip-target.md, docs/prefix-and-ip-target.md) and of its allocation loop.

use serde::Serialize;

use super::max_pods::{Limits, NetworkSettings};
use crate::catalog::Capability;
use crate::spec::Warm;

/// Addresses of a /28 prefix.
const PREFIX: u64 = 16;

/// What a node can hold and what it keeps ready: everything but the pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAddressing {
    /// Interfaces that can carry pods.
    interfaces: u64,
    /// Addresses of an interface, its primary one included.
    addresses: u64,
    /// Whether addresses come in prefixes.
    prefixes: bool,
    /// The most pods, where the release knows it (CNI 1.16.3 or later).
    bound: Option<u64>,
    warm: Warm,
    /// One more interface is the trunk of security groups for pods.
    trunk: bool,
    /// Interfaces of further network cards.
    further_cards: u64,
}

/// What a node takes of the pod subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeDemand {
    /// Interfaces that carry pods.
    pub interfaces: u64,
    /// All addresses: those of pods, those kept ready, and the interfaces' own.
    pub addresses: u64,
    /// Whole /28 prefixes among them.
    pub prefixes: u64,
}

impl NodeAddressing {
    /// Describes a node of a type with some max pods. Nothing where no interface is left for pods.
    pub fn new(limits: &Limits, settings: &NetworkSettings, warm: &Warm, max_pods: u32) -> Option<Self> {
        let most = settings.max_eni.map_or(limits.interfaces, |most| most.min(limits.interfaces));
        let taken = u32::from(settings.custom_networking) + u32::from(settings.security_groups_for_pods);
        let interfaces = most.checked_sub(taken).filter(|left| *left > 0)?;
        Some(Self {
            interfaces: interfaces.into(),
            addresses: limits.addresses.into(),
            prefixes: settings.prefix_delegation && limits.takes_prefixes(&settings.version),
            bound: settings.version.has(Capability::MaxPodsBound).then_some(max_pods.into()),
            warm: warm.clone(),
            trunk: settings.security_groups_for_pods,
            further_cards: 0,
        })
    }

    /// Counts what the node takes with so many pods that are not on its host's network.
    ///
    /// m5.large (2 usable interfaces of 10): 10 addresses when idle, 20 from the first pod on; with prefixes and 110 pods
    /// at most, 7 prefixes on one interface, 113 addresses.
    pub fn with_pods(&self, pods: u64) -> NodeDemand {
        let slots = self.addresses - 1;
        let held = if self.prefixes { self.prefix_slots(pods, slots) } else { self.address_slots(pods, slots) };
        let interfaces = match held {
            Held::Interfaces(interfaces) => interfaces,
            Held::Slots(held) => held.div_ceil(slots).min(self.interfaces),
        };
        let (addresses, prefixes) = match held {
            Held::Interfaces(interfaces) => (interfaces * self.addresses, 0),
            Held::Slots(held) if self.prefixes => (held * PREFIX + interfaces, held),
            Held::Slots(held) => (held + interfaces, 0),
        };
        NodeDemand { interfaces, addresses: addresses + u64::from(self.trunk) + self.further_cards, prefixes }
    }

    /// Counts the most that the node ever takes, whatever runs on it, up to a number of pods.
    pub fn worst(&self, max_pods: u32) -> NodeDemand {
        self.with_pods(u64::from(max_pods))
    }

    fn address_slots(&self, pods: u64, slots: u64) -> Held {
        let room = self.interfaces * slots;
        if let Some(wanted) = self.wanted(pods) {
            let most = self.bound.map_or(room, |bound| bound.max(pods)).min(room);
            return Held::Slots(wanted.min(room).min(most.max(pods.min(room))));
        }
        let warm = u64::from(self.warm.eni_target.unwrap_or(1));
        let most = self.bound.map_or(self.interfaces, |bound| bound.div_ceil(slots)).min(self.interfaces);
        let needed = pods.div_ceil(slots);
        Held::Interfaces((needed + warm).min(most).max(1).max(needed.min(self.interfaces)))
    }

    fn prefix_slots(&self, pods: u64, slots: u64) -> Held {
        let room = self.interfaces * slots;
        let most = self.bound.map_or(room, |bound| bound.div_ceil(PREFIX)).min(room);
        let wanted = match self.wanted(pods) {
            Some(addresses) => addresses.div_ceil(PREFIX),
            None => pods.div_ceil(PREFIX) + u64::from(self.warm.prefix_target.unwrap_or(1)),
        };
        Held::Slots(wanted.min(most).max(pods.div_ceil(PREFIX).min(room)))
    }

    /// The addresses to hold by `WARM_IP_TARGET` and `MINIMUM_IP_TARGET`; nothing where neither is set.
    fn wanted(&self, pods: u64) -> Option<u64> {
        let (warm, minimum) = (self.warm.ip_target, self.warm.minimum_ip_target);
        (warm.is_some() || minimum.is_some())
            .then(|| (pods + u64::from(warm.unwrap_or(0))).max(u64::from(minimum.unwrap_or(0))))
    }
}

/// What a node holds: whole interfaces, or single addresses or prefixes.
enum Held {
    Interfaces(u64),
    Slots(u64),
}
