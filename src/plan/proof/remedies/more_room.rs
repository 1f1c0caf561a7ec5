//! Remedies that give more addresses: a larger subnet, an additional one, another block.

use super::scene::{CapacityRemedy, Failed, Scene};
use crate::address::{Cidr, Request, carve};
use crate::capacity::need::smallest_for;
use crate::diagnostic::Edit;
use crate::ids::PodSubnetKey;
use crate::plan::network::desired_subnets::DesiredSubnet;
use crate::plan::network::free_block::free_block;
use crate::plan::network::size::set_size;
use crate::plan::nodes::groups::Group;
use crate::plan::proof::demand::{Terms, total};
use crate::plan::proof::placement::Placement;
use crate::plan::proof::prove::prove;
use crate::source::Pointer;

/// Another size, where the subnet is still to be made.
pub(super) fn larger_subnet(scene: &Scene<'_>, failed: &Failed<'_>) -> Option<CapacityRemedy> {
    let length = smallest_for(failed.proof.need)?;
    let edit = set_size(failed.desired, length);
    if placed(scene, &[(failed.desired, length)]) {
        return Some(match edit {
            Some(edit) => {
                CapacityRemedy::edit(edit, |size| format!("write {size} for a /{length}, which is large enough"))
            }
            None => CapacityRemedy::new(format!("make it a /{length}, which is large enough")),
        });
    }
    let block = another_block(scene, length)?;
    let push = Edit::push(Pointer::from_text("/spec/podNetwork/cidrBlocks"), block.to_string());
    Some(match edit {
        Some(edit) => CapacityRemedy {
            words: format!(
                "add {} under `podNetwork.cidrBlocks` and write {} for a /{length}",
                push.shown(),
                edit.shown()
            ),
            edits: vec![push, edit],
        },
        None => {
            CapacityRemedy::new(format!("add {} under `podNetwork.cidrBlocks` and make it a /{length}", push.shown()))
        }
    })
}

/// An additional subnet in the zone for the nodes that do not fit, of every group, where the first stays as it is.
pub(super) fn additional_subnet(scene: &Scene<'_>, failed: &Failed<'_>, zones: usize) -> Option<CapacityRemedy> {
    let key = &failed.desired.key;
    let terms = &scene.terms;
    let moved = moved(terms, failed);
    let need = total(&terms.demands(&moved));
    let grown = need.with_growth(scene.ranges.spec.pod_network.capacity.growth_percent);
    let length = smallest_for(grown).or_else(|| smallest_for(need)).filter(|_| !moved.is_empty())?;
    let grow = if zones > 1 {
        format!("`podnet grow {}`", key.pool)
    } else {
        format!("`podnet grow {}/{}`", key.pool, key.zone)
    };
    // Nodes of a group over several zones cannot tell additional subnets apart. By zone, only those that move have to.
    let running = scene.ranges.lock.select_by.as_ref();
    let spec = scene.ranges.spec;
    let by_label = spec.selection(running).is_zone() && spec.has_winning_label();
    let moves =
        |group: &&Group<'_>| !by_label || moved.iter().any(|placement| placement.group.spec.name == group.spec.name);
    let over = scene.groups.iter().filter(moves).filter(|group| !group.spec.per_zone);
    let over: Vec<String> = over.map(quoted_name).collect();
    if !over.is_empty() {
        let over = over.join(" and ");
        return Some(CapacityRemedy::new(format!(
            "replace {over} with a new group with `perZone: true`, which additional pod subnets require (changing the existing group would remove all its nodes at once); then run {grow} for the missing addresses"
        )));
    }
    let nodes: Vec<String> = moved
        .iter()
        .map(|placement| {
            format!("{} {} of `{}`", placement.max, plural(placement.max, "node"), placement.group.spec.name)
        })
        .collect();
    let what = format!("adds a /{length} in the zone for {}", nodes.join(" and "));
    let mut space = scene.ranges.free_space();
    let missing = (0..zones).filter(|_| space.take(length).is_none()).count();
    if missing == 0 {
        let moves = if spec.selection(running).is_zone() && !spec.has_winning_label() {
            "nodes then select their ENIConfig by name"
        } else {
            "existing subnets do not change"
        };
        return Some(CapacityRemedy::new(format!("{grow}: {what}; {moves}")));
    }
    let block = another_block(scene, length)?;
    let blocks = match missing.div_ceil(1 << length.saturating_sub(block.prefix_length())) {
        1 => format!("`{block}`"),
        several => format!("{several} blocks, such as `{block}`,"),
    };
    Some(CapacityRemedy::new(format!("add {blocks} under `podNetwork.cidrBlocks`, then {grow}: {what}")))
}

fn quoted_name(group: &Group<'_>) -> String {
    format!("`{}`", group.spec.name)
}

fn plural(number: u64, word: &str) -> String {
    if number == 1 { word.to_owned() } else { format!("{word}s") }
}

/// The nodes that have to go elsewhere: of one group after the other, those with which the subnet no longer suffices.
fn moved<'a>(terms: &Terms<'_>, failed: &Failed<'a>) -> Vec<Placement<'a>> {
    let mut left = failed.placements.to_vec();
    let mut moved = Vec::new();
    loop {
        let proof = prove(failed.cidr, terms, &left);
        let Some(name) = &proof.breaks else { break };
        let fits = proof.largest.iter().find(|largest| largest.group == *name).and_then(|largest| largest.largest);
        let Some(at) = left.iter().position(|placement| placement.group.spec.name == *name) else { break };
        let placement = left.remove(at);
        let stays = fits.unwrap_or(0).min(placement.max);
        moved.push(Placement { max: placement.max - stays, ..placement });
        // With what fits beside all others, nothing is left to move.
        if stays > 0 {
            break;
        }
    }
    moved
}

/// A block that the VPC could have and that a subnet of some size fits into.
fn another_block(scene: &Scene<'_>, prefix_length: u8) -> Option<Cidr> {
    free_block(scene.ranges.spec, scene.ranges.service_cidr, prefix_length.min(16))
}

/// Whether all subnets that are to be made still find a place with another size for those that have their size there.
fn placed(scene: &Scene<'_>, changed: &[(&DesiredSubnet<'_>, u8)]) -> bool {
    let new = |desired: &&DesiredSubnet<'_>| {
        let locked = scene.ranges.lock.allocations.contains_key(&desired.key);
        desired.cidr.is_none() && desired.subnet_id.is_none() && !locked
    };
    let requests: Option<Vec<Request<PodSubnetKey>>> = scene
        .ranges
        .desired
        .iter()
        .filter(new)
        .map(|desired| {
            let other =
                changed.iter().find(|(same, _)| same.size_section == desired.size_section).map(|(_, length)| *length);
            let prefix_length =
                other.or_else(|| scene.sizes.get(&desired.key)?.known().map(|size| size.prefix_length))?;
            Some(Request { key: desired.key.clone(), prefix_length })
        })
        .collect();
    requests.is_some_and(|requests| carve(&mut scene.ranges.free_space(), requests).unplaced.is_empty())
}
