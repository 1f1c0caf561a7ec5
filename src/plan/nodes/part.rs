//! A node group to make out of one of the spec's.

use super::groups::Group;
use crate::ids::{Name, ZoneName};
use crate::spec::Size;

/// A node group to make: one of the spec's over all its zones, or its share of one zone and one pod subnet there.
#[derive(Debug, Clone)]
pub(crate) struct GroupPart<'a> {
    /// The spec's group.
    pub(crate) group: &'a Group<'a>,
    /// Its name.
    pub(crate) name: String,
    pub(crate) zones: Vec<&'a ZoneName>,
    /// The additional subnet that it is for; none for the first.
    pub(crate) further: Option<Name>,
    pub(crate) size: Size,
}
