//! What is in a lock by its name: node groups, security groups and ENIConfigs.

use super::{GroupState, Lock, State};
use crate::ids::{PodSubnetKey, SecurityGroupId};

/// How an ENIConfig is named among other names: `ENIConfig us-west-2a`.
pub(crate) fn config_name(name: &str) -> String {
    format!("ENIConfig {name}")
}

/// Why something cannot be given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotReleased {
    /// The lock does not have it.
    Unknown,
    /// The spec has it.
    Active,
    /// It is a security group that an ENIConfig gives to the interfaces of nodes.
    InConfig(String),
    /// A node group has it, or looks for it.
    InGroup(String),
}

impl Lock {
    /// Gives a node group (by its logical id), a security group (by its logical id or its id) or an ENIConfig (`ENIConfig us-west-2a`)
    /// back, which is retired: takes its line out, with its binding, and notes that it is no loss.
    ///
    /// # Errors
    /// It is not in the lock, not retired, or an ENIConfig or a node group has it.
    pub fn release_name(&mut self, name: &str) -> Result<(), NotReleased> {
        let config = self.eni_configs.iter().find(|(config, _)| config_name(config) == name);
        let nodes = self.node_groups.get(name).map(|group| group.state.of_all());
        let worn = self.security_groups.get(name).map(|worn| worn.state);
        let state = config.map(|(_, config)| config.state).or(worn).or(nodes);
        match state {
            None => return Err(NotReleased::Unknown),
            Some(State::Retired) => {}
            Some(State::Active | State::Reserved) => return Err(NotReleased::Active),
        }
        let id = self.bindings.get(name).map_or(name, String::as_str);
        let has = |id: &str, ids: &[SecurityGroupId]| ids.iter().any(|there| there.as_str() == id);
        if let Some((config, _)) = self.eni_configs.iter().find(|(_, config)| has(id, &config.security_group_ids)) {
            return Err(NotReleased::InConfig(config_name(config)));
        }
        let key = config.map(|(_, config)| &config.key);
        if let Some(group) = self.retired_nodes_with(key, id) {
            return Err(NotReleased::InGroup(group.to_owned()));
        }
        self.node_groups.remove(name);
        self.security_groups.remove(name);
        self.bindings.remove(name);
        self.eni_configs.retain(|config, _| config_name(config) != name);
        self.released_names.insert(name.to_owned());
        Ok(())
    }
    /// A retired node group whose nodes have pods in a pod subnet, or a security group by its id.
    pub(crate) fn retired_nodes_with(&self, key: Option<&PodSubnetKey>, security_group: &str) -> Option<&str> {
        let text = format!("\"{security_group}\"");
        let named = !security_group.is_empty();
        let wears = |id: &str| {
            let launch_template = format!("{id}LaunchTemplate");
            named && self.node_resources.get(&launch_template).is_some_and(|resource| resource.contains(&text))
        };
        let mut retired = self.node_groups.iter().filter(|(_, group)| group.state == GroupState::Retired);
        retired
            .find(|(id, group)| key.is_some_and(|key| group.pod_subnets.contains(key)) || wears(id))
            .map(|(id, _)| id.as_str())
    }
}
