//! What must not move between runs: the ranges that were handed out and the ids that came out of deployments.
//!
//! `prod.lock.yaml` stands beside `prod.yaml`, is committed, and is written by podnet alone: canonical, sorted, one line
//! an allocation, so that two branches that both allocate conflict in git where people see it.

mod changes;
mod file;
mod line;
mod seal;

pub use changes::{LineChange, changes};
pub use file::{LockRead, cluster_of, read};
pub use line::write;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::address::Cidr;
use crate::spec::{Name, SubnetId, ZoneName};

/// Whose range an allocation is: a pool's, in a zone; of a further subnet there, also that one's name. Never an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key {
    /// The pool.
    pub pool: Name,
    /// The zone.
    pub zone: ZoneName,
    /// The further subnet; none for the pool's first one in the zone.
    pub further: Option<Name>,
}

impl Key {
    /// The parts of its text: pool, zone, and the further subnet's name where there is one.
    pub fn parts(&self) -> Vec<&str> {
        let further = self.further.as_ref().map(Name::as_str);
        [self.pool.as_str(), self.zone.as_str()].into_iter().chain(further).collect()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts().join("/"))
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not of the form POOL/ZONE");
        let name = |text: &str| text.parse::<Name>().map_err(|_| wrong());
        let (pool, rest) = text.split_once('/').ok_or_else(wrong)?;
        let (zone, further) = rest.split_once('/').map_or((rest, None), |(zone, further)| (zone, Some(further)));
        Ok(Self {
            pool: name(pool)?,
            zone: zone.parse().map_err(|_| wrong())?,
            further: further.map(name).transpose()?,
        })
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A pod subnet of the spec has it.
    Active,
    /// It is kept for a pool and zone that the spec does not have yet.
    Reserved,
    /// The spec no longer has its pool or zone. The range is not handed out to another, because the subnet and its
    /// interfaces may still be there; the same pool and zone get it back.
    Retired,
}

impl State {
    /// The word for it in the lock.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Reserved => "reserved",
            Self::Retired => "retired",
        }
    }
}

/// A range that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The range.
    pub cidr: Cidr,
    /// Whether it is in use.
    pub state: State,
    /// The subnet that was there before podnet and was taken over with its range; none where podnet makes the subnet.
    pub subnet_id: Option<SubnetId>,
}

/// How nodes reach the cluster, out of `aws eks describe-cluster`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterBinding {
    /// The API server's address.
    pub api_server_endpoint: crate::spec::Endpoint,
    /// The certificate authority's certificate, base64.
    pub certificate_authority: crate::spec::CertificateAuthority,
    /// The range of Kubernetes services.
    pub service_cidr: Option<Cidr>,
}

/// The lock of one cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The version of this format.
    pub version: u32,
    /// The cluster that it belongs to.
    pub cluster: String,
    /// The edition of the instance type catalog that max pods were computed from.
    pub catalog: String,
    /// The ranges that were handed out.
    pub allocations: BTreeMap<Key, Allocation>,
    /// Subnets of the VPC that podnet does not manage: nothing is carved where they are.
    pub existing: BTreeMap<SubnetId, Cidr>,
    /// Stack outputs and the ids that they had.
    pub bindings: BTreeMap<String, String>,
    /// How nodes found their ENIConfig when aws-node was last written.
    pub select_by: Option<crate::spec::SelectBy>,
    /// How nodes reach the cluster.
    pub cluster_access: Option<ClusterBinding>,
}

impl Lock {
    /// The lock of a cluster that has nothing yet.
    pub fn empty(cluster: &str, catalog: &str) -> Self {
        Self { version: VERSION, cluster: cluster.to_owned(), catalog: catalog.to_owned(), ..Self::default() }
    }
}

/// The version of the lock's format that this podnet reads and writes.
pub const VERSION: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back() {
        let key: Key = "default/us-west-2a".parse().unwrap();
        assert_eq!((key.to_string().as_str(), key.further), ("default/us-west-2a", None));
        let key: Key = "default/us-west-2a/b".parse().unwrap();
        assert_eq!(key.to_string(), "default/us-west-2a/b");
        for text in ["default", "default/", "/us-west-2a", "a/b/c/d", "default/us-west-2a/", "Default/us-west-2a"] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }
}
