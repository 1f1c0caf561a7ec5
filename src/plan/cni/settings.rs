//! The CNI's settings that max pods and the addresses of a node depend on, and whether its version can do what the spec asks.

use super::environment::spec_variables::variables;
use super::field::at;
use super::{egress, fallback_groups};
use crate::capacity::{NetworkSettings, WarmTargets};
use crate::catalog::Capability;
use crate::catalog::cni::{ManifestDefect, NEWEST_KNOWN, go_bool, manifest_defect};
use crate::diagnostic::{Checked, Code, Diagnostic, Edit};
use crate::source::{Place, Pointer};
use crate::spec::{Delivery, Spec, Warm};

/// Checks the CNI's version and settings, and gives those that max pods depends on.
pub(crate) fn settings(spec: &Spec) -> Checked<NetworkSettings> {
    let mut problems: Vec<Diagnostic> = version(spec).into_iter().collect();
    problems.extend(prefixes(spec));
    problems.extend(fallback_groups::fallback(spec));
    problems.extend(variables(spec));
    problems.extend(egress::egress(spec));
    let value = NetworkSettings {
        version: spec.cni.version.clone(),
        custom_networking: true,
        prefix_delegation: spec.cni.prefix_delegation,
        max_eni: spec.cni.max_eni,
        security_groups_for_pods: spec.cni.security_groups_for_pods,
        multi_nic: spec.cni.env.get("ENABLE_MULTI_NIC").is_some_and(|value| go_bool(value) == Some(true)),
    };
    Checked { value, problems }
}

/// The spec's warm targets as the model of the CNI takes them.
pub(crate) fn warm_targets(warm: &Warm) -> WarmTargets {
    let Warm { eni_target, ip_target, minimum_ip_target, prefix_target } = *warm;
    WarmTargets { eni_target, ip_target, minimum_ip_target, prefix_target }
}

fn version(spec: &Spec) -> Option<Diagnostic> {
    let version = &spec.cni.version;
    let since = Capability::CustomNetworking.since();
    if *version < since {
        return Some(
            Diagnostic::error(Code::CniVersion, format!("CNI {version} cannot select ENIConfigs by zone"))
                .at(at("version"))
                .note(format!("it needs CNI {since} or later"))
                .help(format!("upgrade the CNI first, then write its version here: `{since}` is enough, `{NEWEST_KNOWN}` is the newest known")),
        );
    }
    let defect = match spec.cni.delivery {
        Delivery::Patch => None,
        Delivery::Manifest => manifest_defect(version),
    };
    if let Some(ManifestDefect { why, help }) = defect {
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
            .note("podnet assumes the variables and defaults of the newest known release")
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
                .note(format!("CNI {since} introduced it"))
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
            Diagnostic::error(Code::CniPrefixDelegation, "without a target above 0, aws-node exits at startup")
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
                "the CNI ignores `eniTarget` together with address targets or prefixes",
            )
            .at(Place::key(at("warm/eniTarget")))
            .note(if cni.prefix_delegation {
                "with prefixes, `prefixTarget` sets how much a node keeps ready"
            } else {
                "`ipTarget` and `minimumIpTarget` set how much a node keeps ready"
            })
            .remove(),
        );
    }
    found
}
