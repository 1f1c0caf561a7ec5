//! Names and ids that AWS gives out.

use super::text_type::{IdKind, TextKind, text_type};

text_type!(
    /// The EKS cluster's name: letters, digits, `-` and `_`, at most 100, as EKS's API has it.
    ClusterName, "cluster-name", "EKS cluster name", TextKind::Name, "^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$",
    "1 to 100 letters, digits, `-` and `_`, with a letter or digit first", "prod-usw2",
    |text| {
        (1..=100).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    }
);
text_type!(
    /// The name of an EC2 instance type.
    InstanceTypeName, "instance-type", "instance type name", TextKind::Name, r"^(?=.{1,64}$)[a-z][a-z0-9-]*\.[a-z0-9-]+$",
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
    /// The id of a VPC.
    VpcId, "vpc-id", "VPC id", TextKind::Id(Some(IdKind::Vpc)), "^vpc-[0-9a-f]{8,17}$",
    "`vpc-` and 8 to 17 digits of 0-9 and a-f", "vpc-0a1b2c3d4e5f67890", |text| is_id(text, "vpc-")
);
text_type!(
    /// The id of a subnet.
    SubnetId, "subnet-id", "subnet id", TextKind::Id(Some(IdKind::Subnet)), "^subnet-[0-9a-f]{8,17}$",
    "`subnet-` and 8 to 17 digits of 0-9 and a-f", "subnet-017b472c2f79fdf96", |text| is_id(text, "subnet-")
);
text_type!(
    /// The id of a security group.
    SecurityGroupId, "security-group-id", "security group id", TextKind::Id(Some(IdKind::SecurityGroup)), "^sg-[0-9a-f]{8,17}$",
    "`sg-` and 8 to 17 digits of 0-9 and a-f", "sg-0dff363a7d37c3c61",
    |text| is_id(text, "sg-")
);
text_type!(
    /// The id of a route table.
    RouteTableId, "route-table-id", "route table id", TextKind::Id(Some(IdKind::RouteTable)), "^rtb-[0-9a-f]{8,17}$",
    "`rtb-` and 8 to 17 digits of 0-9 and a-f", "rtb-0a1b2c3d4e5f67890",
    |text| is_id(text, "rtb-")
);
text_type!(
    /// The id of a machine image.
    AmiId, "ami-id", "AMI id", TextKind::Id(Some(IdKind::Ami)), "^ami-[0-9a-f]{8,17}$",
    "`ami-` and 8 to 17 digits of 0-9 and a-f", "ami-0a1b2c3d4e5f67890", |text| is_id(text, "ami-")
);
text_type!(
    /// The name of a partition of AWS, as it stands in an ARN after `arn:`.
    PartitionName, "partition-name", "partition", TextKind::Name, "^aws(-[a-z]+)*$",
    "`aws`, or `aws-` and words of lower-case letters", "aws-eusc", is_partition
);
text_type!(
    /// The name of a host on the Internet, or the end of such names.
    HostName, "host-name", "host name", TextKind::Name, r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$",
    "lower-case letters, digits and `-`, with dots between the parts", "602401143452.dkr.ecr.us-west-2.amazonaws.com",
    |text| {
        let part = |part: &str| {
            !part.is_empty()
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        text.contains('.') && text.split('.').all(part)
    }
);
text_type!(
    /// The ARN of an IAM role.
    RoleArn, "role-arn", "IAM role ARN", TextKind::Name, r"^arn:aws(-[a-z]+)*:iam::\d{12}:role/[\w+=,.@/-]+$",
    "`arn:`, the partition, `:iam::`, the account, `:role/` and the path and name",
    "arn:aws:iam::111122223333:role/eks-node",
    |text| {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        next() == "arn"
            && is_partition(next())
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
    Endpoint, "api-server-endpoint", "API server endpoint", TextKind::Name, r"^https://[A-Za-z0-9.-]+(:\d+)?$",
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
    CertificateAuthority, "certificate-authority", "base64 certificate", TextKind::Name, "^[A-Za-z0-9+/]+={0,2}$",
    "what `aws eks describe-cluster` shows as `certificateAuthority.data`", "LS0tLS1CRUdJTg==",
    |text| {
        let bare = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
        !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
    }
);
text_type!(
    /// The name of a public or own SSM parameter that holds an AMI id, and one version of it after a `:` where that is to stay.
    SsmParameter, "ssm-parameter", "SSM parameter name", TextKind::Name, "^/[A-Za-z0-9_./-]+(:[1-9][0-9]*)?$",
    "a name that begins with `/`, of letters, digits, `_`, `.`, `/` and `-`; after it, `:` and a version if it is pinned",
    "/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/standard/recommended/image_id",
    |text| {
        let (path, version) = text.split_once(':').unwrap_or((text, "1"));
        let is_version = !version.starts_with('0') && version.bytes().all(|byte| byte.is_ascii_digit());
        is_version && !version.is_empty() && path.strip_prefix('/').is_some_and(|name| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-'))
        })
    }
);

impl SsmParameter {
    /// Returns whether it names one version of the parameter, whose value never changes: `/my/ami:3`.
    pub(crate) fn is_pinned(&self) -> bool {
        self.as_str().contains(':')
    }
}

/// `aws`, `aws-cn`, `aws-us-gov`, `aws-iso-b`.
fn is_partition(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    text.strip_prefix("aws")
        .is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(|words| words.split('-').all(word)))
}

/// `prefix-` and 8 to 17 hexadecimal digits, as EKS's API checks them.
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        (8..=17).contains(&digits.len()) && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
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
    fn instance_types_are_a_family_and_a_size() {
        for text in ["m5.large", "u-6tb1.112xlarge", "mac2-m2pro.metal", "c7gn.metal-48xl"] {
            assert!(text.parse::<InstanceTypeName>().is_ok(), "{text}");
        }
        for text in ["m5", "M5.large", "m5.large ", ".large", "m5.", "m5.large.x", "", "m5/large", "1e3", "1.5"] {
            assert!(text.parse::<InstanceTypeName>().is_err(), "{text:?}");
        }
    }
}
