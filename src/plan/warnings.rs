//! Things that are right and will bite.

use super::model::{NodeGroupPlan, Selection};
use super::nodes::group_types::given_limits;
use crate::address::Cidr;
use crate::capacity::HOST_NETWORK_PODS;
use crate::capacity::max_pods::InstanceLimits;
use crate::catalog::address_rules::PREFIX_ADDRESSES;
use crate::catalog::zones::takes_control_plane;
use crate::catalog::{Capability, instance_types};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::{Place, Pointer};
use crate::spec::Spec;

/// Collects the warnings that are about the spec as a whole.
pub(crate) fn warnings(spec: &Spec, selection: &Selection, groups: &[NodeGroupPlan]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(unbounded(spec));
    found.extend(minimum_alone(spec, groups));
    found.extend(over_the_cap(spec, groups));
    found.extend(deprecated_label(spec, selection));
    found.extend(unroutable(spec));
    found.extend(control_plane_zones(spec));
    found.extend(overridden_limits(spec));
    found.extend(uneven_types(spec, groups));
    found
}

/// Before 1.16.3, the CNI takes whole interfaces whatever max pods is.
fn unbounded(spec: &Spec) -> Option<Diagnostic> {
    let version = &spec.cni.version;
    (!spec.node_groups.is_empty() && !version.has(Capability::MaxPodsBound)).then(|| {
        Diagnostic::warning(
            Code::CapacityUnbounded,
            format!("CNI {version} takes addresses that max pods can never use"),
        )
        .at(Pointer::from_text("/spec/cni/version"))
        .note(format!("since {}, it holds no more addresses than max pods needs", Capability::MaxPodsBound.since()))
        .note("the proof includes them; max pods does not")
        .help("upgrade the CNI, so that nodes take fewer addresses")
    })
}

/// With a minimum and nothing to keep ready, a node never takes more than the minimum (`MINIMUM_IP_TARGET` in README.md of
/// amazon-vpc-cni-k8s). Some have it so on purpose, with a minimum that suffices for all pods.
fn minimum_alone(spec: &Spec, groups: &[NodeGroupPlan]) -> Option<Diagnostic> {
    let warm = &spec.cni.warm;
    let minimum = warm.minimum_ip_target.filter(|minimum| *minimum > 0 && warm.ip_target.unwrap_or(0) == 0)?;
    let held = if spec.cni.prefix_delegation { minimum.next_multiple_of(PREFIX_ADDRESSES) } else { minimum };
    let most = groups.iter().max_by_key(|group| group.max_pods.value);
    let too_few = |group: &NodeGroupPlan| group.max_pods.value.saturating_sub(HOST_NETWORK_PODS) > held;
    if most.is_some_and(|group| !too_few(group)) {
        return None;
    }
    let of = |group: &NodeGroupPlan| {
        let pods = group.max_pods.value - HOST_NETWORK_PODS;
        format!(
            "a node of `{}` can run {pods} pods that need one; pods beyond {held} stay in `ContainerCreating`",
            group.group
        )
    };
    let note = most.map_or_else(|| format!("pods beyond {held} stay in `ContainerCreating`"), of);
    Some(
        Diagnostic::warning(Code::CniEnvironment, format!("a node never has more than {held} addresses for pods"))
            .at(Pointer::from_text("/spec/cni/warm/minimumIpTarget"))
            .note("with a minimum, the CNI takes more addresses only if `ipTarget` is set")
            .note(note)
            .edit(Edit::set(Pointer::from_text("/spec/cni/warm"), "ipTarget", 1), |field| format!("write {field}")),
    )
}

/// More pods than Kubernetes recommends for nodes of that size.
fn over_the_cap(spec: &Spec, groups: &[NodeGroupPlan]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (number, group) in spec.node_groups.iter().enumerate() {
        let Some(planned) = groups.iter().find(|planned| planned.group == group.name) else { continue };
        let Some(least) = planned.max_pods.types.iter().min_by_key(|pods| pods.cap) else { continue };
        if planned.max_pods.value > least.cap {
            found.push(
                Diagnostic::warning(
                    Code::NodesMaxPods,
                    format!(
                        "`{}` pods are more than recommended for a node of `{}`",
                        planned.max_pods.value, least.instance_type
                    ),
                )
                .at(Pointer::from_text("/spec/nodeGroups").index(number).key("maxPods"))
                .note("Kubernetes recommends 110 up to 30 vCPUs, and 250 above")
                .help(format!("write `maxPods: {}` or less, or `maxPods: auto`", least.cap)),
            );
        }
    }
    found
}

fn deprecated_label(spec: &Spec, selection: &Selection) -> Option<Diagnostic> {
    (selection.by_zone && !spec.kubernetes_version.stable_zone_label()).then(|| {
        Diagnostic::warning(Code::CniZoneLabel, format!("nodes find their ENIConfig by `{}`", selection.label))
            .at(Pointer::from_text("/spec/kubernetesVersion"))
            .note("Kubernetes deprecated that label in 1.17")
            .help("run `podnet synth` right after the upgrade to 1.17: podnet then uses `topology.kubernetes.io/zone`")
    })
}

/// Pods that keep an address of 100.64.0.0/10 outside of the VPC get answers only where somebody routes them back.
fn unroutable(spec: &Spec) -> Option<Diagnostic> {
    let shared: Cidr = "100.64.0.0/10".parse().ok()?;
    let block = spec.pod_network.cidr_blocks.iter().find(|block| shared.contains(**block))?;
    let first = spec.pod_network.egress.exclude_snat_cidrs.first()?;
    Some(
        Diagnostic::warning(Code::CniUnroutable, format!("pods reach `{first}` with addresses of `{block}`"))
            .at(Pointer::from_text("/spec/podNetwork/egress/excludeSnatCidrs").index(0))
            .note("outside a VPC, 100.64.0.0/10 is routed only if configured, and prefix lists rarely include it")
            .help(format!("have `{block}` routed back and allowed there, or remove the range, so that nodes translate the addresses")),
    )
}

fn control_plane_zones(spec: &Spec) -> Vec<Diagnostic> {
    let zones = spec.zones.iter().enumerate().filter_map(|(number, zone)| Some((number, zone.id.as_ref()?)));
    zones
        .filter(|(_, id)| !takes_control_plane(id.as_str()))
        .map(|(number, id)| {
            Diagnostic::warning(
                Code::NodesControlPlaneZone,
                format!("EKS puts no control plane interfaces into `{id}`"),
            )
            .at(Pointer::from_text("/spec/zones").index(number).key("id"))
            .note("nodes and pods can be in it; the cluster's own subnets cannot")
            .help("keep the cluster's subnets in other zones")
        })
        .collect()
}

fn overridden_limits(spec: &Spec) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, given) in &spec.instance_types {
        let Some(known) = instance_types::find(name.as_str()) else { continue };
        let (given, known) = (given_limits(name.as_str(), given), InstanceLimits::from(known));
        let place = Place::key(Pointer::from_text("/spec/instanceTypes").key(name.as_str()));
        let says = |limits: &InstanceLimits| {
            format!("{} interfaces of {} addresses, {} vCPUs", limits.interfaces, limits.addresses, limits.vcpus)
        };
        found.push(
            Diagnostic::warning(Code::NodesTypeLimits, format!("the spec's limits of `{name}` override the catalog's"))
                .at(place)
                .note(format!(
                    "the spec says {}; the catalog of {} says {}",
                    says(&given),
                    instance_types::edition(),
                    says(&known)
                ))
                .remove_as("remove them, unless the catalog is wrong"),
        );
    }
    found
}

/// A group whose smallest type wastes most of the largest.
fn uneven_types(spec: &Spec, groups: &[NodeGroupPlan]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (number, group) in spec.node_groups.iter().enumerate() {
        let Some(planned) = groups.iter().find(|planned| planned.group == group.name) else { continue };
        let types = &planned.max_pods.types;
        let (Some(least), Some(most)) =
            (types.iter().min_by_key(|pods| pods.value), types.iter().max_by_key(|pods| pods.value))
        else {
            continue;
        };
        if most.value >= 2 * least.value {
            found.push(
                Diagnostic::warning(
                    Code::NodesUnevenTypes,
                    format!("`{}` limits max pods on every node of `{}`", least.instance_type, group.name),
                )
                .at(Pointer::from_text("/spec/nodeGroups").index(number).key("instanceTypes"))
                .note(format!(
                    "it can run {} pods, `{}` could run {}; a group has one max pods value",
                    least.value, most.instance_type, most.value
                ))
                .help("put types of similar size into a group"),
            );
        }
    }
    found
}
