//! Names and ids: one type for each, and one place that says what each may look like.
//!
//! A value of these types is of its form, so nothing behind the reader of a spec or a lock checks one again.

mod aws;
mod logical_id;
mod names;
mod pod_subnet_key;
mod text_type;
mod zone;

pub use aws::{
    AmiId, CertificateAuthority, ClusterName, Endpoint, HostName, InstanceTypeName, PartitionName, RoleArn,
    RouteTableId, SecurityGroupId, SsmParameter, SubnetId, VpcId,
};
pub use logical_id::LogicalId;
pub(crate) use logical_id::is_pod_subnet;
pub use names::{EniConfigName, LabelKey, LabelValue, Name};
pub use pod_subnet_key::PodSubnetKey;
pub use text_type::FormatError;
pub use zone::{ZoneId, ZoneName};
