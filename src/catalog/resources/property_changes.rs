//! What a stack update does where a property of a resource changes: nothing to what runs, another generation of nodes, or
//! another resource.
//!
//! The table is `data/property-changes.tsv`, from the resource schemas that `CloudFormation` publishes and from the pages that
//! it names.

use crate::catalog::tables::table;

const TABLE: &str = include_str!("../data/property-changes.tsv");

/// What a change of one property does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PropertyChange {
    /// The resource stays and gets the new value.
    InPlace,
    /// The table does not know the property, so nothing can be said.
    Unknown,
    /// The resource stays; its nodes are replaced in turn, and EKS drains each before it goes.
    Drains,
    /// The resource stays; its nodes are replaced in turn, and each is terminated as it is.
    Terminates,
    /// Another resource is created, then this one is deleted or retained.
    Replaces,
    /// The service does not make this change, and the update is rolled back.
    Refuses,
}

/// What is known of the changes of one resource type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResourceChanges {
    /// Comma lists of properties, and what their change does.
    lists: [(&'static str, PropertyChange); 5],
    /// The attributes that have another value after a change in place.
    renews: &'static str,
}

impl ResourceChanges {
    /// Returns what a change of the property at that path does: the longest part of the path that is known decides.
    ///
    /// Of `AWS::EKS::Nodegroup`, `LaunchTemplate.Version` drains nodes and `LaunchTemplate.Id` is refused.
    pub(crate) fn of(&self, path: &str) -> PropertyChange {
        let mut part = path;
        loop {
            let known = self.lists.iter().find(|(list, _)| list.split(',').any(|name| name == part));
            if let Some((_, change)) = known {
                return *change;
            }
            match part.rsplit_once('.') {
                Some((outer, _)) => part = outer,
                None => return PropertyChange::Unknown,
            }
        }
    }

    /// Returns whether an attribute has another value after a change in place.
    pub(crate) fn renews(&self, attribute: &str) -> bool {
        self.renews.split(',').any(|name| name == attribute)
    }
}

/// Returns what is known of the resource type, or nothing for a type that the table has not: unknown, not harmless.
pub(crate) fn property_changes(resource_type: &str) -> Option<ResourceChanges> {
    table::rows::<7>(TABLE).find(|[known, ..]| *known == resource_type).map(read)
}

fn read([_, in_place, drains, terminates, replaces, refuses, renews]: [&'static str; 7]) -> ResourceChanges {
    use PropertyChange::{Drains, InPlace, Refuses, Replaces, Terminates};
    let lists =
        [(in_place, InPlace), (drains, Drains), (terminates, Terminates), (replaces, Replaces), (refuses, Refuses)];
    ResourceChanges { lists, renews }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PropertyChange::{Drains, InPlace, Refuses, Replaces, Terminates, Unknown};

    #[test]
    fn every_line_of_the_table_is_read() {
        let types: Vec<&str> = table::rows::<7>(TABLE).map(|[name, ..]| name).collect();
        assert_eq!(types.len(), table::lines(TABLE).count());
        assert!(types.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn no_property_is_in_two_lists() {
        for [resource_type, lists @ ..] in table::rows::<7>(TABLE) {
            let lists: [&str; 6] = lists;
            let mut names: Vec<&str> = lists[..5].iter().flat_map(|list| list.split(',')).collect();
            names.retain(|name| !name.is_empty());
            let number = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), number, "{resource_type}");
            assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')));
        }
    }

    #[test]
    fn what_a_change_of_a_property_does() {
        for (resource_type, path, change) in [
            ("AWS::EC2::VPCCidrBlock", "CidrBlock", Replaces),
            ("AWS::EC2::Subnet", "CidrBlock", Replaces),
            ("AWS::EC2::Subnet", "AvailabilityZone", Replaces),
            ("AWS::EC2::Subnet", "Tags", InPlace),
            ("AWS::EC2::SecurityGroup", "GroupDescription", Replaces),
            ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", InPlace),
            ("AWS::EC2::SecurityGroupIngress", "FromPort", Replaces),
            ("AWS::EC2::SecurityGroupIngress", "Description", InPlace),
            ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.ImageId", InPlace),
            ("AWS::EC2::LaunchTemplate", "NeverHeardOf", Unknown),
            ("AWS::EKS::Nodegroup", "InstanceTypes", Replaces),
            ("AWS::EKS::Nodegroup", "ScalingConfig.MaxSize", InPlace),
            ("AWS::EKS::Nodegroup", "LaunchTemplate.Version", Drains),
            ("AWS::EKS::Nodegroup", "LaunchTemplate.Id", Refuses),
            ("AWS::AutoScaling::AutoScalingGroup", "VPCZoneIdentifier", Terminates),
            ("AWS::AutoScaling::AutoScalingGroup", "MaxSize", InPlace),
            ("AWS::AutoScaling::AutoScalingGroup", "MixedInstancesPolicy.LaunchTemplate.Overrides", Terminates),
        ] {
            let known = property_changes(resource_type).unwrap();
            assert_eq!(known.of(path), change, "{resource_type} {path}");
        }
        assert!(property_changes("AWS::EC2::Unheard").is_none());
        let launch_template = property_changes("AWS::EC2::LaunchTemplate").unwrap();
        assert!(launch_template.renews("LatestVersionNumber"));
        assert!(!launch_template.renews("LaunchTemplateId"));
    }
}
