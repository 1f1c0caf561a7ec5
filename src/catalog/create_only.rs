//! Properties that a stack update cannot change in place: another value makes another resource.
//!
//! The table is `data/create-only.tsv`, from the resource schemas that `CloudFormation` publishes.

use super::tables::table;

const TABLE: &str = include_str!("data/create-only.tsv");

/// The create-only properties of one resource type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Properties {
    /// Every property.
    All,
    /// Every property but these.
    AllExcept(Vec<&'static str>),
    /// These properties.
    Only(Vec<&'static str>),
}

impl Properties {
    /// Returns whether a change of that top-level property replaces the resource.
    ///
    /// Of `AWS::EC2::Subnet`, `CidrBlock` does and `Tags` does not.
    pub fn contains(&self, property: &str) -> bool {
        match self {
            Self::All => true,
            Self::AllExcept(names) => !names.contains(&property),
            Self::Only(names) => names.contains(&property),
        }
    }

    /// Reads `*`, `* except A,B` or `A,B`.
    fn read(cell: &'static str) -> Self {
        let names = |list: &'static str| list.split(',').collect();
        match (cell, cell.strip_prefix("* except ")) {
            ("*", _) => Self::All,
            (_, Some(list)) => Self::AllExcept(names(list)),
            (list, None) => Self::Only(names(list)),
        }
    }
}

/// Returns the create-only properties of the resource type, or none for a type that the table has not.
///
/// A type that is not in the table is unknown, not safe: the caller must not take it as one without any.
pub fn create_only(resource_type: &str) -> Option<Properties> {
    table::rows(TABLE).find(|[known, _]| *known == resource_type).map(|[_, cell]| Properties::read(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced_by(resource_type: &str, property: &str) -> bool {
        create_only(resource_type).unwrap().contains(property)
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let types: Vec<&str> = table::rows::<2>(TABLE).map(|[name, _]| name).collect();
        assert_eq!(types.len(), table::lines(TABLE).count());
        assert!(types.is_sorted_by(|one, next| one < next));
        assert!(types.iter().all(|name| name.starts_with("AWS::")));
    }

    #[test]
    fn no_name_has_a_space() {
        for [_, cell] in table::rows::<2>(TABLE) {
            match Properties::read(cell) {
                Properties::All => {}
                Properties::AllExcept(names) | Properties::Only(names) => {
                    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric())), "{cell}");
                }
            }
        }
    }

    #[test]
    fn the_three_forms() {
        assert_eq!(create_only("AWS::EC2::VPCCidrBlock"), Some(Properties::All));
        assert_eq!(create_only("AWS::EC2::SecurityGroupIngress"), Some(Properties::AllExcept(vec!["Description"])));
        assert_eq!(create_only("AWS::IAM::Role"), Some(Properties::Only(vec!["Path", "RoleName"])));
        assert_eq!(create_only("AWS::EC2::Unheard"), None);
    }

    #[test]
    fn what_a_change_of_a_property_does() {
        for (resource_type, property, replaced) in [
            ("AWS::EC2::VPCCidrBlock", "CidrBlock", true),
            ("AWS::EC2::Subnet", "CidrBlock", true),
            ("AWS::EC2::Subnet", "AvailabilityZone", true),
            ("AWS::EC2::Subnet", "Tags", false),
            ("AWS::EC2::SecurityGroup", "GroupDescription", true),
            ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", false),
            ("AWS::EC2::SecurityGroupIngress", "FromPort", true),
            ("AWS::EC2::SecurityGroupIngress", "Description", false),
            ("AWS::EC2::LaunchTemplate", "LaunchTemplateData", false),
            ("AWS::EKS::Nodegroup", "InstanceTypes", true),
            ("AWS::EKS::Nodegroup", "ScalingConfig", false),
            ("AWS::EKS::Addon", "AddonVersion", false),
        ] {
            assert_eq!(replaced_by(resource_type, property), replaced, "{resource_type} {property}");
        }
    }
}
