//! Regions: their partition, and the registry that the CNI's images are pulled from.
//!
//! The table is `data/registries.tsv`. The account that holds the images differs from region to region, and an image
//! reference with the wrong one cannot be pulled.

use std::sync::OnceLock;

use serde::Serialize;

use super::tables::nearest::{likeness, nearest};
use super::tables::table;

const TABLE: &str = include_str!("data/registries.tsv");

/// A part of AWS with accounts, ARNs and host names of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) enum Partition {
    /// The commercial regions.
    #[serde(rename = "aws")]
    Aws,
    /// The regions in China.
    #[serde(rename = "aws-cn")]
    China,
    /// The regions for US government workloads.
    #[serde(rename = "aws-us-gov")]
    GovCloud,
}

impl Partition {
    /// Returns the name as it stands in an ARN, after `arn:`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// Returns the end of the partition's host names, `amazonaws.com` or `amazonaws.com.cn`.
    pub(crate) const fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Aws, Self::China, Self::GovCloud].into_iter().find(|known| known.as_str() == name)
    }
}

/// The ECR registry of one region that EKS publishes its images to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registry {
    /// The region, such as `us-west-2`.
    pub region: &'static str,
    /// The account that holds the images, 12 digits.
    pub account: &'static str,
    /// The end of the host name, such as `amazonaws.com`.
    pub domain: &'static str,
    /// The region's partition.
    pub partition: Partition,
    /// What the region's zone ids begin with: `usw2` of `usw2-az1`.
    pub zone_id_prefix: &'static str,
}

impl Registry {
    /// Returns the host of the registry: `602401143452.dkr.ecr.us-west-2.amazonaws.com`.
    pub(crate) fn host(&self) -> String {
        format!("{}.dkr.ecr.{}.{}", self.account, self.region, self.domain)
    }
}

/// Yields the registry of every known region, sorted by region.
pub(crate) fn registries() -> impl Iterator<Item = Registry> {
    static REGISTRIES: OnceLock<Vec<Registry>> = OnceLock::new();
    REGISTRIES.get_or_init(|| table::rows(TABLE).filter_map(parse).collect()).iter().copied()
}

/// Returns the registry of the region of exactly that name.
pub(crate) fn registry(region: &str) -> Option<Registry> {
    registries().find(|known| known.region == region)
}

/// Returns the partition of the region of exactly that name: `aws-cn` for `cn-north-1`.
pub(crate) fn partition(region: &str) -> Option<Partition> {
    Some(registry(region)?.partition)
}

/// Returns whether a text has the form of a region's name: words of lower-case letters and a number at the end, with `-`
/// between them, as in `eusc-de-east-1`.
pub(crate) fn is_name(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let all = |text: &str, is: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(is);
    text.len() <= 64
        && words.len() >= 2
        && all(number, u8::is_ascii_digit)
        && words.iter().all(|word| all(word, u8::is_ascii_lowercase))
}

/// Returns at most `n` known regions that a mistyped one may have meant, best first: `us-west2` finds `us-west-2`.
pub(crate) fn near(region: &str, n: usize) -> Vec<&'static str> {
    let written = region.to_ascii_lowercase();
    nearest(registries().map(|known| known.region), n, |known| likeness(&written, known))
}

fn parse(row: [&'static str; 5]) -> Option<Registry> {
    let [region, account, domain, partition, zone_id_prefix] = row;
    Some(Registry { region, account, domain, partition: Partition::named(partition)?, zone_id_prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(registries().count(), table::lines(TABLE).count());
        assert!(registries().count() >= 32);
    }

    #[test]
    fn the_table_is_sorted_and_has_no_region_twice() {
        assert!(registries().collect::<Vec<_>>().is_sorted_by(|one, next| one.region < next.region));
        let prefixes: std::collections::BTreeSet<&str> = registries().map(|known| known.zone_id_prefix).collect();
        assert_eq!(prefixes.len(), registries().count());
    }

    #[test]
    fn accounts_are_twelve_digits_and_domains_are_the_partitions() {
        for known in registries() {
            assert!(known.account.len() == 12 && known.account.bytes().all(|byte| byte.is_ascii_digit()), "{known:?}");
            assert_eq!(known.domain, known.partition.dns_suffix(), "{known:?}");
            assert_eq!(known.partition == Partition::China, known.region.starts_with("cn-"), "{known:?}");
            assert_eq!(known.partition == Partition::GovCloud, known.region.starts_with("us-gov-"), "{known:?}");
        }
    }

    #[test]
    fn zone_id_prefixes_are_the_regions_in_short() {
        // ap-northeast-1 is apne1, us-gov-west-1 is usgw1: the area, the directions' first letters, the number.
        for known in registries() {
            let short: String = known
                .region
                .replace("gov", "g")
                .replace("central", "c")
                .replace("north", "n")
                .replace("south", "s")
                .replace("east", "e")
                .replace("west", "w")
                .replace('-', "");
            assert_eq!(known.zone_id_prefix, short);
        }
    }

    #[test]
    fn hosts_are_those_of_the_eks_user_guide() {
        for (region, host) in [
            ("us-west-2", "602401143452.dkr.ecr.us-west-2.amazonaws.com"),
            ("ap-east-1", "800184023465.dkr.ecr.ap-east-1.amazonaws.com"),
            ("cn-north-1", "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com"),
        ] {
            assert_eq!(registry(region).unwrap().host(), host);
        }
    }

    #[test]
    fn partitions() {
        assert_eq!(partition("eu-central-1").map(Partition::as_str), Some("aws"));
        assert_eq!(partition("cn-northwest-1").map(Partition::as_str), Some("aws-cn"));
        assert_eq!(partition("us-gov-east-1").map(Partition::as_str), Some("aws-us-gov"));
        assert_eq!(partition("us-west-9"), None);
        assert_eq!(partition("us-west-2a"), None);
        assert_eq!(partition(""), None);
    }

    #[test]
    fn typos_find_the_region() {
        assert_eq!(near("us-west2", 1), ["us-west-2"]);
        assert_eq!(near("US-WEST-2", 1), ["us-west-2"]);
        assert_eq!(near("eu-centrl-1", 1), ["eu-central-1"]);
        assert!(near("us-west-9", 3).contains(&"us-west-2"));
        assert_eq!(near("mars", 3), Vec::<&str>::new());
    }
}
