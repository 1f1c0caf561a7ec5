//! Pod subnets that find no place, and the size with which they would.

use std::collections::BTreeMap;

use super::inputs::RangeInputs;
use crate::address::{Cidr, FreeSpace, Request, carve};
use crate::catalog::address_rules::PREFIX_LENGTHS;
use crate::diagnostic::{Code, Diagnostic, Edit, one_of};
use crate::ids::PodSubnetKey;
use crate::plan::network::free_block::free_block;
use crate::plan::network::size::set_size;
use crate::source::Pointer;

/// Pod subnets that found no place, and what it was looked for in.
pub(crate) struct Unplaced<'a> {
    /// What the ranges are decided from.
    pub(crate) inputs: &'a RangeInputs<'a>,
    /// Those that found no place, each with the largest range that was free then.
    pub(crate) without_place: &'a [(Request<PodSubnetKey>, Option<Cidr>)],
    /// All that a place was looked for.
    pub(crate) requests: &'a [Request<PodSubnetKey>],
    /// What was free before any of them had its place.
    pub(crate) space: &'a FreeSpace,
}

/// By place and prefix length: whose subnets have that size, and the largest range that was free.
type UnplacedBySize<'a> = BTreeMap<(Pointer, u8), (Vec<&'a PodSubnetKey>, Option<Cidr>)>;

impl Unplaced<'_> {
    /// The shortest prefix length with which all that have their size at a place would fit beside the others.
    fn fitting(&self, at: &Pointer, prefix_length: u8) -> Option<u8> {
        let here = |key: &PodSubnetKey| self.inputs.desired_subnet(key).is_some_and(|desired| desired.size_at() == *at);
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
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut by_place = UnplacedBySize::new();
        for (request, largest) in self.without_place {
            if let Some(desired) = self.inputs.desired_subnet(&request.key) {
                let (keys, free) = by_place.entry((desired.size_at(), request.prefix_length)).or_default();
                keys.push(&desired.key);
                *free = free.or(*largest);
            }
        }
        let block = free_block(self.inputs.spec, self.inputs.service_cidr, *PREFIX_LENGTHS.start());
        let listed = self.inputs.listed_blocks();
        by_place
            .into_iter()
            .map(|((at, prefix_length), (keys, largest))| {
                let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                let message = format!("no space for a /{prefix_length} for {}", names.join(", "));
                let diagnostic = Diagnostic::error(Code::CapacityFull, message).at(&at);
                if listed.is_empty() {
                    return one_more(diagnostic.note("the spec has no blocks for pods"), block);
                }
                let diagnostic = diagnostic.note(match largest {
                    Some(largest) => format!("in {}, the largest free range is `{largest}`", one_of(&listed)),
                    None => {
                        format!(
                            "{} has no free range left: larger subnets, and those in the lock, are placed first",
                            one_of(&listed)
                        )
                    }
                });
                let first = keys.first().and_then(|key| self.inputs.desired_subnet(key));
                let smaller = first.and_then(|desired| set_size(desired, self.fitting(&at, prefix_length)?));
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
