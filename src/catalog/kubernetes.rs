//! Versions of Kubernetes, as EKS names them: `1.33`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::tables::quoted;

/// A minor version of Kubernetes, ordered by number: 1.9 is before 1.10.
///
/// It is written as `MAJOR.MINOR`: EKS chooses the patch by itself. In YAML it needs quotes, for a bare `1.30` is the
/// number 1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion {
    major: u32,
    minor: u32,
}

/// Why a text is not a [`KubernetesVersion`]. Displayed as [`message`](Self::message), `: ` and [`help`](Self::help).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", self.message(), self.help())]
pub enum KubernetesVersionError {
    /// It is a version with a `v` before it or a patch number after it.
    Longer {
        /// What was written.
        written: String,
        /// What is left without the rest.
        version: KubernetesVersion,
    },
    /// It is something else.
    Other {
        /// What was written.
        written: String,
    },
}

impl KubernetesVersionError {
    /// Says what is wrong, in one sentence: "`v1.33.4` is more than EKS takes".
    pub fn message(&self) -> String {
        match self {
            Self::Longer { written, .. } => format!("`{written}` is more than EKS takes"),
            Self::Other { written } => format!("`{written}` is not a Kubernetes version"),
        }
    }

    /// Says what to write: "write `1.33`".
    pub fn help(&self) -> String {
        match self {
            Self::Longer { version, .. } => format!("write `{version}`"),
            Self::Other { .. } => "write `MAJOR.MINOR` in quotes, such as `\"1.33\"`".to_owned(),
        }
    }

    /// Returns the version that was meant, where that is certain: `1.33` for `v1.33.4`.
    pub const fn meant(&self) -> Option<KubernetesVersion> {
        match self {
            Self::Longer { version, .. } => Some(*version),
            Self::Other { .. } => None,
        }
    }
}

impl KubernetesVersion {
    /// Makes the version with these numbers: 1 and 33 make `1.33`.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Returns the first number: 1 of `1.33`.
    pub(crate) const fn major(self) -> u32 {
        self.major
    }

    /// Returns the second number: 33 of `1.33`.
    pub(crate) const fn minor(self) -> u32 {
        self.minor
    }

    /// The version that EKS began with, in 2018.
    pub(crate) const FIRST_ON_EKS: Self = Self::new(1, 10);

    /// The newest version of EKS that podnet knows ("Understand the Kubernetes version lifecycle on EKS", 2026-11).
    pub(crate) const NEWEST_KNOWN: Self = Self::new(1, 36);

    /// Returns whether the API server has `apiextensions.k8s.io/v1`, from 1.16 on.
    ///
    /// Its predecessor `v1beta1` is gone from 1.22 on, so that a definition of `v1beta1` is right only below 1.16.
    pub(crate) fn custom_resource_definition_v1(self) -> bool {
        self >= Self::new(1, 16)
    }

    /// Returns whether the kubelet talks to the instance metadata service by session tokens (IMDSv2), from 1.16 on.
    pub(crate) fn metadata_tokens(self) -> bool {
        self >= Self::new(1, 16)
    }

    /// Returns whether the API server has server-side apply, from 1.16 on.
    pub(crate) fn server_side_apply(self) -> bool {
        self >= Self::new(1, 16)
    }

    /// Returns whether nodes carry the label `topology.kubernetes.io/zone`, from 1.17 on.
    ///
    /// Before, only `failure-domain.beta.kubernetes.io/zone` names a node's zone.
    pub(crate) fn stable_zone_label(self) -> bool {
        self >= Self::new(1, 17)
    }

    /// Reads `MAJOR.MINOR` and nothing else.
    fn plain(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        Some(Self::new(number(major)?, number(minor)?))
    }
}

/// Reads digits without a leading zero.
fn number(text: &str) -> Option<u32> {
    // `1.033` sorts and compares as another text than the `1.33` that EKS means.
    let canonical = text == "0" || !text.starts_with('0');
    (canonical && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

impl FromStr for KubernetesVersion {
    type Err = KubernetesVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(version) = Self::plain(text) {
            return Ok(version);
        }
        let written = text.to_owned();
        let bare = text.strip_prefix('v').unwrap_or(text);
        let shorter = match bare.rsplit_once('.') {
            Some((minor, patch)) if minor.contains('.') && number(patch).is_some() => minor,
            _ => bare,
        };
        Err(match Self::plain(shorter) {
            Some(version) => KubernetesVersionError::Longer { written, version },
            None => KubernetesVersionError::Other { written },
        })
    }
}

impl TryFrom<String> for KubernetesVersion {
    type Error = KubernetesVersionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Serialize for KubernetesVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KubernetesVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        quoted::deserialize(deserializer, "a Kubernetes version in quotes, such as \"1.33\"")
    }
}

impl JsonSchema for KubernetesVersion {
    fn schema_name() -> Cow<'static, str> {
        "KubernetesVersion".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "Kubernetes version",
            "description": "A minor version of Kubernetes, in quotes: a bare 1.30 is the number 1.3 in YAML.",
            "type": "string",
            "format": "kubernetes-version",
            "pattern": r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$",
            "examples": ["1.33", "1.30"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<KubernetesVersion, String> {
        text.parse().map_err(|error: KubernetesVersionError| error.to_string())
    }

    #[test]
    fn major_and_minor_and_nothing_else() {
        assert_eq!(parse("1.33"), Ok(KubernetesVersion::new(1, 33)));
        assert_eq!(parse("1.30").unwrap().to_string(), "1.30");
        assert!(KubernetesVersion::new(1, 9) < KubernetesVersion::new(1, 10));
    }

    #[test]
    fn messages_say_what_to_write() {
        for (written, version) in [("v1.33", "1.33"), ("1.33.4", "1.33"), ("v1.33.4", "1.33")] {
            assert_eq!(parse(written), Err(format!("`{written}` is more than EKS takes: write `{version}`")));
        }
        for written in
            ["", "1", "latest", "1.", ".33", "1.033", "1.33 ", "1.+3", "1.33.4.5", "1.33-eks", "1.99999999999"]
        {
            assert_eq!(
                parse(written),
                Err(format!(
                    "`{written}` is not a Kubernetes version: write `MAJOR.MINOR` in quotes, such as `\"1.33\"`"
                ))
            );
        }
    }

    #[test]
    fn the_version_that_was_meant() {
        let meant = |text: &str| text.parse::<KubernetesVersion>().unwrap_err().meant();
        assert_eq!(meant("v1.33.4"), Some(KubernetesVersion::new(1, 33)));
        assert_eq!(meant("latest"), None);
    }

    #[test]
    fn what_begins_with_which_version() {
        let has = |minor| {
            let version = KubernetesVersion::new(1, minor);
            (version.custom_resource_definition_v1(), version.stable_zone_label())
        };
        assert_eq!(has(15), (false, false));
        assert_eq!(has(16), (true, false));
        assert_eq!(has(17), (true, true));
        assert_eq!(has(33), (true, true));
    }

    #[test]
    fn a_number_is_told_to_be_quoted() {
        assert_eq!(serde_json::from_str::<KubernetesVersion>("\"1.33\"").unwrap(), KubernetesVersion::new(1, 33));
        let error = serde_json::from_str::<KubernetesVersion>("1.30").unwrap_err().to_string();
        assert!(
            error.starts_with("invalid type: floating point `1.3`, expected a Kubernetes version in quotes"),
            "{error}"
        );
        assert_eq!(serde_json::to_string(&KubernetesVersion::new(1, 30)).unwrap(), "\"1.30\"");
    }

    #[test]
    fn the_schema_has_a_title_a_pattern_and_examples_that_parse() {
        let schema = schemars::schema_for!(KubernetesVersion).to_value();
        assert_eq!(schema["title"], "Kubernetes version");
        assert!(schema["pattern"].is_string());
        for example in schema["examples"].as_array().unwrap() {
            assert!(parse(example.as_str().unwrap()).is_ok());
        }
    }
}
