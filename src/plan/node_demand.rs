//! How many addresses of the pod subnet a node takes.
//!
//! The CNI gives each secondary interface one primary address, which no pod gets, and keeps some addresses ready. What it
//! holds depends on the pods that run, on the warm targets and on the release; the rules are those of the allocation loop of
//! amazon-vpc-cni-k8s (`pkg/ipamd`, and its documents on warm targets and on prefixes).

use serde::Serialize;

use super::max_pods::{Limits, NetworkSettings};
use crate::catalog::Capability;
use crate::catalog::address_rules::PREFIX_ADDRESSES;
use crate::spec::Warm;

/// What a node can hold and what it keeps ready: everything but the pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAddressing {
    /// Interfaces that can carry pods.
    interfaces: u64,
    /// Addresses or prefixes of an interface besides its primary address.
    slots: u64,
    /// Whether slots hold prefixes.
    prefixes: bool,
    /// The most pods, where the release stops at it (CNI 1.16.3 or later).
    bound: Option<u64>,
    warm: Warm,
    /// One more interface is the trunk of security groups for pods, and pods have branches of it.
    trunk: bool,
    /// Interfaces of further network cards.
    further_cards: u64,
}

/// What a node takes of the pod subnet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeDemand {
    /// Interfaces that carry pods' addresses.
    pub interfaces: u64,
    /// All addresses: those of pods, those kept ready, and the interfaces' own.
    pub addresses: u64,
    /// Whole /28 prefixes, whose addresses are among them.
    pub prefixes: u64,
}

impl NodeDemand {
    /// Addresses that are not in prefixes.
    pub fn single(self) -> u64 {
        self.addresses - self.prefixes * u64::from(PREFIX_ADDRESSES)
    }
}

impl NodeAddressing {
    /// Describes a node of a type with some max pods. Nothing where no interface is left for pods.
    pub fn new(limits: &Limits, settings: &NetworkSettings, warm: &Warm, max_pods: u32) -> Option<Self> {
        let most = settings.max_eni.map_or(limits.interfaces, |most| most.min(limits.interfaces));
        let taken = u32::from(settings.custom_networking) + u32::from(settings.security_groups_for_pods);
        let interfaces = most.checked_sub(taken).filter(|left| *left > 0)?;
        Some(Self {
            interfaces: interfaces.into(),
            slots: u64::from(limits.addresses).saturating_sub(1).max(1),
            prefixes: settings.prefix_delegation && limits.takes_prefixes(&settings.version),
            bound: settings.version.has(Capability::MaxPodsBound).then_some(max_pods.into()),
            warm: warm.clone(),
            trunk: settings.security_groups_for_pods,
            further_cards: if settings.multi_nic { u64::from(limits.cards.saturating_sub(1)) } else { 0 },
        })
    }

    /// Counts the most that the node takes with so many pods that are not on its host's network, in whatever order they
    /// came.
    ///
    /// m5.large (2 usable interfaces of 10): 10 addresses when idle, 20 from the first pod on; with prefixes, 110 pods and
    /// max pods 110, 7 prefixes on one interface, 113 addresses.
    pub fn with_pods(&self, pods: u64) -> NodeDemand {
        let pods = pods.min(self.interfaces * self.slots * self.slot());
        let (interfaces, held) = self.held(pods);
        let prefixes = if self.prefixes { held } else { 0 };
        let single = if self.trunk {
            // Any of the pods may have a branch interface, and then an address of that instead of one of the node's.
            let on_branches = |branches: u64| {
                let (interfaces, held) = self.held(pods - branches);
                branches + interfaces + if self.prefixes { 0 } else { held }
            };
            1 + (0..=pods).map(on_branches).max().unwrap_or(0)
        } else {
            interfaces + if self.prefixes { 0 } else { held }
        };
        NodeDemand {
            interfaces,
            addresses: prefixes * u64::from(PREFIX_ADDRESSES) + single + self.further_cards,
            prefixes,
        }
    }

    /// The interfaces that carry so many pods, and the addresses or prefixes on them.
    fn held(&self, pods: u64) -> (u64, u64) {
        if self.prefixes || self.by_address() {
            let held = self.slots_for(pods).min(self.interfaces * self.slots);
            return (held.div_ceil(self.slots).max(1), held);
        }
        let interfaces = self.interfaces_for(pods).clamp(1, self.interfaces);
        (interfaces, interfaces * self.slots)
    }

    /// Addresses of a slot.
    fn slot(&self) -> u64 {
        if self.prefixes { PREFIX_ADDRESSES.into() } else { 1 }
    }

    /// Whether the node keeps single addresses ready, and not whole interfaces or prefixes.
    fn by_address(&self) -> bool {
        let set = |target: Option<u32>| target.is_some_and(|target| target > 0);
        set(self.warm.ip_target) || set(self.warm.minimum_ip_target)
    }

    /// Whole interfaces for so many pods.
    fn interfaces_for(&self, pods: u64) -> u64 {
        let most = self.bound.map_or(self.interfaces, |bound| bound.div_ceil(self.slots));
        with_warm(pods, self.slots, self.warm.eni_target.unwrap_or(1)).min(most)
    }

    /// Addresses or prefixes for so many pods. The loop stops once it holds as many addresses as pods may run, but its last
    /// step may go past that.
    fn slots_for(&self, pods: u64) -> u64 {
        let (wanted, step) = if self.by_address() {
            let warm = u64::from(self.warm.ip_target.unwrap_or(0));
            let minimum = u64::from(self.warm.minimum_ip_target.unwrap_or(0));
            ((pods + warm).max(minimum).div_ceil(self.slot()), warm.max(minimum).div_ceil(self.slot()))
        } else {
            let warm = self.warm.prefix_target.unwrap_or(1);
            (with_warm(pods, self.slot(), warm), u64::from(warm))
        };
        let past = step.clamp(1, self.slots) - 1;
        self.bound.map_or(wanted, |bound| wanted.min(bound.div_ceil(self.slot()) + past))
    }
}

/// Units for so many pods, with some more ready. With none ready, one more is taken when the last is full.
fn with_warm(pods: u64, each: u64, warm: u32) -> u64 {
    if warm == 0 { pods / each + 1 } else { pods.div_ceil(each) + u64::from(warm) }
}
