//! Processor architectures that EKS has node images for.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A processor architecture that EKS has node images for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Architecture {
    /// 64-bit Intel and AMD; `amd64` in Kubernetes.
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm: Graviton.
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    /// Returns EC2's name, `x86_64` or `arm64`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// Returns the architecture of that name, if there is one.
    pub(in crate::catalog) fn named(name: &str) -> Option<Self> {
        [Self::X86_64, Self::Arm64].into_iter().find(|known| known.as_str() == name)
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
