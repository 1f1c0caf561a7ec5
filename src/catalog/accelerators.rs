//! Instance types with an accelerator, which does nothing on a node whose image has no driver for it.
//!
//! The table is `data/accelerators.tsv`.

use super::tables::table;

const TABLE: &str = include_str!("data/accelerators.tsv");

/// A driver that some EKS optimized images have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// For NVIDIA GPUs.
    Nvidia,
    /// For AWS Inferentia and Trainium.
    Neuron,
}

/// What an instance type has besides processors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accelerator {
    /// Its name in sentences: `NVIDIA GPUs`.
    pub name: &'static str,
    /// The driver that images can have for it; none where EKS publishes no such image.
    pub driver: Option<Driver>,
}

/// Returns the accelerator of an instance type, if it has one: that of its family, or of the kind that the family's letters
/// tell. `g5.xlarge` has NVIDIA GPUs, `g4ad.xlarge` AMD's, `m5.large` and `mac2.metal` none.
pub(crate) fn accelerator(instance_type: &str) -> Option<Accelerator> {
    let family = instance_type.split_once('.').map_or(instance_type, |(family, _)| family);
    let letters = family.split(|character: char| !character.is_ascii_lowercase()).next().unwrap_or_default();
    let of = |types: &str| table::rows(TABLE).find(|[known, _, _]| *known == types);
    let [_, name, driver] = of(family).or_else(|| of(letters))?;
    let driver = match driver {
        "nvidia" => Some(Driver::Nvidia),
        "neuron" => Some(Driver::Neuron),
        _ => None,
    };
    Some(Accelerator { name, driver })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::instance_types;

    #[test]
    fn the_family_goes_before_its_letters() {
        let of = |name: &str| accelerator(name).map(|found| (found.name, found.driver));
        assert_eq!(of("g5.xlarge"), Some(("NVIDIA GPUs", Some(Driver::Nvidia))));
        assert_eq!(of("p5en.48xlarge"), Some(("NVIDIA GPUs", Some(Driver::Nvidia))));
        assert_eq!(of("trn1n.32xlarge"), Some(("AWS Trainium", Some(Driver::Neuron))));
        assert_eq!(of("g4ad.xlarge"), Some(("AMD GPUs", None)));
        for plain in
            ["m5.large", "c7gn.large", "hpc6id.32xlarge", "u-6tb1.metal", "i4i.large", "z1d.large", "mac2.metal"]
        {
            assert_eq!(of(plain), None, "{plain}");
        }
    }

    #[test]
    fn every_line_of_the_table_is_read_and_stands_for_types_that_there_are() {
        let rows: Vec<[&str; 3]> = table::rows(TABLE).collect();
        assert_eq!(rows.len(), table::lines(TABLE).count());
        for [types, _, driver] in rows {
            assert!(["nvidia", "neuron", "-"].contains(&driver), "{types}");
            if types == "g4ad" {
                continue; // not in the table of types, and people may give its limits
            }
            let of_these = |name: &str| name.starts_with(types) && accelerator(name).is_some();
            assert!(instance_types::all().iter().any(|known| of_these(known.name)), "{types}");
        }
    }
}
