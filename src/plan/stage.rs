//! What can be rendered now, and what comes next.

use std::collections::BTreeSet;

use super::model::{NodeGroupPlan, Pending, Plan};
use super::stack_policies::stack_policies;
use crate::catalog::ami_families::ClusterFact;
use crate::ids::LogicalId;
use crate::lock::Lock;

/// Decides what is rendered: the network as soon as there is something to make, each ENIConfig once its ids are known,
/// aws-node once all of them are, each node group once its nodes can be launched into a switched cluster. Once aws-node has
/// been switched it stays: a zone or pool that is added to a running cluster waits alone.
pub(crate) fn stage(plan: &mut Plan, before: &Lock) {
    let switched = before.select_by.is_some();
    let makes_network = plan.blocks.iter().any(|block| block.logical_id.is_some())
        || plan.pod_subnets.iter().any(|subnet| subnet.logical_id.is_some())
        || !plan.security_groups.made.is_empty();
    let bound = plan.eni_configs.iter().all(|config| config.needs.is_empty());
    plan.render.pod_network = makes_network;
    plan.render.eni_configs =
        plan.eni_configs.iter().any(|config| config.needs.is_empty()) || !plan.retired_configs.is_empty();
    plan.render.aws_node = bound || switched;
    let mut outputs: BTreeSet<&str> = BTreeSet::new();
    outputs.extend(plan.eni_configs.iter().flat_map(|config| config.needs.iter().map(LogicalId::as_str)));
    outputs.extend(plan.eni_configs.iter().flat_map(|config| config.waits_for.iter().map(LogicalId::as_str)));
    outputs.extend(plan.node_groups.iter().flat_map(|group| group.needs.iter().map(LogicalId::as_str)));
    let mut pending = Vec::new();
    if !outputs.is_empty() {
        let mut what: Vec<String> = Vec::new();
        let missing = plan.eni_configs.iter().filter(|config| !config.needs.is_empty());
        let missing: Vec<String> = missing.map(|config| config.name.clone()).collect();
        if !missing.is_empty() {
            what.push(format!("ENIConfigs ({})", missing.join(", ")));
        }
        let kept = plan.eni_configs.iter().filter(|config| !config.waits_for.is_empty());
        let kept: Vec<String> = kept.map(|config| config.name.clone()).collect();
        if !kept.is_empty() {
            what.push(format!("changes of ENIConfigs ({})", kept.join(", ")));
        }
        if !plan.render.aws_node {
            what.push("aws-node".to_owned());
        }
        let waiting = plan.node_groups.iter().filter(|group| !group.needs.is_empty() || !plan.render.aws_node);
        let waiting: Vec<String> = waiting.map(|group| group.name.clone()).collect();
        if !waiting.is_empty() {
            what.push(format!("node groups ({})", waiting.join(", ")));
        }
        pending.push(Pending {
            what: what.join(", "),
            waits_for: outputs.iter().copied().collect::<Vec<_>>().join(", "),
            next: network_commands(plan),
        });
    }
    let access = plan.node_groups.iter().any(|group| needs_access(plan, group));
    if access {
        let describe = format!(
            "aws eks describe-cluster --region {} --name {} > cluster.json",
            plan.cluster.region, plan.cluster.name
        );
        pending.push(Pending {
            what: "node groups".to_owned(),
            waits_for: "the cluster's API server endpoint, certificate authority and service CIDR".to_owned(),
            next: vec![describe, "podnet bind {spec} --from cluster.json".to_owned()],
        });
    }
    let can = plan.render.aws_node && !access;
    for group in &mut plan.node_groups {
        group.ready = can && group.needs.is_empty();
    }
    // What runs stays as it is, even where what the spec has in its place waits.
    plan.render.node_groups = plan.node_groups.iter().any(|group| group.ready) || !before.node_groups.is_empty();
    plan.pending = pending;
    plan.stack_policies = stack_policies(plan, before);
}

/// Whether something of the cluster is not known that user data of these nodes has to name.
fn needs_access(plan: &Plan, group: &NodeGroupPlan) -> bool {
    let cluster = &plan.cluster;
    let named = if group.user_data { group.image.family.facts().cluster_facts } else { &[] };
    named.iter().any(|fact| match fact {
        ClusterFact::ApiServerEndpoint => cluster.api_server_endpoint.is_none(),
        ClusterFact::CertificateAuthority => cluster.certificate_authority.is_none(),
        ClusterFact::ServiceCidr => cluster.service_cidr.is_none(),
    })
}

fn network_commands(plan: &Plan) -> Vec<String> {
    let (region, stack) = (&plan.cluster.region, &plan.stacks.pod_network);
    vec![
        format!(
            "aws cloudformation deploy --region {region} --stack-name {stack} --template-file {{out}}/cloudformation/pod-network.yaml"
        ),
        format!("aws cloudformation describe-stacks --region {region} --stack-name {stack} > stack.json"),
        "podnet bind {spec} --from stack.json".to_owned(),
    ]
}
