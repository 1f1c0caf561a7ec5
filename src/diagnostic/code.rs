//! The stable codes, `area/name`.

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($variant:ident = $text:literal,)*) => {
        /// The stable name of a kind of problem: `area/name`, never reused for another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the text beside each variant says it")]
        pub enum Code {
            $($variant,)*
        }

        impl Code {
            /// Every code, in the order of its area.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Gives the code's text.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    SpecUnreadable = "spec/unreadable",
    SpecSyntax = "spec/syntax",
    SpecLimit = "spec/limit",
    SpecDuplicateKey = "spec/duplicate-key",
    SpecAnchor = "spec/anchor",
    SpecDocuments = "spec/documents",
    SpecUnknownField = "spec/unknown-field",
    SpecMissingField = "spec/missing-field",
    SpecType = "spec/type",
    SpecValue = "spec/value",
    SpecDuplicateName = "spec/duplicate-name",
    SpecUnknownName = "spec/unknown-name",
    SpecClusterTwice = "spec/cluster-twice",
    SpecTag = "spec/tag",
    SpecSilence = "spec/silence",
    SpecKubernetesVersion = "spec/kubernetes-version",
    AddressHostBits = "address/host-bits",
    AddressSize = "address/size",
    AddressOverlap = "address/overlap",
    AddressRestricted = "address/restricted",
    AddressNotAssignable = "address/not-assignable",
    AddressQuota = "address/quota",
    AddressAvoid = "address/avoid",
    AddressServiceCidr = "address/service-cidr",
    AddressNodeBlock = "address/node-block",
    AddressOutside = "address/outside",
    AddressDocker = "address/docker-bridge",
    CapacityFull = "capacity/full",
    CapacitySize = "capacity/size",
    CapacityUnbounded = "capacity/unbounded",
    CapacityExceeded = "capacity/exceeded",
    CapacityNodeSubnet = "capacity/node-subnet",
    CapacityUnknown = "capacity/unknown",
    CapacityPrefixes = "capacity/prefixes",
    CniVersion = "cni/version",
    CniEnvironment = "cni/environment",
    CniPrefixDelegation = "cni/prefix-delegation",
    CniBaseManifest = "cni/base-manifest",
    CniBaseRelease = "cni/base-release",
    CniAnnotationRemoved = "cni/annotation-removed",
    CniSecurityGroups = "cni/security-groups",
    CniRouteTable = "cni/route-table",
    CniEniConfig = "cni/eniconfig",
    CniZoneLabel = "cni/zone-label",
    CniUnroutable = "cni/unroutable",
    CniUnknownVariable = "cni/unknown-variable",
    CniTrunk = "cni/trunk",
    NodesInstanceType = "nodes/instance-type",
    NodesMaxPods = "nodes/max-pods",
    NodesAmi = "nodes/ami",
    NodesSize = "nodes/size",
    NodesDesired = "nodes/desired",
    NodesRootVolume = "nodes/root-volume",
    NodesAutoscaler = "nodes/autoscaler",
    NodesZone = "nodes/zone",
    NodesArchitecture = "nodes/architecture",
    NodesRole = "nodes/role",
    NodesControlPlaneZone = "nodes/control-plane-zone",
    NodesTypeLimits = "nodes/type-limits",
    NodesUnevenTypes = "nodes/uneven-types",
    LockSyntax = "lock/syntax",
    LockVersion = "lock/version",
    LockContradiction = "lock/contradiction",
    LockEdited = "lock/edited",
    LockBinding = "lock/binding",
    LockMissing = "lock/missing",
    LockLost = "lock/lost",
    LockSelection = "lock/selection",
    LockImport = "lock/import",
    LockRelease = "lock/release",
    LockReserve = "lock/reserve",
    LockStale = "lock/stale",
    BindStatus = "bind/status",
    BindRegion = "bind/region",
    BindServiceCidr = "bind/service-cidr",
    BindKubernetesVersion = "bind/kubernetes-version",
    BindAutoMode = "bind/auto-mode",
    BindOutposts = "bind/outposts",
    BindControlPlaneSubnets = "bind/control-plane-subnets",
    BindZone = "bind/zone",
    BindNodeSubnet = "bind/node-subnet",
    BindDuplicateId = "bind/duplicate-id",
    BindOutpostSubnet = "bind/outpost-subnet",
    BindFreeAddresses = "bind/free-addresses",
    ChangeDeleted = "change/deleted",
    ChangeReplaced = "change/replaced",
    ChangeCutOff = "change/cut-off",
    ChangeUndrained = "change/undrained",
    ChangeFails = "change/fails",
    ChangeAllowance = "change/allowance",
    ChangeNoBaseline = "change/no-baseline",
    BlueprintTemplate = "blueprint/template",
    BlueprintPack = "blueprint/pack",
    BlueprintGate = "blueprint/gate",
    OutputTemplateSize = "output/template-size",
    OutputDiffers = "output/differs",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_have_an_area() {
        let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Code::ALL.len());
        let areas = ["spec", "address", "capacity", "cni", "nodes", "lock", "bind", "change", "blueprint", "output"];
        assert!(texts.iter().all(|text| areas.contains(&text.split('/').next().unwrap())));
    }
}
