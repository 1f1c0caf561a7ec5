//! Why a cluster, as `aws eks describe-cluster` shows it, is not one that the plan can be for.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::address::Cidr;
use crate::catalog::KubernetesVersion;
use crate::catalog::regions;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Plan;
use crate::source::{Place, Pointer};

/// From this version of the control plane on, kubelets may be three minor versions older, before two ("Version Skew Policy" of
/// Kubernetes).
const THREE_OLDER: KubernetesVersion = KubernetesVersion::new(1, 28);

/// Compares a cluster's description with the plan. `service_cidr` is the spec's own; `file` is where the description was read.
pub(super) fn cluster_refusals(
    plan: &Plan,
    service_cidr: Option<Cidr>,
    cluster: &Value,
    file: &str,
) -> Vec<Diagnostic> {
    let description = Description { cluster, file };
    let found = [
        status(&description),
        region(plan, &description),
        other_service_cidr(service_cidr, &description),
        kubernetes_version(plan, &description),
        auto_mode(&description),
        outposts(&description),
    ];
    let mut found: Vec<Diagnostic> = found.into_iter().flatten().collect();
    found.extend(control_plane_subnets(plan, &description));
    found
}

struct Description<'a> {
    cluster: &'a Value,
    file: &'a str,
}

impl<'a> Description<'a> {
    fn text(&self, pointer: &str) -> Option<&'a str> {
        self.cluster.pointer(pointer).and_then(Value::as_str)
    }

    fn refuse(&self, code: Code, field: &str, message: String) -> Diagnostic {
        let at = field.split('/').fold(Pointer::root().key("cluster"), |at, key| at.key(key));
        Diagnostic::error(code, message).at(Place::in_file(self.file, at))
    }
}

fn status(description: &Description<'_>) -> Option<Diagnostic> {
    let status = description.text("/status").filter(|status| !matches!(*status, "ACTIVE" | "UPDATING"))?;
    let diagnostic = description.refuse(Code::BindStatus, "status", format!("the cluster is `{status}`"));
    Some(match status {
        "DELETING" => diagnostic.help("bind another cluster: this one goes"),
        "FAILED" => diagnostic.help("create the cluster again, and describe it once it is `ACTIVE`"),
        _ => diagnostic.help("wait until it is `ACTIVE`, and describe it again"),
    })
}

/// The ARN is `arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME`.
fn region(plan: &Plan, description: &Description<'_>) -> Option<Diagnostic> {
    let mut parts = description.text("/arn")?.split(':').skip(1);
    let (partition, region) = (parts.next()?, parts.nth(1)?);
    let wanted = plan.cluster.region.as_str();
    let same_partition = regions::partition(wanted).is_none_or(|known| known.as_str() == partition);
    (region != wanted || !same_partition).then(|| {
        description
            .refuse(
                Code::BindRegion,
                "arn",
                format!("the cluster is in `{region}` (partition `{partition}`), but the spec says `{wanted}`"),
            )
            .note("another region can have a cluster of the same name")
            .help(format!("aws eks describe-cluster --region {wanted} --name {}", plan.cluster.name))
    })
}

fn other_service_cidr(said: Option<Cidr>, description: &Description<'_>) -> Option<Diagnostic> {
    let field = "kubernetesNetworkConfig/serviceIpv4Cidr";
    let found: Cidr = description.text(&format!("/{field}"))?.parse().ok()?;
    let said = said.filter(|said| *said != found)?;
    Some(
        description
            .refuse(
                Code::BindServiceCidr,
                field,
                format!("the cluster's service CIDR is `{found}`, but the spec says `{said}`"),
            )
            .related(Pointer::from_text("/spec/vpc/serviceCidr"), "the spec's")
            .note("nodes derive their DNS server's address from it: with a wrong one, no pod resolves a name")
            .help(format!("write `vpc.serviceCidr: {found}`")),
    )
}

fn kubernetes_version(plan: &Plan, description: &Description<'_>) -> Option<Diagnostic> {
    let cluster: KubernetesVersion = description.text("/version")?.parse().ok()?;
    let nodes = plan.cluster.kubernetes_version;
    let older = if cluster >= THREE_OLDER { 3 } else { 2 };
    let oldest = KubernetesVersion::new(cluster.major(), cluster.minor().saturating_sub(older));
    let related = Pointer::from_text("/spec/kubernetesVersion");
    let refuse = || {
        let message = format!("the cluster has Kubernetes {cluster}, but the spec's nodes have {nodes}");
        description.refuse(Code::BindKubernetesVersion, "version", message).related(related, "the nodes'")
    };
    if nodes > cluster {
        Some(
            refuse()
                .note("a kubelet must not be newer than the API server")
                .help(format!("upgrade the control plane first, or write `kubernetesVersion: \"{cluster}\"`")),
        )
    } else if nodes < oldest {
        Some(
            refuse()
                .note(format!("with Kubernetes {cluster}, a kubelet can be {oldest} or later"))
                .help(format!("write `kubernetesVersion: \"{cluster}\"`")),
        )
    } else {
        None
    }
}

fn auto_mode(description: &Description<'_>) -> Option<Diagnostic> {
    description.cluster.pointer("/computeConfig/enabled").and_then(Value::as_bool).filter(|enabled| *enabled)?;
    Some(
        description
            .refuse(Code::BindAutoMode, "computeConfig/enabled", "the cluster has EKS Auto Mode enabled".to_owned())
            .note("nodes of Auto Mode have no aws-node and ignore ENIConfigs: their pods take addresses from where their NodeClass says")
            .help("give pods their own subnets by `podSubnetSelectorTerms` of a NodeClass, without podnet; or disable Auto Mode for a cluster whose nodes podnet is to make"),
    )
}

fn outposts(description: &Description<'_>) -> Option<Diagnostic> {
    description.cluster.get("outpostConfig").filter(|config| !config.is_null())?;
    Some(
        description
            .refuse(Code::BindOutposts, "outpostConfig", "the cluster's control plane is on an Outpost".to_owned())
            .note("such a cluster has self-managed nodes in subnets of its Outpost alone, and other limits of its network")
            .help("podnet is for clusters in a region: custom networking on an Outpost has to be set up by hand"),
    )
}

/// EKS puts the control plane's own interfaces into these subnets, and needs free addresses there for every upgrade.
fn control_plane_subnets(plan: &Plan, description: &Description<'_>) -> Vec<Diagnostic> {
    let field = "resourcesVpcConfig/subnetIds";
    let ids = description.cluster.pointer(&format!("/{field}")).and_then(Value::as_array);
    let ids: BTreeSet<&str> = ids.into_iter().flatten().filter_map(Value::as_str).collect();
    let among = plan.pod_subnets.iter().filter_map(|subnet| {
        let id = subnet.subnet_id.as_ref().filter(|id| ids.contains(id.as_str()))?;
        Some((subnet, id))
    });
    among
        .map(|(subnet, id)| {
            description
                .refuse(
                    Code::BindControlPlaneSubnets,
                    field,
                    format!("the pod subnet `{id}` of `{}/{}` is one of the control plane's subnets", subnet.pool, subnet.zone),
                )
                .note("EKS puts the control plane's interfaces there, and an upgrade needs free addresses: pods would take them")
                .help("give the cluster other subnets (`aws eks update-cluster-config --resources-vpc-config subnetIds=…`), or the pool another pod subnet")
        })
        .collect()
}
