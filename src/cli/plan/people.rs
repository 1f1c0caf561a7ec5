//! The plan as people read it.

use std::fmt::Write as _;

use crate::catalog::ami_families::UserDataForm;
use crate::cli::terminal::table::table;
use crate::plan::{Largest, Plan, PodSubnet, Proof, RangeState, RetiredNodes, SubnetOrigin, decisions};

/// The plan as people read it.
pub(super) fn plan(plan: &Plan) -> String {
    let cluster = &plan.cluster;
    let mut out = format!(
        "{}: {}, Kubernetes {}, VPC {} ({})\n",
        cluster.name,
        cluster.region,
        cluster.kubernetes_version,
        plan.vpc.id,
        plan.vpc.cidr_blocks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    );
    for block in &plan.blocks {
        let how = match (&block.logical_id, block.part_of) {
            (Some(_), _) => "is associated with the VPC".to_owned(),
            (None, Some(whole)) => format!("is a part of {whole}, which the VPC has; the rest is not touched"),
            (None, None) => "already belongs to the VPC".to_owned(),
        };
        let _ = writeln!(out, "  {} {how}", block.cidr);
    }
    subnets(plan, &mut out);
    let rows: Vec<Vec<String>> = plan
        .eni_configs
        .iter()
        .map(|config| {
            let pending = |known: String| if known.is_empty() { "pending".to_owned() } else { known };
            let groups: Vec<String> = config.security_group_ids.iter().map(ToString::to_string).collect();
            let groups = if config.needs.is_empty() && groups.is_empty() {
                "none".to_owned()
            } else {
                pending(groups.join(", "))
            };
            let subnet = config.subnet_id.as_ref().map(ToString::to_string).unwrap_or_default();
            vec![config.name.clone(), config.zone.to_string(), pending(subnet), groups]
        })
        .collect();
    section(&mut out, "ENIConfigs", &table(&["NAME", "ZONE", "SUBNET", "SECURITY GROUPS"], &rows));
    if let Some(fallback) = &plan.security_groups.fallback {
        let _ = writeln!(out, "  pods get {fallback}");
    }
    let _ = writeln!(out, "  nodes select theirs by {} ({})", plan.selection.label, plan.selection.how);
    let node = &plan.aws_node;
    let variables: Vec<Vec<String>> = node
        .init_environment
        .iter()
        .chain(&node.environment)
        .map(|(name, value)| vec![name.clone(), value.clone()])
        .collect();
    section(&mut out, &format!("aws-node {}", node.cni_version), &table(&["VARIABLE", "VALUE"], &variables));
    let _ = writeln!(out, "  CustomResourceDefinition of ENIConfig: {}", node.definition_how);
    if !plan.node_groups.is_empty() || !plan.retired_groups.is_empty() {
        let rows: Vec<Vec<String>> = plan
            .node_groups
            .iter()
            .map(|group| {
                vec![
                    group.name.clone(),
                    group.zones.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                    format!("{} to {}", group.min, group.max),
                    group.max_pods.value.to_string(),
                    group.max_pods.how.clone(),
                ]
            })
            .collect();
        section(&mut out, "Node groups", &table(&["NAME", "ZONES", "NODES", "MAX PODS", "HOW"], &rows));
        for RetiredNodes { logical_id, group, nodes, max_pods, successor, .. } in &plan.retired_groups {
            let beside = successor.as_ref().map_or_else(String::new, |successor| format!(" beside {successor}"));
            let _ = writeln!(
                out,
                "  {logical_id} ({group}) is retired: it keeps up to {nodes} nodes with {max_pods} pods each{beside}"
            );
        }
        let images =
            plan.node_groups.iter().map(|group| vec![group.name.clone(), group.image.how.clone()]).collect::<Vec<_>>();
        section(&mut out, "AMIs", &table(&["NODE GROUP", "AMI"], &images));
        let mut arguments = String::new();
        for group in plan.node_groups.iter().filter(|group| decisions(group.kind).by_other_tools) {
            let _ = writeln!(arguments, "  {}", group.name);
            let _ = writeln!(arguments, "    eksctl:             {}", group.eksctl_arguments);
            match group.image.family.facts().user_data.form {
                UserDataForm::BootstrapScript => {
                    let _ = writeln!(arguments, "    BootstrapArguments: {}", group.bootstrap_arguments);
                }
                UserDataForm::NodeConfig => {}
            }
        }
        section(&mut out, "The same node groups with other tools", &arguments);
    }
    rest(plan, &mut out);
    out
}

/// What waits.
fn rest(plan: &Plan, out: &mut String) {
    if !plan.pending.is_empty() {
        let mut waiting = String::new();
        for pending in &plan.pending {
            let _ = writeln!(waiting, "  {} wait for {}", pending.what, pending.waits_for);
        }
        section(out, "Pending", &waiting);
    }
}

fn section(out: &mut String, title: &str, body: &str) {
    let _ = write!(out, "\n{title}\n{body}");
}

/// The pod subnets, the proof that each suffices, and all ranges of the blocks.
fn subnets(plan: &Plan, out: &mut String) {
    let row = |subnet: &PodSubnet| {
        let id = subnet.subnet_id.as_ref().map_or_else(|| "pending".to_owned(), ToString::to_string);
        let proof = subnet.proof.as_ref();
        vec![
            subnet.key().to_string(),
            subnet.cidr.map_or_else(unknown, |cidr| cidr.to_string()),
            subnet.usable_addresses.map_or_else(unknown, |usable| usable.to_string()),
            proof.map_or_else(unknown, |proof| proof.demand.to_string()),
            proof.map_or_else(unknown, |proof| proof.headroom.to_string()),
            format!("{id} ({})", origin(subnet.origin)),
            subnet.how.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = plan.pod_subnets.iter().map(row).collect();
    let header = ["POD SUBNET", "CIDR BLOCK", "USABLE", "DEMAND", "LEFT", "SUBNET", "HOW"];
    section(out, "Pod subnets", &table(&header, &rows));
    let proven: Vec<Vec<String>> = plan
        .pod_subnets
        .iter()
        .filter_map(|subnet| {
            let proof = subnet.proof.as_ref().filter(|proof| !proof.groups.is_empty())?;
            Some(vec![subnet.key().to_string(), proof.inequality.clone(), room(proof)])
        })
        .collect();
    if !proven.is_empty() {
        section(out, "Proof", &table(&["POD SUBNET", "NODES × ADDRESSES", "MOST THAT FIT"], &proven));
    }
    let nodes: Vec<Vec<String>> = plan
        .node_subnets
        .iter()
        .filter(|proof| !proof.groups.is_empty())
        .map(|proof| vec![proof.zone.to_string(), proof.inequality.clone()])
        .collect();
    if !nodes.is_empty() {
        section(out, "Node subnets", &table(&["ZONE", "NODES ≤ ADDRESSES"], &nodes));
    }
    let ranges: Vec<Vec<String>> = plan
        .address_space
        .iter()
        .flat_map(|block| &block.ranges)
        .map(|range| {
            let owner = range.owner.clone().unwrap_or_default();
            let kept: Vec<String> = range.reservations.iter().map(ToString::to_string).collect();
            vec![range.cidr.to_string(), state(range.state).to_owned(), owner, kept.join(", ")]
        })
        .collect();
    if !ranges.is_empty() {
        section(out, "Address space", &table(&["CIDR BLOCK", "STATE", "OF", "KEPT FOR PREFIXES"], &ranges));
    }
}

fn unknown() -> String {
    "-".to_owned()
}

fn origin(origin: SubnetOrigin) -> &'static str {
    match origin {
        SubnetOrigin::Given => "given",
        SubnetOrigin::Adopted => "adopted",
        SubnetOrigin::Bound => "bound",
        SubnetOrigin::Pending => "not deployed",
    }
}

fn state(state: RangeState) -> &'static str {
    match state {
        RangeState::Active => "in use",
        RangeState::Reserved => "reserved",
        RangeState::Retired => "retired",
        RangeState::Existing => "not podnet's",
        RangeState::Free => "free",
    }
}

/// The most nodes of each group that would fit, the others as they are.
pub(super) fn room(proof: &Proof) -> String {
    let one = |largest: &Largest| {
        let most = largest.largest.map_or_else(|| "none".to_owned(), |most| most.to_string());
        format!("{} {most} (has {})", largest.group, largest.max)
    };
    proof.largest.iter().map(one).collect::<Vec<_>>().join("; ")
}
