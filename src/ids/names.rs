//! Names of the spec's own, and those that Kubernetes takes.

use super::text_type::{TextKind, text_type};

text_type!(
    /// A name of the spec's own, of a pool or a node group: a DNS label of at most 40 characters, because it becomes part
    /// of resource names and node labels.
    Name, "name", "name of lower-case letters, digits and `-`", TextKind::Name, "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$",
    "1 to 40 lower-case letters, digits and `-`, with a letter or digit at both ends", "general",
    |text| is_dns_label(text, 40)
);
text_type!(
    /// The name of an ENIConfig. A DNS label, because it is also the value of the node label that selects it.
    EniConfigName, "eniconfig-name", "ENIConfig name", TextKind::Name, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    "1 to 63 lower-case letters, digits and `-`, with a letter or digit at both ends", "custom-pod-netconfig",
    |text| is_dns_label(text, 63)
);
text_type!(
    /// The key of a Kubernetes label or taint: an optional DNS prefix and a slash, then at most 63 characters.
    LabelKey, "label-key", "Kubernetes label key", TextKind::Name,
    r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",
    "an optional DNS name and `/`, then 1 to 63 letters, digits, `-`, `_` and `.` with a letter or digit at both ends", "workload-class",
    |text| {
        let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
        !name.is_empty() && is_label_value(name) && prefix.is_none_or(|prefix| {
            (1..=253).contains(&prefix.len())
                && prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
                && !prefix.starts_with(['.', '-'])
                && !prefix.ends_with(['.', '-'])
        })
    }
);
text_type!(
    /// The value of a Kubernetes label or taint: empty, or at most 63 letters, digits, `-`, `_` and `.`.
    LabelValue, "label-value", "Kubernetes label value", TextKind::Name, "^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$",
    "nothing, or 1 to 63 letters, digits, `-`, `_` and `.` with a letter or digit at both ends", "batch",
    is_label_value
);

fn is_dns_label(text: &str, longest: usize) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=longest).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_label_value(text: &str) -> bool {
    text.len() <= 63
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        && (text.is_empty()
            || (text.starts_with(|c: char| c.is_ascii_alphanumeric())
                && text.ends_with(|c: char| c.is_ascii_alphanumeric())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClusterName;

    #[test]
    fn names_cannot_be_paths() {
        for text in ["..", "../x", "a/b", "-a", "a-", "A", "", "a\n", ".hidden"] {
            assert!(text.parse::<Name>().is_err(), "{text:?}");
            assert!(text == "A" || text == "a-" || text.parse::<ClusterName>().is_err(), "{text:?}");
        }
    }
}
