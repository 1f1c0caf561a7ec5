//! What is in a lock by its name: security groups and ENIConfigs.

use super::{Lock, State};
use crate::ids::SecurityGroupId;

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
}

impl Lock {
    /// Gives a security group (by its logical id or its id) or an ENIConfig (`ENIConfig us-west-2a`) back, which is retired: takes
    /// its line out, with its binding, and notes that it is no loss.
    ///
    /// # Errors
    /// It is not in the lock, not retired, or an ENIConfig has it.
    pub fn release_name(&mut self, name: &str) -> Result<(), NotReleased> {
        let config = self.eni_configs.iter().find(|(config, _)| config_name(config) == name);
        let state = config.map(|(_, config)| config.state).or(self.security_groups.get(name).map(|worn| worn.state));
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
        self.security_groups.remove(name);
        self.bindings.remove(name);
        self.eni_configs.retain(|config, _| config_name(config) != name);
        self.released_names.insert(name.to_owned());
        Ok(())
    }
}
