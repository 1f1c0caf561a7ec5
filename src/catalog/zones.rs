//! Names and ids of zones.
//!
//! A zone's *name* (`us-west-2a`) is an account's own: two accounts may mean different places by it. Its *id*
//! (`usw2-az1`) means one place everywhere, which is what counts in a VPC that another account shares.

use super::regions::registry;

/// Zone ids in which an EKS control plane cannot have a subnet; nodes and pods can. From the EKS user guide's
/// requirements for VPCs and subnets.
const WITHOUT_CONTROL_PLANE: [&str; 3] = ["cac1-az3", "use1-az3", "usw1-az2"];

/// The kind of a zone, which its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ZoneKind {
    /// In the region itself: `us-west-2a`.
    Availability,
    /// A Local Zone, near a city: `us-west-2-lax-1a`.
    Local,
    /// A Wavelength Zone, in a carrier's network: `us-east-1-wl1-bos-wlz-1`.
    Wavelength,
}

/// Returns the kind of the zone of that name in that region, or none where the name cannot be one of its zones.
///
/// Only the form is judged: whether the region has a zone `f` is for AWS to say.
pub(crate) fn zone_kind(region: &str, zone: &str) -> Option<ZoneKind> {
    let rest = zone.strip_prefix(region)?;
    if is_letter(rest) {
        return Some(ZoneKind::Availability);
    }
    let parts: Vec<&str> = rest.strip_prefix('-')?.split('-').collect();
    match parts.as_slice() {
        [city, place] if is_word(city) && is_numbered_letter(place) => Some(ZoneKind::Local),
        [carrier, city, "wlz", number]
            if carrier.strip_prefix("wl").is_some_and(is_number) && is_word(city) && is_number(number) =>
        {
            Some(ZoneKind::Wavelength)
        }
        _ => None,
    }
}

/// Returns whether the name can be that of a zone of the region: `us-west-2a` is one of `us-west-2`, not of `us-west-1`.
pub(crate) fn is_zone_of(region: &str, zone: &str) -> bool {
    zone_kind(region, zone).is_some()
}

/// Returns whether the id can be that of a zone of the region: `usw2-az1` and `usw2-lax1-az1` are of `us-west-2`.
///
/// False for a region that the table of regions has not.
pub(crate) fn is_zone_id_of(region: &str, id: &str) -> bool {
    let Some(rest) = registry(region).and_then(|known| id.strip_prefix(known.zone_id_prefix)?.strip_prefix('-')) else {
        return false;
    };
    let parts: Vec<&str> = rest.split('-').collect();
    let numbered = |part: &str, word: &str| part.strip_prefix(word).is_some_and(is_number);
    match parts.as_slice() {
        [zone] => numbered(zone, "az"),
        [place, zone] => is_numbered_word(place) && numbered(zone, "az"),
        [carrier, city, zone] => numbered(carrier, "wl") && is_word(city) && numbered(zone, "wlz"),
        _ => false,
    }
}

/// Returns whether an EKS control plane can have a subnet in the zone of that id: not in `use1-az3`, `usw1-az2` and
/// `cac1-az3`.
pub(crate) fn takes_control_plane(zone_id: &str) -> bool {
    !WITHOUT_CONTROL_PLANE.contains(&zone_id)
}

fn is_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [b'a'..=b'z'])
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1a`.
fn is_numbered_letter(text: &str) -> bool {
    let letter = text.trim_start_matches(|c: char| c.is_ascii_digit());
    letter.len() < text.len() && is_letter(letter)
}

/// `lax1`.
fn is_numbered_word(text: &str) -> bool {
    let number = text.trim_start_matches(|c: char| c.is_ascii_lowercase());
    number.len() < text.len() && is_number(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_their_kind() {
        for (region, zone, kind) in [
            ("us-west-2", "us-west-2a", ZoneKind::Availability),
            ("us-east-1", "us-east-1f", ZoneKind::Availability),
            ("us-gov-west-1", "us-gov-west-1b", ZoneKind::Availability),
            ("us-west-2", "us-west-2-lax-1a", ZoneKind::Local),
            ("us-west-2", "us-west-2-phx-2a", ZoneKind::Local),
            ("us-east-1", "us-east-1-wl1-bos-wlz-1", ZoneKind::Wavelength),
            ("eu-central-1", "eu-central-1-wl1-ber-wlz-1", ZoneKind::Wavelength),
        ] {
            assert_eq!(zone_kind(region, zone), Some(kind), "{zone}");
        }
    }

    #[test]
    fn what_is_not_a_zone_of_the_region() {
        for zone in [
            "",
            "us-west-2",
            "us-west-1a",
            "us-west-2A",
            "us-west-2aa",
            "us-west-21a",
            "us-west-2-a",
            "us-west-2 a",
            "us-west-2-lax",
            "us-west-2-lax-a",
            "us-west-2-lax-1",
            "us-west-2-lax-1ab",
            "us-west-2-LAX-1a",
            "us-west-2-wl1-las-wlz",
            "us-west-2-wl-las-wlz-1",
            "us-west-2-wl1-las-az-1",
            "usw2-az1",
            "us-west-2é",
        ] {
            assert!(!is_zone_of("us-west-2", zone), "{zone:?}");
        }
    }

    #[test]
    fn ids_belong_to_their_region() {
        for (region, id) in [
            ("us-west-2", "usw2-az1"),
            ("us-west-2", "usw2-lax1-az1"),
            ("us-east-1", "use1-wl1-bos-wlz1"),
            ("ap-northeast-1", "apne1-az4"),
            ("us-gov-west-1", "usgw1-az1"),
            ("cn-north-1", "cnn1-az1"),
        ] {
            assert!(is_zone_id_of(region, id), "{id}");
        }
        for id in ["", "usw2", "usw2-az", "usw2-az1a", "use1-az1", "usw1-az1", "us-west-2a", "usw2-1-az1", "usw21-az1"]
        {
            assert!(!is_zone_id_of("us-west-2", id), "{id:?}");
        }
        assert!(!is_zone_id_of("us-west-9", "usw9-az1"));
    }

    #[test]
    fn three_zones_take_no_control_plane() {
        for id in ["use1-az3", "usw1-az2", "cac1-az3"] {
            assert!(!takes_control_plane(id), "{id}");
        }
        for id in ["use1-az1", "usw2-az3", "usw1-az3", "cac1-az1"] {
            assert!(takes_control_plane(id), "{id}");
        }
    }
}
