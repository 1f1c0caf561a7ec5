//! The texts of a spec that have a form of their own: names and ids.

use std::str::FromStr;

/// Why a text does not have the form that its field wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FormatError {
    /// What is wrong, in one sentence.
    pub message: String,
    /// What would be right.
    pub help: String,
    /// The text that was meant, where that can be told.
    pub meant: Option<String>,
}

/// Makes a text type: a newtype over `String` that only holds texts of its form, with its JSON Schema.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $format:literal, $title:literal, $pattern:literal, $form:literal, $example:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String", title = $title, extend("format" = $format, "pattern" = $pattern, "examples" = [$example]))]
        pub struct $name(String);

        impl $name {
            /// Gives the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = FormatError;

            fn from_str(text: &str) -> Result<Self, FormatError> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.to_owned())) } else { Err(refusal(text, $title, $form, $example, check)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = FormatError;

            fn try_from(text: String) -> Result<Self, FormatError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Says what a text is not, what it is where its beginning tells, and what to write: the text itself with its slip
/// mended where that gives the form, or the form in words.
fn refusal(text: &str, title: &str, form: &str, example: &str, check: fn(&str) -> bool) -> FormatError {
    let message = match id_kind(text).filter(|kind| title.ends_with(" id") && !title.starts_with(kind)) {
        Some(kind) => format!("`{text}` is {} id, not {}", article(kind), article(title)),
        None => format!("`{text}` is not {}", article(title)),
    };
    let lower = text.trim().to_lowercase();
    let mended = [text.trim(), &lower, &lower.replace(['_', ' ', '.'], "-")]
        .into_iter()
        .find(|text| check(text))
        .map(ToOwned::to_owned);
    let help = match &mended {
        Some(mended) => format!("write `{mended}`; the form is {form}"),
        None => format!("write {form}, such as `{example}`"),
    };
    FormatError { message, help, meant: mended }
}

/// What an id is of, by its beginning.
fn id_kind(text: &str) -> Option<&'static str> {
    const KINDS: &[(&str, &str)] = &[
        ("ami", "AMI"),
        ("eni", "network interface"),
        ("igw", "internet gateway"),
        ("nat", "NAT gateway"),
        ("rtb", "route table"),
        ("sg", "security group"),
        ("subnet", "subnet"),
        ("vpc", "VPC"),
    ];
    let (prefix, digits) = text.split_once('-')?;
    let hexadecimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    KINDS.iter().find(|(known, _)| *known == prefix && hexadecimal).map(|(_, kind)| *kind)
}

fn article(title: &str) -> String {
    // As it is read aloud: an SSM parameter.
    let vowel = title.starts_with(['A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u']) || title.starts_with("SSM");
    format!("{} {title}", if vowel { "an" } else { "a" })
}

/// `prefix-` and 8 to 17 hexadecimal digits, as EKS's API checks them.
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        (8..=17).contains(&digits.len()) && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn is_dns_label(text: &str, longest: usize) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=longest).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// A region's name and more behind it: a letter at the end, but for Wavelength Zones, which end in `-wlz-` and a number.
fn is_zone(text: &str) -> bool {
    let area = text.split('-').next().unwrap_or_default();
    let lower = |byte: u8| byte.is_ascii_lowercase();
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| lower(byte) || byte.is_ascii_digit());
    let wavelength =
        text.rsplit_once("-wlz-").is_some_and(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    text.len() <= 63
        && text.contains('-')
        && area.bytes().all(lower)
        && text.split('-').all(part)
        && (wavelength || text.bytes().last().is_some_and(lower))
}

text_type!(
    /// The EKS cluster's name: letters, digits, `-` and `_`, at most 100, as EKS's API has it.
    ClusterName, "cluster-name", "EKS cluster name", "^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$",
    "1 to 100 letters, digits, `-` and `_`, with a letter or digit first", "prod-usw2",
    |text| {
        (1..=100).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    }
);
text_type!(
    /// A name of the spec's own, of a pool or a node group: a DNS label of at most 40 characters, because it becomes part
    /// of resource names and node labels.
    Name, "name", "name of lower-case letters, digits and `-`", "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$",
    "1 to 40 lower-case letters, digits and `-`, with a letter or digit at both ends", "general",
    |text| is_dns_label(text, 40)
);
text_type!(
    /// The name of an ENIConfig. A DNS label, because it is also the value of the node label that selects it.
    EniConfigName, "eniconfig-name", "ENIConfig name", "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    "1 to 63 lower-case letters, digits and `-`, with a letter or digit at both ends", "custom-pod-netconfig",
    |text| is_dns_label(text, 63)
);
text_type!(
    /// The name of an availability zone, local zone or wavelength zone.
    ZoneName, "zone-name", "availability zone name", "^(?=.{1,63}$)[a-z]+(-[a-z0-9]+)*(-[a-z0-9]*[a-z]|-wlz-[0-9]+)$",
    "a region and what sets the zone apart", "us-west-2a", is_zone
);
text_type!(
    /// The name of an EC2 instance type.
    InstanceTypeName, "instance-type", "instance type name", r"^(?=.{1,64}$)[a-z][a-z0-9-]*\.[a-z0-9-]+$",
    "a family, `.` and a size, of lower-case letters, digits and `-`", "m5.large",
    |text| {
        let part = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        text.len() <= 64
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.split_once('.').is_some_and(|(family, size)| part(family) && part(size))
    }
);
text_type!(
    /// The id of an availability zone, which is the same in every account.
    ZoneId, "zone-id", "availability zone id", "^[a-z]+[0-9]+-[a-z0-9-]+$",
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
text_type!(
    /// The id of a VPC.
    VpcId, "vpc-id", "VPC id", "^vpc-[0-9a-f]{8,17}$",
    "`vpc-` and 8 to 17 digits of 0-9 and a-f", "vpc-0a1b2c3d4e5f67890", |text| is_id(text, "vpc-")
);
text_type!(
    /// The id of a subnet.
    SubnetId, "subnet-id", "subnet id", "^subnet-[0-9a-f]{8,17}$",
    "`subnet-` and 8 to 17 digits of 0-9 and a-f", "subnet-017b472c2f79fdf96", |text| is_id(text, "subnet-")
);
text_type!(
    /// The id of a security group.
    SecurityGroupId, "security-group-id", "security group id", "^sg-[0-9a-f]{8,17}$",
    "`sg-` and 8 to 17 digits of 0-9 and a-f", "sg-0dff363a7d37c3c61",
    |text| is_id(text, "sg-")
);
text_type!(
    /// The id of a route table.
    RouteTableId, "route-table-id", "route table id", "^rtb-[0-9a-f]{8,17}$",
    "`rtb-` and 8 to 17 digits of 0-9 and a-f", "rtb-0a1b2c3d4e5f67890",
    |text| is_id(text, "rtb-")
);
text_type!(
    /// The id of a machine image.
    AmiId, "ami-id", "AMI id", "^ami-[0-9a-f]{8,17}$",
    "`ami-` and 8 to 17 digits of 0-9 and a-f", "ami-0a1b2c3d4e5f67890", |text| is_id(text, "ami-")
);
text_type!(
    /// The ARN of an IAM role.
    RoleArn, "role-arn", "IAM role ARN", r"^arn:aws(-cn|-us-gov)?:iam::\d{12}:role/[\w+=,.@/-]+$",
    "`arn:`, the partition, `:iam::`, the account, `:role/` and the path and name",
    "arn:aws:iam::111122223333:role/eks-node",
    |text| {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        next() == "arn"
            && matches!(next(), "aws" | "aws-cn" | "aws-us-gov")
            && next() == "iam"
            && next().is_empty()
            && { let account = next(); account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) }
            && next().strip_prefix("role/").is_some_and(|name| {
                !name.is_empty()
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@/-".contains(&byte))
            })
    }
);
text_type!(
    /// The HTTPS address of a cluster's API server.
    Endpoint, "api-server-endpoint", "API server endpoint", r"^https://[A-Za-z0-9.-]+(:\d+)?$",
    "`https://` and a host name",
    "https://0123456789ABCDEF0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com",
    |text| text.strip_prefix("https://").is_some_and(|host| {
        let (name, port) = host.split_once(':').unwrap_or((host, "443"));
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
            && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
    })
);
text_type!(
    /// A certificate authority's certificate, base64 as EKS's API gives it.
    CertificateAuthority, "certificate-authority", "base64 certificate", "^[A-Za-z0-9+/]+={0,2}$",
    "what `aws eks describe-cluster` shows as `certificateAuthority.data`", "LS0tLS1CRUdJTg==",
    |text| {
        let bare = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
        !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
    }
);
text_type!(
    /// The name of a public or own SSM parameter that holds an AMI id.
    SsmParameter, "ssm-parameter", "SSM parameter name", "^/[A-Za-z0-9_./-]+$",
    "a name that begins with `/`, of letters, digits, `_`, `.`, `/` and `-`",
    "/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/standard/recommended/image_id",
    |text| {
        text.strip_prefix('/').is_some_and(|name| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-'))
        })
    }
);
text_type!(
    /// The key of a Kubernetes label or taint: an optional DNS prefix and a slash, then at most 63 characters.
    LabelKey, "label-key", "Kubernetes label key",
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
    LabelValue, "label-value", "Kubernetes label value", "^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$",
    "nothing, or 1 to 63 letters, digits, `-`, `_` and `.` with a letter or digit at both ends", "batch",
    is_label_value
);

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

    #[test]
    fn ids_have_eight_to_seventeen_hexadecimal_digits() {
        assert!("subnet-017b472c2f79fdf96".parse::<SubnetId>().is_ok());
        assert!("subnet-017b472c".parse::<SubnetId>().is_ok());
        for text in [
            "subnet-017b47",
            "subnet-017B472C",
            "subnet-017b472c2f79fdf961",
            "sg-017b472c",
            "subnet-",
            "",
            "subnet-017b472c\n",
        ] {
            assert!(text.parse::<SubnetId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn zones_of_every_kind() {
        for text in ["us-west-2a", "us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1", "us-gov-west-1a"] {
            assert!(text.parse::<ZoneName>().is_ok(), "{text}");
        }
        for text in ["us-west-2", "2a", "US-WEST-2A", "us west 2a", "-a", "us--2a"] {
            assert!(text.parse::<ZoneName>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_cannot_be_paths() {
        for text in ["..", "../x", "a/b", "-a", "a-", "A", "", "a\n", ".hidden"] {
            assert!(text.parse::<Name>().is_err(), "{text:?}");
            assert!(text == "A" || text == "a-" || text.parse::<ClusterName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_error_says_what_would_be_right() {
        let refused = |error: FormatError| (error.message, error.help);
        let form = "`vpc-` and 8 to 17 digits of 0-9 and a-f";
        for (text, message, help) in [
            ("vpc-xyz", "`vpc-xyz` is not a VPC id", format!("write {form}, such as `vpc-0a1b2c3d4e5f67890`")),
            (
                "sg-0a1b2c3d",
                "`sg-0a1b2c3d` is a security group id, not a VPC id",
                format!("write {form}, such as `vpc-0a1b2c3d4e5f67890`"),
            ),
            ("vpc-0A1B2C3D", "`vpc-0A1B2C3D` is not a VPC id", format!("write `vpc-0a1b2c3d`; the form is {form}")),
        ] {
            assert_eq!(refused(text.parse::<VpcId>().unwrap_err()), (message.to_owned(), help));
        }
        let (message, help) = refused("arn:x".parse::<SsmParameter>().unwrap_err());
        assert_eq!(message, "`arn:x` is not an SSM parameter name");
        assert!(help.starts_with("write a name that begins with `/`"));
        assert!(refused("web_shop".parse::<Name>().unwrap_err()).1.starts_with("write `web-shop`; "));
    }

    #[test]
    fn instance_types_are_a_family_and_a_size() {
        for text in ["m5.large", "u-6tb1.112xlarge", "mac2-m2pro.metal", "c7gn.metal-48xl"] {
            assert!(text.parse::<InstanceTypeName>().is_ok(), "{text}");
        }
        for text in ["m5", "M5.large", "m5.large ", ".large", "m5.", "m5.large.x", "", "m5/large", "1e3", "1.5"] {
            assert!(text.parse::<InstanceTypeName>().is_err(), "{text:?}");
        }
    }
}
