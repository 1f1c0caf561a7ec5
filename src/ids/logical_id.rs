//! CloudFormation's names for resources: made from names, never from positions.

use super::PodSubnetKey;

/// Makes a logical id of a kind and names: letters and digits only, each part of a name with a capital.
///
/// `PodSubnet`, `default` and `us-west-2a` make `PodSubnetDefaultUsWest2a`.
pub fn logical_id(kind: &str, names: &[&str]) -> String {
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

/// Names the resource of a pod subnet in `pod-network.yaml`, which is also the name of its output and of its binding in
/// the lock: `default/us-west-2a` has `PodSubnetDefaultUsWest2a`.
pub fn pod_subnet_output(key: &PodSubnetKey) -> String {
    logical_id("PodSubnet", &key.parts())
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
