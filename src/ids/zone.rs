//! Names and ids of availability zones, Local Zones and Wavelength Zones.

use super::text_type::{TextKind, text_type};

text_type!(
    /// The name of an availability zone, local zone or wavelength zone.
    ZoneName, "zone-name", "availability zone name", TextKind::Name, "^(?=.{1,63}$)[a-z]+(-[a-z0-9]+)*(-[a-z0-9]*[a-z]|-wlz-[0-9]+)$",
    "a region and what sets the zone apart", "us-west-2a", is_zone
);
text_type!(
    /// The id of an availability zone, which is the same in every account.
    ZoneId, "zone-id", "availability zone id", TextKind::Id(None), "^[a-z]+[0-9]+-[a-z0-9-]+$",
    "a region's short name and a zone's number", "usw2-az1",
    |text| {
        text.split_once('-').is_some_and(|(region, zone)| {
            region.ends_with(|last: char| last.is_ascii_digit())
                && region.starts_with(|first: char| first.is_ascii_lowercase())
                && region.trim_end_matches(|digit: char| digit.is_ascii_digit()).bytes().all(|byte| byte.is_ascii_lowercase())
                && !zone.is_empty()
                && zone.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        })
    }
);

/// A region's name and more behind it: a letter at the end, but for Wavelength Zones, which end in `-wlz-` and a number.
fn is_zone(text: &str) -> bool {
    let area = text.split('-').next().unwrap_or_default();
    let lower = |byte: u8| byte.is_ascii_lowercase();
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| lower(byte) || byte.is_ascii_digit());
    // `us-east-1-wl1-bos-wlz-1`: the only names that end in a number. A region's name ends in one too, and is no zone.
    let wavelength =
        text.rsplit_once("-wlz-").is_some_and(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    text.len() <= 63
        && text.contains('-')
        && area.bytes().all(lower)
        && text.split('-').all(part)
        && (wavelength || text.bytes().last().is_some_and(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_every_kind() {
        for text in ["us-west-2a", "us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1", "us-gov-west-1a"] {
            assert!(text.parse::<ZoneName>().is_ok(), "{text}");
        }
        for text in ["us-west-2", "2a", "US-WEST-2A", "us west 2a", "-a", "us--2a"] {
            assert!(text.parse::<ZoneName>().is_err(), "{text}");
        }
    }
}
