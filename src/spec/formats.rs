//! The formats that the schema names, and what podnet says where a text does not have one.

use std::str::FromStr;

use super::text::{
    AmiId, CertificateAuthority, ClusterName, Endpoint, EniConfigName, FormatError, LabelKey, LabelValue, Name,
    RoleArn, RouteTableId, SecurityGroupId, SsmParameter, SubnetId, VpcId, ZoneId, ZoneName,
};
use crate::address::Cidr;
use crate::catalog::{CniVersion, KubernetesVersion};

type Check = fn(&str) -> Option<FormatError>;

/// Every format: its name in the schema, and its check, which gives nothing where the text has it.
pub(super) const ALL: &[(&str, Check)] = &[
    ("cidr", |text| {
        text.parse::<Cidr>().err().map(|error| FormatError { message: error.to_string(), help: error.help() })
    }),
    ("cni-version", |text| text.parse::<CniVersion>().err().map(split)),
    ("kubernetes-version", |text| text.parse::<KubernetesVersion>().err().map(split)),
    ("cluster-name", check::<ClusterName>),
    ("name", check::<Name>),
    ("eniconfig-name", check::<EniConfigName>),
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

/// An error of the form "what is wrong: what to write".
fn split(error: impl std::fmt::Display) -> FormatError {
    let text = error.to_string();
    let (message, help) = text.split_once(": ").unwrap_or((&text, "see the field's description"));
    FormatError { message: message.to_owned(), help: help.to_owned() }
}

/// Says why a text does not have a format; nothing where it has it, or where there is no such format.
pub(super) fn explain(format: &str, text: &str) -> Option<FormatError> {
    ALL.iter().find(|(name, _)| *name == format).and_then(|(_, check)| check(text))
}
