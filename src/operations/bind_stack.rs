//! From the description of the network's stack to bindings: the ids of what podnet makes, where nothing contradicts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::binding::{Binding, Bound, refuse};
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::ids::{LogicalId, PodSubnetKey, SecurityGroupId, SubnetId};
use crate::lock::Lock;
use crate::plan::{PlacedBy, Plan, PodSubnet};
use crate::spec::Spec;

/// The plan's stack among those that were described: the one of its name, else one that has its outputs.
fn described<'a>(
    plan: &Plan,
    stacks: &'a [Value],
    outputs_of_plan: &[(&str, OutputKind<'_>)],
    file: &str,
) -> Result<&'a Value, Diagnostic> {
    let named = |name: &str| {
        let outputs = |stack: &&Value| {
            stack
                .get("Outputs")
                .and_then(Value::as_array)
                .is_some_and(|all| all.iter().any(|one| one["OutputKey"] == name))
        };
        stacks.iter().find(outputs)
    };
    let by_name = stacks.iter().find(|stack| stack["StackName"] == plan.stacks.pod_network.as_str());
    let found = by_name.or_else(|| outputs_of_plan.first().and_then(|(name, _)| named(name)));
    let Some(stack) = found else {
        let names: Vec<&str> = stacks.iter().filter_map(|stack| stack["StackName"].as_str()).collect();
        let problem = refuse(format!("`{file}` has no stack `{}`", plan.stacks.pod_network));
        let problem = if names.is_empty() { problem } else { problem.note(format!("it has {}", one_of(&names))) };
        return Err(problem.help(format!(
            "aws cloudformation describe-stacks --region {} --stack-name {}",
            plan.cluster.region, plan.stacks.pod_network
        )));
    };
    let status = stack["StackStatus"].as_str().unwrap_or_default();
    if !matches!(
        status,
        "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    ) {
        return Err(refuse(format!("the stack is `{status}`"))
            .note("its outputs can be used only when it is complete")
            .help("wait for the deployment, or fix it, and describe the stack again"));
    }
    Ok(stack)
}

/// Takes the ids of the network's stack into the lock.
pub(super) fn stack(
    plan: &Plan,
    spec: &Spec,
    lock: &Lock,
    stacks: &[Value],
    file: &str,
) -> Result<Binding, Vec<Diagnostic>> {
    let outputs_of_plan: Vec<(&str, OutputKind<'_>)> = plan
        .pod_subnets
        .iter()
        .filter_map(|subnet| Some((subnet.logical_id.as_ref()?.as_str(), OutputKind::Subnet(subnet))))
        .chain(plan.security_groups.made.iter().map(|group| (group.logical_id.as_str(), OutputKind::SecurityGroup)))
        .collect();
    let stack = described(plan, stacks, &outputs_of_plan, file).map_err(|problem| vec![problem])?;
    let output = |name: &str| {
        let outputs = stack["Outputs"].as_array()?;
        outputs.iter().find(|output| output["OutputKey"] == name)?["OutputValue"].as_str().map(ToOwned::to_owned)
    };
    let mut problems: Vec<Diagnostic> = of_another_region(plan, stack, file).into_iter().collect();
    let mut bound = Vec::new();
    for (name, kind) in outputs_of_plan {
        match output(name) {
            None => problems.push(
                refuse(format!("the stack has no output `{name}`"))
                    .note("it was deployed from an older pod-network.yaml")
                    .help("deploy the current one, and describe the stack again"),
            ),
            Some(id) => {
                problems.extend(kind.problem(name, &id, &output));
                bound.push(Bound { changed: lock.bindings.get(name) != Some(&id), name: name.to_owned(), id });
            }
        }
    }
    problems.extend(twice(&bound));
    problems.extend(bound.iter().filter_map(|bound| elsewhere(plan, spec, lock, bound)));
    if !problems.is_empty() {
        return Err(problems);
    }
    let bindings = bound.iter().map(|bound| (bound.name.clone(), bound.id.clone())).collect();
    Ok(Binding { lock: Lock { bindings, ..lock.clone() }, bound })
}

/// The stack's id is `arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/ID`.
fn of_another_region(plan: &Plan, stack: &Value, file: &str) -> Option<Diagnostic> {
    let region = stack["StackId"].as_str()?.split(':').nth(3)?;
    (region != plan.cluster.region).then(|| {
        Diagnostic::error(
            Code::BindRegion,
            format!("the stack in `{file}` is of `{region}`, but the spec says `{}`", plan.cluster.region),
        )
        .note("another region can have a stack of the same name")
        .help(format!(
            "aws cloudformation describe-stacks --region {} --stack-name {}",
            plan.cluster.region, plan.stacks.pod_network
        ))
    })
}

/// One id for two outputs is a slip of whoever wrote the file: no stack makes one.
fn twice(bound: &[Bound]) -> Vec<Diagnostic> {
    let mut seen = BTreeMap::new();
    let repeated = bound.iter().filter_map(|bound| Some((bound, seen.insert(bound.id.as_str(), bound.name.as_str())?)));
    repeated.map(|(bound, other)| duplicate(bound, &format!("`{other}`"), "describe the stack again")).collect()
}

fn duplicate(bound: &Bound, other: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::BindDuplicateId, format!("`{}` and {other} have the same id `{}`", bound.name, bound.id))
        .help(help)
}

/// An id that spec or lock know as something that this stack did not make.
fn elsewhere(plan: &Plan, spec: &Spec, lock: &Lock, bound: &Bound) -> Option<Diagnostic> {
    let id = bound.id.as_str();
    let of_nodes = spec.zones.iter().find(|zone| zone.node_subnets.iter().any(|subnet| subnet.id.as_str() == id));
    if let Some(zone) = of_nodes {
        return Some(
            Diagnostic::error(
                Code::BindNodeSubnet,
                format!("`{}` is `{id}`, a node subnet of `{}`", bound.name, zone.name),
            )
            .note("pods and nodes would share a subnet, and the proof counts neither twice")
            .help("describe the stack of this cluster's pod-network.yaml, or correct `nodeSubnets` in the spec"),
        );
    }
    let name = |key: &PodSubnetKey| LogicalId::pod_subnet(key).as_str() != bound.name;
    let in_lock = lock.allocations.iter().find(|(key, allocation)| {
        name(key) && allocation.subnet_id.as_ref().is_some_and(|subnet| subnet.as_str() == id)
    });
    let given = plan.pod_subnets.iter().find(|subnet| {
        subnet.logical_id.is_none() && subnet.subnet_id.as_ref().is_some_and(|subnet| subnet.as_str() == id)
    });
    let is_clusters = spec.vpc.cluster_security_group_id.as_ref().is_some_and(|group| group.as_str() == id);
    if let Some((key, _)) = in_lock {
        return Some(duplicate(
            bound,
            &format!("`{key}` of the lock"),
            "describe the stack of this cluster's pod-network.yaml",
        ));
    }
    if let Some(subnet) = given {
        return Some(duplicate(
            bound,
            &format!("the given pod subnet of `{}/{}`", subnet.pool, subnet.zone),
            "a given subnet is not one that the stack makes: remove `subnetId` from the spec, or describe the right stack",
        ));
    }
    is_clusters.then(|| {
        duplicate(bound, "the cluster security group", "describe the stack of this cluster's pod-network.yaml")
    })
}

/// What an output's value has to be.
enum OutputKind<'a> {
    Subnet(&'a PodSubnet),
    SecurityGroup,
}

impl OutputKind<'_> {
    /// What is wrong with an output: not an id of its kind, or the subnet of another zone or range.
    fn problem(&self, name: &str, id: &str, output: &impl Fn(&str) -> Option<String>) -> Vec<Diagnostic> {
        match self {
            Self::SecurityGroup => id
                .parse::<SecurityGroupId>()
                .err()
                .map(|error| refuse(error.message).help(error.help))
                .into_iter()
                .collect(),
            Self::Subnet(subnet) => {
                let mut found: Vec<Diagnostic> = id
                    .parse::<SubnetId>()
                    .err()
                    .map(|error| refuse(error.message).help(error.help))
                    .into_iter()
                    .collect();
                let cidr = subnet.cidr.map(|cidr| cidr.to_string()).unwrap_or_default();
                // A subnet that was made by its zone's id is compared by it: names are another account's, perhaps.
                let zone = match (subnet.placed_by, &subnet.zone_id) {
                    (PlacedBy::Id, Some(id)) => ("AvailabilityZoneId", id.to_string()),
                    (PlacedBy::Id | PlacedBy::Name, _) => ("AvailabilityZone", subnet.zone.to_string()),
                };
                for (what, expected) in [zone, ("CidrBlock", cidr)] {
                    if let Some(value) = output(&format!("{name}{what}")).filter(|value| *value != expected) {
                        found.push(
                            Diagnostic::error(
                                Code::BindZone,
                                format!("`{name}` has {what} `{value}`, but the plan has `{expected}`"),
                            )
                            .note("the output is of another stack, or of another version of this one")
                            .help("deploy the current pod-network.yaml, and describe that stack"),
                        );
                    }
                }
                found
            }
        }
    }
}
