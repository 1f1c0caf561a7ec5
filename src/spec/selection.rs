//! How nodes find their ENIConfig where the spec does not say.

use super::{SelectBy, Spec};
use crate::catalog::Capability;

impl Spec {
    /// How nodes find their ENIConfig: as the spec says; else as those that run do, where that can be; else by zone where every zone
    /// has one pod subnet, and by name where one has more.
    pub fn selection(&self, running: Option<&SelectBy>) -> SelectBy {
        let network = &self.pod_network;
        let one = network.pools.len() == 1 && !network.has_further();
        match (&network.select_by, running) {
            (Some(by), _) => by.clone(),
            (None, Some(SelectBy::Zone)) if one || self.has_winning_label() => SelectBy::Zone,
            (None, Some(SelectBy::Name)) => SelectBy::Name,
            (None, _) if one => SelectBy::Zone,
            (None, _) => SelectBy::Name,
        }
    }

    /// Whether nodes can have a label that wins over the one that aws-node is told to look at.
    pub(crate) fn has_winning_label(&self) -> bool {
        self.cni.version.has(Capability::ExternalEniConfigLabel)
    }
}
