//! Versions of the VPC CNI: `1.21.1`, the number of its release.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::tables::quoted;

/// A released version of the VPC CNI, ordered as releases are: 1.9.3 is before 1.10.0.
///
/// It is written as `MAJOR.MINOR.PATCH` and in no other way. The image's tag has a `v` before it, and the EKS add-on's
/// version has `-eksbuild.N` after it as well: both are made from this, so neither is accepted in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CniVersion(semver::Version);

/// Why a text is not a [`CniVersion`]. Displayed as [`message`](Self::message), `: ` and [`help`](Self::help).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", self.message(), self.help())]
pub enum CniVersionError {
    /// It is a version with something before or after it, as image tags and add-on versions have.
    Decorated {
        /// What was written.
        written: String,
        /// What it is instead.
        decoration: Decoration,
        /// What is left without the decoration.
        version: CniVersion,
    },
    /// It has no patch number.
    NoPatch {
        /// What was written.
        written: String,
    },
    /// It is something else.
    Other {
        /// What was written.
        written: String,
    },
}

/// What has a release's number in it, and more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoration {
    /// The tag of the release's images, `v1.21.1`.
    ImageTag,
    /// A version of the EKS add-on, `v1.21.1-eksbuild.1`.
    AddOn,
}

impl CniVersionError {
    /// Says what is wrong, in one sentence: "`1.21` has no patch number".
    pub fn message(&self) -> String {
        match self {
            Self::Decorated { written, decoration: Decoration::ImageTag, .. } => format!("`{written}` is an image tag"),
            Self::Decorated { written, decoration: Decoration::AddOn, .. } => {
                format!("`{written}` is a version of the EKS add-on")
            }
            Self::NoPatch { written } => format!("`{written}` has no patch number"),
            Self::Other { written } => format!("`{written}` is not a release of the VPC CNI"),
        }
    }

    /// Says what to write: "write all three, such as `1.21.1`".
    pub fn help(&self) -> String {
        match self {
            Self::Decorated { version, .. } => format!("write the release's own number, `{version}`"),
            Self::NoPatch { written } => format!("write all three, such as `{written}.1`"),
            Self::Other { .. } => "write `MAJOR.MINOR.PATCH`, such as `1.21.1`".to_owned(),
        }
    }

    /// Returns the version that was meant, where that is certain: `1.21.1` for `v1.21.1-eksbuild.1`.
    pub const fn meant(&self) -> Option<&CniVersion> {
        match self {
            Self::Decorated { version, .. } => Some(version),
            Self::NoPatch { .. } | Self::Other { .. } => None,
        }
    }
}

impl CniVersion {
    /// Makes the version with these numbers: 1, 21 and 1 make `1.21.1`.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self(semver::Version::new(major, minor, patch))
    }

    /// Returns the tag of the release's images and of its git commit: `v1.21.1` for `1.21.1`.
    pub fn tag(&self) -> String {
        format!("v{self}")
    }

    /// Reads `MAJOR.MINOR.PATCH` and nothing else.
    fn plain(text: &str) -> Option<Self> {
        let version = semver::Version::parse(text).ok()?;
        (version.pre.is_empty() && version.build.is_empty()).then_some(Self(version))
    }
}

impl FromStr for CniVersion {
    type Err = CniVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(version) = Self::plain(text) {
            return Ok(version);
        }
        let written = text.to_owned();
        let bare = text.strip_prefix('v').unwrap_or(text);
        if let Some((release, _)) = bare.split_once("-eksbuild.")
            && let Some(version) = Self::plain(release)
        {
            return Err(CniVersionError::Decorated { written, decoration: Decoration::AddOn, version });
        }
        if let Some(version) = Self::plain(bare) {
            return Err(CniVersionError::Decorated { written, decoration: Decoration::ImageTag, version });
        }
        if Self::plain(&format!("{text}.0")).is_some() {
            return Err(CniVersionError::NoPatch { written });
        }
        Err(CniVersionError::Other { written })
    }
}

impl TryFrom<String> for CniVersion {
    type Error = CniVersionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for CniVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for CniVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CniVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        quoted::deserialize(deserializer, "a VPC CNI version such as \"1.21.1\"")
    }
}

impl JsonSchema for CniVersion {
    fn schema_name() -> Cow<'static, str> {
        "CniVersion".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "VPC CNI version",
            "description": "A release of amazon-vpc-cni-k8s, without the `v` of its tag and the `-eksbuild.N` of the EKS add-on.",
            "type": "string",
            "format": "cni-version",
            "pattern": r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$",
            "examples": ["1.21.1", "1.15.5"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<CniVersion, String> {
        text.parse().map_err(|error: CniVersionError| error.to_string())
    }

    #[test]
    fn the_numbers_and_nothing_else() {
        assert_eq!(parse("1.21.1"), Ok(CniVersion::new(1, 21, 1)));
        assert_eq!(CniVersion::new(1, 21, 1).to_string(), "1.21.1");
        assert_eq!(CniVersion::new(1, 21, 1).tag(), "v1.21.1");
    }

    #[test]
    fn order_is_by_number_not_by_text() {
        let mut versions: Vec<CniVersion> = ["1.10.0", "1.9.3", "1.22.0", "1.21.1"].map(|v| v.parse().unwrap()).into();
        versions.sort();
        assert_eq!(
            versions.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["1.9.3", "1.10.0", "1.21.1", "1.22.0"]
        );
    }

    #[test]
    fn messages_say_what_to_write() {
        for (written, expected) in [
            ("v1.2.3", "`v1.2.3` is an image tag: write the release's own number, `1.2.3`"),
            (
                "v1.21.1-eksbuild.1",
                "`v1.21.1-eksbuild.1` is a version of the EKS add-on: write the release's own number, `1.21.1`",
            ),
            (
                "1.21.1-eksbuild.3",
                "`1.21.1-eksbuild.3` is a version of the EKS add-on: write the release's own number, `1.21.1`",
            ),
            ("1.21", "`1.21` has no patch number: write all three, such as `1.21.1`"),
        ] {
            assert_eq!(parse(written), Err(expected.to_owned()));
        }
        for written in ["", "latest", "1", "v1", "1.21.x", "1.21.1 ", "01.2.3", "1.2.3.4", "1.2.3-rc1", "1.2.3+build"] {
            assert_eq!(
                parse(written),
                Err(format!(
                    "`{written}` is not a release of the VPC CNI: write `MAJOR.MINOR.PATCH`, such as `1.21.1`"
                ))
            );
        }
    }

    #[test]
    fn the_version_that_was_meant() {
        let meant = |text: &str| text.parse::<CniVersion>().unwrap_err().meant().cloned();
        assert_eq!(meant("v1.21.1-eksbuild.1"), Some(CniVersion::new(1, 21, 1)));
        assert_eq!(meant("1.21"), None);
    }

    #[test]
    fn serde_is_by_string() {
        let version = CniVersion::new(1, 21, 1);
        assert_eq!(serde_json::to_string(&version).unwrap(), "\"1.21.1\"");
        assert_eq!(serde_json::from_str::<CniVersion>("\"1.21.1\"").unwrap(), version);
        let number = serde_json::from_str::<CniVersion>("1.21").unwrap_err().to_string();
        assert!(number.contains("expected a VPC CNI version such as \"1.21.1\""), "{number}");
    }

    #[test]
    fn the_schema_has_a_title_a_pattern_and_examples_that_parse() {
        let schema = schemars::schema_for!(CniVersion).to_value();
        assert_eq!(schema["title"], "VPC CNI version");
        assert_eq!(schema["type"], "string");
        assert!(schema["pattern"].is_string());
        for example in schema["examples"].as_array().unwrap() {
            assert!(parse(example.as_str().unwrap()).is_ok());
        }
    }
}
