//! When ipamd wants more, and how much: its rules, as its source has them.

/// The numbers that ipamd goes by on one network card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rules {
    /// Interfaces that it may attach beside the primary one.
    pub interfaces: usize,
    /// Slots of an interface: addresses or, in their place, prefixes.
    pub slots: u64,
    /// Addresses of a slot.
    pub slot: u64,
    /// The node's max pods, from the release on that reads it.
    pub max_pods: Option<u64>,
    pub warm_eni_target: u64,
    pub warm_prefix_target: u64,
    pub warm_ip_target: u64,
    pub minimum_ip_target: u64,
}

/// What ipamd counts before it decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// All addresses for pods, used or not.
    pub total: u64,
    /// Addresses that pods have.
    pub assigned: u64,
    /// Prefixes without any pod.
    pub free_prefixes: u64,
}

impl Rules {
    pub fn prefixes(&self) -> bool {
        self.slot > 1
    }

    /// Whether address targets are set: then the other two are not read.
    pub fn by_address(&self) -> bool {
        self.warm_ip_target != 0 || self.minimum_ip_target != 0
    }

    /// How many slots ipamd asks for when the pool is too low (`isDatastorePoolTooLow`, then `tryAssignIPs`,
    /// `tryAssignPrefixes` or `GetENIResourcesToAllocate`); nothing when it is not. An interface may have room for fewer.
    pub fn asks_for(&self, counts: Counts) -> Option<u64> {
        if self.max_pods.is_some_and(|max_pods| counts.total >= max_pods) {
            return None;
        }
        let available = counts.total - counts.assigned;
        if self.by_address() {
            let of_warm = self.warm_ip_target.saturating_sub(available);
            let of_minimum = self.minimum_ip_target.saturating_sub(counts.total);
            let short = of_warm.max(of_minimum).div_ceil(self.slot);
            return (short > 0).then_some(short);
        }
        let (target, whole) =
            if self.prefixes() { (self.warm_prefix_target, self.slot) } else { (self.warm_eni_target, self.slots) };
        let too_low = available < target * whole || (target == 0 && available == 0);
        let asked = if self.prefixes() { target.saturating_sub(counts.free_prefixes).max(1) } else { self.slots };
        too_low.then_some(asked)
    }
}
