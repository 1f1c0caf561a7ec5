//! The formats that the schema names, and what podnet says where a text does not have one.

use std::str::FromStr;

use crate::address::{Cidr, CidrError};
use crate::catalog::{CniVersion, KubernetesVersion, instance_types};
use crate::diagnostic::one_of;
use crate::ids::{
    AmiId, CertificateAuthority, ClusterName, Endpoint, EniConfigName, FormatError, InstanceTypeName, LabelKey,
    LabelValue, Name, RoleArn, RouteTableId, SecurityGroupId, SsmParameter, SubnetId, VpcId, ZoneId, ZoneName,
};

type Check = fn(&str) -> Option<FormatError>;

/// Every format: its name in the schema, and its check, which gives nothing where the text has it.
pub(super) const ALL: &[(&str, Check)] = &[
    ("cidr", |text| text.parse::<Cidr>().err().map(|error| cidr(&error))),
    ("cni-version", |text| {
        let error = text.parse::<CniVersion>().err()?;
        Some(split(&error, error.meant()))
    }),
    ("kubernetes-version", |text| {
        let error = text.parse::<KubernetesVersion>().err()?;
        Some(split(&error, error.meant()))
    }),
    ("cluster-name", check::<ClusterName>),
    ("name", check::<Name>),
    ("eniconfig-name", check::<EniConfigName>),
    ("instance-type", |text| text.parse::<InstanceTypeName>().err().map(|error| instance_type(text, error))),
    ("zone-name", check::<ZoneName>),
    ("zone-id", check::<ZoneId>),
    ("vpc-id", check::<VpcId>),
    ("subnet-id", check::<SubnetId>),
    ("security-group-id", check::<SecurityGroupId>),
    ("route-table-id", check::<RouteTableId>),
    ("ami-id", check::<AmiId>),
    ("role-arn", check::<RoleArn>),
    ("api-server-endpoint", check::<Endpoint>),
    ("certificate-authority", check::<CertificateAuthority>),
    ("ssm-parameter", check::<SsmParameter>),
    ("label-key", check::<LabelKey>),
    ("label-value", check::<LabelValue>),
];

fn check<T: FromStr<Err = FormatError>>(text: &str) -> Option<FormatError> {
    text.parse::<T>().err()
}

/// A CIDR block's error, with the reason beside what to write.
fn cidr(error: &CidrError) -> FormatError {
    let why = match error {
        CidrError::HostBits { canonical, .. } => format!(", the /{} that the address is in", canonical.prefix_length()),
        CidrError::Spelling { .. } => ": some programs read a number with a leading zero as octal".to_owned(),
        CidrError::NotACidr(_) | CidrError::NoPrefixLength(_) => String::new(),
    };
    let meant = match error {
        CidrError::HostBits { canonical, .. } | CidrError::Spelling { canonical, .. } => Some(canonical.to_string()),
        CidrError::NotACidr(_) | CidrError::NoPrefixLength(_) => None,
    };
    FormatError { message: error.to_string(), help: format!("{}{why}", error.help()), meant }
}

/// A slip in a known type is better answered with the type than with the form.
fn instance_type(text: &str, error: FormatError) -> FormatError {
    // What is longer than any name, or of other characters, is no slip in one, and costs time to compare.
    let like_a_name =
        text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' '));
    let near = if like_a_name { instance_types::near(text, 3) } else { Vec::new() };
    match near.as_slice() {
        [] => error,
        close @ [nearest, ..] => FormatError {
            help: format!("did you mean {}?", one_of(close)),
            meant: Some((*nearest).to_owned()),
            ..error
        },
    }
}

/// An error of the form "what is wrong: write this". What the user wrote is in the first part, whatever is in it.
fn split(error: &impl std::fmt::Display, meant: Option<impl std::fmt::Display>) -> FormatError {
    let text = error.to_string();
    let at = text.rfind(": write ");
    let (message, help) = at
        .and_then(|at| Some((text.get(..at)?, text.get(at + 2..)?)))
        .unwrap_or((&text, "see the field's description in `podnet schema`"));
    let meant = meant.map(|meant| meant.to_string());
    FormatError { message: message.to_owned(), help: help.to_owned(), meant }
}

/// Says why a text does not have a format; nothing where it has it, or where there is no such format.
pub(super) fn explain(format: &str, text: &str) -> Option<FormatError> {
    ALL.iter().find(|(name, _)| *name == format).and_then(|(_, check)| check(text))
}
