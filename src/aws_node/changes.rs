//! What must differ from the base, and doing it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reading::Origin;
use super::shape::{Site, is_named};
use super::{environment, image, waves};
use crate::catalog::cni::Container;
use crate::diagnostic::{Code, Diagnostic, Place};

/// Where the containers whose environment podnet sets stand in the `DaemonSet`.
impl Container {
    /// Both.
    pub(super) const ALL: [Self; 2] = [Self::AwsNode, Self::Init];

    /// Gives the path of the list that it stands in.
    pub(super) const fn list(self) -> &'static str {
        match self {
            Self::AwsNode => "/spec/template/spec/containers",
            Self::Init => "/spec/template/spec/initContainers",
        }
    }

    /// Gives the path of a container of that list.
    pub(super) fn path(self, at: usize) -> String {
        format!("{}/{at}", self.list())
    }

    /// Finds the container's path in the `DaemonSet`.
    pub(super) fn find(self, documents: &[Value], daemon_set: &Site) -> Option<String> {
        let containers = daemon_set.value(documents, self.list())?.as_array()?;
        containers.iter().position(|container| is_named(container, self.as_str())).map(|at| self.path(at))
    }
}

/// What must differ from the base manifest. Everything else is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Variables to set, by container and name. One that is there keeps its position.
    pub environment: BTreeMap<Container, BTreeMap<String, String>>,
    /// Variables to take out of both containers, such as `ENI_CONFIG_ANNOTATION_DEF`. Setting wins over taking out.
    pub removed: BTreeSet<String>,
    /// The host of the region's EKS registry: `602401143452.dkr.ecr.eu-west-1.amazonaws.com`.
    pub registry_host: String,
    /// The hosts of every region's EKS registry. An image from one of them moves to `registry_host`; an image from
    /// any other host is a mirror, also when that host is a private ECR registry, and stays.
    pub known_hosts: BTreeSet<String>,
}

/// Applies the changes, and tells what a reviewer should know. `place` finds a path of an object in the text.
pub(super) fn apply(
    documents: &mut [Value],
    daemon_set: &Site,
    origin: Option<&Origin>,
    changes: &Changes,
) -> Vec<Diagnostic> {
    let place = |site: &Site, path: &str| origin.map(|origin| origin.place(site.document, &site.down(path)));
    let in_set = |path: &str| place(daemon_set, path);
    let mut diagnostics = Vec::new();
    for container in Container::ALL {
        let wanted = changes.environment.get(&container);
        match container.find(documents, daemon_set) {
            Some(path) => {
                // Notes point into the text, so they are made before positions move.
                diagnostics.extend(environment::notes(documents, daemon_set, container, &path, changes, &in_set));
                if let Some(found) = daemon_set.value_mut(documents, &path) {
                    environment::patch(found, wanted, &changes.removed);
                }
            }
            None => diagnostics.extend(
                wanted
                    .filter(|wanted| !wanted.is_empty())
                    .map(|wanted| absent(container, wanted, in_set("/metadata/name"))),
            ),
        }
    }
    diagnostics.extend(image::patch(documents, daemon_set, changes, &in_set));
    diagnostics.extend(waves::patch(documents, daemon_set, &place));
    diagnostics
}

/// Puts a diagnostic at a place, where there is one: a manifest that was changed already has none.
pub(super) fn placed(diagnostic: Diagnostic, place: Option<Place>) -> Diagnostic {
    match place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}

fn absent(container: Container, wanted: &BTreeMap<String, String>, place: Option<Place>) -> Diagnostic {
    let name = container.as_str();
    let variables = wanted.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let diagnostic =
        Diagnostic::error(Code::CniBaseManifest, format!("the base manifest has no init container `{name}`"))
            .note(format!("{variables} must be set there"))
            .help("vendor the release manifest of CNI 1.7.0 or newer, or leave these variables out of the spec");
    placed(diagnostic, place)
}
