//! What must differ from the base manifest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::site::{Site, is_named};
use crate::catalog::cni::Container;

/// What must differ from the base manifest. Everything else is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
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
