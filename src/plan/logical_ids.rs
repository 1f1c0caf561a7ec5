//! CloudFormation's names for resources: made from names, never from positions.

use std::collections::BTreeMap;

use super::Plan;
use crate::diagnostic::{Code, Diagnostic, Pointer};

/// Makes a logical id of a kind and names: letters and digits only, each part of a name with a capital.
///
/// `PodSubnet`, `default` and `us-west-2a` make `PodSubnetDefaultUsWest2a`.
pub(super) fn logical_id(kind: &str, names: &[&str]) -> String {
    let mut id = kind.to_owned();
    for name in names {
        let mut capital = true;
        let mut digit = false;
        for character in name.chars() {
            if character.is_ascii_alphanumeric() {
                // Two numbers that a separator kept apart stay apart: 10.20 and 102.0 are not the same block.
                if capital && digit && character.is_ascii_digit() {
                    id.push('x');
                }
                id.push(if capital { character.to_ascii_uppercase() } else { character });
                capital = false;
                digit = character.is_ascii_digit();
            } else {
                capital = true;
            }
        }
    }
    id
}

/// Refuses names that make the same logical id in one template, such as the groups `gpu-a` and `gpuA`.
pub(super) fn check(plan: &Plan, problems: &mut Vec<Diagnostic>) {
    let mut network = BTreeMap::new();
    for subnet in &plan.pod_subnets {
        if let Some(id) = &subnet.logical_id {
            claim(
                &mut network,
                id,
                &format!("the pool `{}` in `{}`", subnet.pool, subnet.zone),
                "/spec/podNetwork/pools",
                problems,
            );
        }
    }
    let mut groups = BTreeMap::new();
    for parameter in &plan.image_parameters {
        claim(
            &mut groups,
            &parameter.logical_id,
            &format!("the image of `{}`", parameter.group),
            "/spec/nodeGroups",
            problems,
        );
    }
    for group in &plan.node_groups {
        claim(
            &mut groups,
            &group.logical_id,
            &format!("the node group `{}`", group.name),
            "/spec/nodeGroups",
            problems,
        );
    }
}

fn claim(claimed: &mut BTreeMap<String, String>, id: &str, owner: &str, at: &str, problems: &mut Vec<Diagnostic>) {
    // Logical ids are case-sensitive, but names that differ in nothing else are refused too: people cannot tell them apart.
    if let Some(other) = claimed.insert(id.to_ascii_lowercase(), owner.to_owned()) {
        problems.push(
            Diagnostic::error(
                Code::SpecDuplicateName,
                format!("{owner} and {other} would have the same logical id `{id}`"),
            )
            .at(Pointer::from_text(at))
            .note("CloudFormation's logical ids are letters and digits only, so `-` in names is lost")
            .help("rename one of them"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_camel_case() {
        assert_eq!(logical_id("PodSubnet", &["default", "us-west-2a"]), "PodSubnetDefaultUsWest2a");
        assert_eq!(logical_id("PodCidrBlock", &["100.64.0.0/16"]), "PodCidrBlock100x64x0x0x16");
        assert_ne!(logical_id("B", &["10.2.0.0/16"]), logical_id("B", &["1.02.0.0/16"]));
    }
}
