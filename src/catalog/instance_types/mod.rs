//! The table of EC2 instance types.
//!
//! It is `data/instance-types.tsv`, which `podnet catalog refresh` makes from the output of
//! `aws ec2 describe-instance-types`. Mac types are not in it: EKS has no Mac nodes.

mod architecture;
mod instance_type;

pub use architecture::Architecture;
pub use instance_type::{Hypervisor, InstanceType};

use std::sync::OnceLock;

use crate::catalog::instance_types::instance_type::split;
use crate::catalog::tables::nearest::{likeness, nearest};
use crate::catalog::tables::table;

const TABLE: &str = include_str!("../data/instance-types.tsv");

/// The number of columns of the table.
pub(super) const COLUMNS: usize = 8;

/// Returns every known type, sorted by name.
pub fn all() -> &'static [InstanceType] {
    static ALL: OnceLock<Vec<InstanceType>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(TABLE).filter_map(parse).collect())
}

/// Returns the type of exactly that name: `m5.large` has 3 interfaces of 10 addresses.
pub fn find(name: &str) -> Option<InstanceType> {
    let all = all();
    let place = all.binary_search_by(|known| known.name.cmp(name)).ok()?;
    all.get(place).copied()
}

/// Returns at most `n` known names that a mistyped one may have meant, best first.
///
/// A name of the same family is preferred to one of the same size, and that to one which only looks alike:
/// `m5.9xlarge` suggests sizes of `m5`, `m55.large` suggests `m5.large`.
pub fn near(name: &str, n: usize) -> Vec<&'static str> {
    let written = name.to_ascii_lowercase();
    let (family, size) = split(&written);
    nearest(all().iter().map(|known| known.name), n, |candidate| {
        let (known_family, known_size) = split(candidate);
        let same_family = if known_family == family { 0.3 } else { 0.0 };
        let same_size = if known_size == size { 0.2 } else { 0.0 };
        likeness(&written, candidate) + same_family + same_size
    })
}

/// Returns the date of the table, `YYYY-MM-DD`: max pods that were computed from another edition may differ.
pub fn edition() -> &'static str {
    table::comments(TABLE, "edition").next().unwrap_or_default()
}

/// Returns the text of the compiled-in table, which a refresh merges into.
pub(crate) fn table_text() -> &'static str {
    TABLE
}

fn parse(row: [&'static str; COLUMNS]) -> Option<InstanceType> {
    let [name, interfaces, addresses, vcpus, hypervisor, bare_metal, architecture, cards] = row;
    Some(InstanceType {
        name,
        interfaces: interfaces.parse().ok()?,
        addresses_per_interface: addresses.parse().ok()?,
        vcpus: vcpus.parse().ok()?,
        hypervisor: Hypervisor::named(hypervisor)?,
        bare_metal: bare_metal.parse().ok()?,
        architecture: Architecture::named(architecture)?,
        network_cards: cards.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(name: &str) -> (u32, u32) {
        let found = find(name).unwrap_or_else(|| panic!("{name} is not in the table"));
        (found.interfaces, found.addresses_per_interface)
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(all().len(), table::lines(TABLE).count());
        assert!(all().len() >= 1_300, "{}", all().len());
    }

    #[test]
    fn the_table_is_sorted_and_has_no_name_twice() {
        assert!(all().is_sorted_by(|one, next| one.name < next.name));
    }

    #[test]
    fn every_type_is_within_the_bounds_that_the_fields_promise() {
        for known in all() {
            assert!(known.interfaces >= 1, "{known}");
            assert!(known.addresses_per_interface >= 2, "{known}");
            assert!(known.vcpus >= 1, "{known}");
            assert!(known.network_cards >= 1, "{known}");
            assert_eq!(known.bare_metal, known.hypervisor == Hypervisor::None, "{known}");
            assert!(!known.family().is_empty() && !known.size().is_empty(), "{known}");
        }
    }

    #[test]
    fn limits_are_those_of_the_ec2_user_guide() {
        for (name, expected) in [
            ("t2.micro", (2, 2)),
            ("t3.medium", (3, 6)),
            ("m3.medium", (2, 6)),
            ("m4.large", (2, 10)),
            ("m5.large", (3, 10)),
            ("m6i.large", (3, 10)),
            ("c5.18xlarge", (15, 50)),
            ("c5.metal", (15, 50)),
        ] {
            assert_eq!(limits(name), expected, "{name}");
        }
    }

    #[test]
    fn interfaces_are_those_of_the_default_card() {
        for (name, interfaces, cards) in [
            ("hpc6id.32xlarge", 1, 2), // 2 over all cards
            ("p5.48xlarge", 2, 32),    // 64
            ("c6in.32xlarge", 8, 2),   // 16
            ("p4d.24xlarge", 15, 4),   // 60
        ] {
            let found = find(name).unwrap();
            assert_eq!((found.interfaces, found.network_cards), (interfaces, cards), "{name}");
        }
    }

    #[test]
    fn only_one_type_has_no_interface_left_for_pods_under_custom_networking() {
        let single: Vec<&str> = all().iter().filter(|known| known.interfaces == 1).map(|known| known.name).collect();
        assert_eq!(single, ["hpc6id.32xlarge"]);
    }

    #[test]
    fn prefixes_need_nitro_or_bare_metal() {
        let xen = find("m4.large").unwrap();
        assert_eq!((xen.hypervisor, xen.supports_prefixes()), (Hypervisor::Xen, false));
        let nitro = find("m5.large").unwrap();
        assert_eq!((nitro.hypervisor, nitro.supports_prefixes()), (Hypervisor::Nitro, true));
        let metal = find("c5.metal").unwrap();
        assert_eq!((metal.hypervisor, metal.bare_metal, metal.supports_prefixes()), (Hypervisor::None, true, true));
    }

    #[test]
    fn architectures() {
        assert_eq!(find("m6g.large").unwrap().architecture, Architecture::Arm64);
        assert_eq!(find("m5.large").unwrap().architecture, Architecture::X86_64);
        // EC2 lists `i386` first for the oldest types.
        assert_eq!(find("t2.micro").unwrap().architecture, Architecture::X86_64);
        assert!(all().iter().all(|known| !known.family().starts_with("mac")));
    }

    #[test]
    fn only_the_exact_name_is_found() {
        for name in ["", "m5", "m5.", "M5.large", "m5.large ", "zz.large", "mac2.metal"] {
            assert_eq!(find(name), None, "{name:?}");
        }
    }

    #[test]
    fn suggestions_keep_the_family_or_the_size() {
        assert_eq!(near("m5.larg", 1), ["m5.large"]);
        assert_eq!(near("M5.Large", 1), ["m5.large"]);
        assert!(near("m55.large", 3).contains(&"m5.large"), "{:?}", near("m55.large", 3));
        assert!(near("m5.9xlarge", 3).iter().all(|name| name.starts_with("m5.")), "{:?}", near("m5.9xlarge", 3));
        assert_eq!(near("m5large", 1), ["m5.large"]);
        assert_eq!(near("a word of another kind", 3), Vec::<&str>::new());
    }

    #[test]
    fn the_edition_is_a_date() {
        assert_eq!(edition(), "2026-10-27");
    }

    #[test]
    fn serializes_in_camel_case() {
        assert_eq!(
            serde_json::to_value(find("m6g.large").unwrap()).unwrap(),
            serde_json::json!({
                "name": "m6g.large", "interfaces": 3, "addressesPerInterface": 10, "vcpus": 2, "hypervisor": "nitro",
                "bareMetal": false, "architecture": "arm64", "networkCards": 1,
            })
        );
    }
}
