//! The lock's lines as they are read, each with its seal.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    Allocation, Allowance, ClusterBinding, GroupState, Lock, LockedConfig, LockedGroup, Reservations, State, Worn,
    WornBy, seal,
};
use crate::address::Cidr;
use crate::ids::{
    CertificateAuthority, Endpoint, InstanceTypeName, Name, PodSubnetKey, RouteTableId, SecurityGroupId, SubnetId,
    ZoneId,
};
use crate::source::Pointer;
use crate::spec::SelectBy;

/// The whole file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Lines {
    version: u32,
    pub(super) cluster: String,
    catalog: String,
    select_by: Option<SelectBy>,
    #[serde(default)]
    allocations: BTreeMap<PodSubnetKey, AllocationLine>,
    #[serde(default)]
    existing: BTreeMap<SubnetId, CidrLine>,
    #[serde(default)]
    released: BTreeMap<PodSubnetKey, CidrLine>,
    #[serde(default)]
    bindings: BTreeMap<String, BindingLine>,
    #[serde(default)]
    security_groups: BTreeMap<String, WornLine>,
    #[serde(default)]
    eni_configs: BTreeMap<String, ConfigLine>,
    #[serde(default)]
    node_groups: BTreeMap<String, GroupLine>,
    #[serde(default)]
    node_resources: BTreeMap<String, ResourceLine>,
    #[serde(default)]
    released_names: BTreeMap<String, NameLine>,
    #[serde(default)]
    allowances: BTreeMap<String, AllowanceLine>,
    #[serde(default)]
    environment: BTreeMap<String, NameLine>,
    cluster_access: Option<AccessLines>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AllocationLine {
    cidr: Cidr,
    state: State,
    subnet_id: Option<SubnetId>,
    #[serde(default)]
    reservations: Reservations,
    route_table_id: Option<RouteTableId>,
    zone_id: Option<ZoneId>,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CidrLine {
    cidr: Cidr,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BindingLine {
    id: String,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WornLine {
    by: WornBy,
    state: State,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConfigLine {
    of: PodSubnetKey,
    subnet_id: SubnetId,
    security_group_ids: Vec<SecurityGroupId>,
    state: State,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GroupLine {
    state: GroupState,
    group: Name,
    successor_of: Option<String>,
    nodes: u32,
    max_pods: u32,
    instance_types: Vec<InstanceTypeName>,
    pod_subnets: Vec<PodSubnetKey>,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceLine {
    resource: String,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowanceLine {
    effect: String,
    file: String,
    before: String,
    after: Option<String>,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameLine {
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AccessLines {
    api_server_endpoint: Endpoint,
    certificate_authority: CertificateAuthority,
    service_cidr: Option<Cidr>,
    seal: Option<String>,
}

impl Lines {
    /// The lines whose seal is not that of what they say.
    pub(super) fn broken(&self) -> Vec<Pointer> {
        let section = |name: &str| Pointer::root().key(name);
        let mut checked = Vec::new();
        for (key, line) in &self.allocations {
            let says = seal::allocation(&self.cluster, key, &line.allocation());
            checked.push((section("allocations").key(&key.to_string()), says, &line.seal));
        }
        for (id, line) in &self.existing {
            let says = seal::existing(&self.cluster, id, line.cidr);
            checked.push((section("existing").key(id.as_str()), says, &line.seal));
        }
        for (key, line) in &self.released {
            let says = seal::released(&self.cluster, key, line.cidr);
            checked.push((section("released").key(&key.to_string()), says, &line.seal));
        }
        for (output, line) in &self.bindings {
            let says = seal::binding(&self.cluster, output, &line.id);
            checked.push((section("bindings").key(output), says, &line.seal));
        }
        for (group, line) in &self.security_groups {
            let says = seal::worn(&self.cluster, group, &line.worn());
            checked.push((section("securityGroups").key(group), says, &line.seal));
        }
        for (name, line) in &self.eni_configs {
            let says = seal::eni_config(&self.cluster, name, &line.config());
            checked.push((section("eniConfigs").key(name), says, &line.seal));
        }
        for (id, line) in &self.node_groups {
            let says = seal::node_group(&self.cluster, id, &line.group());
            checked.push((section("nodeGroups").key(id), says, &line.seal));
        }
        for (id, line) in &self.node_resources {
            let says = seal::node_resource(&self.cluster, id, &line.resource);
            checked.push((section("nodeResources").key(id), says, &line.seal));
        }
        for (name, line) in &self.released_names {
            let says = seal::released_name(&self.cluster, name);
            checked.push((section("releasedNames").key(name), says, &line.seal));
        }
        for (name, line) in &self.allowances {
            let says = seal::allowance(&self.cluster, name, &line.allowance());
            checked.push((section("allowances").key(name), says, &line.seal));
        }
        for (name, line) in &self.environment {
            let says = seal::environment(&self.cluster, name);
            checked.push((section("environment").key(name), says, &line.seal));
        }
        if let Some(lines) = &self.cluster_access {
            let says = seal::access(&self.cluster, &lines.binding());
            checked.push((section("clusterAccess"), says, &lines.seal));
        }
        // A line without a seal was not written by podnet either.
        let broken = checked.into_iter().filter(|(_, says, seal)| seal.as_ref() != Some(says));
        broken.map(|(line, ..)| line).collect()
    }

    /// The lines whose seal is that of what they say.
    pub(super) fn without_broken(mut self) -> Self {
        let broken: BTreeSet<Pointer> = self.broken().into_iter().collect();
        let kept = |section: &str, key: &str| !broken.contains(&Pointer::root().key(section).key(key));
        self.allocations.retain(|key, _| kept("allocations", &key.to_string()));
        self.existing.retain(|id, _| kept("existing", id.as_str()));
        self.released.retain(|key, _| kept("released", &key.to_string()));
        self.bindings.retain(|output, _| kept("bindings", output));
        self.security_groups.retain(|group, _| kept("securityGroups", group));
        self.eni_configs.retain(|name, _| kept("eniConfigs", name));
        self.node_groups.retain(|id, _| kept("nodeGroups", id));
        self.node_resources.retain(|id, _| kept("nodeResources", id));
        self.released_names.retain(|name, _| kept("releasedNames", name));
        self.allowances.retain(|name, _| kept("allowances", name));
        self.environment.retain(|name, _| kept("environment", name));
        self.cluster_access = self.cluster_access.filter(|_| !broken.contains(&Pointer::root().key("clusterAccess")));
        self
    }

    /// What the lines say.
    pub(super) fn lock(self) -> Lock {
        Lock {
            version: self.version,
            cluster: self.cluster,
            catalog: self.catalog,
            allocations: self.allocations.into_iter().map(|(key, line)| (key, line.allocation())).collect(),
            existing: self.existing.into_iter().map(|(id, line)| (id, line.cidr)).collect(),
            released: self.released.into_iter().map(|(key, line)| (key, line.cidr)).collect(),
            bindings: self.bindings.into_iter().map(|(output, line)| (output, line.id)).collect(),
            security_groups: self.security_groups.into_iter().map(|(group, line)| (group, line.worn())).collect(),
            eni_configs: self.eni_configs.into_iter().map(|(name, line)| (name, line.config())).collect(),
            node_groups: self.node_groups.into_iter().map(|(id, line)| (id, line.group())).collect(),
            node_resources: self.node_resources.into_iter().map(|(id, line)| (id, line.resource)).collect(),
            released_names: self.released_names.into_keys().collect(),
            allowances: self.allowances.into_iter().map(|(name, line)| (name, line.allowance())).collect(),
            environment: self.environment.into_keys().collect(),
            select_by: self.select_by,
            cluster_access: self.cluster_access.as_ref().map(AccessLines::binding),
        }
    }
}

impl AllocationLine {
    fn allocation(&self) -> Allocation {
        Allocation {
            cidr: self.cidr,
            state: self.state,
            subnet_id: self.subnet_id.clone(),
            reservations: self.reservations,
            route_table_id: self.route_table_id.clone(),
            zone_id: self.zone_id.clone(),
        }
    }
}

impl WornLine {
    fn worn(&self) -> Worn {
        Worn { by: self.by, state: self.state }
    }
}

impl ConfigLine {
    fn config(&self) -> LockedConfig {
        LockedConfig {
            key: self.of.clone(),
            subnet_id: self.subnet_id.clone(),
            security_group_ids: self.security_group_ids.clone(),
            state: self.state,
        }
    }
}

impl GroupLine {
    fn group(&self) -> LockedGroup {
        LockedGroup {
            state: self.state,
            group: self.group.clone(),
            successor_of: self.successor_of.clone(),
            nodes: self.nodes,
            max_pods: self.max_pods,
            instance_types: self.instance_types.clone(),
            pod_subnets: self.pod_subnets.clone(),
        }
    }
}

impl AllowanceLine {
    fn allowance(&self) -> Allowance {
        Allowance {
            effect: self.effect.clone(),
            file: self.file.clone(),
            before: self.before.clone(),
            after: self.after.clone(),
        }
    }
}

impl AccessLines {
    fn binding(&self) -> ClusterBinding {
        ClusterBinding {
            api_server_endpoint: self.api_server_endpoint.clone(),
            certificate_authority: self.certificate_authority.clone(),
            service_cidr: self.service_cidr,
        }
    }
}
