//! Spec, lock and catalog to a [`Plan`]. Pure: no clock, no environment, no files, no randomness.
//!
//! The plan is the contract: everything that is derived is in it, with how it was derived. `podnet plan -o json` prints
//! it, blueprints read it, tests compare it. One file a decision.

mod cluster;
mod cni;
mod logical_id_collisions;
mod model;
mod network;
mod next_lock;
mod nodes;
mod proof;
mod ranges;
mod selection_change;
mod stack_policies;
mod stage;
mod tags;
mod warnings;

use std::collections::BTreeMap;

pub(crate) use model::kind::{Access, decisions};
pub use model::*;
pub(crate) use network::desired_subnets::{DesiredSubnet, desired_by_key};
pub(crate) use next_lock::with_node_groups;
pub(crate) use ranges::taken::taken;

use cni::{aws_node, base_manifest, eni_configs, security_groups, selection, settings};
use network::{blocks, desired_subnets, route_tables, zone_ids, zones};
use nodes::{generations, groups, image, node_groups};
use proof::{
    demand, division, fitting_nodes, node_subnets, placement, prove, remedies, side_by_side, size, size_missing,
    whole_prefixes,
};
use ranges::existing_subnets::adopted;
use ranges::subnet_range::SubnetRange;
use ranges::{address_space, decisions, inputs, pod_subnets};

use crate::aws_node::AwsNodeManifest;
use crate::capacity::{NetworkSettings, WarmTargets};
use crate::catalog::Capability;
use crate::diagnostic::{Checked, Code, Diagnostic, Problems, any_error};
use crate::lock::{self, Lock};
use crate::spec::Document;

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

/// The ranges that the lock keeps for what the spec no longer has.
fn retired_ranges(lock: &Lock) -> Vec<Retired> {
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

/// What everything else is decided from.
struct Groundwork<'a> {
    cluster: ClusterPlan,
    zones: zones::Zones<'a>,
    blocks: Vec<Block>,
    /// Whether a block has to be another one.
    block_refused: bool,
    selection: Selection,
    settings: NetworkSettings,
    warm: WarmTargets,
    desired: Vec<DesiredSubnet<'a>>,
}

fn groundwork<'a>(document: &'a Document, lock: (&str, &Lock)) -> Checked<Groundwork<'a>> {
    let (lock_name, before) = lock;
    let spec = &document.spec;
    let mut problems = Problems::default();
    let cluster = problems.of(cluster::cluster(document, lock_name, before));
    let desired = desired_subnets::desired_subnets(spec);
    let carves = desired.iter().any(|desired| desired.subnet_id.is_none() && adopted(before, &desired.key).is_none());
    let blocks = blocks::blocks(spec, cluster.service_cidr, carves);
    let value = Groundwork {
        zones: problems.of(zones::zones(spec)),
        block_refused: any_error(&blocks.problems),
        blocks: problems.of(blocks),
        selection: problems.of(selection::selection(spec, before.select_by.as_ref())),
        settings: problems.of(settings::settings(spec)),
        warm: settings::warm_targets(&spec.cni.warm),
        desired,
        cluster,
    };
    problems.add(desired_subnets::unknown_zones(spec));
    problems.add(route_tables::route_tables(spec, &value.desired, lock));
    problems.add(zone_ids::zone_ids(spec, lock, &value.desired));
    Checked { value, problems: problems.sorted() }
}

/// What is wrong with the plan as a whole, and what is likely to cause trouble.
fn whole_plan(document: &Document, plan: &Plan, (lock_name, before): (&str, &Lock), next: &Lock) -> Vec<Diagnostic> {
    let spec = &document.spec;
    let mut problems = tags::tags(document);
    problems.extend(logical_id_collisions::check(spec, plan, lock_name, next));
    problems.extend(whole_prefixes::no_whole_prefix(spec, &plan.pod_subnets, &plan.node_groups));
    problems.extend(image::lookups::too_many(spec, &plan.node_groups));
    problems.extend(warnings::warnings(spec, &plan.selection, &plan.node_groups));
    problems.extend(selection_change::selection_change(spec, before.select_by.as_ref(), &plan.selection));
    problems
}

/// Makes the plan of one cluster. Runs every decision and returns all the problems of all of them; a decision that
/// depends on one that failed goes on with what there is.
pub fn plan(PlanInputs { document, lock, base }: PlanInputs<'_>) -> Planned {
    let spec = &document.spec;
    let nothing_yet = Lock::default();
    let (lock_name, before) = lock.unwrap_or(("", &nothing_yet));
    let mut problems = Problems::default();

    let Groundwork { cluster, zones, blocks, block_refused, selection, settings, warm, desired } =
        problems.of(groundwork(document, (lock_name, before)));
    let group_inputs = groups::GroupInputs { spec, zones: &zones, selection: &selection, settings: &settings };
    let groups = problems.of(groups::groups(&group_inputs));
    let placements = placement::placements(&groups, &desired, before);
    problems.add(placement::problems(spec, &groups, &desired));
    let spread = spec.pod_network.capacity.spread;
    let terms = demand::Terms { settings: &settings, warm: &warm, spread, no_surge: false };
    let size_inputs = size::SizeInputs {
        terms,
        placements: &placements,
        capacity: &spec.pod_network.capacity,
        groups_complete: groups.len() == spec.node_groups.len(),
    };
    let sizes = size::sizes(&size_inputs, &desired);
    problems.add(size_missing::size_missing(&desired, &placements, before));

    let range_inputs = inputs::RangeInputs {
        spec,
        blocks: &blocks,
        desired: &desired,
        lock: before,
        lock_name,
        service_cidr: cluster.service_cidr,
    };
    let ranges = problems.of(decisions::ranges(&range_inputs, &sizes));
    let next = next_lock::next_lock(before, document, &desired, &ranges);
    let decided = pod_subnets::Decided { inputs: range_inputs, sizes: &sizes, ranges: &ranges, next: &next };
    let prove = |range: &SubnetRange| prove::prove(range.cidr, &terms, placement::of(&placements, &range.key));
    let mut subnets = pod_subnets::pod_subnets(decided, prove);
    let (sizes, groups, placements) = (&sizes, groups.as_slice(), &placements);
    let scene = remedies::scene::Scene { ranges: range_inputs, sizes, groups, placements, terms };
    problems.add(remedies::exceeded(&scene, &subnets));

    let node_subnets = node_subnets::node_subnets(&zones, placements, &terms);
    problems.add(node_subnets::exceeded(&node_subnets, &zones, placements, &terms));
    let security_groups = problems.of(security_groups::security_groups(spec, &next));
    let eni_configs = problems.of(eni_configs::eni_configs(spec, &selection, &subnets, &security_groups, &next));
    let for_now = fitting_nodes::for_now(&subnets, &terms, placements);
    let parts = division::parts(groups, placements, &for_now);
    let retired_configs = eni_configs::retired_configs(&next, &selection, &eni_configs);
    let mut node_groups = node_groups::node_groups(
        &node_groups::NodeGroupInputs {
            cluster: &document.metadata.name,
            spec,
            zones: &zones,
            security_groups: &security_groups,
            lock: &next,
        },
        &parts,
        &eni_configs,
    );
    let retired_groups = generations::retired_groups(before, &mut node_groups, (&eni_configs, &retired_configs));
    let (planned, retired) = (&node_groups, &retired_groups);
    let both = side_by_side::BothGenerations { spec, terms: &terms, placements, planned, retired };
    problems.add(both.prove(&mut subnets, &next));
    problems.add(both.node_subnets(&node_subnets));
    problems.add(groups::over_zones_by_label(groups, &eni_configs));
    problems.add(base_manifest::base_manifest(spec, &eni_configs, base));
    let aws_node = problems.of(aws_node::aws_node(spec, &selection, base, &next));
    let mut plan = Plan {
        stacks: Stacks::of(&document.metadata.name),
        cluster,
        vpc: VpcPlan { id: spec.vpc.id.clone(), cidr_blocks: spec.vpc.cidr_blocks.clone() },
        tags: spec.tags.clone(),
        address_space: address_space::address_space(&blocks, &subnets, &next),
        blocks,
        pod_subnets: subnets,
        node_subnets,
        security_groups,
        selection: selection.clone(),
        retired_configs,
        eni_configs,
        aws_node,
        node_groups,
        retired_groups,
        kept_resources: BTreeMap::new(),
        metadata_tokens: spec.kubernetes_version.metadata_tokens() && spec.cni.version.has(Capability::MetadataTokens),
        node_access: spec.node_access,
        cni_credentials: spec.cni.credentials,
        adopted: spec.pod_network.adopted,
        retired: retired_ranges(&next),
        stack_policies: StackPolicies::default(),
        render: Render::default(),
        pending: Vec::new(),
    };
    problems.add(whole_plan(document, &plan, (lock_name, before), &next));
    stage::stage(&mut plan, before);

    let lock = next_lock::selected(next, spec, &plan);
    let mut diagnostics = problems.sorted();
    if block_refused {
        // What does not fit into a block that is to be another one would not be said about that one.
        diagnostics.retain(|problem| problem.code != Code::CapacityFull);
    }
    let pod_subnets = plan.pod_subnets.clone();
    Planned { plan: (!any_error(&diagnostics)).then_some(plan), lock, pod_subnets, diagnostics }
}
