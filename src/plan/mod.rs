//! Spec, lock and catalog to a [`Plan`]. Pure: no clock, no environment, no files, no randomness.
//!
//! The plan is the contract: everything that is derived is in it, with how it was derived. `podnet plan -o json` prints
//! it, blueprints read it, tests compare it. One file a decision.

mod cluster;
mod cni;
mod logical_id_collisions;
mod model;
mod network;
mod nodes;
mod proof;
mod stage;
mod tags;
mod warnings;

pub use model::*;
pub(crate) use nodes::kind::{Access, decisions};

use cni::{aws_node, eni_configs, security_groups, settings};
use network::{address_space, blocks, desired_subnets, pod_subnets, zones};
use nodes::{groups, image, node_groups};
use proof::{demand, placement, remedies, whole_prefixes};

use crate::aws_node::AwsNodeManifest;
use crate::catalog::{Capability, instance_types};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::lock::{self, Lock};
use crate::source::{Place, Pointer};
use crate::spec::{Document, SelectBy, Spec};

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct PlanInputs<'a> {
    /// The spec.
    pub document: &'a Document,
    /// The lock as it stands beside the spec; none before the first synthesis.
    pub lock: Option<(&'a str, &'a Lock)>,
    /// The base manifest, where the spec names one or takes the built-in one.
    pub base: Option<&'a AwsNodeManifest>,
}

/// What came of planning.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan, where nothing is wrong.
    pub plan: Option<Plan>,
    /// The lock as it has to stand beside the spec after this.
    pub lock: Lock,
    /// The pod subnets with their proofs, as far as they could be planned where something is wrong.
    pub pod_subnets: Vec<PodSubnet>,
    /// Everything that is wrong, and everything worth knowing.
    pub diagnostics: Vec<Diagnostic>,
}

/// A change of how nodes find their ENIConfig leaves the nodes that run without one. It takes the user's word.
fn selection_kept(spec: &Spec, plan: &Plan, lock: &mut Lock) -> Option<Diagnostic> {
    let (before, now) = (lock.select_by, plan.selection.by);
    if plan.render.aws_node {
        lock.select_by = Some(now);
    }
    let (before, now) = match (before?, now) {
        (SelectBy::Zone, SelectBy::Name) => ("zone", "name"),
        (SelectBy::Name, SelectBy::Zone) => ("name", "zone"),
        (SelectBy::Zone, SelectBy::Zone) | (SelectBy::Name, SelectBy::Name) => return None,
    };
    let message = format!("nodes would find their ENIConfig by {now}, and not by {before} as they do");
    let note = "ENIConfigs get other names, and nodes that run already would find none: they have to be annotated or \
                replaced, as RUNBOOK.md says";
    Some(if spec.pod_network.select_by.is_none() {
        Diagnostic::error(Code::LockSelection, message)
            .at(Place::key(Pointer::from_text("/spec/podNetwork/pools")))
            .note(note)
            .help(format!("write `selectBy: {now}` under `podNetwork` if that is meant"))
    } else {
        Diagnostic::warning(Code::LockSelection, message)
            .at(Pointer::from_text("/spec/podNetwork/selectBy"))
            .note(note)
            .help("annotate the nodes that run already before aws-node is switched over")
    })
}

/// The ranges that the lock keeps for what the spec no longer has.
fn retired(lock: &Lock) -> Vec<Retired> {
    let kept = lock.allocations.iter().filter(|(_, allocation)| allocation.state == lock::State::Retired);
    kept.map(|(key, allocation)| Retired {
        pool: key.pool.clone(),
        zone: key.zone.clone(),
        further: key.further.clone(),
        cidr: allocation.cidr,
        subnet_id: allocation.subnet_id.clone(),
    })
    .collect()
}

/// Makes the plan of one cluster. Runs every decision and returns all the problems of all of them; a decision that
/// depends on one that failed goes on with what there is.
pub fn plan(inputs: PlanInputs<'_>) -> Planned {
    let PlanInputs { document, lock, base } = inputs;
    let spec = &document.spec;
    let lock_name = lock.map_or("", |(name, _)| name);
    let mut next = lock.map_or_else(Lock::default, |(_, lock)| lock.clone());
    next.version = lock::VERSION;
    next.cluster = document.metadata.name.to_string();
    instance_types::edition().clone_into(&mut next.catalog);

    let mut problems = Vec::new();
    let cluster = cluster::cluster(document, &next, &mut problems);
    let zones = zones::zones(spec, &mut problems);
    let before = problems.len();
    let blocks = blocks::blocks(spec, cluster.service_cidr, &mut problems);
    let block_refused = problems.iter().skip(before).any(Diagnostic::is_error);
    let selection = eni_configs::selection(spec, &mut problems);
    let settings = settings::settings(spec, &mut problems);
    let warm = settings::warm_targets(&spec.cni.warm);
    let all = desired_subnets::wanted(spec, &zones, &mut problems);
    let groups = groups::groups(
        &groups::Context { spec, zones: &zones, selection: &selection, settings: &settings },
        &mut problems,
    );
    let shares = placement::shares(&groups, &all, &next);
    let names: Vec<&str> = spec.node_groups.iter().map(|group| group.name.as_str()).collect();
    problems.extend(placement::problems(&groups, &all, &names));
    let spread = spec.pod_network.capacity.spread;
    let terms = demand::Terms { settings: &settings, warm: &warm, spread, no_surge: false };
    let context = pod_subnets::Context {
        spec,
        zones: &zones,
        blocks: &blocks,
        all: &all,
        shares: &shares,
        terms,
        groups_complete: groups.len() == spec.node_groups.len(),
        lock_name,
    };
    let subnets = pod_subnets::pod_subnets(&context, &mut next, &mut problems);
    let before = lock.map(|(_, lock)| lock);
    let scene =
        remedies::Scene { context: &context, groups: &groups, lock: before, service_cidr: cluster.service_cidr };
    problems.extend(remedies::exceeded(&scene, &subnets));
    let security_groups = security_groups::security_groups(spec, &next, &mut problems);
    let eni_configs = eni_configs::eni_configs(spec, &selection, &subnets, &security_groups, &mut problems);
    let for_now = context.for_now(&subnets);
    let node_groups = node_groups::node_groups(
        &node_groups::Context {
            spec,
            zones: &zones,
            selection: &selection,
            security_groups: &security_groups,
            shares: &shares,
            for_now: &for_now,
        },
        &groups,
        &eni_configs,
    );
    let aws_node = aws_node::aws_node(spec, &cluster, &selection, base, &mut problems);
    let mut plan = Plan {
        stacks: Stacks::of(&document.metadata.name),
        cluster,
        vpc: VpcPlan { id: spec.vpc.id.clone(), cidr_blocks: spec.vpc.cidr_blocks.clone() },
        tags: spec.tags.clone(),
        address_space: address_space::address_space(&blocks, &subnets, &next),
        blocks,
        pod_subnets: subnets,
        security_groups,
        selection,
        eni_configs,
        aws_node,
        image_parameters: image::parameters(&node_groups),
        node_groups,
        metadata_tokens: spec.kubernetes_version.metadata_tokens() && spec.cni.version.has(Capability::MetadataTokens),
        node_access: spec.node_access,
        cni_credentials: spec.cni.credentials,
        retired: retired(&next),
        render: Render::default(),
        pending: Vec::new(),
    };
    problems.extend(tags::tags(document));
    problems.extend(logical_id_collisions::check(spec, &plan, lock_name, &next));
    if block_refused {
        // What does not fit into a block that is to be another one would not be said about that one.
        problems.retain(|problem| problem.code != Code::CapacityFull);
    }
    problems.extend(whole_prefixes::no_whole_prefix(spec, &plan.pod_subnets));
    problems.extend(warnings::warnings(spec, &plan.selection, &plan.node_groups));
    stage::stage(&mut plan, next.select_by.is_some());
    problems.extend(selection_kept(spec, &plan, &mut next));
    problems.sort();
    problems.dedup();
    let pod_subnets = plan.pod_subnets.clone();
    let plan = (!any_error(&problems)).then_some(plan);
    Planned { plan, lock: next, pod_subnets, diagnostics: problems }
}
