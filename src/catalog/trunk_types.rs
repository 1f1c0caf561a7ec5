//! Which instance types can have a trunk interface, which security groups for pods need.
//!
//! The table is `data/trunk-types.tsv`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::tables::table;

const TABLE: &str = include_str!("data/trunk-types.tsv");

/// Whether a node of some type can have a trunk interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trunk {
    /// It can, with at most so many branch interfaces: one for each pod with security groups of its own.
    Branches(u32),
    /// It cannot: pods with security groups of their own never start on it.
    Unsupported,
    /// The table lacks the type.
    Unknown,
}

/// Returns whether nodes of the type can have a trunk interface.
///
/// `m5.large` can, with 9 branch interfaces; `t3.medium` cannot.
pub(crate) fn trunk(instance_type: &str) -> Trunk {
    static ALL: OnceLock<BTreeMap<&str, Trunk>> = OnceLock::new();
    let all = ALL.get_or_init(|| table::rows(TABLE).filter_map(parse).collect());
    all.get(instance_type).copied().unwrap_or(Trunk::Unknown)
}

fn parse([name, branches]: [&'static str; 2]) -> Option<(&'static str, Trunk)> {
    Some((
        name,
        match branches.parse().ok()? {
            0 => Trunk::Unsupported,
            branches => Trunk::Branches(branches),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(table::rows(TABLE).filter_map(parse).count(), table::lines(TABLE).count());
        assert_eq!(table::lines(TABLE).count(), 1164);
    }

    #[test]
    fn types_with_and_without() {
        // "Security groups for Pods" in the EKS User Guide: no type of the t family.
        for none in ["t2.micro", "t3.medium", "t3a.large", "t4g.small", "m4.large"] {
            assert_eq!(trunk(none), Trunk::Unsupported, "{none}");
        }
        assert_eq!(trunk("m5.large"), Trunk::Branches(9));
        assert_eq!(trunk("a1.4xlarge"), Trunk::Branches(54));
        assert_eq!(trunk("m99.large"), Trunk::Unknown);
    }
}
