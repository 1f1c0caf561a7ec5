//! What holds for a variable's value wherever it is set.

use crate::catalog::EnvironmentVariable;
use crate::catalog::cni::{ValueForm, environment, go_bool};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// Variables that custom networking does not work with at one of their two values.
const BREAKING: [(&str, bool, &str); 4] = [
    ("ENABLE_IPv6", true, "aws-node does not start with IPv6 and custom networking together"),
    ("ENABLE_IPv4", false, "aws-node then gives pods no IPv4 addresses"),
    ("DISABLE_NETWORK_RESOURCE_PROVISIONING", true, "aws-node then creates no interfaces, so pods get no addresses"),
    ("ENABLE_IMDS_ONLY_MODE", true, "aws-node then creates no interfaces, so pods get no addresses"),
];

/// What is wrong with a value, wherever it is set; nothing where aws-node starts with it and custom networking works.
pub(super) fn wrong_value(name: &str, value: &str, place: Place) -> Option<Diagnostic> {
    let variable = environment(name)?;
    if !variable.values.takes(value) {
        return Some(refused(variable, value, place));
    }
    let (.., why) = BREAKING.iter().find(|(known, at, _)| *known == name && go_bool(value) == Some(*at))?;
    Some(
        Diagnostic::error(Code::CniEnvironment, format!("custom networking does not work with `{name}` at `{value}`"))
            .at(place)
            .note(*why)
            .help("remove it"),
    )
}

fn refused(variable: &EnvironmentVariable, value: &str, place: Place) -> Diagnostic {
    let name = variable.name;
    let note = match variable.values {
        ValueForm::Boolean => "aws-node logs an error, and uses the default",
        _ => "aws-node exits at startup with it, or uses the default",
    };
    Diagnostic::error(Code::CniEnvironment, format!("`{name}` cannot be `{value}`"))
        .at(place)
        .note(note)
        .help(format!("write {}", variable.values.described()))
}
