//! Whether the spec has the blocks that the VPC has.

use std::collections::BTreeMap;

use super::listing::is_there;
use super::refusal::refuse;
use super::roles::Role;
use super::{Listed, VpcBlocks};
use crate::address::Cidr;
use crate::diagnostic::{Diagnostic, Edit};
use crate::ids::SubnetId;
use crate::source::{Place, Pointer};
use crate::spec::Spec;

const LIST: &str = "/spec/vpc/cidrBlocks";

/// Compares the spec's blocks with the VPC's; where those are not known, with the subnets that lie in them.
pub(super) fn blocks(
    spec: &Spec,
    vpc: Option<&VpcBlocks>,
    subnets: &[&Listed],
    roles: &BTreeMap<&SubnetId, Role>,
) -> Vec<Diagnostic> {
    let listed = |block: Cidr| spec.vpc.cidr_blocks.contains(&block);
    // The stack may have associated a block that has pod subnets of its own; then the spec need not list it.
    let of_stack = |block: Cidr| {
        let own = |subnet: &&&Listed| roles.get(&subnet.id).is_some_and(Role::is_own);
        spec.pod_network.cidr_blocks.contains(&block)
            && subnets.iter().filter(own).any(|subnet| subnet.cidr.is_some_and(|cidr| block.contains(cidr)))
    };
    match vpc {
        Some(vpc) => {
            let missing = vpc.there().filter(|block| !listed(*block) && !of_stack(*block));
            let mut found: Vec<Diagnostic> = missing.map(|block| unlisted(vpc, block)).collect();
            let blocks = spec.vpc.cidr_blocks.iter().enumerate();
            found.extend(blocks.filter_map(|(number, block)| not_there(spec, vpc, number, *block)));
            found
        }
        None => outside(spec, subnets, roles, of_stack),
    }
}

/// A block that the VPC has and the spec does not list.
fn unlisted(vpc: &VpcBlocks, block: Cidr) -> Diagnostic {
    let number = vpc.blocks.iter().position(|(cidr, _)| *cidr == block).unwrap_or_default();
    let there = Pointer::from_text("/Vpcs/0/CidrBlockAssociationSet").index(number).key("CidrBlock");
    refuse(format!("the VPC has `{block}`, but the spec does not list it"))
        .at(Place::key(Pointer::from_text(LIST)))
        .related(Place::in_file(&vpc.file, there), "associated today")
        .edit(Edit::push(Pointer::from_text(LIST), block.to_string()), |block| {
            format!("add {block} to `vpc.cidrBlocks`")
        })
}

/// A block that the spec lists and the VPC does not have.
fn not_there(spec: &Spec, vpc: &VpcBlocks, number: usize, block: Cidr) -> Option<Diagnostic> {
    let state = vpc.state(block);
    if state.is_some_and(is_there) {
        return None;
    }
    let at = Pointer::from_text(LIST).index(number);
    let state = state.map_or_else(String::new, |state| format!(": it is `{state}`"));
    let problem = refuse(format!("the VPC does not have `{block}`{state}")).at(&at);
    let for_pods = spec.pod_network.cidr_blocks.contains(&block);
    Some(if spec.vpc.cidr_blocks.len() == 1 {
        let blocks: Vec<String> = vpc.there().map(|block| block.to_string()).collect();
        problem.help(format!("write what it has: {}", blocks.join(", ")))
    } else if for_pods {
        problem
            .note("`podNetwork.cidrBlocks` has it too")
            .edit(Edit::remove(&at), |_| "remove it here, so that pod-network.yaml associates it".to_owned())
    } else {
        problem.edit(Edit::remove(&at), |_| "remove it".to_owned())
    })
}

/// Subnets that lie in no block that the spec lists: the VPC has more blocks than that.
fn outside(
    spec: &Spec,
    subnets: &[&Listed],
    roles: &BTreeMap<&SubnetId, Role>,
    of_stack: impl Fn(Cidr) -> bool,
) -> Vec<Diagnostic> {
    let mut pods: BTreeMap<Cidr, &Listed> = BTreeMap::new();
    let mut nowhere: Vec<&Listed> = Vec::new();
    for subnet in subnets.iter().filter(|subnet| !roles.get(&subnet.id).is_some_and(Role::is_own)) {
        let Some(cidr) = subnet.cidr else { continue };
        if spec.vpc.cidr_blocks.iter().any(|block| block.contains(cidr)) {
            continue;
        }
        match spec.pod_network.cidr_blocks.iter().find(|block| block.contains(cidr)) {
            Some(block) if of_stack(*block) => {}
            Some(block) => {
                pods.entry(*block).or_insert(subnet);
            }
            None => nowhere.push(subnet),
        }
    }
    let mut found: Vec<Diagnostic> = pods
        .into_iter()
        .map(|(block, subnet)| {
            refuse(format!("the VPC has `{block}` already: {} is in it", subnet.described()))
                .at(Place::key(Pointer::from_text(LIST)))
                .related(subnet.at.clone(), "in the list")
                .note("pod-network.yaml would associate it again, which AWS refuses")
                .edit(Edit::push(Pointer::from_text(LIST), block.to_string()), |block| {
                    format!("add {block} to `vpc.cidrBlocks` too")
                })
        })
        .collect();
    if let Some(first) = nowhere.first() {
        let count = nowhere.len();
        let message = match count {
            1 => format!("{} is in no block that the spec lists", first.described()),
            _ => format!("{count} subnets are in no block that the spec lists"),
        };
        let mut problem = refuse(message).at(Place::key(Pointer::from_text(LIST)));
        for subnet in nowhere.iter().take(3) {
            problem = problem.related(subnet.at.clone(), "outside these");
        }
        found.push(problem.help(format!(
            "list the blocks that the VPC has: `aws ec2 describe-vpcs --vpc-ids {} > vpcs.json`, and `--vpcs vpcs.json` says which are missing",
            spec.vpc.id
        )));
    }
    found
}
