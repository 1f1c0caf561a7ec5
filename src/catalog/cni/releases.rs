//! What each release of the VPC CNI can do, as far as custom networking depends on it.
//!
//! From the change log, the code and the release manifests of aws/amazon-vpc-cni-k8s.

use super::CniVersion;

/// The newest release that these facts were checked against; a newer one may behave in ways not known here.
pub(crate) const NEWEST_KNOWN: CniVersion = CniVersion::new(1, 23, 1);

/// Something that the CNI can do from some release on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Reads `ENIConfig` objects, by an annotation or a label of a chosen name. The switch itself is of 1.2; the choice
    /// of the label, without which zones cannot be told apart, is of 1.4.0.
    CustomNetworking,
    /// Runs `aws-vpc-cni-init` before `aws-node`: where `DISABLE_TCP_EARLY_DEMUX` is set.
    InitContainer,
    /// Gives an interface the security groups of the node's primary one where an `ENIConfig` lists none. Before, the
    /// VPC's default group was used, and 1.13.0 used none that works.
    PrimarySecurityGroups,
    /// Talks to the instance metadata service by session tokens (IMDSv2). 1.10.0 does not.
    MetadataTokens,
    /// Takes /28 prefixes in place of single addresses, on Nitro instances.
    PrefixDelegation,
    /// Ships the `ENIConfig` definition as `apiextensions.k8s.io/v1`, the only version that Kubernetes 1.22 and later
    /// accept; and knows `ENABLE_IPv4` and `ENABLE_IPv6`.
    DefinitionV1,
    /// Takes prefixes on bare-metal instances too.
    BareMetalPrefixes,
    /// Looks for the node label `vpc.amazonaws.com/externalEniConfig` before anything else.
    ExternalEniConfigLabel,
    /// Keeps a node `NotReady` for as long as the `ENIConfig` it names does not exist, instead of using the node's own
    /// subnet.
    MissingEniConfigBlocksNode,
    /// Holds no more addresses than max pods can use. Before, a node takes whole interfaces whatever its max pods.
    MaxPodsBound,
    /// Looks for more subnets by tag (`ENABLE_SUBNET_DISCOVERY`), which custom networking must switch off.
    SubnetDiscovery,
    /// Ships an `ENIConfig` definition that names its fields, so that the API server refuses a misspelt one.
    TypedDefinition,
    /// Reserves an interface as the trunk of security groups for pods only on types that can have one.
    TrunkOnlyWhereSupported,
}

impl Capability {
    /// Returns the first release with it.
    pub const fn since(self) -> CniVersion {
        match self {
            Self::CustomNetworking => CniVersion::new(1, 4, 0),
            Self::MetadataTokens => CniVersion::new(1, 6, 0),
            Self::InitContainer => CniVersion::new(1, 7, 0),
            Self::PrimarySecurityGroups => CniVersion::new(1, 8, 0),
            Self::PrefixDelegation => CniVersion::new(1, 9, 0),
            Self::DefinitionV1 => CniVersion::new(1, 10, 0),
            Self::BareMetalPrefixes => CniVersion::new(1, 10, 3),
            Self::ExternalEniConfigLabel => CniVersion::new(1, 11, 0),
            Self::MissingEniConfigBlocksNode => CniVersion::new(1, 13, 0),
            Self::MaxPodsBound => CniVersion::new(1, 16, 3),
            Self::SubnetDiscovery => CniVersion::new(1, 18, 0),
            Self::TypedDefinition => CniVersion::new(1, 18, 4),
            Self::TrunkOnlyWhereSupported => CniVersion::new(1, 20, 4),
        }
    }

    /// Returns the later release in which it is broken, if there is one.
    pub const fn broken_in(self) -> Option<CniVersion> {
        match self {
            Self::MetadataTokens => Some(CniVersion::new(1, 10, 0)),
            Self::PrimarySecurityGroups => Some(CniVersion::new(1, 13, 0)),
            _ => None,
        }
    }
}

impl CniVersion {
    /// Returns whether this release has the capability, in working order.
    ///
    /// `1.9.0` has prefix delegation and `1.8.0` has not; `1.13.0` lacks the primary interface's security groups, which
    /// `1.12.6` and `1.13.1` have.
    pub fn has(&self, capability: Capability) -> bool {
        *self >= capability.since() && capability.broken_in().as_ref() != Some(self)
    }
}

/// Why a release's own manifest must not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ManifestDefect {
    /// What is wrong with it.
    pub(crate) why: &'static str,
    /// What to do instead.
    pub(crate) help: &'static str,
}

/// Returns why the release's own manifest must not be applied, if there is a reason.
///
/// The manifest of 1.22.0 (`config/master/aws-k8s-cni.yaml` at that tag) names the images of 1.21.1: whoever applies it
/// gets the release before, and settings that only the newer one has do nothing.
pub(crate) fn manifest_defect(version: &CniVersion) -> Option<ManifestDefect> {
    (*version == CniVersion::new(1, 22, 0))
        .then_some(ManifestDefect { why: "it names the images of 1.21.1", help: "use 1.22.1 or later" })
}

/// A network policy agent that is not the one of the CNI's release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AgentDiffers {
    /// The agent of the release, or of the nearest known one before it.
    pub(crate) released: &'static str,
    /// Why it matters.
    pub(crate) why: &'static str,
}

/// The agents in release manifests, from which release on each is the least that is known to belong to it.
static AGENTS: [(CniVersion, &str); 5] = [
    (CniVersion::new(1, 15, 5), "v1.0.7"),
    (CniVersion::new(1, 20, 4), "v1.2.7"),
    (CniVersion::new(1, 21, 0), "v1.3.0"),
    (CniVersion::new(1, 21, 1), "v1.3.1"),
    (CniVersion::new(1, 23, 0), "v1.4.1"),
];

/// Since this release, the containers are probed on a unix socket, and CNI and agent come in pairs.
const PAIRED: (CniVersion, CniVersion) = (CniVersion::new(1, 23, 0), CniVersion::new(1, 4, 1));

/// Says where an agent's tag is not the one of the CNI's release manifest, as far as that is known: for a release in the table,
/// any other; for any release, one from the other side of the first pair.
pub(crate) fn network_policy_agent_differs(version: &CniVersion, tag: &str) -> Option<AgentDiffers> {
    let plain = tag.split_once('-').map_or(tag, |(plain, _)| plain);
    let agent: CniVersion = plain.trim_start_matches('v').parse().ok()?;
    let nearest = AGENTS.iter().rev().find(|(since, _)| since <= version);
    let (first, pair) = PAIRED;
    if (*version >= first) != (agent >= pair) {
        let released = nearest.map_or("before v1.4.1", |(_, released)| *released);
        let why = "since CNI 1.23.0, the containers are probed on a unix socket, for which CNI and agent have to be of the same time";
        return Some(AgentDiffers { released, why });
    }
    let (_, released) = AGENTS.iter().find(|(release, _)| release == version)?;
    (*released != plain).then_some(AgentDiffers { released, why: "AWS tests and releases the two together" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> CniVersion {
        text.parse().unwrap()
    }

    #[test]
    fn each_capability_begins_with_its_release() {
        for (capability, before, first) in [
            (Capability::CustomNetworking, "1.3.3", "1.4.0"),
            (Capability::InitContainer, "1.6.3", "1.7.0"),
            (Capability::PrimarySecurityGroups, "1.7.10", "1.8.0"),
            (Capability::PrefixDelegation, "1.8.0", "1.9.0"),
            (Capability::DefinitionV1, "1.9.3", "1.10.0"),
            (Capability::BareMetalPrefixes, "1.10.2", "1.10.3"),
            (Capability::ExternalEniConfigLabel, "1.10.4", "1.11.0"),
            (Capability::MissingEniConfigBlocksNode, "1.12.6", "1.13.0"),
            (Capability::MaxPodsBound, "1.16.2", "1.16.3"),
            (Capability::SubnetDiscovery, "1.17.1", "1.18.0"),
            (Capability::TypedDefinition, "1.18.3", "1.18.4"),
            (Capability::TrunkOnlyWhereSupported, "1.20.3", "1.20.4"),
        ] {
            assert!(!version(before).has(capability), "{capability:?} in {before}");
            assert!(version(first).has(capability), "{capability:?} in {first}");
            assert!(NEWEST_KNOWN.has(capability), "{capability:?} in the newest");
        }
    }

    #[test]
    fn empty_security_groups_are_broken_in_one_release() {
        let has = |text| version(text).has(Capability::PrimarySecurityGroups);
        assert_eq!((has("1.12.6"), has("1.13.0"), has("1.13.1")), (true, false, true));
    }

    #[test]
    fn one_manifest_is_defective() {
        let agent =
            |cni: &str, tag: &str| network_policy_agent_differs(&version(cni), tag).map(|differs| differs.released);
        for (cni, tag, released) in [
            ("1.15.5", "v1.0.7", None),
            ("1.15.5", "v1.0.7-eksbuild.1", None),
            ("1.15.5", "v1.0.6", Some("v1.0.7")),
            ("1.19.0", "v1.1.5", None),
            ("1.23.0", "v1.4.1", None),
            ("1.23.1", "v1.4.1", None),
            ("1.23.1", "v1.3.1", Some("v1.4.1")),
            ("1.21.1", "v1.4.1", Some("v1.3.1")),
            ("1.21.1", "main", None),
        ] {
            assert_eq!(agent(cni, tag), released, "{cni} {tag}");
        }
        assert!(manifest_defect(&version("1.22.0")).is_some());
        for good in ["1.7.5", "1.21.1", "1.22.1", "1.23.0", "1.23.1"] {
            assert_eq!(manifest_defect(&version(good)), None, "{good}");
        }
    }
}
