//! The environment variables that the CNI's containers read.
//!
//! The table is `data/cni-environment.tsv`. A name that is not in it is a typo: the CNI ignores what it does not know,
//! so that a misspelt setting looks as if it were set.

use std::sync::OnceLock;

use serde::Serialize;

use super::CniVersion;
use super::values::ValueForm;
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
    /// The first release that no longer reads it; none where the newest known does.
    pub gone: Option<CniVersion>,
    /// What the CNI does as if set when it is not; `None` where unset has a meaning of its own.
    pub default: Option<&'static str>,
    /// What its values may be.
    #[serde(skip)]
    pub values: ValueForm,
    /// The containers that read it.
    pub containers: &'static [Container],
    /// Who sets it: a field of the spec (`cni.warm.ipTarget`), or `podnet` where the design fixes the value. `None` for
    /// one that `cni.env` may set.
    pub set_by: Option<&'static str>,
    /// What podnet writes where the spec says nothing, because a number or a guarantee depends on it; none for a variable
    /// that nothing depends on.
    pub written: Option<&'static str>,
    /// Whether the configuration schema of the EKS add-on takes it.
    pub addon: bool,
    /// What a new value counts for.
    #[serde(skip)]
    pub reach: Reach,
    /// What one must know to set it.
    pub note: &'static str,
}

impl EnvironmentVariable {
    /// Returns whether that release reads the variable.
    pub(crate) fn is_read_by(&self, version: &CniVersion) -> bool {
        *version >= self.since && self.gone.as_ref().is_none_or(|gone| version < gone)
    }

    /// Returns whether two values mean the same to aws-node: `1` and `True` do for a boolean.
    pub(crate) fn same(&self, one: &str, two: &str) -> bool {
        self.values.same(one, two)
    }
}

/// What a new value of a variable counts for, once aws-node has restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Everything on running nodes.
    RunningNodes,
    /// Pods that start then.
    NewPods,
    /// Network interfaces that are attached then.
    NewInterfaces,
    /// Nodes that start then.
    NewNodes,
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
    // What is longer than any variable's name is no slip in one, and costs time to compare.
    if name.len() > 100 {
        return Vec::new();
    }
    let written = name.to_ascii_uppercase();
    nearest(environment_variables().iter().map(|known| known.name), n, |known| {
        likeness(&written, &known.to_ascii_uppercase())
    })
}

fn parse(row: [&'static str; 11]) -> Option<EnvironmentVariable> {
    let [name, since, gone, default, values, containers, set_by, written, addon, reach, note] = row;
    let value = |text: &'static str| match text {
        "-" => None,
        "\"\"" => Some(""),
        value => Some(value),
    };
    Some(EnvironmentVariable {
        name,
        since: since.parse().ok()?,
        gone: match gone {
            "-" => None,
            gone => Some(gone.parse().ok()?),
        },
        default: value(default),
        values: ValueForm::parse(values)?,
        containers: match containers {
            "aws-node" => &[Container::AwsNode],
            "aws-vpc-cni-init" => &[Container::Init],
            "both" => &[Container::AwsNode, Container::Init],
            _ => return None,
        },
        set_by: value(set_by),
        written: value(written),
        addon: match addon {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
        reach: match reach {
            "restart" => Reach::RunningNodes,
            "pods" => Reach::NewPods,
            "interfaces" => Reach::NewInterfaces,
            "nodes" => Reach::NewNodes,
            _ => return None,
        },
        note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(environment_variables().len(), table::lines(TABLE).count());
        assert!(environment_variables().len() >= 60);
    }

    #[test]
    fn the_table_is_sorted_has_no_name_twice_and_no_bare_note() {
        assert!(environment_variables().is_sorted_by(|one, next| one.name < next.name));
        for known in environment_variables() {
            assert!(!known.note.is_empty() && known.note.trim() == known.note, "{}", known.name);
            assert!(known.since <= super::super::NEWEST_KNOWN, "{}", known.name);
            for value in known.default.iter().chain(&known.written) {
                assert!(known.values.takes(value), "{} {value}", known.name);
            }
        }
    }

    #[test]
    fn who_sets_what() {
        let podnet = Some("podnet");
        for (name, owner) in [
            ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", podnet),
            ("ENI_CONFIG_LABEL_DEF", Some("podNetwork.selectBy")),
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
            ("ENABLE_IMDS_ONLY_MODE", "1.19.6", Some("false")),
            ("AWS_VPC_K8S_PLUGIN_LOG_FILE", "1.6.1", Some("/var/log/aws-routed-eni/plugin.log")),
            ("MANAGE_UNTAGGED_ENI", "1.9.1", Some("true")),
            ("DISABLE_NETWORK_RESOURCE_PROVISIONING", "1.7.0", Some("false")),
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
    fn a_release_after_the_last_does_not_read_it() {
        for (name, last, gone) in [
            ("ENABLE_NFTABLES", CniVersion::new(1, 13, 4), CniVersion::new(1, 14, 0)),
            ("AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", CniVersion::new(1, 12, 6), CniVersion::new(1, 13, 0)),
        ] {
            let known = environment(name).unwrap();
            assert!(known.is_read_by(&last) && !known.is_read_by(&gone), "{name}");
        }
    }

    #[test]
    fn what_the_init_container_reads() {
        let of = |containers: &[Container]| -> Vec<&str> {
            let read = environment_variables().iter().filter(|known| known.containers == containers);
            read.map(|known| known.name).collect()
        };
        assert_eq!(of(&[Container::Init]), ["DISABLE_TCP_EARLY_DEMUX"]);
        assert_eq!(of(&[Container::AwsNode, Container::Init]), ["ENABLE_IPv6", "ENABLE_V6_EGRESS"]);
    }

    #[test]
    fn what_is_counted_on_is_written() {
        let written: Vec<(&str, &str)> =
            environment_variables().iter().filter_map(|known| Some((known.name, known.written?))).collect();
        assert_eq!(
            written,
            [
                ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"),
                ("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", ""),
                ("AWS_VPC_K8S_CNI_EXTERNALSNAT", "false"),
                ("DISABLE_NETWORK_RESOURCE_PROVISIONING", "false"),
                ("ENABLE_IMDS_ONLY_MODE", "false"),
                ("ENABLE_IPv4", "true"),
                ("ENABLE_IPv6", "false"),
                ("ENABLE_MULTI_NIC", "false"),
                ("ENABLE_POD_ENI", "false"),
                ("ENABLE_PREFIX_DELEGATION", "false"),
                ("ENABLE_SUBNET_DISCOVERY", "false"),
                ("ENI_CONFIG_ANNOTATION_DEF", "k8s.amazonaws.com/eniConfig"),
                ("ENI_CONFIG_LABEL_DEF", "k8s.amazonaws.com/eniConfig"),
                ("MAX_ENI", "-1"),
                ("MINIMUM_IP_TARGET", "0"),
                ("WARM_ENI_TARGET", "1"),
                ("WARM_IP_TARGET", "0"),
                ("WARM_PREFIX_TARGET", "1"),
            ]
        );
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
        assert_eq!((&json["setBy"], &json["containers"]), (&"cni.maxEni".into(), &serde_json::json!(["aws-node"])));
        assert_eq!(json["since"], "1.4.0");
    }
}
