//! CloudFormation's names for resources: made from names, never from positions.

use std::borrow::Borrow;
use std::fmt;

use serde::Serialize;

use super::PodSubnetKey;

/// The logical id of a resource, of an output or of a parameter in a `CloudFormation` template: letters and digits.
///
/// CloudFormation takes a resource with another logical id for another resource, and replaces the first. So an id is made
/// of names that a user chose, which stay when a list is sorted anew or a zone is added.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct LogicalId(String);

/// What the logical ids of pod subnets begin with.
const POD_SUBNET: &str = "PodSubnet";

impl LogicalId {
    /// Makes the id of a kind and names: letters and digits only, each part of a name with a capital.
    ///
    /// Names that differ in separators and case alone make ids that do too, or one id; the plan refuses those.
    ///
    /// ```
    /// use podnet::ids::LogicalId;
    ///
    /// assert_eq!(LogicalId::of("PodSubnet", &["default", "us-west-2a"]).as_str(), "PodSubnetDefaultUsWest2a");
    /// // Two numbers that a separator kept apart stay apart.
    /// assert_eq!(LogicalId::of("PodCidrBlock", &["10.20.0.0/16"]).as_str(), "PodCidrBlock10x20x0x0x16");
    /// assert_eq!(LogicalId::of("Nodes", &["gpu-a"]).as_str(), "NodesGpuA");
    /// ```
    pub fn of(kind: &str, names: &[&str]) -> Self {
        let mut id = kind.to_owned();
        for name in names {
            let mut capital = true;
            let mut digit = false;
            for character in name.chars() {
                if character.is_ascii_alphanumeric() {
                    // 10.20 and 102.0 are not the same block.
                    if capital && digit && character.is_ascii_digit() {
                        id.push('x');
                    }
                    id.push(if capital { character.to_ascii_uppercase() } else { character });
                    capital = false;
                    digit = character.is_ascii_digit();
                } else {
                    capital = true;
                }
            }
        }
        Self(id)
    }

    /// Names the resource of a pod subnet in `pod-network.yaml`, which is also the name of its output and of its binding
    /// in the lock.
    ///
    /// ```
    /// use podnet::ids::LogicalId;
    ///
    /// let id = LogicalId::pod_subnet(&"default/us-west-2a".parse()?);
    /// assert_eq!(id.as_str(), "PodSubnetDefaultUsWest2a");
    /// # Ok::<(), String>(())
    /// ```
    pub fn pod_subnet(key: &PodSubnetKey) -> Self {
        Self::of(POD_SUBNET, &key.parts())
    }

    /// Takes one that was written before.
    pub(crate) fn written(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Names a resource that belongs to this one: `Nodes` and `LaunchTemplate` make `NodesLaunchTemplate`.
    #[must_use]
    pub(crate) fn of_its(&self, what: &str) -> Self {
        Self(format!("{}{what}", self.0))
    }

    /// Gives the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for LogicalId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// So that what is kept by logical id can be looked up by the text of a lock or of the AWS CLI's output.
impl Borrow<str> for LogicalId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<LogicalId> for String {
    fn from(id: LogicalId) -> Self {
        id.0
    }
}

/// Tells whether an output's name, or a logical id that AWS tells, is that of a pod subnet.
pub(crate) fn is_pod_subnet(id: &str) -> bool {
    id.starts_with(POD_SUBNET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_camel_case() {
        assert_eq!(LogicalId::of("PodSubnet", &["default", "us-west-2a"]).as_str(), "PodSubnetDefaultUsWest2a");
        assert_eq!(LogicalId::of("PodCidrBlock", &["100.64.0.0/16"]).as_str(), "PodCidrBlock100x64x0x0x16");
        assert_ne!(LogicalId::of("B", &["10.2.0.0/16"]), LogicalId::of("B", &["1.02.0.0/16"]));
    }
}
