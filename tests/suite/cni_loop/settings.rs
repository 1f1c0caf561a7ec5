//! The settings that are compared, and what ipamd makes of them.

use podnet::capacity::NetworkSettings;
use podnet::capacity::WarmTargets;
use podnet::catalog::{CniVersion, InstanceType};

use super::rules::Rules;

/// The last release that does not read max pods, and one that does.
pub const BEFORE: CniVersion = CniVersion::new(1, 16, 2);
pub const AFTER: CniVersion = CniVersion::new(1, 21, 1);

pub const NONE: WarmTargets =
    WarmTargets { eni_target: None, ip_target: None, minimum_ip_target: None, prefix_target: None };

/// How the CNI is set.
#[derive(Debug, Clone)]
pub struct Setting {
    pub version: CniVersion,
    pub prefix_delegation: bool,
    pub warm: WarmTargets,
}

impl Setting {
    pub fn network(&self) -> NetworkSettings {
        NetworkSettings {
            version: self.version.clone(),
            custom_networking: true,
            prefix_delegation: self.prefix_delegation,
            max_eni: None,
            security_groups_for_pods: false,
            multi_nic: false,
        }
    }

    /// The numbers that ipamd goes by. On Xen it has no prefixes. What is not set is 1 interface, by its own default, and 1
    /// prefix, by its manifest's.
    pub fn rules(&self, known: &InstanceType, max_pods: u32) -> Rules {
        let prefixes = self.prefix_delegation && known.supports_prefixes();
        let target = |target: Option<u32>, default: u32| u64::from(target.unwrap_or(default));
        Rules {
            interfaces: known.interfaces as usize - 1,
            slots: u64::from(known.addresses_per_interface) - 1,
            slot: if prefixes { 16 } else { 1 },
            max_pods: (self.version >= AFTER).then_some(max_pods.into()),
            warm_eni_target: if prefixes { 0 } else { target(self.warm.eni_target, 1) },
            warm_prefix_target: if prefixes { target(self.warm.prefix_target, 1) } else { 0 },
            warm_ip_target: target(self.warm.ip_target, 0),
            minimum_ip_target: target(self.warm.minimum_ip_target, 0),
        }
    }
}

/// `WARM_IP_TARGET` and `MINIMUM_IP_TARGET`, where 0 is not set.
const ADDRESSES: &[(u32, u32)] =
    &[(1, 0), (2, 0), (5, 0), (16, 0), (17, 0), (1, 1), (2, 5), (5, 10), (16, 2), (1, 40), (7, 20), (0, 16), (0, 12)];

const EXTREME_ADDRESSES: &[(u32, u32)] = &[(30, 0), (100, 0), (1, 100), (3, 17), (60, 33), (0, 100)];

/// Every setting that the catalog's types are compared with.
pub fn every_setting() -> impl Iterator<Item = Setting> {
    let interfaces = [None, Some(0), Some(1), Some(2), Some(5), Some(16)]
        .map(|eni_target| (false, WarmTargets { eni_target, ..NONE }));
    let prefixes =
        [None, Some(1), Some(2), Some(5), Some(16)].map(|prefix_target| (true, WarmTargets { prefix_target, ..NONE }));
    both_releases(interfaces.into_iter().chain(prefixes).chain(addresses(ADDRESSES)))
}

/// Settings beyond those that make sense, for small nodes.
pub fn extreme() -> impl Iterator<Item = Setting> {
    let prefixes = [9, 20, 40, 64].map(|target| (true, WarmTargets { prefix_target: Some(target), ..NONE }));
    // aws-node does not start with no prefix ready; the loop would take one when all are used.
    let none = (true, WarmTargets { prefix_target: Some(0), ..NONE });
    both_releases(prefixes.into_iter().chain(addresses(EXTREME_ADDRESSES))).chain([Setting {
        version: AFTER,
        prefix_delegation: none.0,
        warm: none.1,
    }])
}

fn addresses(targets: &'static [(u32, u32)]) -> impl Iterator<Item = (bool, WarmTargets)> {
    targets.iter().flat_map(|(warm, minimum)| {
        let given = |target: u32| (target > 0).then_some(target);
        let warm = WarmTargets { ip_target: given(*warm), minimum_ip_target: given(*minimum), ..NONE };
        [(false, warm.clone()), (true, warm)]
    })
}

fn both_releases(settings: impl Iterator<Item = (bool, WarmTargets)>) -> impl Iterator<Item = Setting> {
    settings.flat_map(|(prefix_delegation, warm)| {
        [BEFORE, AFTER].map(|version| Setting { version, prefix_delegation, warm: warm.clone() })
    })
}
