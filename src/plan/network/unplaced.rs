//! Pod subnets that find no place, and the size with which they would.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::desired_subnets::Wanted;
use super::free_block::free_block;
use crate::address::{Cidr, FreeSpace, Request, carve};
use crate::catalog::address_rules::{PREFIX_LENGTHS, usable_addresses};
use crate::diagnostic::{Code, Diagnostic, Edit, one_of};
use crate::ids::PodSubnetKey;
use crate::lock::Lock;
use crate::source::Pointer;
use crate::spec::Spec;

/// What found no place, and what it was looked for in.
pub(crate) struct Unfit<'a> {
    /// Every pod subnet of the spec.
    pub(crate) wanted: &'a [Wanted<'a>],
    /// Those that found no place, each with the largest range that was free then.
    pub(crate) unplaced: &'a [(Request<PodSubnetKey>, Option<Cidr>)],
    /// All that a place was looked for.
    pub(crate) requests: &'a [Request<PodSubnetKey>],
    /// What was free before any of them had its place.
    pub(crate) space: &'a FreeSpace,
}

/// By place and prefix length: whose subnets have that size, and the largest range that was free.
type UnplacedBySize<'a> = BTreeMap<(Pointer, u8), (Vec<&'a PodSubnetKey>, Option<Cidr>)>;

impl Unfit<'_> {
    /// The shortest prefix length with which all that have their size at a place would fit beside the others.
    fn fitting(&self, at: &Pointer, prefix_length: u8) -> Option<u8> {
        let here = |key: &PodSubnetKey| self.wanted.iter().any(|wanted| wanted.key == *key && wanted.size_at() == *at);
        let sized = |request: &Request<PodSubnetKey>, length| Request {
            key: request.key.clone(),
            prefix_length: if here(&request.key) { length } else { request.prefix_length },
        };
        (prefix_length + 1..=*PREFIX_LENGTHS.end()).find(|length| {
            let requests = self.requests.iter().map(|request| sized(request, *length)).collect();
            carve(&mut self.space.clone(), requests).unplaced.is_empty()
        })
    }

    /// One problem for each size that the spec gives, however many zones it is for.
    pub(crate) fn diagnostics(&self, spec: &Spec, lock: &Lock, blocks: &[Cidr]) -> Vec<Diagnostic> {
        let mut by_place = UnplacedBySize::new();
        for (request, largest) in self.unplaced {
            if let Some(wanted) = self.wanted.iter().find(|wanted| wanted.key == request.key) {
                let (keys, free) = by_place.entry((wanted.size_at(), request.prefix_length)).or_default();
                keys.push(&wanted.key);
                *free = free.or(*largest);
            }
        }
        let locked = lock.cluster_access.as_ref().and_then(|access| access.service_cidr);
        let block = free_block(spec, spec.vpc.service_cidr.or(locked), *PREFIX_LENGTHS.start());
        let listed: Vec<String> = blocks.iter().map(ToString::to_string).collect();
        by_place
            .into_iter()
            .map(|((at, prefix_length), (keys, largest))| {
                let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                let message = format!("no room for a /{prefix_length} for {}", names.join(", "));
                let diagnostic = Diagnostic::error(Code::CapacityFull, message).at(&at);
                if listed.is_empty() {
                    return one_more(diagnostic.note("the spec has no blocks for pods"), block);
                }
                let diagnostic = diagnostic.note(match largest {
                    Some(largest) => format!("in {}, the largest free range is `{largest}`", one_of(&listed)),
                    None => format!(
                        "{} is full: larger subnets, and those in the lock, have their place first",
                        one_of(&listed)
                    ),
                });
                let first = keys.first().and_then(|key| self.wanted.iter().find(|wanted| wanted.key == **key));
                let smaller = first.and_then(|wanted| set_size(wanted, self.fitting(&at, prefix_length)?));
                match smaller {
                    Some(edit) => diagnostic.edit(edit, |size| {
                        format!("write {size}, with which all fit, or add a block under `podNetwork.cidrBlocks`")
                    }),
                    None => one_more(diagnostic, block),
                }
            })
            .collect()
    }
}

/// Another block, and which one would do.
fn one_more(diagnostic: Diagnostic, block: Option<Cidr>) -> Diagnostic {
    let words = "add a block under `podNetwork.cidrBlocks`";
    match block {
        Some(block) => {
            let list = Pointer::from_text("/spec/podNetwork/cidrBlocks");
            diagnostic.edit(Edit::push(list, block.to_string()), |block| format!("{words}, such as {block}"))
        }
        None => diagnostic.help(words),
    }
}

/// Sets a size where the spec has it: as a prefix length, or as the addresses that one has. Nothing where it is computed.
pub(crate) fn set_size(wanted: &Wanted<'_>, prefix_length: u8) -> Option<Edit> {
    let section = wanted.section.clone();
    match wanted.sizes.fields().as_slice() {
        ["prefixLength"] => Some(Edit::set(section, "prefixLength", prefix_length)),
        ["addresses"] => {
            let subnet = Cidr::around(Ipv4Addr::UNSPECIFIED, prefix_length);
            Some(Edit::set(section, "addresses", usable_addresses(subnet)))
        }
        _ => None,
    }
}
