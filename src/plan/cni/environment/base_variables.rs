//! Whether a base manifest sets something else than the plan counts on.

use super::rules::wrong_value;
use super::written::WrittenVariables;
use crate::aws_node::{BaseVariable, VariableValue};
use crate::catalog::EnvironmentVariable;
use crate::catalog::cni::{environment, near_environment};
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::spec::{SelectBy, Spec};

/// Compares a base manifest's variables with what is written in their place. A value that somebody chose there, which is
/// neither the CNI's default nor what release manifests have, is an error where it contradicts the plan: it would be replaced,
/// and whoever chose it would not get it. What `cni.env` sets by name counts before the base.
pub(crate) fn base_variables(spec: &Spec, written: &WrittenVariables, base: &[BaseVariable]) -> Vec<Diagnostic> {
    base.iter().filter_map(|found| base_variable(spec, written, found)).collect()
}

fn base_variable(spec: &Spec, written: &WrittenVariables, found: &BaseVariable) -> Option<Diagnostic> {
    let BaseVariable { container, name, value, place } = found;
    let Some(variable) = environment(name) else { return slip(name).map(|slip| slip.at(place.clone())) };
    let VariableValue::Text(value) = value else { return None };
    if !variable.containers.contains(container) || spec.cni.env.contains_key(name) {
        return None;
    }
    if let Some(wrong) = wrong_value(name, value, place.clone()) {
        return Some(wrong);
    }
    let planned = written.of(*container).get(name)?;
    let usual = [Some(planned.as_str()), variable.default, variable.written];
    if usual.into_iter().flatten().any(|usual| variable.same(usual, value)) || is_off(variable, value) {
        return None;
    }
    Some(
        match name.as_str() {
            "ENI_CONFIG_ANNOTATION_DEF" => annotation(name, value),
            _ => contradiction(variable, value, planned),
        }
        .at(place.clone()),
    )
}

/// A name near a known one is probably a slip for it. Other unknown names belong to whoever wrote the manifest.
fn slip(name: &str) -> Option<Diagnostic> {
    let close = near_environment(name, 3);
    (!close.is_empty()).then(|| {
        Diagnostic::warning(Code::CniUnknownVariable, format!("aws-node reads no variable `{name}`"))
            .note("the CNI ignores unknown variables, so the setting has no effect")
            .help(format!("did you mean {}?", one_of(&close)))
    })
}

/// Numbers that mean "not set": targets of 0, and a limit of interfaces below 1.
fn is_off(variable: &EnvironmentVariable, value: &str) -> bool {
    let number = value.parse::<i64>().ok();
    match variable.name {
        "MAX_ENI" => number.is_some_and(|number| number < 1),
        "WARM_IP_TARGET" | "MINIMUM_IP_TARGET" => number.is_some_and(|number| number <= 0),
        _ => false,
    }
}

fn annotation(name: &str, value: &str) -> Diagnostic {
    Diagnostic::remark(Code::CniAnnotationRemoved, format!("`{name}` is set back to its default"))
        .label(format!("was `{value}`"))
        .note("a node annotation of that name would override the label that selects the ENIConfig")
}

fn contradiction(variable: &EnvironmentVariable, value: &str, planned: &str) -> Diagnostic {
    let name = variable.name;
    let planned = if planned.is_empty() { "nothing".to_owned() } else { format!("`{planned}`") };
    let diagnostic = Diagnostic::error(
        Code::CniBaseManifest,
        format!("the base manifest sets `{name}` to `{value}`, the plan to {planned}"),
    )
    .note("max pods, addresses, egress or the ENIConfigs of nodes depend on it, and podnet would replace it");
    let set = match variable.set_by {
        Some("podNetwork.selectBy") => format!("podNetwork.{}", SelectBy::field(value)),
        Some("podnet") => return diagnostic.help("remove it here: podnet sets it itself"),
        Some("podNetwork.egress.snat") => "podNetwork.egress.snat: external".to_owned(),
        Some("podNetwork.egress.excludeSnatCidrs") => format!("podNetwork.egress.excludeSnatCidrs: [{value}]"),
        Some(field @ ("cni.prefixDelegation" | "cni.securityGroupsForPods")) => format!("{field}: true"),
        Some(field) => format!("{field}: {value}"),
        None => format!("cni.env.{name}: \"{value}\""),
    };
    diagnostic.help(format!("write `{set}` in the spec, or remove it here"))
}
