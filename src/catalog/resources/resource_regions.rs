//! CloudFormation resource types that only some regions have: a template with one is refused elsewhere as a whole.
//!
//! The table is `data/resource-regions.tsv`.

use crate::catalog::tables::table;

const TABLE: &str = include_str!("../data/resource-regions.tsv");

/// The type of a CIDR reservation.
pub(crate) const SUBNET_CIDR_RESERVATION: &str = "AWS::EC2::SubnetCidrReservation";

/// Returns whether the region's CloudFormation knows the resource type. A type that the table lacks is known everywhere.
///
/// `AWS::EC2::SubnetCidrReservation` is known in us-west-2, and not in eu-west-1.
pub(crate) fn is_known_in(resource_type: &str, region: &str) -> bool {
    table::rows(TABLE)
        .find(|[known, _]| *known == resource_type)
        .is_none_or(|[_, regions]| regions.split(',').any(|known| known == region))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::regions;

    #[test]
    fn reservations_are_known_in_two_regions() {
        let known: Vec<&str> = regions::registries()
            .map(|registry| registry.region)
            .filter(|region| is_known_in(SUBNET_CIDR_RESERVATION, region))
            .collect();
        assert_eq!(known, ["us-east-1", "us-west-2"]);
        assert!(is_known_in("AWS::EC2::Subnet", "eu-west-1"));
    }

    #[test]
    fn every_line_of_the_table_is_read_and_names_regions_that_there_are() {
        let rows: Vec<[&str; 2]> = table::rows(TABLE).collect();
        assert_eq!(rows.len(), table::lines(TABLE).count());
        for [_, listed] in rows {
            assert!(listed.split(',').all(|region| regions::registry(region).is_some()), "{listed}");
        }
    }
}
