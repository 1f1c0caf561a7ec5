//! The most pods a node takes: what its addresses allow, capped as Kubernetes recommends.

use serde::Serialize;

use crate::catalog::address_rules::PREFIX_ADDRESSES;
use crate::catalog::trunk_types::{Trunk, trunk};
use crate::catalog::{Architecture, Capability, CniVersion, Hypervisor, InstanceType};

/// Pods on the host's network, which take no address: aws-node and kube-proxy.
pub const HOST_NETWORK_PODS: u32 = 2;
/// Up to so many virtual CPUs, 110 pods are recommended; above, 250.
const SMALL_VCPUS: u32 = 30;

/// What of the CNI's settings counts for max pods.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the CNI's own")]
pub struct NetworkSettings {
    /// The plugin's version.
    pub version: CniVersion,
    /// Pods are on secondary interfaces only.
    pub custom_networking: bool,
    /// With prefix delegation.
    pub prefix_delegation: bool,
    /// The most interfaces of a node.
    pub max_eni: Option<u32>,
    /// With security groups for pods, whose trunk takes one more interface.
    pub security_groups_for_pods: bool,
    /// Pods may have addresses on further network cards too (`ENABLE_MULTI_NIC`).
    pub multi_nic: bool,
}

/// The limits of an instance type that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceLimits {
    /// The type's name.
    pub name: String,
    /// Network interfaces of the default network card, 1 or more.
    pub interfaces: u32,
    /// IPv4 addresses of an interface, its primary one included, 2 or more.
    pub addresses: u32,
    /// Default virtual CPUs.
    pub vcpus: u32,
    /// On the Nitro hypervisor.
    pub nitro: bool,
    /// Bare metal.
    pub bare_metal: bool,
    /// The processor architecture.
    pub architecture: Architecture,
    /// Network cards, the default one included.
    pub cards: u32,
    /// Whether it can have the trunk interface of security groups for pods.
    pub trunk: Trunk,
}

impl NetworkSettings {
    /// The settings of a release that nothing was set on: addresses one by one, on all of a node's interfaces.
    ///
    /// ```
    /// use podnet::capacity::NetworkSettings;
    /// use podnet::catalog::CniVersion;
    ///
    /// let settings = NetworkSettings::of(CniVersion::new(1, 21, 1));
    /// assert!(!settings.custom_networking && !settings.prefix_delegation);
    /// ```
    pub const fn of(version: CniVersion) -> Self {
        Self {
            version,
            custom_networking: false,
            prefix_delegation: false,
            max_eni: None,
            security_groups_for_pods: false,
            multi_nic: false,
        }
    }
}

impl From<InstanceType> for InstanceLimits {
    fn from(known: InstanceType) -> Self {
        Self {
            name: known.name.to_owned(),
            interfaces: known.interfaces,
            addresses: known.addresses_per_interface,
            vcpus: known.vcpus,
            nitro: known.hypervisor == Hypervisor::Nitro,
            bare_metal: known.bare_metal,
            architecture: known.architecture,
            cards: known.network_cards,
            trunk: trunk(known.name),
        }
    }
}

impl InstanceLimits {
    /// Tells whether nodes of this type take prefixes from this CNI. Others silently go without.
    pub(crate) fn takes_prefixes(&self, version: &CniVersion) -> bool {
        (self.nitro && version.has(Capability::PrefixDelegation))
            || (self.bare_metal && version.has(Capability::BareMetalPrefixes))
    }

    /// Tells whether the CNI keeps an interface of such a node for the trunk of security groups for pods. Before 1.20.4, it
    /// does so on types that cannot have one too. A type that is not known counts as one that has.
    pub(crate) fn reserves_trunk(&self, settings: &NetworkSettings) -> bool {
        settings.security_groups_for_pods
            && match self.trunk {
                Trunk::Branches(_) | Trunk::Unknown => true,
                Trunk::Unsupported => !settings.version.has(Capability::TrunkOnlyWhereSupported),
            }
    }

    /// The most pods of such a node that have a branch interface; nothing where no pod can. A type that is not known has no
    /// bound.
    pub(super) fn branches(&self, settings: &NetworkSettings) -> Option<u64> {
        match self.trunk {
            _ if !settings.security_groups_for_pods => None,
            Trunk::Branches(most) => Some(most.into()),
            Trunk::Unknown => Some(u64::MAX),
            Trunk::Unsupported => None,
        }
    }

    /// Interfaces of the default card that can carry pods, and how they are counted: `3 - 1`. Nothing where none is left.
    pub(super) fn pod_interfaces(&self, settings: &NetworkSettings) -> Option<(u32, String)> {
        let interfaces = settings.max_eni.map_or(self.interfaces, |most| most.min(self.interfaces));
        let taken = u32::from(settings.custom_networking) + u32::from(self.reserves_trunk(settings));
        let left = interfaces.checked_sub(taken).filter(|left| *left > 0)?;
        Some((left, format!("{interfaces}{}", " - 1".repeat(usize::try_from(taken).ok()?))))
    }
}

/// The most pods a node of one type takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeMaxPods {
    /// The type.
    pub instance_type: String,
    /// The number to use: what addresses allow, at most the recommended cap.
    pub value: u32,
    /// What addresses allow.
    pub by_addresses: u32,
    /// The recommended cap: 110 up to 30 virtual CPUs, 250 above.
    pub cap: u32,
    /// Whether its nodes take /28 prefixes in place of single addresses.
    pub prefixes: bool,
    /// How it came about.
    pub how: String,
}

/// Computes the most pods of a type.
///
/// With custom networking the primary interface is in the node's subnet and carries no pods; an interface's own address
/// goes to none; aws-node and kube-proxy are on the host's network and need none. Nothing where no interface is left for
/// pods, as for hpc6id.32xlarge, which has one.
///
/// The formula and the cap are those of the EKS user guide ("Choose an optimal Amazon EC2 node instance type") and of its
/// calculator, `max-pods-calculator.sh` of awslabs/amazon-eks-ami.
///
/// ```
/// use podnet::capacity::{InstanceLimits, NetworkSettings, max_pods};
/// use podnet::catalog::{CniVersion, instance_types};
///
/// // 3 interfaces of 10 addresses, 2 virtual CPUs.
/// let m5_large = InstanceLimits::from(instance_types::find("m5.large").unwrap());
/// let custom = NetworkSettings { custom_networking: true, ..NetworkSettings::of(CniVersion::new(1, 21, 1)) };
/// let pods = |settings: &NetworkSettings| max_pods(&m5_large, settings).unwrap();
///
/// assert_eq!(pods(&custom).value, 20);
/// assert_eq!(pods(&custom).how, "(3 - 1) * (10 - 1) + 2 = 20");
/// assert_eq!(pods(&NetworkSettings { custom_networking: false, ..custom.clone() }).value, 29);
///
/// let prefixes = NetworkSettings { prefix_delegation: true, ..custom.clone() };
/// assert_eq!((pods(&prefixes).by_addresses, pods(&prefixes).value), (290, 110));
///
/// let one_interface = InstanceLimits::from(instance_types::find("hpc6id.32xlarge").unwrap());
/// assert_eq!(max_pods(&one_interface, &custom), None);
/// ```
pub fn max_pods(limits: &InstanceLimits, settings: &NetworkSettings) -> Option<TypeMaxPods> {
    let (usable, left) = limits.pod_interfaces(settings)?;
    let prefixes = settings.prefix_delegation && limits.takes_prefixes(&settings.version);
    let each = (limits.addresses - 1) * if prefixes { PREFIX_ADDRESSES } else { 1 };
    let by_addresses = usable * each + HOST_NETWORK_PODS;
    let cap = if limits.vcpus <= SMALL_VCPUS { 110 } else { 250 };
    let value = by_addresses.min(cap);
    let left = if left.contains('-') { format!("({left})") } else { left };
    let sixteen = if prefixes { " * 16" } else { "" };
    let sum = format!("{left} * ({} - 1){sixteen} + 2 = {by_addresses}", limits.addresses);
    let how = if value < by_addresses { format!("{sum}, capped at {cap} for {} vCPUs", limits.vcpus) } else { sum };
    Some(TypeMaxPods { instance_type: limits.name.clone(), value, by_addresses, cap, prefixes, how })
}
