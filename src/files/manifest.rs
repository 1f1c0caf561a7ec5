//! `manifest.json`: what podnet wrote into a cluster's folder, and what from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::File;

/// The manifest's name in a cluster's folder.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The hashes of what a folder was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Provenance {
    /// The spec.
    pub spec: String,
    /// The lock.
    pub lock: String,
    /// The base manifest, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_manifest: Option<String>,
    /// All blueprints.
    pub blueprints: String,
    /// The instance type catalog.
    pub catalog: String,
}

/// What a node group can have at most, for whoever compares this output with a later one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupClaim {
    /// Its nodes.
    pub nodes: u32,
    /// The pods of each.
    pub pods_per_node: u32,
    /// The ENIConfigs that its nodes use.
    pub eni_configs: Vec<String>,
    /// The pod subnets behind them, by logical id.
    pub pod_subnets: Vec<String>,
}

/// What podnet wrote into a cluster's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    /// The cluster.
    pub cluster: String,
    /// Its Kubernetes version.
    pub kubernetes_version: String,
    /// Its region.
    pub region: String,
    /// What the files were made from.
    pub made_from: Provenance,
    /// Its node groups, by logical id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub node_groups: BTreeMap<String, GroupClaim>,
    /// What the lock says, so that a line that the lock loses is noticed.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub lock: Value,
    /// Every file's path and hash.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads a manifest's text; nothing where it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Writes the manifest's text.
    pub(crate) fn write(&self) -> String {
        // A struct of strings is always JSON.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// Lists files with their hashes.
    pub(crate) fn list(files: &[File]) -> BTreeMap<String, String> {
        files.iter().map(|file| (file.path.clone(), hash(&file.text))).collect()
    }
}

/// The SHA-256 of a text in hexadecimal, with the algorithm's name before it.
pub(crate) fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold("sha256:".to_owned(), |mut out, byte| {
        use std::fmt::Write as _;
        // Writing to a string does not fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(hash("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
