//! The lock's lines as they stand in the file, each with its seal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::seal::seal;
use super::{Allocation, ClusterBinding, Lock, State};
use crate::address::Cidr;
use crate::ids::{CertificateAuthority, Endpoint, PodSubnetKey, SubnetId};
use crate::source::Pointer;
use crate::source::scalar::scalar;
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
    existing: BTreeMap<SubnetId, ExistingLine>,
    #[serde(default)]
    bindings: BTreeMap<String, BindingLine>,
    cluster_access: Option<AccessLines>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AllocationLine {
    cidr: Cidr,
    state: State,
    subnet_id: Option<SubnetId>,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExistingLine {
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
            let says = allocation(&self.cluster, key, line.cidr, line.state, line.subnet_id.as_ref());
            checked.push((section("allocations").key(&key.to_string()), says, &line.seal));
        }
        for (id, line) in &self.existing {
            let says = existing(&self.cluster, id, line.cidr);
            checked.push((section("existing").key(id.as_str()), says, &line.seal));
        }
        for (output, line) in &self.bindings {
            let says = binding(&self.cluster, output, &line.id);
            checked.push((section("bindings").key(output), says, &line.seal));
        }
        if let Some(lines) = &self.cluster_access {
            let says = access(&self.cluster, &lines.binding());
            checked.push((section("clusterAccess"), says, &lines.seal));
        }
        let broken = checked.into_iter().filter(|(_, says, seal)| seal.as_ref() != Some(says));
        broken.map(|(line, ..)| line).collect()
    }

    /// What the lines say.
    pub(super) fn lock(self) -> Lock {
        let allocation =
            |line: AllocationLine| Allocation { cidr: line.cidr, state: line.state, subnet_id: line.subnet_id };
        Lock {
            version: self.version,
            cluster: self.cluster,
            catalog: self.catalog,
            allocations: self.allocations.into_iter().map(|(key, line)| (key, allocation(line))).collect(),
            existing: self.existing.into_iter().map(|(id, line)| (id, line.cidr)).collect(),
            bindings: self.bindings.into_iter().map(|(output, line)| (output, line.id)).collect(),
            select_by: self.select_by,
            cluster_access: self.cluster_access.as_ref().map(AccessLines::binding),
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

fn allocation(cluster: &str, key: &PodSubnetKey, cidr: Cidr, state: State, subnet: Option<&SubnetId>) -> String {
    let subnet = subnet.map_or("", SubnetId::as_str);
    seal("allocation", cluster, &[&key.to_string(), &cidr.to_string(), state.as_str(), subnet])
}

fn existing(cluster: &str, id: &SubnetId, cidr: Cidr) -> String {
    seal("existing", cluster, &[id.as_str(), &cidr.to_string()])
}

fn binding(cluster: &str, output: &str, id: &str) -> String {
    seal("binding", cluster, &[output, id])
}

fn access(cluster: &str, access: &ClusterBinding) -> String {
    let service = access.service_cidr.map(|service| service.to_string()).unwrap_or_default();
    let (endpoint, authority) = (access.api_server_endpoint.as_str(), access.certificate_authority.as_str());
    seal("clusterAccess", cluster, &[endpoint, authority, &service])
}

/// Writes a lock's text: canonical, sorted, one line an entry.
pub fn write(lock: &Lock) -> String {
    let cluster = lock.cluster.as_str();
    let mut out = String::from("# Written by podnet; commit it with the spec. Ranges in it never move.\n");
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("version: {}", lock.version));
    line(format!("cluster: {}", scalar(cluster)));
    line(format!("catalog: {}", scalar(&lock.catalog)));
    if let Some(by) = lock.select_by {
        let word = match by {
            SelectBy::Zone => "zone",
            SelectBy::Name => "name",
        };
        line(format!("selectBy: {word}"));
    }
    let allocations = lock.allocations.iter().map(|(key, entry)| {
        let subnet =
            entry.subnet_id.as_ref().map_or_else(String::new, |id| format!(" subnetId: {},", scalar(id.as_str())));
        let (cidr, state) = (scalar(&entry.cidr.to_string()), entry.state.as_str());
        let seal = allocation(cluster, key, entry.cidr, entry.state, entry.subnet_id.as_ref());
        (key.to_string(), format!("{{cidr: {cidr}, state: {state},{subnet} seal: {}}}", scalar(&seal)))
    });
    line(section("allocations", allocations.collect()));
    if !lock.existing.is_empty() {
        let existing = lock.existing.iter().map(|(id, cidr)| {
            let seal = existing(cluster, id, *cidr);
            (id.to_string(), format!("{{cidr: {}, seal: {}}}", scalar(&cidr.to_string()), scalar(&seal)))
        });
        line(section("existing", existing.collect()));
    }
    let bindings = lock.bindings.iter().map(|(output, id)| {
        let seal = binding(cluster, output, id);
        (output.clone(), format!("{{id: {}, seal: {}}}", scalar(id), scalar(&seal)))
    });
    line(section("bindings", bindings.collect()));
    if let Some(found) = &lock.cluster_access {
        line("clusterAccess:".to_owned());
        line(format!("  apiServerEndpoint: {}", scalar(found.api_server_endpoint.as_str())));
        line(format!("  certificateAuthority: {}", scalar(found.certificate_authority.as_str())));
        if let Some(service) = found.service_cidr {
            line(format!("  serviceCidr: {}", scalar(&service.to_string())));
        }
        line(format!("  seal: {}", scalar(&access(cluster, found))));
    }
    out
}

fn section(name: &str, entries: BTreeMap<String, String>) -> String {
    if entries.is_empty() {
        return format!("{name}: {{}}");
    }
    entries.into_iter().fold(format!("{name}:"), |mut out, (key, value)| {
        // Writing to a string does not fail.
        let _ = write!(out, "\n  {}: {value}", scalar(&key));
        out
    })
}
