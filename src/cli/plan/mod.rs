//! `podnet plan`: what would be synthesized, for people and for machines.

mod numbers;
mod people;

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};

use crate::cli::diff::people as changed;
use crate::cli::terminal::arguments::{Out, Specs};
use crate::cli::terminal::report::{self, Reporter};
use crate::cli::terminal::{ExitStatus, Outcome};
use crate::diagnostic::{near, one_of};
use crate::picture;
use crate::plan::Plan;
use crate::workspace::{Failure, OpenedCluster, judge};

/// Shows what `synth` would write: subnets, ENIConfigs and node groups, and how every number is computed
#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    specs: Specs,
    #[command(flatten)]
    out: Out,
    /// The output format. JSON is one plan for one spec, a list for several; SVG takes one spec.
    #[arg(short, long, value_enum, default_value_t = PlanForm::Table)]
    output: PlanForm,
    /// Show how the numbers of a zone, a pool, a pod subnet (POOL/ZONE), a node group or an instance type are computed.
    #[arg(long, value_name = "WHAT", conflicts_with = "output")]
    explain: Option<String>,
}

/// The form of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PlanForm {
    /// For people.
    Table,
    /// For machines.
    Json,
    /// A picture of the address space.
    Svg,
}

pub(super) fn run(arguments: &PlanArguments, report: Reporter) -> Outcome {
    let workspace = arguments.specs.compile(Some(&arguments.out), report)?;
    report.diagnostics_beside_data(&workspace.diagnostics(), &workspace.texts);
    let mut status = ExitStatus::Done;
    let mut plans = Vec::new();
    for cluster in &workspace.clusters {
        match cluster.compiled.as_ref().and_then(|compiled| compiled.plan.as_ref()).filter(|_| !cluster.failed()) {
            Some(plan) => plans.push(plan),
            None => status = ExitStatus::Found,
        }
    }
    if let Some(what) = &arguments.explain {
        return explained(&plans, what, status);
    }
    match arguments.output {
        PlanForm::Table => {
            let text = |cluster: &OpenedCluster| {
                let plan = cluster.compiled.as_ref()?.plan.as_ref().filter(|_| !cluster.failed())?;
                Some(people::plan(plan) + &changes(cluster, &arguments.out))
            };
            report::data(&workspace.clusters.iter().filter_map(text).collect::<Vec<_>>().join("\n"));
        }
        PlanForm::Svg => match plans.as_slice() {
            [plan] => report::data(&picture::svg(&title(plan), &plan.address_space)),
            [] => {}
            _ => {
                return Err(Failure::new(format!("a picture shows one cluster, but there are {}", plans.len()))
                    .help("name a spec: podnet plan clusters/prod.yaml -o svg > prod.svg"));
            }
        },
        PlanForm::Json => {
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

/// What deploying the new output does to what runs; nothing where nothing changes or nothing is known of what is deployed.
fn changes(cluster: &OpenedCluster, out: &Out) -> String {
    let judged = judge(cluster, &out.out, None).ok().flatten();
    let text = judged.map(|judgement| changed::text(&judgement)).unwrap_or_default();
    if text.is_empty() { text } else { format!("\nCHANGES\n{text}") }
}

fn title(plan: &Plan) -> String {
    format!("Pod network of {} in {}", plan.cluster.name, plan.cluster.region)
}

/// Every number of what was asked for, by cluster.
fn explained(plans: &[&Plan], what: &str, status: ExitStatus) -> Outcome {
    let texts: Vec<String> = plans.iter().filter_map(|plan| numbers::explain(plan, what)).collect();
    if texts.is_empty() && !plans.is_empty() {
        let known: BTreeSet<String> = plans.iter().flat_map(|plan| numbers::known(plan)).collect();
        let failure = Failure::new(format!("the plan has no `{what}`"));
        return Err(match near(what, known.iter().map(String::as_str)).as_slice() {
            [] => failure.help(format!("it has {}", known.into_iter().collect::<Vec<_>>().join(", "))),
            close => failure.help(format!("did you mean {}?", one_of(close))),
        });
    }
    report::data(&texts.join("\n"));
    Ok(status)
}
