//! The plan's picture of the pods' blocks: all their ranges.

use serde::Serialize;

use crate::address::Cidr;
use crate::catalog::address_rules::usable_addresses;
use crate::ids::{Name, ZoneName};

/// A block and all its ranges, by address and without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockSpace {
    /// The block.
    pub cidr: Cidr,
    /// Its ranges: together they are the block.
    pub ranges: Vec<SpaceRange>,
}

/// A range of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpaceRange {
    /// The range.
    pub cidr: Cidr,
    /// What it is.
    pub state: RangeState,
    /// Whose it is: `POOL/ZONE`, or a subnet's id; none where it is free.
    pub owner: Option<String>,
    /// The pool, of a pod subnet.
    pub pool: Option<Name>,
    /// The zone, where it is known.
    pub zone: Option<ZoneName>,
    /// The name of an additional pod subnet of the pool in the zone.
    pub further: Option<Name>,
    /// Its addresses without the five that AWS keeps.
    pub usable: u64,
    /// The most that nodes take of it, of a pod subnet in use.
    pub demand: Option<u64>,
    /// The whole /28 prefixes among the demand.
    pub prefixes: Option<u64>,
    /// What is kept for prefixes in it: CIDR reservations.
    pub reservations: Vec<Cidr>,
}

/// What a range of a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RangeState {
    /// A pod subnet of the spec.
    Active,
    /// Kept for a pool and zone to come.
    Reserved,
    /// Kept for a pool and zone that the spec no longer has.
    Retired,
    /// A subnet that podnet does not manage.
    Existing,
    /// Nobody's.
    Free,
}

impl SpaceRange {
    /// The zone, with the name of an additional subnet there: `us-west-2a`, `us-west-2a/b`.
    pub fn zone_name(&self) -> Option<String> {
        let zone = self.zone.as_ref()?;
        Some(self.further.as_ref().map_or_else(|| zone.to_string(), |further| format!("{zone}/{further}")))
    }

    pub(crate) fn new(cidr: Cidr, state: RangeState, owner: Option<String>) -> Self {
        Self {
            cidr,
            state,
            owner,
            pool: None,
            zone: None,
            further: None,
            usable: usable_addresses(cidr),
            demand: None,
            prefixes: None,
            reservations: Vec::new(),
        }
    }
}
