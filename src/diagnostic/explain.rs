//! What every code means, at length: the texts that `podnet explain` prints.
//!
//! There is one file a code in `explanations/`, `address-size.yaml` for `address/size`. The files are in the program,
//! and are read when one is asked for.

use serde::Deserialize;

use super::Code;

macro_rules! texts {
    ($($code:ident = $file:literal,)*) => {
        /// The text of every code; the tests see to it that none is missing.
        const TEXTS: &[(Code, &str)] =
            &[$((Code::$code, include_str!(concat!("explanations/", $file, ".yaml")))),*];
    };
}

texts! {
    SpecUnreadable = "spec-unreadable",
    SpecSyntax = "spec-syntax",
    SpecLimit = "spec-limit",
    SpecDuplicateKey = "spec-duplicate-key",
    SpecAnchor = "spec-anchor",
    SpecDocuments = "spec-documents",
    SpecUnknownField = "spec-unknown-field",
    SpecMissingField = "spec-missing-field",
    SpecType = "spec-type",
    SpecValue = "spec-value",
    SpecDuplicateName = "spec-duplicate-name",
    SpecUnknownName = "spec-unknown-name",
    SpecClusterTwice = "spec-cluster-twice",
    SpecTag = "spec-tag",
    SpecSilence = "spec-silence",
    SpecKubernetesVersion = "spec-kubernetes-version",
    AddressHostBits = "address-host-bits",
    AddressSize = "address-size",
    AddressOverlap = "address-overlap",
    AddressRestricted = "address-restricted",
    AddressNotAssignable = "address-not-assignable",
    AddressQuota = "address-quota",
    AddressAvoid = "address-avoid",
    AddressServiceCidr = "address-service-cidr",
    AddressNodeBlock = "address-node-block",
    AddressOutside = "address-outside",
    AddressDocker = "address-docker-bridge",
    CapacityFull = "capacity-full",
    CapacitySize = "capacity-size",
    CapacityExceeded = "capacity-exceeded",
    CapacityNodeSubnet = "capacity-node-subnet",
    CapacityUnknown = "capacity-unknown",
    CapacityPrefixes = "capacity-prefixes",
    CapacityUnbounded = "capacity-unbounded",
    CniVersion = "cni-version",
    CniEnvironment = "cni-environment",
    CniPrefixDelegation = "cni-prefix-delegation",
    CniBaseManifest = "cni-base-manifest",
    CniBaseRelease = "cni-base-release",
    CniAnnotationRemoved = "cni-annotation-removed",
    CniSecurityGroups = "cni-security-groups",
    CniRouteTable = "cni-route-table",
    CniEniConfig = "cni-eniconfig",
    CniZoneLabel = "cni-zone-label",
    CniUnroutable = "cni-unroutable",
    CniUnknownVariable = "cni-unknown-variable",
    CniTrunk = "cni-trunk",
    NodesInstanceType = "nodes-instance-type",
    NodesMaxPods = "nodes-max-pods",
    NodesAmi = "nodes-ami",
    NodesSize = "nodes-size",
    NodesDesired = "nodes-desired",
    NodesRootVolume = "nodes-root-volume",
    NodesAutoscaler = "nodes-autoscaler",
    NodesZone = "nodes-zone",
    NodesArchitecture = "nodes-architecture",
    NodesRole = "nodes-role",
    NodesControlPlaneZone = "nodes-control-plane-zone",
    NodesTypeLimits = "nodes-type-limits",
    NodesUnevenTypes = "nodes-uneven-types",
    LockSyntax = "lock-syntax",
    LockVersion = "lock-version",
    LockContradiction = "lock-contradiction",
    LockMissing = "lock-missing",
    LockLost = "lock-lost",
    LockSelection = "lock-selection",
    LockEdited = "lock-edited",
    LockBinding = "lock-binding",
    LockImport = "lock-import",
    LockRelease = "lock-release",
    LockReserve = "lock-reserve",
    LockStale = "lock-stale",
    BindStatus = "bind-status",
    BindRegion = "bind-region",
    BindServiceCidr = "bind-service-cidr",
    BindKubernetesVersion = "bind-kubernetes-version",
    BindAutoMode = "bind-auto-mode",
    BindOutposts = "bind-outposts",
    BindControlPlaneSubnets = "bind-control-plane-subnets",
    BindZone = "bind-zone",
    BindNodeSubnet = "bind-node-subnet",
    BindDuplicateId = "bind-duplicate-id",
    BindOutpostSubnet = "bind-outpost-subnet",
    BindFreeAddresses = "bind-free-addresses",
    ChangeDeleted = "change-deleted",
    ChangeReplaced = "change-replaced",
    ChangeCutOff = "change-cut-off",
    ChangeUndrained = "change-undrained",
    ChangeFails = "change-fails",
    ChangeAllowance = "change-allowance",
    ChangeNoBaseline = "change-no-baseline",
    BlueprintTemplate = "blueprint-template",
    BlueprintPack = "blueprint-pack",
    BlueprintGate = "blueprint-gate",
    OutputTemplateSize = "output-template-size",
    OutputDiffers = "output-differs",
}

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Text")]
pub struct Explanation {
    /// A few words, in lower case.
    pub title: String,
    /// What podnet found, in lines of at most 96 characters, like the other texts.
    pub meaning: String,
    /// Why AWS, the CNI, CloudFormation or YAML refuses it, or what will come of it.
    pub why: String,
    /// Where that is written: the name of a page, or a file of the CNI.
    pub source: String,
    /// How it is made right.
    pub remedy: Remedy,
}

/// How what a code is about is made right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// By a change to the files, here to the smallest that show it.
    Change(Box<ExampleChange>),
    /// No spec can bring it about: what does, and what to do then.
    Instead(String),
}

/// Files that bring a code about, and the same ones made right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleChange {
    /// With what is wrong.
    pub bad: Files,
    /// Without it.
    pub good: Files,
}

/// A spec, with what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The spec's text, whole.
    pub spec: String,
    /// The text of the lock beside it.
    pub lock: Option<String>,
    /// The text of the base manifest that the spec names.
    pub base: Option<String>,
}

/// Why there is no explanation: a fault of podnet, which its tests would find.
#[derive(Debug, thiserror::Error)]
pub enum ExplanationError {
    /// The code has no file.
    #[error("`{0}` has no explanation")]
    Missing(Code),
    /// The code's file is not right.
    #[error("the explanation of `{0}` cannot be read: {1}")]
    Unreadable(Code, serde_yaml::Error),
}

impl Explanation {
    /// Reads the explanation of a code.
    ///
    /// # Errors
    /// Never for a podnet that passed its tests.
    pub fn of(code: Code) -> Result<Self, ExplanationError> {
        let (_, text) = TEXTS.iter().find(|(of, _)| *of == code).ok_or(ExplanationError::Missing(code))?;
        serde_yaml::from_str(text).map_err(|error| ExplanationError::Unreadable(code, error))
    }

    /// Tells whether a word is in the prose, whatever its case. The specs do not count: most words are in all of them.
    pub fn has(&self, word: &str) -> bool {
        let instead = match &self.remedy {
            Remedy::Change(_) => "",
            Remedy::Instead(text) => text,
        };
        let word = word.to_lowercase();
        let texts = [&self.title, &self.meaning, &self.why, &self.source, instead];
        texts.iter().any(|text| text.to_lowercase().contains(&word))
    }
}

/// A file of `explanations/`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Text {
    title: String,
    meaning: String,
    why: String,
    source: String,
    bad: Option<String>,
    good: Option<String>,
    lock: Option<String>,
    /// Where it differs from `lock`.
    good_lock: Option<String>,
    base: Option<String>,
    /// Where it differs from `base`.
    good_base: Option<String>,
    instead: Option<String>,
}

impl TryFrom<Text> for Explanation {
    type Error = &'static str;

    fn try_from(text: Text) -> Result<Self, Self::Error> {
        let remedy = match (text.bad, text.good, text.instead) {
            (Some(bad), Some(good), None) => Remedy::Change(Box::new(ExampleChange {
                good: Files {
                    spec: good,
                    lock: text.good_lock.or_else(|| text.lock.clone()),
                    base: text.good_base.or_else(|| text.base.clone()),
                },
                bad: Files { spec: bad, lock: text.lock, base: text.base },
            })),
            (None, None, Some(instead)) => Remedy::Instead(instead),
            _ => return Err("expected `bad` and `good`, or `instead`"),
        };
        Ok(Self { title: text.title, meaning: text.meaning, why: text.why, source: text.source, remedy })
    }
}
