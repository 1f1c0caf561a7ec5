//! Variables of aws-node that the spec sets: known to the version, not podnet's own, and none that breaks custom networking.

use super::field::at;
use crate::catalog::EnvironmentVariable;
use crate::catalog::cni::{environment, near_environment};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};
use crate::spec::Spec;

/// Checks every variable that the spec sets, by a field of its own or by name.
pub(crate) fn variables(spec: &Spec) -> Vec<Diagnostic> {
    let mut found = breaking(spec);
    found.extend(fields_too_new(spec));
    for (name, value) in &spec.cni.env {
        found.extend(nul(name, value));
        found.extend(by_name(spec, name));
    }
    found
}

/// Variables of aws-node that custom networking does not work with.
fn breaking(spec: &Spec) -> Vec<Diagnostic> {
    const BREAKING: &[(&str, &str, &str)] = &[
        ("ENABLE_IPv6", "true", "aws-node does not start with IPv6 and custom networking together"),
        ("ENABLE_IPv4", "false", "aws-node then gives pods no IPv4 addresses"),
        (
            "DISABLE_NETWORK_RESOURCE_PROVISIONING",
            "true",
            "aws-node then creates no interfaces, so pods get no addresses",
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

/// Fields of the spec that set a variable which this version does not read.
fn fields_too_new(spec: &Spec) -> Vec<Diagnostic> {
    let cni = &spec.cni;
    let warm = &cni.warm;
    let fields = [
        ("maxEni", "MAX_ENI", cni.max_eni.is_some()),
        ("securityGroupsForPods", "ENABLE_POD_ENI", cni.security_groups_for_pods),
        ("warm/eniTarget", "WARM_ENI_TARGET", warm.eni_target.is_some()),
        ("warm/ipTarget", "WARM_IP_TARGET", warm.ip_target.is_some()),
        ("warm/minimumIpTarget", "MINIMUM_IP_TARGET", warm.minimum_ip_target.is_some()),
    ];
    let unread = fields.into_iter().filter(|(.., set)| *set).filter_map(|(field, name, _)| {
        let variable = environment(name).filter(|variable| !variable.is_read_by(&cni.version))?;
        Some(too_new(variable, spec, at(field)).label(format!("sets `{name}`")))
    });
    unread.collect()
}

fn nul(name: &str, value: &str) -> Option<Diagnostic> {
    value.contains('\0').then(|| {
        Diagnostic::error(Code::CniEnvironment, format!("the value of `{name}` contains a NUL character"))
            .at(at("env").key(name))
            .note("environment variables cannot contain one: the container would not start")
            .write_as(value.replace('\0', ""), |_| "remove `\\0` from the value".to_owned())
    })
}

/// A variable by its name: unknown, podnet's own, with a field of its own, or too new.
fn by_name(spec: &Spec, name: &str) -> Option<Diagnostic> {
    let place = Place::key(at("env").key(name));
    let Some(variable) = environment(name) else { return Some(unknown(name, place)) };
    match variable.set_by {
        Some("podnet") => Some(
            Diagnostic::error(Code::CniEnvironment, format!("podnet sets `{name}` itself"))
                .at(place)
                .note("nodes need it to find their ENIConfig")
                .remove(),
        ),
        Some(field) => Some(
            Diagnostic::error(Code::CniEnvironment, format!("the spec has a field for `{name}`"))
                .at(place)
                .note("max pods or the pods' egress depend on it")
                .help(format!("set `{field}` instead")),
        ),
        None => (!variable.is_read_by(&spec.cni.version)).then(|| too_new(variable, spec, place)),
    }
}

fn unknown(name: &str, place: Place) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::CniEnvironment, format!("aws-node reads no variable `{name}`"))
        .at(place)
        .note("the CNI ignores unknown variables, so the setting would have no effect");
    // What is longer than any variable's name is no slip in one, and costs time to compare.
    let near = if name.len() <= 100 { near_environment(name, 3) } else { Vec::new() };
    match near.as_slice() {
        [] => diagnostic.remove_as("remove it; the CNI's README lists the names"),
        close => diagnostic.meant(close),
    }
}

fn too_new(variable: &EnvironmentVariable, spec: &Spec, place: impl Into<Place>) -> Diagnostic {
    Diagnostic::error(Code::CniEnvironment, format!("CNI {} does not read `{}`", spec.cni.version, variable.name))
        .at(place)
        .related(at("version"), "the version")
        .note(format!("CNI {} was the first to read it", variable.since))
        .remove_as("remove it, or upgrade the CNI")
}
