//! What the spec wants of the CNI, against what its version can do.

use crate::capacity::{NetworkSettings, WarmTargets};
use crate::catalog::cni::{NEWEST_KNOWN, environment, manifest_defect, near_environment};
use crate::catalog::{Capability, EnvironmentVariable};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::{Place, Pointer};
use crate::spec::{Delivery, SecurityGroupUse, Snat, Spec, Warm};

/// Checks the CNI's version and settings, and gives those that max pods depends on.
pub(crate) fn settings(spec: &Spec, problems: &mut Vec<Diagnostic>) -> NetworkSettings {
    problems.extend(version(spec));
    problems.extend(prefixes(spec));
    problems.extend(fallback(spec));
    problems.extend(breaking_variables(spec));
    problems.extend(environment_names(spec));
    problems.extend(egress(spec));
    NetworkSettings {
        version: spec.cni.version.clone(),
        custom_networking: true,
        prefix_delegation: spec.cni.prefix_delegation,
        max_eni: spec.cni.max_eni,
        security_groups_for_pods: spec.cni.security_groups_for_pods,
        multi_nic: spec.cni.env.get("ENABLE_MULTI_NIC").is_some_and(|value| value.eq_ignore_ascii_case("true")),
    }
}

/// The spec's warm targets as the model of the CNI takes them.
pub(crate) fn warm_targets(warm: &Warm) -> WarmTargets {
    let Warm { eni_target, ip_target, minimum_ip_target, prefix_target } = *warm;
    WarmTargets { eni_target, ip_target, minimum_ip_target, prefix_target }
}

fn at(field: &str) -> Pointer {
    Pointer::from_text(format!("/spec/cni/{field}"))
}

fn version(spec: &Spec) -> Option<Diagnostic> {
    let version = &spec.cni.version;
    let since = Capability::CustomNetworking.since();
    if *version < since {
        return Some(
            Diagnostic::error(Code::CniVersion, format!("CNI {version} cannot do custom networking by zone"))
                .at(at("version"))
                .note(format!("it needs CNI {since} or later"))
                .help(format!("upgrade the CNI first, then write its version here: `{since}` would do, `{NEWEST_KNOWN}` is the newest known")),
        );
    }
    let defect = match spec.cni.delivery {
        Delivery::Patch => None,
        Delivery::Manifest => manifest_defect(version),
    };
    if let Some(defect) = defect {
        let (why, help) = defect.split_once("; ").unwrap_or((defect, "use the next release"));
        return Some(
            Diagnostic::error(Code::CniVersion, format!("the manifest of CNI {version} must not be used"))
                .at(at("version"))
                .note(why)
                .help(help),
        );
    }
    (*version > NEWEST_KNOWN).then(|| {
        Diagnostic::warning(Code::CniVersion, format!("CNI {version} is newer than the newest known, {NEWEST_KNOWN}"))
            .at(at("version"))
            .note("its variables and defaults are taken to be those of the newest known release")
            .help("read its release notes for changes to custom networking")
    })
}

fn prefixes(spec: &Spec) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let cni = &spec.cni;
    let since = Capability::PrefixDelegation.since();
    if cni.prefix_delegation && cni.version < since {
        found.push(
            Diagnostic::error(Code::CniPrefixDelegation, format!("CNI {} has no prefix delegation", cni.version))
                .at(at("prefixDelegation"))
                .related(at("version"), "the version")
                .note(format!("CNI {since} is the first with it"))
                .edit(Edit::set(Pointer::from_text("/spec/cni"), "prefixDelegation", false), |field| {
                    format!("write {field}, or upgrade the CNI to {since} or later")
                }),
        );
    }
    let warm = &cni.warm;
    // Release manifests have a prefix target of 1, and no address targets.
    let address_targets = warm.ip_target.unwrap_or(0) > 0 || warm.minimum_ip_target.unwrap_or(0) > 0;
    if cni.prefix_delegation && !address_targets && warm.prefix_target == Some(0) {
        found.push(
            Diagnostic::error(Code::CniPrefixDelegation, "with no target above 0 aws-node stops at its start")
                .at(at("warm/prefixTarget"))
                .note("prefix delegation needs one of `ipTarget`, `minimumIpTarget` and `prefixTarget` above 0")
                .edit(Edit::set(at("warm"), "prefixTarget", 1), |field| format!("write {field}")),
        );
    }
    if let (false, Some(_)) = (cni.prefix_delegation, warm.prefix_target) {
        found.push(
            Diagnostic::error(Code::CniPrefixDelegation, "`prefixTarget` has no effect without prefix delegation")
                .at(Place::key(at("warm/prefixTarget")))
                .remove_as("remove it, or write `prefixDelegation: true`"),
        );
    }
    if let (true, Some(_)) =
        (warm.ip_target.is_some() || warm.minimum_ip_target.is_some() || cni.prefix_delegation, warm.eni_target)
    {
        found.push(
            Diagnostic::error(
                Code::CniEnvironment,
                "the CNI ignores `eniTarget` beside address targets and with prefixes",
            )
            .at(Place::key(at("warm/eniTarget")))
            .note(if cni.prefix_delegation {
                "with prefixes, `prefixTarget` says how much a node keeps ready"
            } else {
                "`ipTarget` and `minimumIpTarget` say how much a node keeps ready"
            })
            .remove(),
        );
    }
    found
}

/// What pods get where ENIConfigs have no security groups; nothing where they have some.
pub(crate) fn fallback_groups(spec: &Spec) -> Option<&'static str> {
    let version = &spec.cni.version;
    match spec.pod_network.security_groups.source {
        SecurityGroupUse::Cluster | SecurityGroupUse::Managed | SecurityGroupUse::NodeGroup | SecurityGroupUse::Ids => {
            None
        }
        SecurityGroupUse::None => Some(if version.has(Capability::PrimarySecurityGroups) {
            "the security groups of their node's primary interface"
        } else if *version < Capability::PrimarySecurityGroups.since() {
            "the VPC's default security group"
        } else {
            "none that works: the fall-back of this release is broken"
        }),
    }
}

/// Tells what ENIConfigs without security groups fall back to.
fn fallback(spec: &Spec) -> Option<Diagnostic> {
    let groups = fallback_groups(spec)?;
    let version = &spec.cni.version;
    let message = format!("pods get {groups}");
    let note = format!("CNI {version} falls back to that where an ENIConfig has no security groups");
    let diagnostic = if version.has(Capability::PrimarySecurityGroups) {
        Diagnostic::remark(Code::CniSecurityGroups, message).note(note)
    } else {
        let since = Capability::PrimarySecurityGroups.since();
        Diagnostic::warning(Code::CniSecurityGroups, message)
            .note(note)
            .note(format!("from {since} on, but for 1.13.0, it takes the groups of the node's primary interface"))
            .edit(Edit::set(Pointer::from_text("/spec/podNetwork/securityGroups"), "use", "cluster"), |field| {
                format!("write {field}, `use: nodeGroup` or ids, or upgrade the CNI")
            })
    };
    Some(diagnostic.at(Pointer::from_text("/spec/podNetwork/securityGroups/use")))
}

/// Variables of aws-node that custom networking does not work with.
fn breaking_variables(spec: &Spec) -> Vec<Diagnostic> {
    const BREAKING: &[(&str, &str, &str)] = &[
        ("ENABLE_IPv6", "true", "aws-node does not start with IPv6 and custom networking together"),
        ("ENABLE_IPv4", "false", "aws-node then gives pods no IPv4 addresses"),
        (
            "DISABLE_NETWORK_RESOURCE_PROVISIONING",
            "true",
            "aws-node then makes no interfaces, so pods get no addresses",
        ),
    ];
    BREAKING
        .iter()
        .filter(|(name, value, _)| spec.cni.env.get(*name).is_some_and(|found| found.eq_ignore_ascii_case(value)))
        .map(|(name, value, why)| {
            Diagnostic::error(
                Code::CniEnvironment,
                format!("custom networking does not work with `{name}` at `{value}`"),
            )
            .at(Pointer::from_text("/spec/cni/env").key(name))
            .note(*why)
            .help("remove it")
        })
        .collect()
}

fn environment_names(spec: &Spec) -> Vec<Diagnostic> {
    let cni = &spec.cni;
    let owned = |field: &str, name: &str, set: bool| {
        let variable = environment(name).filter(|variable| set && !variable.is_read_by(&cni.version))?;
        Some(too_new(variable, spec, at(field)).label(format!("sets `{name}`")))
    };
    let warm = &cni.warm;
    let mut found: Vec<Diagnostic> = [
        owned("maxEni", "MAX_ENI", cni.max_eni.is_some()),
        owned("securityGroupsForPods", "ENABLE_POD_ENI", cni.security_groups_for_pods),
        owned("warm/eniTarget", "WARM_ENI_TARGET", warm.eni_target.is_some()),
        owned("warm/ipTarget", "WARM_IP_TARGET", warm.ip_target.is_some()),
        owned("warm/minimumIpTarget", "MINIMUM_IP_TARGET", warm.minimum_ip_target.is_some()),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (name, value) in &cni.env {
        let place = Place::key(at("env").key(name));
        if value.contains('\0') {
            found.push(
                Diagnostic::error(Code::CniEnvironment, format!("the value of `{name}` has a NUL character in it"))
                    .at(at("env").key(name))
                    .note("no process can have one in its environment: the container would not start")
                    .write_as(value.replace('\0', ""), |_| "remove `\\0` from the value".to_owned()),
            );
        }
        let Some(variable) = environment(name) else {
            let diagnostic = Diagnostic::error(Code::CniEnvironment, format!("aws-node reads no variable `{name}`"))
                .at(place)
                .note("the CNI ignores what it does not know, so that the setting would have no effect");
            let near = if name.len() <= 100 { near_environment(name, 3) } else { Vec::new() };
            found.push(match near.as_slice() {
                [] => diagnostic.remove_as("remove it; the CNI's README lists the names"),
                close => diagnostic.meant(close),
            });
            continue;
        };
        match variable.set_by {
            Some("podnet") => found.push(
                Diagnostic::error(Code::CniEnvironment, format!("`{name}` is set by podnet"))
                    .at(place)
                    .note("whether nodes find their ENIConfig depends on it")
                    .remove(),
            ),
            Some(field) => found.push(
                Diagnostic::error(Code::CniEnvironment, format!("`{name}` has a field of its own"))
                    .at(place)
                    .note("max pods or the pods' way out depend on it")
                    .help(format!("set `{field}` instead")),
            ),
            None if !variable.is_read_by(&cni.version) => found.push(too_new(variable, spec, place)),
            None => {}
        }
    }
    found
}

fn too_new(variable: &EnvironmentVariable, spec: &Spec, place: impl Into<Place>) -> Diagnostic {
    Diagnostic::error(Code::CniEnvironment, format!("CNI {} does not read `{}`", spec.cni.version, variable.name))
        .at(place)
        .related(at("version"), "the version")
        .note(format!("it is read from CNI {} on", variable.since))
        .remove_as("remove it, or upgrade the CNI")
}

fn egress(spec: &Spec) -> Vec<Diagnostic> {
    match spec.pod_network.egress.snat {
        Snat::Node => Vec::new(),
        Snat::External => without_route_table(spec).into_iter().chain(useless_exclusions(spec)).collect(),
    }
}

/// Zones whose pods have no route of their own out of the VPC.
fn without_route_table(spec: &Spec) -> Vec<Diagnostic> {
    let zones = spec.zones.iter().enumerate().filter(|(_, zone)| zone.pod_route_table_id.is_none());
    zones
        .map(|(number, zone)| {
            Diagnostic::error(Code::CniRouteTable, format!("pods of `{}` have no route table of their own", zone.name))
                .at(Pointer::from_text("/spec/zones").index(number).key("name"))
                .related(Pointer::from_text("/spec/podNetwork/egress/snat"), "pods leave by their own subnet's route")
                .note("the VPC's main route table rarely has a NAT gateway, and without one pods cannot leave the VPC")
                .help("add `podRouteTableId:` with a table that routes 0.0.0.0/0 to a NAT gateway")
        })
        .collect()
}

fn useless_exclusions(spec: &Spec) -> Option<Diagnostic> {
    (!spec.pod_network.egress.exclude_snat_cidrs.is_empty()).then(|| {
        Diagnostic::error(Code::CniEnvironment, "`excludeSnatCidrs` has no effect with `snat: external`")
            .at(Place::key(Pointer::from_text("/spec/podNetwork/egress/excludeSnatCidrs")))
            .remove_as("remove it: no packet is translated on the node")
    })
}
