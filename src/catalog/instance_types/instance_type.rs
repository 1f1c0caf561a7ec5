//! One EC2 instance type: the limits that max pods and address demand are computed from.

use std::fmt;

use serde::Serialize;

use crate::catalog::Architecture;

/// The limits of one EC2 instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceType {
    /// The API name, such as `m5.large`.
    pub name: &'static str,
    /// Network interfaces that fit on the default network card, the primary one included; at least 1.
    ///
    /// This is what the VPC CNI can use. EC2's own `MaximumNetworkInterfaces` of a type is the sum over all its cards:
    /// 64 for `p5.48xlarge`, whose default card takes 2.
    pub interfaces: u32,
    /// IPv4 addresses an interface holds, its own primary address included; at least 2.
    pub addresses_per_interface: u32,
    /// Virtual CPUs at the type's default core and thread count.
    pub vcpus: u32,
    /// What the instance runs on.
    pub hypervisor: Hypervisor,
    /// Whether the instance is a whole machine.
    pub bare_metal: bool,
    /// The processor architecture that its image must be built for.
    pub architecture: Architecture,
    /// Network cards, the default one included; at least 1.
    pub network_cards: u32,
}

impl InstanceType {
    /// Returns whether the CNI can give the type's interfaces /28 prefixes in place of single addresses.
    ///
    /// EC2 offers prefixes on Nitro and bare-metal instances. On Xen the CNI falls back to single addresses without a
    /// word, and a max pods that counted on prefixes then leaves pods without an address.
    pub fn supports_prefixes(&self) -> bool {
        self.hypervisor == Hypervisor::Nitro || self.bare_metal
    }

    /// Returns the part of the name before the dot: `m5` of `m5.large`.
    pub fn family(&self) -> &'static str {
        split(self.name).0
    }

    /// Returns the part of the name after the dot: `large` of `m5.large`.
    pub fn size(&self) -> &'static str {
        split(self.name).1
    }
}

/// What an instance runs on, by EC2's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Hypervisor {
    /// AWS's own, since 2017.
    Nitro,
    /// The one before it: `m4`, `t2` and older.
    Xen,
    /// None, on bare metal.
    None,
}

impl Hypervisor {
    /// Returns the name that EC2 and the table use, `none` for bare metal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nitro => "nitro",
            Self::Xen => "xen",
            Self::None => "none",
        }
    }

    /// Returns the hypervisor of that name, if there is one.
    pub(in crate::catalog) fn named(name: &str) -> Option<Self> {
        [Self::Nitro, Self::Xen, Self::None].into_iter().find(|known| known.as_str() == name)
    }
}

impl fmt::Display for InstanceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl fmt::Display for Hypervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Splits a name at its dot: family and size.
pub(super) fn split(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or((name, ""))
}
