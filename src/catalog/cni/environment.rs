//! The environment variables that the CNI's containers read.
//!
//! The table is `data/cni-environment.tsv`. A name that is not in it is a typo: the CNI ignores what it does not know,
//! so that a misspelt setting looks as if it were set.

use std::sync::OnceLock;

use serde::Serialize;

use super::CniVersion;
use crate::catalog::tables::nearest::{likeness, nearest};
use crate::catalog::tables::table;

const TABLE: &str = include_str!("../data/cni-environment.tsv");

/// One environment variable of the daemon set `aws-node`. Values are always strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnvironmentVariable {
    /// The name, in the exact spelling: `ENABLE_IPv4` has a small `v`.
    pub name: &'static str,
    /// The first release that reads it; where none is documented, 1.4.0, which the note then says.
    pub since: CniVersion,
    /// What the CNI does as if set when it is not; `None` where unset has a meaning of its own.
    pub default: Option<&'static str>,
    /// The container that reads it.
    pub container: Container,
    /// Who sets it: a field of the spec (`cni.warm.ipTarget`), or `podnet` where the design fixes the value. `None` for
    /// one that `cni.env` may set.
    pub set_by: Option<&'static str>,
    /// What one must know to set it.
    pub note: &'static str,
}

impl EnvironmentVariable {
    /// Returns whether that release reads the variable.
    pub(crate) fn is_read_by(&self, version: &CniVersion) -> bool {
        *version >= self.since
    }
}

/// A container of the daemon set `aws-node`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Container {
    /// The daemon itself.
    #[serde(rename = "aws-node")]
    AwsNode,
    /// The init container, which prepares the host.
    #[serde(rename = "aws-vpc-cni-init")]
    Init,
}

impl Container {
    /// Returns the container's name in the manifest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsNode => "aws-node",
            Self::Init => "aws-vpc-cni-init",
        }
    }
}

/// Returns every known variable, sorted by name.
pub(crate) fn environment_variables() -> &'static [EnvironmentVariable] {
    static ALL: OnceLock<Vec<EnvironmentVariable>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(TABLE).filter_map(parse).collect())
}

/// Returns the variable of exactly that name.
pub(crate) fn environment(name: &str) -> Option<&'static EnvironmentVariable> {
    let all = environment_variables();
    let place = all.binary_search_by(|known| known.name.cmp(name)).ok()?;
    all.get(place)
}

/// Returns at most `n` known names that a mistyped one may have meant, best first; case does not count.
///
/// `AWS_EXTERNAL_SERVICE_CIDR`, which a well-known tool sets to no effect, finds `AWS_EXTERNAL_SERVICE_CIDRS`.
pub(crate) fn near_environment(name: &str, n: usize) -> Vec<&'static str> {
    let written = name.to_ascii_uppercase();
    nearest(environment_variables().iter().map(|known| known.name), n, |known| {
        likeness(&written, &known.to_ascii_uppercase())
    })
}

fn parse(row: [&'static str; 6]) -> Option<EnvironmentVariable> {
    let [name, since, default, container, set_by, note] = row;
    Some(EnvironmentVariable {
        name,
        since: since.parse().ok()?,
        default: match default {
            "-" => None,
            "\"\"" => Some(""),
            value => Some(value),
        },
        container: [Container::AwsNode, Container::Init].into_iter().find(|known| known.as_str() == container)?,
        set_by: (set_by != "-").then_some(set_by),
        note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(environment_variables().len(), table::lines(TABLE).count());
        assert!(environment_variables().len() >= 50);
    }

    #[test]
    fn the_table_is_sorted_has_no_name_twice_and_no_bare_note() {
        assert!(environment_variables().is_sorted_by(|one, next| one.name < next.name));
        for known in environment_variables() {
            assert!(!known.note.is_empty() && known.note.trim() == known.note, "{}", known.name);
            assert!(known.since <= super::super::NEWEST_KNOWN, "{}", known.name);
        }
    }

    #[test]
    fn who_sets_what() {
        let podnet = Some("podnet");
        for (name, owner) in [
            ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", podnet),
            ("ENI_CONFIG_LABEL_DEF", podnet),
            ("ENI_CONFIG_ANNOTATION_DEF", podnet),
            ("ENABLE_SUBNET_DISCOVERY", podnet),
            ("ENABLE_PREFIX_DELEGATION", Some("cni.prefixDelegation")),
            ("WARM_ENI_TARGET", Some("cni.warm.eniTarget")),
            ("WARM_IP_TARGET", Some("cni.warm.ipTarget")),
            ("MINIMUM_IP_TARGET", Some("cni.warm.minimumIpTarget")),
            ("WARM_PREFIX_TARGET", Some("cni.warm.prefixTarget")),
            ("MAX_ENI", Some("cni.maxEni")),
            ("ENABLE_POD_ENI", Some("cni.securityGroupsForPods")),
            ("AWS_VPC_K8S_CNI_EXTERNALSNAT", Some("podNetwork.egress.snat")),
            ("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", Some("podNetwork.egress.excludeSnatCidrs")),
            ("AWS_VPC_K8S_CNI_LOGLEVEL", None),
        ] {
            assert_eq!(environment(name).unwrap().set_by, owner, "{name}");
        }
        let owned = environment_variables().iter().filter(|known| known.set_by.is_some()).count();
        assert_eq!(owned, 13);
    }

    #[test]
    fn since_and_defaults() {
        for (name, since, default) in [
            ("WARM_ENI_TARGET", "1.0.0", Some("1")),
            ("WARM_IP_TARGET", "1.1.0", None),
            ("MINIMUM_IP_TARGET", "1.6.0", None),
            ("ENABLE_PREFIX_DELEGATION", "1.9.0", Some("false")),
            ("AWS_EXTERNAL_SERVICE_CIDRS", "1.12.6", Some("")),
            ("ENABLE_SUBNET_DISCOVERY", "1.18.0", Some("true")),
            ("ENABLE_MULTI_NIC", "1.20.0", Some("false")),
        ] {
            let known = environment(name).unwrap();
            assert_eq!((known.since.to_string().as_str(), known.default), (since, default), "{name}");
        }
    }

    #[test]
    fn a_release_reads_what_is_not_newer_than_it() {
        let prefixes = environment("ENABLE_PREFIX_DELEGATION").unwrap();
        assert!(!prefixes.is_read_by(&CniVersion::new(1, 8, 0)));
        assert!(prefixes.is_read_by(&CniVersion::new(1, 9, 0)));
    }

    #[test]
    fn one_variable_is_the_init_containers_alone() {
        let init: Vec<&str> = environment_variables()
            .iter()
            .filter(|known| known.container == Container::Init)
            .map(|known| known.name)
            .collect();
        assert_eq!(init, ["DISABLE_TCP_EARLY_DEMUX"]);
    }

    #[test]
    fn names_are_exact_and_typos_find_theirs() {
        assert!(environment("ENABLE_IPv4").is_some());
        for (typo, meant) in [
            ("AWS_EXTERNAL_SERVICE_CIDR", "AWS_EXTERNAL_SERVICE_CIDRS"),
            ("ENABLE_IPV4", "ENABLE_IPv4"),
            ("warm_ip_target", "WARM_IP_TARGET"),
            ("AWS_VPC_K8S_CNI_EXTERNAL_SNAT", "AWS_VPC_K8S_CNI_EXTERNALSNAT"),
            ("MAX_ENIS", "MAX_ENI"),
        ] {
            assert_eq!(environment(typo), None);
            assert_eq!(near_environment(typo, 1), [meant], "{typo}");
        }
        assert_eq!(near_environment("PATH", 3), Vec::<&str>::new());
    }

    #[test]
    fn serializes_in_camel_case() {
        let json = serde_json::to_value(environment("MAX_ENI").unwrap()).unwrap();
        assert_eq!((&json["setBy"], &json["container"]), (&"cni.maxEni".into(), &"aws-node".into()));
        assert_eq!(json["since"], "1.4.0");
    }
}
