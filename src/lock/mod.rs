//! What must not move between runs: the ranges that were handed out and the ids that came out of deployments.
//!
//! `prod.lock.yaml` stands beside `prod.yaml`, is committed, and is written by podnet alone: canonical, sorted, one line
//! an allocation, so that two branches that both allocate conflict in git where people see it.

mod file;

pub use file::{LockRead, read, write};

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::address::Cidr;
use crate::spec::{Name, ZoneName};

/// Whose range an allocation is: a pool's, in a zone. Never an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key {
    /// The pool.
    pub pool: Name,
    /// The zone.
    pub zone: ZoneName,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.pool, self.zone)
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not of the form POOL/ZONE");
        let (pool, zone) = text.split_once('/').ok_or_else(wrong)?;
        Ok(Self { pool: pool.parse().map_err(|_| wrong())?, zone: zone.parse().map_err(|_| wrong())? })
    }
}

impl TryFrom<String> for Key {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.to_string()
    }
}

/// Whether a range is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A pod subnet of the spec has it.
    Active,
    /// The spec no longer has its pool or zone. The range is not handed out to another, because the subnet and its
    /// interfaces may still be there; the same pool and zone get it back.
    Retired,
}

/// A range that was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Allocation {
    /// The range.
    pub cidr: Cidr,
    /// Whether it is in use.
    pub state: State,
}

/// How nodes reach the cluster, out of `aws eks describe-cluster`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterBinding {
    /// The API server's address.
    pub api_server_endpoint: crate::spec::Endpoint,
    /// The certificate authority's certificate, base64.
    pub certificate_authority: crate::spec::CertificateAuthority,
    /// The range of Kubernetes services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_cidr: Option<Cidr>,
}

/// The lock of one cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lock {
    /// The version of this format.
    pub version: u32,
    /// The cluster that it belongs to.
    pub cluster: String,
    /// The edition of the instance type catalog that max pods were computed from.
    pub catalog: String,
    /// The ranges that were handed out.
    #[serde(default)]
    pub allocations: BTreeMap<Key, Allocation>,
    /// Stack outputs and the ids that they had.
    #[serde(default)]
    pub bindings: BTreeMap<String, String>,
    /// How nodes found their ENIConfig when aws-node was last written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select_by: Option<crate::spec::SelectBy>,
    /// How nodes reach the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_access: Option<ClusterBinding>,
}

/// The version of the lock's format that this podnet reads and writes.
pub const VERSION: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back() {
        let key: Key = "default/us-west-2a".parse().unwrap();
        assert_eq!(key.to_string(), "default/us-west-2a");
        for text in ["default", "default/", "/us-west-2a", "a/b/c", "Default/us-west-2a"] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }
}
