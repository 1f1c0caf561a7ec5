//! The blocks that pod subnets are carved from, against everything AWS and the neighbours have to say about them.

use super::free_block::{free_block, is_free, such_as, with_roles};
use crate::address::Cidr;
use crate::catalog::address_rules::{
    BlockRole, PREFIX_LENGTHS, association_restriction, docker_bridge, never_assignable,
};
use crate::diagnostic::{Checked, Code, Diagnostic, Edit};
use crate::ids::LogicalId;
use crate::plan::model::Block;
use crate::source::Pointer;
use crate::spec::Spec;

/// Checks every block and says which have to be associated with the VPC. `carves` says whether podnet makes any pod subnet:
/// where all exist, they may lie where nodes do.
pub(crate) fn blocks(spec: &Spec, service_cidr: Option<Cidr>, carves: bool) -> Checked<Vec<Block>> {
    let mut blocks: Vec<(Cidr, Pointer)> = Vec::new();
    let mut problems = Vec::new();
    for (number, &cidr) in spec.pod_network.cidr_blocks.iter().enumerate() {
        let at = Pointer::from_text("/spec/podNetwork/cidrBlocks").index(number);
        if let Some((other, there)) = blocks.iter().find(|(other, _)| other.overlaps(cidr)) {
            let message = format!("`{cidr}` overlaps `{other}`");
            let diagnostic = Diagnostic::error(Code::AddressOverlap, message).at(&at).related(there, "the other block");
            problems.push(diagnostic.remove_as("remove one of them"));
        } else if let Some(block) = existing_block(spec, cidr) {
            problems.extend(node_subnets_inside(spec, service_cidr, (cidr, block), &at, carves));
        } else {
            problems.extend(associable(spec, service_cidr, cidr, &at));
            problems.extend(beside_new_blocks(spec, service_cidr, cidr, &at, &blocks));
        }
        problems.extend(neighbours(spec, service_cidr, cidr, &at));
        blocks.push((cidr, at));
    }
    problems.extend(quota(spec, &blocks));
    blocks.sort_by_key(|(cidr, _)| *cidr);
    let block = |(cidr, _): (Cidr, Pointer)| {
        let existing = existing_block(spec, cidr);
        Block {
            cidr,
            part_of: existing.filter(|block| *block != cidr),
            logical_id: existing.is_none().then(|| LogicalId::of("PodCidrBlock", &[&cidr.to_string()])),
        }
    };
    Checked { value: blocks.into_iter().map(block).collect(), problems }
}

/// The block of the VPC that a block for pods is, or is a part of: other clusters can have the rest of it.
fn existing_block(spec: &Spec, cidr: Cidr) -> Option<Cidr> {
    spec.vpc.cidr_blocks.iter().copied().find(|block| block.contains(cidr))
}

/// Blocks that are both to be associated must suit each other too.
fn beside_new_blocks(
    spec: &Spec,
    service_cidr: Option<Cidr>,
    cidr: Cidr,
    at: &Pointer,
    others: &[(Cidr, Pointer)],
) -> Option<Diagnostic> {
    let (other, there, range) =
        others.iter().filter(|(other, _)| existing_block(spec, *other).is_none()).find_map(|(other, there)| {
            let either = association_restriction(*other, BlockRole::Secondary, cidr)
                .or_else(|| association_restriction(cidr, BlockRole::Secondary, *other))?;
            Some((other, there, either))
        })?;
    let message = format!("AWS does not associate `{cidr}` and `{other}` with one VPC");
    let diagnostic = Diagnostic::error(Code::AddressRestricted, message)
        .at(at)
        .related(there, "the other block")
        .note(format!("{range} cannot be associated beside it (\"VPC CIDR blocks\", Amazon VPC User Guide)"));
    let free = free_block(spec, service_cidr, cidr.prefix_length());
    Some(such_as(diagnostic, at, free, "write another block"))
}

/// Whether AWS associates the block with this VPC.
fn associable(spec: &Spec, service_cidr: Option<Cidr>, cidr: Cidr, at: &Pointer) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let free = || free_block(spec, service_cidr, cidr.prefix_length());
    if !PREFIX_LENGTHS.contains(&cidr.prefix_length()) {
        let (shortest, longest) = (PREFIX_LENGTHS.start(), PREFIX_LENGTHS.end());
        // One that is too small hardly means the smallest one.
        let nearest = Cidr::around(cidr.first(), *shortest);
        let diagnostic = Diagnostic::error(
            Code::AddressSize,
            format!("`{cidr}` is a /{}, but a VPC's block must be a /{shortest} to a /{longest}", cidr.prefix_length()),
        )
        .at(at);
        found.push(if cidr.contains(nearest) || is_free(spec, service_cidr, nearest) || nearest.contains(cidr) {
            diagnostic.write(nearest.to_string())
        } else {
            such_as(diagnostic, at, free(), "write another block")
        });
    }
    if let Some((range, why)) = never_assignable(cidr) {
        let diagnostic = Diagnostic::error(Code::AddressNotAssignable, format!("`{cidr}` cannot be a block of a VPC"))
            .at(at)
            .note(format!("{range} is {why}; 100.64.0.0/10 is the usual choice for pods"));
        found.push(such_as(diagnostic, at, free(), "write another block"));
        return found;
    }
    for (number, (existing, role)) in with_roles(&spec.vpc.cidr_blocks).enumerate() {
        let there = Pointer::from_text("/spec/vpc/cidrBlocks").index(number);
        if existing.overlaps(cidr) {
            let diagnostic =
                Diagnostic::error(Code::AddressOverlap, format!("`{cidr}` overlaps the VPC's block `{existing}`"))
                    .at(at)
                    .related(&there, "associated already")
                    .note("pod subnets need another block than node subnets, and blocks of a VPC must not overlap");
            found.push(such_as(diagnostic, at, free(), "choose a block outside it"));
        } else if let Some(range) = association_restriction(existing, role, cidr) {
            let diagnostic = Diagnostic::error(
                Code::AddressRestricted,
                format!("AWS does not associate `{cidr}` with a VPC that has `{existing}`"),
            )
            .at(at)
            .related(&there, "the block that rules it out")
            .note(format!(
                "with {existing}, no block in {range} can be associated (\"VPC CIDR blocks\", Amazon VPC User Guide)"
            ))
            .note("blocks in 100.64.0.0/10 can be associated with every VPC");
            found.push(such_as(diagnostic, at, free(), "write another block"));
        }
    }
    found
}

/// A block that the VPC has already must not be the one that nodes are in, unless all pod subnets exist there: many networks
/// are like that, and work.
fn node_subnets_inside(
    spec: &Spec,
    service_cidr: Option<Cidr>,
    (cidr, block): (Cidr, Cidr),
    at: &Pointer,
    carves: bool,
) -> Option<Diagnostic> {
    spec.zones.iter().enumerate().find_map(|(zone_number, zone)| {
        let (number, subnet) = zone.node_subnets.iter().enumerate().find(|(_, subnet)| block.contains(subnet.cidr))?;
        let there = Pointer::from_text("/spec/zones").index(zone_number).key("nodeSubnets").index(number).key("cidr");
        let message = if cidr == block {
            format!("`{cidr}` is the block of the node subnet `{}`", subnet.cidr)
        } else {
            format!("`{cidr}` is in `{block}`, the block of the node subnet `{}`", subnet.cidr)
        };
        if !carves {
            return Some(shared_with_nodes(message).at(at).related(there, "a node subnet in the same block"));
        }
        let diagnostic = Diagnostic::error(Code::AddressNodeBlock, message)
            .at(at)
            .related(there, "a node subnet in the same block")
            .note("pod subnets must be in a different VPC CIDR block than the node subnets");
        let free = free_block(spec, service_cidr, cidr.prefix_length());
        Some(such_as(diagnostic, at, free, "write another block, which only pods use"))
    })
}

/// Existing pod subnets in the nodes' block.
pub(crate) fn shared_with_nodes(message: String) -> Diagnostic {
    Diagnostic::warning(Code::AddressNodeBlock, message)
        .note("pods then use up the addresses that nodes, load balancers and other things need")
        .note("the EKS User Guide asks for another block; the CNI does not check it, and the pods work")
        .help("move the pods to subnets of a secondary CIDR block: a second pool, or `podnet grow`")
}

/// Ranges that must stay apart whoever makes the block.
fn neighbours(spec: &Spec, service_cidr: Option<Cidr>, cidr: Cidr, at: &Pointer) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let free = || free_block(spec, service_cidr, cidr.prefix_length());
    for (number, avoid) in spec.vpc.avoid.iter().enumerate().filter(|(_, avoid)| avoid.cidr.overlaps(cidr)) {
        let diagnostic = Diagnostic::error(
            Code::AddressAvoid,
            format!("`{cidr}` overlaps `{}`, which `{}` uses", avoid.cidr, avoid.name),
        )
        .at(at)
        .related(Pointer::from_text("/spec/vpc/avoid").index(number).key("cidr"), "listed here");
        found.push(such_as(diagnostic, at, free(), "choose a block outside all ranges under `vpc.avoid`"));
    }
    if let Some(service) = service_cidr.filter(|service| service.overlaps(cidr)) {
        let diagnostic =
            Diagnostic::error(Code::AddressServiceCidr, format!("`{cidr}` overlaps the service CIDR `{service}`"))
                .at(at)
                .related(Pointer::from_text("/spec/vpc/serviceCidr"), "the range of Kubernetes services")
                .note("a pod and a service could have the same address")
                .note("a cluster's service CIDR cannot be changed");
        found.push(such_as(diagnostic, at, free(), "choose another block"));
    }
    if docker_bridge().overlaps(cidr) {
        let diagnostic =
            Diagnostic::warning(Code::AddressDocker, format!("`{cidr}` overlaps {}, Docker's bridge", docker_bridge()))
                .at(at)
                .note("hosts with Docker and some AWS services (Cloud9, SageMaker) use that range themselves");
        found.push(such_as(diagnostic, at, free(), "choose another block"));
    }
    found
}

fn quota(spec: &Spec, blocks: &[(Cidr, Pointer)]) -> Option<Diagnostic> {
    let new: Vec<_> = blocks.iter().filter(|(cidr, _)| existing_block(spec, *cidr).is_none()).collect();
    let total = spec.vpc.cidr_blocks.len() + new.len();
    let quota = usize::from(spec.vpc.cidr_block_quota);
    let (_, at) = new.last().filter(|_| total > quota)?;
    Some(
        Diagnostic::error(
            Code::AddressQuota,
            format!("the VPC would have {total} CIDR blocks, but its quota is {quota}"),
        )
        .at(at)
        .related(Pointer::from_text("/spec/vpc/cidrBlocks"), "associated today")
        .note(format!("{} are associated today, and {} would be added for pods", spec.vpc.cidr_blocks.len(), new.len()))
        .edit(Edit::set(Pointer::from_text("/spec/vpc"), "cidrBlockQuota", total), |quota| {
            format!("use fewer, larger blocks; or have the quota raised (50 at most) and write {quota} under `vpc`")
        }),
    )
}
