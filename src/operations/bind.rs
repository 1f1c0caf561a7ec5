//! From the AWS CLI's own output to bindings in the lock.

use serde_json::Value;

use super::cluster_refusals::cluster_refusals;
use crate::address::Cidr;
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::ids::{SecurityGroupId, SubnetId};
use crate::lock::{ClusterBinding, Lock};
use crate::plan::{Access, PlacedBy, Plan, decisions};
use crate::spec::NodeAccess;

/// An id that was copied into the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The output, or what of the cluster.
    pub name: String,
    /// The id.
    pub id: String,
    /// Whether the lock had another, or none.
    pub changed: bool,
}

/// What binding makes of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    /// The lock with the ids.
    pub lock: Lock,
    /// The ids.
    pub bound: Vec<Bound>,
}

/// Takes the ids of `aws cloudformation describe-stacks` or `aws eks describe-cluster` output into a lock. `file` names
/// the output in messages; `service_cidr` is the spec's own.
///
/// # Errors
/// The output is of another stack or cluster, lacks an output, or contradicts the lock.
pub(crate) fn bind(
    plan: &Plan,
    service_cidr: Option<Cidr>,
    lock: &Lock,
    json: &Value,
    file: &str,
) -> Result<Binding, Vec<Diagnostic>> {
    if let Some(stacks) = json.get("Stacks").and_then(Value::as_array) {
        return stack(plan, lock, stacks, file);
    }
    if let Some(cluster) = json.get("cluster").filter(|cluster| cluster.is_object()) {
        if cluster["name"] != plan.cluster.name.as_str() {
            // What else is wrong with another cluster is of no interest.
            return access(plan, lock, cluster, file).map_err(|problem| vec![problem]);
        }
        let mut problems = cluster_refusals(plan, service_cidr, cluster, file);
        return match access(plan, lock, cluster, file) {
            Ok(binding) if problems.is_empty() => Ok(binding),
            Ok(_) => Err(problems),
            Err(problem) => {
                problems.push(problem);
                Err(problems)
            }
        };
    }
    Err(vec![refuse(format!("`{file}` is neither a stack nor a cluster")).help(
        "give the output of `aws cloudformation describe-stacks --stack-name …` or `aws eks describe-cluster --name …`",
    )])
}

fn refuse(message: String) -> Diagnostic {
    Diagnostic::error(Code::LockBinding, message)
}

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

fn stack(plan: &Plan, lock: &Lock, stacks: &[Value], file: &str) -> Result<Binding, Vec<Diagnostic>> {
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
    let mut seen = std::collections::BTreeMap::new();
    let repeated = bound.iter().filter_map(|bound| Some((bound, seen.insert(bound.id.as_str(), bound.name.as_str())?)));
    repeated
        .map(|(bound, other)| {
            refuse(format!("`{}` and `{other}` have the same id `{}`", bound.name, bound.id))
                .help("describe the stack again")
        })
        .collect()
}

/// What an output's value has to be.
enum OutputKind<'a> {
    Subnet(&'a crate::plan::PodSubnet),
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
                            refuse(format!("`{name}` has {what} `{value}`, but the plan has `{expected}`"))
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

fn access(plan: &Plan, lock: &Lock, cluster: &Value, file: &str) -> Result<Binding, Diagnostic> {
    let text = |pointer: &str| cluster.pointer(pointer).and_then(Value::as_str);
    let name = text("/name").unwrap_or_default();
    if name != plan.cluster.name.as_str() {
        return Err(refuse(format!("`{file}` is of the cluster `{name}`, but the spec is of `{}`", plan.cluster.name))
            .help(format!("aws eks describe-cluster --region {} --name {}", plan.cluster.region, plan.cluster.name)));
    }
    let missing = |what: &str| {
        refuse(format!("`{file}` has no {what}")).help("wait until the cluster is ACTIVE, and describe it again")
    };
    let vpc = text("/resourcesVpcConfig/vpcId");
    if let Some(vpc) = vpc.filter(|vpc| *vpc != plan.vpc.id.as_str()) {
        return Err(refuse(format!("the cluster is in `{vpc}`, but the spec says `{}`", plan.vpc.id))
            .help(format!("write `vpc.id: {vpc}`")));
    }
    if let (Some(found), Some(said)) =
        (text("/resourcesVpcConfig/clusterSecurityGroupId"), plan.cluster.security_group_id.as_ref())
        && found != said.as_str()
    {
        return Err(refuse(format!("the cluster security group is `{found}`, but the spec says `{said}`"))
            .help(format!("write `vpc.clusterSecurityGroupId: {found}`")));
    }
    if text("/kubernetesNetworkConfig/ipFamily") == Some("ipv6") {
        return Err(refuse("the cluster gives pods IPv6 addresses".to_owned())
            .note("custom networking is for IPv4: aws-node does not start with both")
            .help("an IPv6 cluster does not run out of addresses for pods, and needs no podnet"));
    }
    if let Some(problem) = text("/accessConfig/authenticationMode").and_then(|mode| locked_out(plan, mode)) {
        return Err(problem);
    }
    let endpoint = text("/endpoint").ok_or_else(|| missing("endpoint"))?;
    let endpoint = endpoint
        .trim_end_matches('/')
        .parse()
        .map_err(|error: crate::ids::FormatError| refuse(error.message).help(error.help))?;
    let authority = text("/certificateAuthority/data").ok_or_else(|| missing("certificateAuthority"))?;
    let authority =
        authority.parse().map_err(|error: crate::ids::FormatError| refuse(error.message).help(error.help))?;
    let service = text("/kubernetesNetworkConfig/serviceIpv4Cidr").and_then(|text| text.parse().ok());
    let access =
        ClusterBinding { api_server_endpoint: endpoint, certificate_authority: authority, service_cidr: service };
    let bound = vec![Bound {
        name: "API server endpoint".to_owned(),
        id: access.api_server_endpoint.to_string(),
        changed: lock.cluster_access.as_ref() != Some(&access),
    }];
    Ok(Binding { lock: Lock { cluster_access: Some(access), ..lock.clone() }, bound })
}

/// Nodes that the spec lets in by a way that the cluster's authentication mode does not know.
fn locked_out(plan: &Plan, mode: &str) -> Option<Diagnostic> {
    plan.node_groups.iter().find(|group| match decisions(group.kind).access {
        Access::NodeAccess => true,
        Access::Eks => false,
    })?;
    match plan.node_access {
        NodeAccess::AwsAuth => (mode == "API").then(|| {
            refuse("the cluster does not read the ConfigMap aws-auth".to_owned())
                .note("its authentication mode is `API`, so self-managed nodes could not join")
                .help("write `nodeAccess: accessEntry`")
        }),
        NodeAccess::AccessEntry => (mode == "CONFIG_MAP").then(|| {
            refuse("the cluster does not support access entries".to_owned())
                .note("its authentication mode is `CONFIG_MAP`")
                .help("write `nodeAccess: awsAuth`, or change the cluster's authentication mode (`API_AND_CONFIG_MAP`)")
        }),
    }
}
