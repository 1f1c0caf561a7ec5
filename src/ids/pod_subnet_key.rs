//! What identifies a pod subnet, in the spec, in the lock and in the output.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Name, ZoneName};

/// Whose range an allocation is: a pool's, in a zone; of an additional subnet there, also that one's name. Never an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PodSubnetKey {
    /// The pool.
    pub pool: Name,
    /// The zone.
    pub zone: ZoneName,
    /// The additional subnet; none for the pool's first one in the zone.
    pub further: Option<Name>,
}

impl PodSubnetKey {
    /// The parts of its text: pool, zone, and the additional subnet's name where there is one.
    pub fn parts(&self) -> Vec<&str> {
        let further = self.further.as_ref().map(Name::as_str);
        [self.pool.as_str(), self.zone.as_str()].into_iter().chain(further).collect()
    }
}

impl fmt::Display for PodSubnetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts().join("/"))
    }
}

impl FromStr for PodSubnetKey {
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

impl TryFrom<String> for PodSubnetKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<PodSubnetKey> for String {
    fn from(key: PodSubnetKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back() {
        let key: PodSubnetKey = "default/us-west-2a".parse().unwrap();
        assert_eq!((key.to_string().as_str(), key.further), ("default/us-west-2a", None));
        let key: PodSubnetKey = "default/us-west-2a/b".parse().unwrap();
        assert_eq!(key.to_string(), "default/us-west-2a/b");
        for text in ["default", "default/", "/us-west-2a", "a/b/c/d", "default/us-west-2a/", "Default/us-west-2a"] {
            assert!(text.parse::<PodSubnetKey>().is_err(), "{text}");
        }
    }
}
