//! `podnet plan`: what would be synthesized, for people and for machines.

use std::fmt::Write as _;

use clap::Args;

use super::max_pods::Form;
use super::report::{self, Report};
use super::table::table;
use super::workspace::Specs;
use super::{ExitStatus, Failure, Outcome};
use crate::plan::{Origin, Plan, Retired};
use crate::spec::AmiFamily;

/// Shows what would be synthesized: subnets, ENIConfigs, node groups, and how every number came about
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    specs: Specs,
    /// The form of the output. JSON is one plan for one spec, a list for several.
    #[arg(short, long, value_enum, default_value_t = Form::Table)]
    output: Form,
}

pub(super) fn run(arguments: &Arguments, report: Report) -> Outcome {
    let workspace = arguments.specs.compile(report)?;
    report.diagnostics_beside_data(&workspace.diagnostics(), &workspace.texts);
    let mut status = ExitStatus::Done;
    let mut plans = Vec::new();
    for cluster in &workspace.clusters {
        match cluster.compiled.as_ref().and_then(|compiled| compiled.plan.as_ref()).filter(|_| !cluster.failed()) {
            Some(plan) => plans.push(plan),
            None => status = ExitStatus::Found,
        }
    }
    match arguments.output {
        Form::Table => report::data(&plans.iter().map(|plan| people(plan)).collect::<Vec<_>>().join("\n")),
        Form::Json => {
            let json = match (plans.as_slice(), workspace.clusters.len()) {
                ([plan], 1) => serde_json::to_string_pretty(plan),
                ([], 1) => return Ok(status),
                (plans, _) => serde_json::to_string_pretty(plans),
            };
            report::data(&format!("{}\n", json.map_err(|error| Failure::new(error.to_string()))?));
        }
    }
    Ok(status)
}

/// The plan as people read it.
fn people(plan: &Plan) -> String {
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
        let how = if block.logical_id.is_some() { "joins the VPC" } else { "is in the VPC already" };
        let _ = writeln!(out, "  {} {how}", block.cidr);
    }
    let rows: Vec<Vec<String>> = plan
        .pod_subnets
        .iter()
        .map(|subnet| {
            let id = subnet.subnet_id.as_ref().map_or_else(|| "pending".to_owned(), ToString::to_string);
            let origin = match subnet.origin {
                Origin::Given => "given",
                Origin::Adopted => "taken over",
                Origin::Bound => "bound",
                Origin::Pending => "not deployed",
            };
            vec![
                subnet.pool.to_string(),
                subnet.zone.to_string(),
                subnet.cidr.map_or_else(|| "-".to_owned(), |cidr| cidr.to_string()),
                subnet.usable_addresses.map_or_else(|| "-".to_owned(), |usable| usable.to_string()),
                format!("{id} ({origin})"),
                subnet.how.clone(),
            ]
        })
        .collect();
    section(&mut out, "Pod subnets", &table(&["POOL", "ZONE", "CIDR BLOCK", "USABLE", "SUBNET", "HOW"], &rows));
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
    let _ = writeln!(out, "  nodes find theirs by {} ({})", plan.selection.label, plan.selection.how);
    let node = &plan.aws_node;
    let variables: Vec<Vec<String>> = node
        .init_environment
        .iter()
        .chain(&node.environment)
        .map(|(name, value)| vec![name.clone(), value.clone()])
        .collect();
    section(&mut out, &format!("aws-node {}", node.cni_version), &table(&["VARIABLE", "VALUE"], &variables));
    let _ = writeln!(out, "  definition of ENIConfig: {}", node.definition_how);
    if !plan.node_groups.is_empty() {
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
        let mut arguments = String::new();
        for group in &plan.node_groups {
            let _ = writeln!(arguments, "  {}", group.name);
            let _ = writeln!(arguments, "    eksctl:             {}", group.eksctl_arguments);
            if group.image.family == AmiFamily::Al2 {
                let _ = writeln!(arguments, "    BootstrapArguments: {}", group.bootstrap_arguments);
            }
        }
        section(&mut out, "The same groups by other tools", &arguments);
    }
    rest(plan, &mut out);
    out
}

/// What is kept from before, and what waits.
fn rest(plan: &Plan, out: &mut String) {
    if !plan.retired.is_empty() {
        let retired = |kept: &Retired| vec![kept.pool.to_string(), kept.zone.to_string(), kept.cidr.to_string()];
        let rows: Vec<Vec<String>> = plan.retired.iter().map(retired).collect();
        section(out, "Retired: kept for what may still run there", &table(&["POOL", "ZONE", "CIDR BLOCK"], &rows));
    }
    if !plan.pending.is_empty() {
        let mut waiting = String::new();
        for pending in &plan.pending {
            let _ = writeln!(waiting, "  {} for {}", pending.what, pending.waits_for);
        }
        section(out, "Waiting", &waiting);
    }
}

fn section(out: &mut String, title: &str, body: &str) {
    let _ = write!(out, "\n{title}\n{body}");
}
