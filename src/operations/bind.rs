//! From the AWS CLI's own output to bindings in the lock.

use serde_json::Value;

use super::bind_stack::stack;
use super::binding::{Binding, Bound, refuse};
use super::cluster_refusals::cluster_refusals;
use crate::diagnostic::Diagnostic;
use crate::lock::{ClusterBinding, Lock};
use crate::plan::{Access, Plan, decisions};
use crate::spec::{NodeAccess, Spec};

/// Takes the ids of `aws cloudformation describe-stacks` or `aws eks describe-cluster` output into a lock. `file` names
/// the output in messages; the plan is of `spec`.
///
/// # Errors
/// The output is of another stack or cluster, lacks an output, or contradicts the lock.
pub(crate) fn bind(
    plan: &Plan,
    spec: &Spec,
    lock: &Lock,
    json: &Value,
    file: &str,
) -> Result<Binding, Vec<Diagnostic>> {
    if let Some(stacks) = json.get("Stacks").and_then(Value::as_array) {
        return stack(plan, spec, lock, stacks, file);
    }
    if let Some(cluster) = json.get("cluster").filter(|cluster| cluster.is_object()) {
        if cluster["name"] != plan.cluster.name.as_str() {
            // What else is wrong with another cluster is of no interest.
            return access(plan, lock, cluster, file).map_err(|problem| vec![problem]);
        }
        let mut problems = cluster_refusals(plan, spec.vpc.service_cidr, cluster, file);
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
