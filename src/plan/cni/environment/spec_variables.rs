//! Variables of aws-node that the spec sets: known to the version, not podnet's own, and none that breaks custom networking.

use super::rules::wrong_value;
use crate::catalog::EnvironmentVariable;
use crate::catalog::cni::{environment, near_environment};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};
use crate::spec::Spec;

/// A field of the section `cni`.
fn at(field: &str) -> Pointer {
    Pointer::from_text(format!("/spec/cni/{field}"))
}

/// Checks every variable that the spec sets, by a field of its own or by name.
pub(crate) fn variables(spec: &Spec) -> Vec<Diagnostic> {
    let mut found = fields_too_new(spec);
    for (name, value) in &spec.cni.env {
        let nul = nul(name, value);
        let by_name = by_name(spec, name);
        if nul.is_none() && by_name.is_none() {
            found.extend(wrong_value(name, value, at("env").key(name).into()));
        }
        found.extend(nul);
        found.extend(by_name);
    }
    found
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
                .note("max pods, the pods' egress or the ENIConfigs of nodes depend on it")
                .help(format!("set `{field}` instead")),
        ),
        None => (!variable.is_read_by(&spec.cni.version)).then(|| too_new(variable, spec, place)),
    }
}

/// An unknown variable that is near a known one is a slip. Another one may be for what runs in the container besides the CNI's own
/// code.
fn unknown(name: &str, place: Place) -> Diagnostic {
    let first = |character: char| character.is_ascii_alphabetic() || character == '_';
    let later = |character: char| first(character) || character.is_ascii_digit() || matches!(character, '-' | '.');
    if !(name.starts_with(first) && name.chars().all(later)) {
        return Diagnostic::error(Code::CniEnvironment, format!("`{name}` is not the name of an environment variable"))
            .at(place)
            .note("Kubernetes takes letters, digits, `_`, `-` and `.`, and no digit first")
            .remove();
    }
    let message = format!("aws-node reads no variable `{name}`");
    let near = near_environment(name, 3);
    match near.as_slice() {
        [] => Diagnostic::warning(Code::CniUnknownVariable, message)
            .at(place)
            .note("no release of the CNI is known to read it, so that it probably has no effect")
            .remove_as("remove it; if something in the container reads it, silence the warning with that reason"),
        close => Diagnostic::error(Code::CniEnvironment, message)
            .at(place)
            .note("the CNI ignores unknown variables, so the setting would have no effect")
            .meant(close),
    }
}

fn too_new(variable: &EnvironmentVariable, spec: &Spec, place: impl Into<Place>) -> Diagnostic {
    let version = &spec.cni.version;
    let diagnostic =
        Diagnostic::error(Code::CniEnvironment, format!("CNI {version} does not read `{}`", variable.name))
            .at(place)
            .related(at("version"), "the version");
    match &variable.gone {
        Some(gone) if version >= gone => {
            diagnostic.note(format!("CNI {gone} was the first that no longer does")).remove_as("remove it")
        }
        _ => diagnostic
            .note(format!("CNI {} was the first to read it", variable.since))
            .remove_as("remove it, or upgrade the CNI"),
    }
}
