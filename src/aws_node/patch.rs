//! Puts what must differ into a manifest.

use std::collections::BTreeMap;

use serde_json::Value;

use super::overrides::Overrides;
use super::reading::ManifestText;
use super::site::Site;
use super::{environment, image, waves};
use crate::catalog::cni::{Container, environment as environment_variable};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// Applies the overrides, and tells what a reviewer should know. `place` finds a path of an object in the text.
pub(super) fn apply(
    documents: &mut [Value],
    daemon_set: &Site,
    origin: Option<&ManifestText>,
    overrides: &Overrides,
) -> Vec<Diagnostic> {
    let place = |site: &Site, path: &str| origin.map(|origin| origin.place(site.document, &site.down(path)));
    let in_set = |path: &str| place(daemon_set, path);
    let mut diagnostics = Vec::new();
    for container in Container::ALL {
        let wanted = overrides.environment.get(&container);
        match container.find(documents, daemon_set) {
            Some(path) => {
                // Notes point into the text, so they are made before positions move.
                diagnostics.extend(environment::notes(documents, daemon_set, container, &path, overrides, &in_set));
                if let Some(found) = daemon_set.value_mut(documents, &path) {
                    environment::patch(found, wanted, &overrides.removed);
                }
            }
            None => diagnostics.extend(wanted.and_then(|wanted| absent(container, wanted, in_set("/metadata/name")))),
        }
    }
    diagnostics.extend(image::patch(documents, daemon_set, overrides, &in_set));
    diagnostics.extend(waves::patch(documents, daemon_set, &place));
    diagnostics
}

/// Variables of a container that is not there. A default needs nobody to be written to.
fn absent(container: Container, wanted: &BTreeMap<String, String>, place: Option<Place>) -> Option<Diagnostic> {
    let is_default = |name: &str, value: &str| {
        environment_variable(name).is_some_and(|known| known.default.is_some_and(|default| known.same(default, value)))
    };
    let set = wanted.iter().filter(|(name, value)| !is_default(name, value));
    let variables: Vec<String> = set.map(|(name, _)| format!("`{name}`")).collect();
    let name = container.as_str();
    (!variables.is_empty()).then(|| {
        Diagnostic::error(Code::CniBaseManifest, format!("the base manifest has no init container `{name}`"))
            .note(format!("{} must be set there", variables.join(", ")))
            .help("vendor the release manifest of CNI 1.7.0 or newer, or remove these variables from the spec")
            .at_known(place)
    })
}
