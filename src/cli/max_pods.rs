//! `podnet max-pods`: the most pods of instance types.

use clap::{Args, ValueEnum};

use super::terminal::table::table;
use super::terminal::{ExitStatus, Outcome, report};
use crate::capacity::{InstanceLimits, NetworkSettings, TypeMaxPods, max_pods};
use crate::catalog::{CniVersion, cni, instance_types};
use crate::diagnostic::one_of;
use crate::workspace::Failure;

/// Computes max pods of instance types, and shows how
#[derive(Debug, Args)]
pub(super) struct MaxPodsArguments {
    /// Instance types, such as m5.large.
    #[arg(required = true, value_name = "TYPE")]
    types: Vec<String>,
    /// With prefix delegation.
    #[arg(long)]
    prefix_delegation: bool,
    /// Without custom networking: pods use the primary interface too.
    #[arg(long)]
    without_custom_networking: bool,
    /// The most interfaces of a node (`MAX_ENI`), including the primary one.
    #[arg(long, value_name = "N")]
    max_eni: Option<u32>,
    /// With security groups for pods, whose trunk takes one more interface.
    #[arg(long)]
    security_groups_for_pods: bool,
    /// The CNI's version. Default: the newest known.
    #[arg(long, value_name = "VERSION")]
    cni_version: Option<CniVersion>,
    /// The output format.
    #[arg(short, long, value_enum, default_value_t = MaxPodsOutput::Table)]
    output: MaxPodsOutput,
}

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MaxPodsOutput {
    /// For people.
    Table,
    /// For machines.
    Json,
}

pub(super) fn run(arguments: &MaxPodsArguments) -> Outcome {
    let settings = NetworkSettings {
        version: arguments.cni_version.clone().unwrap_or(cni::NEWEST_KNOWN),
        custom_networking: !arguments.without_custom_networking,
        prefix_delegation: arguments.prefix_delegation,
        max_eni: arguments.max_eni,
        security_groups_for_pods: arguments.security_groups_for_pods,
        multi_nic: false,
    };
    let found: Vec<TypeMaxPods> = arguments.types.iter().map(|name| one(name, &settings)).collect::<Result<_, _>>()?;
    match arguments.output {
        MaxPodsOutput::Json => {
            let json = serde_json::to_string_pretty(&found).map_err(|error| Failure::new(error.to_string()))?;
            report::data(&format!("{json}\n"));
        }
        MaxPodsOutput::Table => {
            let rows: Vec<Vec<String>> =
                found.into_iter().map(|pods| vec![pods.instance_type, pods.value.to_string(), pods.how]).collect();
            report::data(&table(&["TYPE", "MAX PODS", "HOW"], &rows));
        }
    }
    Ok(ExitStatus::Done)
}

fn one(name: &str, settings: &NetworkSettings) -> Result<TypeMaxPods, Failure> {
    let Some(known) = instance_types::find(name) else {
        let failure =
            Failure::new(format!("the catalog of {} has no instance type `{name}`", instance_types::edition()));
        return Err(match instance_types::near(name, 3).as_slice() {
            [] => failure,
            close => failure.help(format!("did you mean {}?", one_of(close))),
        });
    };
    max_pods(&InstanceLimits::from(known), settings).ok_or_else(|| {
        Failure::new(format!(
            "`{name}` has no interface left for pods: its default network card has {}",
            known.interfaces
        ))
        .help("use a type with more interfaces")
    })
}
