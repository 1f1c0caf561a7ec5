//! The formats that the schema names, and what podnet says where a text does not have one.

use std::str::FromStr;

use crate::address::{Cidr, CidrError};
use crate::catalog::{CniVersion, CniVersionError, KubernetesVersion, KubernetesVersionError, instance_types};
use crate::diagnostic::{Code, one_of};
use crate::ids::{
    AmiId, CertificateAuthority, ClusterName, Endpoint, EniConfigName, FormatError, HostName, InstanceTypeName,
    LabelKey, LabelValue, Name, PartitionName, RoleArn, RouteTableId, SecurityGroupId, SsmParameter, SubnetId, VpcId,
    ZoneId, ZoneName,
};

/// What is to be said of a text that does not have the form of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// Under which code.
    pub(super) code: Code,
    /// What is wrong, in one sentence.
    pub(super) message: String,
    /// What would be right.
    pub(super) help: String,
    /// The text that was meant, where that can be told.
    pub(super) meant: Option<String>,
}

type Check = fn(&str) -> Option<Mismatch>;

/// Every format: its name in the schema, and its check, which gives nothing where the text has it.
pub(super) const ALL: &[(&str, Check)] = &[
    ("cidr", mismatch::<Cidr>),
    ("cni-version", mismatch::<CniVersion>),
    ("kubernetes-version", mismatch::<KubernetesVersion>),
    ("cluster-name", mismatch::<ClusterName>),
    ("name", mismatch::<Name>),
    ("eniconfig-name", mismatch::<EniConfigName>),
    ("instance-type", instance_type),
    ("zone-name", mismatch::<ZoneName>),
    ("zone-id", mismatch::<ZoneId>),
    ("vpc-id", mismatch::<VpcId>),
    ("subnet-id", mismatch::<SubnetId>),
    ("security-group-id", mismatch::<SecurityGroupId>),
    ("route-table-id", mismatch::<RouteTableId>),
    ("ami-id", mismatch::<AmiId>),
    ("partition-name", mismatch::<PartitionName>),
    ("host-name", mismatch::<HostName>),
    ("role-arn", mismatch::<RoleArn>),
    ("api-server-endpoint", mismatch::<Endpoint>),
    ("certificate-authority", mismatch::<CertificateAuthority>),
    ("ssm-parameter", mismatch::<SsmParameter>),
    ("label-key", mismatch::<LabelKey>),
    ("label-value", mismatch::<LabelValue>),
];

fn mismatch<T: FromStr<Err: Into<Mismatch>>>(text: &str) -> Option<Mismatch> {
    text.parse::<T>().err().map(Into::into)
}

impl From<FormatError> for Mismatch {
    fn from(FormatError { message, help, meant }: FormatError) -> Self {
        Self { code: Code::SpecValue, message, help, meant }
    }
}

impl From<CidrError> for Mismatch {
    /// Beside what to write goes the reason.
    fn from(error: CidrError) -> Self {
        let (code, why) = match &error {
            CidrError::HostBits { canonical, .. } => {
                (Code::AddressHostBits, format!(", the /{} that the address is in", canonical.prefix_length()))
            }
            CidrError::Spelling { .. } => {
                (Code::SpecValue, ": some programs read a number with a leading zero as octal".to_owned())
            }
            CidrError::NotACidr(_) | CidrError::NoPrefixLength(_) => (Code::SpecValue, String::new()),
        };
        let meant = error.canonical().map(|block| block.to_string());
        Self { code, message: error.to_string(), help: format!("{}{why}", error.help()), meant }
    }
}

impl From<CniVersionError> for Mismatch {
    fn from(error: CniVersionError) -> Self {
        let meant = error.meant().map(ToString::to_string);
        Self { code: Code::SpecValue, message: error.message(), help: error.help(), meant }
    }
}

impl From<KubernetesVersionError> for Mismatch {
    fn from(error: KubernetesVersionError) -> Self {
        let meant = error.meant().map(|version| version.to_string());
        Self { code: Code::SpecValue, message: error.message(), help: error.help(), meant }
    }
}

/// A slip in a known type is better answered with the type than with the form.
fn instance_type(text: &str) -> Option<Mismatch> {
    let error = mismatch::<InstanceTypeName>(text)?;
    // What is longer than any name, or of other characters, is no slip in one, and costs time to compare.
    let like_a_name =
        text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' '));
    let near = if like_a_name { instance_types::near(text, 3) } else { Vec::new() };
    Some(match near.as_slice() {
        [] => error,
        close @ [nearest, ..] => {
            Mismatch { help: format!("did you mean {}?", one_of(close)), meant: Some((*nearest).to_owned()), ..error }
        }
    })
}

/// Says why a text does not have a format; nothing where it has it, or where there is no such format.
pub(super) fn explain(format: &str, text: &str) -> Option<Mismatch> {
    ALL.iter().find(|(name, _)| *name == format).and_then(|(_, check)| check(text))
}
