//! The cluster: its region's partition, and how nodes reach it.

use super::ClusterPlan;
use crate::address::Cidr;
use crate::catalog::KubernetesVersion;
use crate::catalog::regions::{self, Partition};
use crate::diagnostic::{Checked, Code, Diagnostic};
use crate::lock::Lock;
use crate::source::{Place, Pointer};
use crate::spec::{Document, Spec};

/// A version from before EKS is nearly always `1.30` whose zero got lost.
fn before_eks(version: KubernetesVersion) -> Option<Diagnostic> {
    (version < KubernetesVersion::FIRST_ON_EKS).then(|| {
        Diagnostic::error(Code::SpecValue, format!("Kubernetes {version} was never available on EKS"))
            .at(Pointer::from_text("/spec/kubernetesVersion"))
            .note(format!(
                "the first version was {}; without quotes, YAML reads `1.30` as the number 1.3",
                KubernetesVersion::FIRST_ON_EKS
            ))
            .write_as(format!("{version}0"), |version| {
                format!("write the version that `aws eks describe-cluster` shows, in quotes, such as {version}")
            })
    })
}

/// A version that EKS may have by now, and that podnet knows nothing of.
fn newer_than_known(version: KubernetesVersion) -> Option<Diagnostic> {
    let newest = KubernetesVersion::NEWEST_KNOWN;
    (version > newest).then(|| {
        Diagnostic::warning(
            Code::SpecKubernetesVersion,
            format!("Kubernetes {version} is newer than the newest known, {newest}"),
        )
        .at(Pointer::from_text("/spec/kubernetesVersion"))
        .note("podnet assumes that labels, APIs and AMIs are as for the newest known version")
        .help("check that EKS has it, and an AMI for it: `aws eks describe-cluster-versions`; or use a newer podnet")
    })
}

/// What depends on a region: from podnet's table, or from the spec for a region that the table lacks.
struct RegionFacts {
    partition: String,
    dns_suffix: String,
    registry_host: Option<String>,
}

fn region_facts(spec: &Spec) -> Checked<RegionFacts> {
    match (regions::registry(&spec.region), &spec.region_details) {
        (Some(known), given) => Checked {
            value: RegionFacts {
                partition: known.partition.as_str().to_owned(),
                dns_suffix: known.partition.dns_suffix().to_owned(),
                registry_host: Some(known.host()),
            },
            problems: given.iter().map(|_| known_region(spec)).collect(),
        },
        (None, Some(_)) if !regions::is_name(&spec.region) => Checked::with(nothing_known(), malformed_region(spec)),
        (None, Some(given)) => RegionFacts {
            partition: given.partition.to_string(),
            dns_suffix: given.dns_suffix.to_string(),
            registry_host: Some(given.registry.to_string()),
        }
        .into(),
        (None, None) => Checked::with(nothing_known(), unknown_region(spec)),
    }
}

/// What to go on with, so that the rest can be checked.
fn nothing_known() -> RegionFacts {
    let commercial = Partition::Aws;
    RegionFacts {
        partition: commercial.as_str().to_owned(),
        dns_suffix: commercial.dns_suffix().to_owned(),
        registry_host: None,
    }
}

fn malformed_region(spec: &Spec) -> Diagnostic {
    Diagnostic::error(Code::SpecValue, format!("`{}` is not the name of a region", spec.region))
        .at(Pointer::from_text("/spec/region"))
        .help("write its name as the AWS CLI has it, such as `eusc-de-east-1`")
}

/// Details of a region that needs none: they would have to be the same, or be wrong.
fn known_region(spec: &Spec) -> Diagnostic {
    Diagnostic::error(Code::SpecValue, format!("podnet knows `{}`, so the spec may not describe it", spec.region))
        .at(Place::key(Pointer::from_text("/spec/regionDetails")))
        .note("`regionDetails` is for regions that podnet's table lacks")
        .remove()
}

fn unknown_region(spec: &Spec) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::SpecUnknownName, format!("unknown region `{}`", spec.region))
        .at(Pointer::from_text("/spec/region"));
    // What is longer than any name is no slip in one, and costs time to compare.
    let close = if spec.region.len() <= 64 { regions::near(&spec.region, 3) } else { Vec::new() };
    let details =
        "for a region that podnet's table lacks, add `regionDetails: {partition: aws-…, dnsSuffix: …, registry: …}`";
    if close.is_empty() {
        diagnostic.help(format!("write a region such as `us-west-2`; {details}"))
    } else {
        diagnostic.meant(&close).help(details)
    }
}

/// EKS refuses a service CIDR that overlaps the VPC ("Create an Amazon EKS cluster" in the EKS User Guide), so that one which does
/// is another cluster's; one that a peer uses makes that peer unreachable for pods.
fn service_cidr_overlaps(spec: &Spec, service: Cidr) -> Vec<Diagnostic> {
    let at = if spec.vpc.service_cidr.is_some() {
        Place::from(Pointer::from_text("/spec/vpc/serviceCidr"))
    } else {
        Place::key(Pointer::from_text("/spec/vpc"))
    };
    let blocks = spec.vpc.cidr_blocks.iter().enumerate().filter(|(_, block)| block.overlaps(service));
    let blocks = blocks.map(|(number, block)| {
        (format!("the VPC's block `{block}`"), Pointer::from_text("/spec/vpc/cidrBlocks").index(number))
    });
    let avoided = spec.vpc.avoid.iter().enumerate().filter(|(_, avoid)| avoid.cidr.overlaps(service));
    let avoided = avoided.map(|(number, avoid)| {
        let there = Pointer::from_text("/spec/vpc/avoid").index(number).key("cidr");
        (format!("`{}`, which `{}` uses", avoid.cidr, avoid.name), there)
    });
    blocks
        .chain(avoided)
        .map(|(what, there)| {
            Diagnostic::error(Code::AddressServiceCidr, format!("the service CIDR `{service}` overlaps {what}"))
                .at(at.clone())
                .related(there, "the other range")
                .note("pods reach a service in place of what has that address")
                .help("write what `aws eks describe-cluster` shows as `kubernetesNetworkConfig.serviceIpv4Cidr`")
        })
        .collect()
}

/// Another service CIDR than the cluster had when it was bound. EKS takes it when it creates a cluster, and never another
/// one; AL2023 nodes derive the address of their resolver from it, so that a wrong one breaks DNS in every pod.
fn other_service_cidr(spec: &Spec, lock_name: &str, lock: &Lock) -> Option<Diagnostic> {
    let said = spec.vpc.service_cidr?;
    let bound = lock.cluster_access.as_ref()?.service_cidr.filter(|bound| *bound != said)?;
    let message = format!("the service CIDR is `{said}` in the spec, but `{bound}` in the lock");
    let there = Place::in_file(lock_name, Pointer::root().key("clusterAccess").key("serviceCidr"));
    Some(
        Diagnostic::error(Code::LockContradiction, message)
            .at(Pointer::from_text("/spec/vpc/serviceCidr"))
            .related(there, "as `aws eks describe-cluster` showed it")
            .note("a cluster's service CIDR cannot change, and nodes derive their DNS server's address from it")
            .write_as(bound.to_string(), |cidr| {
                format!(
                    "write {cidr}; if the cluster was deleted and created again, remove the field and run `podnet bind`"
                )
            }),
    )
}

/// Plans the cluster: what the spec says of it before what the lock has. `lock_name` is the lock's path.
pub(crate) fn cluster(document: &Document, lock_name: &str, lock: &Lock) -> Checked<ClusterPlan> {
    let spec = &document.spec;
    let Checked { value: region, mut problems } = region_facts(spec);
    problems.extend(before_eks(spec.kubernetes_version));
    problems.extend(newer_than_known(spec.kubernetes_version));
    problems.extend(other_service_cidr(spec, lock_name, lock));
    let service_cidr = spec.vpc.service_cidr.or_else(|| lock.cluster_access.as_ref()?.service_cidr);
    problems.extend(service_cidr.into_iter().flat_map(|service| service_cidr_overlaps(spec, service)));
    let given = spec.cluster.clone().unwrap_or_default();
    let bound = lock.cluster_access.as_ref();
    let value = ClusterPlan {
        name: document.metadata.name.clone(),
        region: spec.region.clone(),
        partition: region.partition,
        dns_suffix: region.dns_suffix,
        registry_host: region.registry_host,
        // Amazon ECR Public is of the commercial partition; GovCloud reaches it over the internet, China does not reliably.
        public_registry: match regions::partition(&spec.region) {
            Some(Partition::Aws | Partition::GovCloud) => true,
            Some(Partition::China) | None => false,
        },
        kubernetes_version: spec.kubernetes_version,
        api_server_endpoint: given.api_server_endpoint.or_else(|| bound.map(|bound| bound.api_server_endpoint.clone())),
        certificate_authority: given
            .certificate_authority
            .or_else(|| bound.map(|bound| bound.certificate_authority.clone())),
        service_cidr,
        security_group_id: spec.vpc.cluster_security_group_id.clone(),
    };
    Checked { value, problems }
}
