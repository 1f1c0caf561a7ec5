//! What runs, as far as the committed output says: nodes and pods by node group, ENIConfig and pod subnet.

use std::collections::BTreeMap;

use serde_json::Value;

use super::output::Output;
use super::template::Resource;
use crate::change::effect::{Touched, TouchedGroups};
use crate::files::GroupClaim;

/// What runs, at most: node groups by logical id.
#[derive(Debug, Default)]
pub(in crate::change) struct Running {
    groups: BTreeMap<String, GroupClaim>,
    /// Whether the output has ENIConfigs or node groups: before that, nothing uses what podnet made.
    begun: bool,
}

impl Running {
    /// Takes what an output has.
    pub fn of(output: &Output) -> Self {
        let configs = output.objects.keys().any(|name| name.starts_with("ENIConfig "));
        Self { groups: output.groups.clone(), begun: configs || output.templates.values().any(starts_nodes) }
    }

    /// Whether anything can run.
    pub fn anything(&self) -> bool {
        self.begun
    }

    /// The nodes of one group: as many as it has at most, by the manifest, else by its resource.
    pub fn group(&self, name: &str, resource: &Resource) -> TouchedGroups {
        let size = |pointer: &str| {
            let value = resource.properties.pointer(pointer)?;
            value.as_u64().or_else(|| value.as_str()?.parse().ok())
        };
        let touched = self.groups.get(name).map_or_else(
            || Touched { nodes: size("/ScalingConfig/MaxSize").or_else(|| size("/MaxSize")).unwrap_or(0), pods: 0 },
            of,
        );
        [(name.to_owned(), touched)].into_iter().collect()
    }

    /// All nodes.
    pub fn all(&self) -> TouchedGroups {
        self.those(|_| true)
    }

    /// The nodes whose pods have addresses of a pod subnet, by its logical id.
    pub fn in_pod_subnet(&self, name: &str) -> TouchedGroups {
        self.those(|group| group.pod_subnets.iter().any(|subnet| subnet == name))
    }

    /// The nodes that use an ENIConfig.
    pub fn with_eni_config(&self, name: &str) -> TouchedGroups {
        self.those(|group| group.eni_configs.iter().any(|config| config == name))
    }

    fn those(&self, which: impl Fn(&GroupClaim) -> bool) -> TouchedGroups {
        let groups = self.groups.iter().filter(|(_, group)| which(group));
        groups.map(|(name, group)| (name.clone(), of(group))).collect()
    }
}

fn of(group: &GroupClaim) -> Touched {
    let nodes = u64::from(group.nodes);
    Touched { nodes, pods: nodes.saturating_mul(u64::from(group.pods_per_node)) }
}

/// Whether a template has nodes.
fn starts_nodes(document: &Value) -> bool {
    let resources = document.get("Resources").and_then(Value::as_object);
    resources.is_some_and(|resources| {
        resources.values().filter_map(|resource| resource.get("Type")?.as_str()).any(super::template::has_nodes)
    })
}
