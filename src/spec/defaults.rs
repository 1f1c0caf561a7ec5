//! A spec with everything filled in that it does not say, and where each of those came from.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Cluster, Document, SelectBy};
use crate::address::Cidr;
use crate::source::Pointer;

/// A spec with everything filled in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Defaulted {
    /// The whole spec.
    pub value: Value,
    /// Where what the spec does not say came from, by its place. A place that is neither here nor in the spec's text
    /// has the field's own default.
    pub origins: BTreeMap<Pointer, String>,
}

/// How nodes reach the cluster, as the lock has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownAccess {
    /// The API server's address and certificate.
    pub cluster: Cluster,
    /// The range of Kubernetes services.
    pub service_cidr: Option<Cidr>,
}

/// Fills a spec in: the fields' own defaults, those that follow from other fields, and what `podnet bind` found out.
pub(crate) fn defaulted(document: &Document, known: Option<&KnownAccess>, running: Option<&SelectBy>) -> Defaulted {
    let mut filled = Defaulted { value: serde_json::to_value(document).unwrap_or_default(), origins: BTreeMap::new() };
    let spec = &document.spec;
    let root = Pointer::root().key("spec");
    let one_pool = spec.pod_network.pools.len() == 1;
    let (by, why) = match spec.selection(running) {
        by if running == Some(&by) => (if by.is_zone() { "zone" } else { "name" }, "as nodes do that run"),
        SelectBy::Zone => ("zone", "there is one pod subnet per zone"),
        SelectBy::Name if one_pool => ("name", "a zone has additional pod subnets"),
        SelectBy::Name | SelectBy::Label(_) => ("name", "there is more than one pool"),
    };
    filled.fill(&root.key("podNetwork"), "selectBy", json!(by), why);
    for number in 0..spec.node_groups.len() {
        let at = root.key("nodeGroups").index(number);
        if let (Some(pool), true) = (spec.pod_network.pools.keys().next(), one_pool) {
            filled.fill(&at, "pool", json!(pool), "the only one");
        }
        let zones: Vec<&str> = spec.zones.iter().map(|zone| zone.name.as_str()).collect();
        filled.fill(&at, "zones", json!(zones), "all of the spec's");
    }
    if let Some(KnownAccess { cluster, service_cidr }) = known {
        filled.fill(&root, "cluster", json!({}), "from the lock");
        let at = root.key("cluster");
        filled.fill(&at, "apiServerEndpoint", json!(cluster.api_server_endpoint), "from the lock");
        filled.fill(&at, "certificateAuthority", json!(cluster.certificate_authority), "from the lock");
        if let Some(service) = service_cidr {
            filled.fill(&root.key("vpc"), "serviceCidr", json!(service), "from the lock");
        }
    }
    filled
}

impl Defaulted {
    /// Sets a field that is not there, and says why.
    fn fill(&mut self, section: &Pointer, field: &str, value: Value, why: &str) {
        if let Some(Value::Object(fields)) = self.value.pointer_mut(section.as_str())
            && !fields.contains_key(field)
        {
            fields.insert(field.to_owned(), value);
            self.origins.insert(section.key(field), why.to_owned());
        }
    }
}
