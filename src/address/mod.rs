//! Addresses: canonical CIDR blocks, free space, and carving it. Pure; knows nothing about AWS.

mod carve;
mod cidr;
mod free;
#[cfg(test)]
mod properties;

pub use carve::{Carved, Request, carve};
pub use cidr::{Cidr, CidrError};
pub use free::FreeSpace;
