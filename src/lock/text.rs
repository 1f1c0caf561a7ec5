//! The lock's text: canonical, sorted, one line an entry, so that two branches that both allocate conflict in git.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Allocation, Allowance, ClusterBinding, Lock, LockedConfig, LockedGroup, Worn, seal};
use crate::address::Cidr;
use crate::ids::{InstanceTypeName, PodSubnetKey, SecurityGroupId};
use crate::source::scalar::{scalar, single_quoted};
use crate::spec::SelectBy;

/// A part of the file: a field, or a section with a line for each entry.
pub(super) enum LockPart {
    Field(Line),
    Section {
        name: &'static str,
        lines: Vec<Line>,
        /// On a line of its own, where the whole section has one.
        seal: Option<String>,
    },
}

/// A line: a key and what it says.
pub(super) struct Line {
    key: String,
    says: Says,
    /// Of what it says, at its end.
    seal: Option<String>,
}

/// What a line says, by name: texts, and lists of texts.
type Fields = Vec<(&'static str, Value)>;

/// What a line says.
enum Says {
    Number(u32),
    Text(String),
    Fields(Fields),
    /// A resource as JSON: too long to be shown.
    Resource(String),
}

impl Line {
    fn text(key: &str, value: impl Into<String>) -> Self {
        Self { key: key.to_owned(), says: Says::Text(value.into()), seal: None }
    }

    fn sealed(key: &str, fields: Fields, seal: String) -> Self {
        Self { key: key.to_owned(), says: Says::Fields(fields), seal: Some(seal) }
    }

    /// Its key as YAML.
    pub(super) fn key(&self) -> String {
        scalar(&self.key)
    }

    /// What it says, without the seal: that follows from the rest.
    pub(super) fn says(&self) -> String {
        match &self.says {
            Says::Number(number) => number.to_string(),
            Says::Text(text) => scalar(text),
            Says::Fields(fields) => flow(fields),
            Says::Resource(json) => flow(&vec![("resource", json!(fingerprint(json)))]),
        }
    }

    /// Its key and what it says as data.
    pub(super) fn claim(&self) -> (String, Value) {
        let says = match &self.says {
            Says::Number(number) => json!(number),
            Says::Text(text) => json!(text),
            Says::Resource(json) => json!({"resource": fingerprint(json)}),
            Says::Fields(fields) => fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        };
        (self.key.clone(), says)
    }

    /// The whole line.
    fn whole(&self) -> String {
        let says = match (&self.says, &self.seal) {
            (Says::Fields(fields), Some(seal)) => {
                let seal = ("seal", json!(seal));
                flow(&fields.iter().cloned().chain([seal]).collect::<Vec<_>>())
            }
            (Says::Resource(json), Some(seal)) => {
                format!("{{resource: {}, seal: {}}}", single_quoted(json), scalar(seal))
            }
            _ => self.says(),
        };
        format!("{}: {says}", self.key())
    }
}

fn flow(fields: &Fields) -> String {
    let text = |value: &Value| scalar(value.as_str().unwrap_or_default());
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| match value {
            Value::Array(list) => format!("{name}: [{}]", list.iter().map(text).collect::<Vec<_>>().join(", ")),
            Value::Number(number) => format!("{name}: {number}"),
            value => format!("{name}: {}", text(value)),
        })
        .collect();
    format!("{{{}}}", fields.join(", "))
}

/// What stands for a resource where it is too long to be shown.
fn fingerprint(json: &str) -> String {
    seal::digits(json)
}

/// Writes a lock's text.
pub fn write(lock: &Lock) -> String {
    let mut out = String::from("# Written by podnet; commit it with the spec. Ranges in it never move.\n");
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{text}");
    };
    for part in parts(lock) {
        match part {
            LockPart::Field(field) => line(format_args!("{}", field.whole())),
            LockPart::Section { name, lines, .. } if lines.is_empty() => line(format_args!("{name}: {{}}")),
            LockPart::Section { name, lines, seal } => {
                line(format_args!("{name}:"));
                for entry in &lines {
                    line(format_args!("  {}", entry.whole()));
                }
                if let Some(seal) = &seal {
                    line(format_args!("  seal: {}", scalar(seal)));
                }
            }
        }
    }
    out
}

/// What a lock has, in the order of its file.
pub(super) fn parts(lock: &Lock) -> Vec<LockPart> {
    let mut parts = vec![
        LockPart::Field(Line { key: "version".to_owned(), says: Says::Number(lock.version), seal: None }),
        LockPart::Field(Line::text("cluster", &lock.cluster)),
        LockPart::Field(Line::text("catalog", &lock.catalog)),
    ];
    parts.extend(lock.select_by.as_ref().map(|by| {
        LockPart::Field(match by {
            SelectBy::Zone => Line::text("selectBy", "zone"),
            SelectBy::Name => Line::text("selectBy", "name"),
            SelectBy::Label(label) => {
                let says = Says::Fields(vec![("label", json!(label.as_str()))]);
                Line { key: "selectBy".to_owned(), says, seal: None }
            }
        })
    }));
    parts.push(sorted("allocations", allocations(lock)));
    if !lock.existing.is_empty() {
        parts.push(sorted("existing", existing(lock)));
    }
    if !lock.released.is_empty() {
        parts.push(sorted("released", released(lock)));
    }
    parts.push(sorted("bindings", bindings(lock)));
    for (name, lines) in [
        ("securityGroups", security_groups(lock)),
        ("eniConfigs", eni_configs(lock)),
        ("nodeGroups", node_groups(lock)),
        ("nodeResources", node_resources(lock)),
        ("releasedNames", released_names(lock)),
    ] {
        if !lines.is_empty() {
            parts.push(sorted(name, lines));
        }
    }
    if !lock.allowances.is_empty() {
        parts.push(sorted("allowances", allowances(lock)));
    }
    if !lock.environment.is_empty() {
        parts.push(sorted("environment", environment(lock)));
    }
    parts.extend(lock.cluster_access.as_ref().map(|access| cluster_access(&lock.cluster, access)));
    parts
}

fn sorted(name: &'static str, mut lines: Vec<Line>) -> LockPart {
    lines.sort_by(|one, other| one.key.cmp(&other.key));
    LockPart::Section { name, lines, seal: None }
}

fn allocations(lock: &Lock) -> Vec<Line> {
    let line = |(key, entry): (_, &Allocation)| {
        let seal = seal::allocation(&lock.cluster, key, entry);
        let mut fields = vec![("cidr", json!(entry.cidr.to_string())), ("state", json!(entry.state.as_str()))];
        fields.extend(entry.subnet_id.as_ref().map(|id| ("subnetId", json!(id.as_str()))));
        fields.extend(entry.reservations.written().map(|word| ("reservations", json!(word))));
        fields.extend(entry.route_table_id.as_ref().map(|id| ("routeTableId", json!(id.as_str()))));
        fields.extend(entry.zone_id.as_ref().map(|id| ("zoneId", json!(id.as_str()))));
        Line::sealed(&key.to_string(), fields, seal)
    };
    lock.allocations.iter().map(line).collect()
}

fn existing(lock: &Lock) -> Vec<Line> {
    let existing = lock.existing.iter();
    existing
        .map(|(id, cidr)| {
            let fields = vec![("cidr", json!(cidr.to_string()))];
            Line::sealed(id.as_str(), fields, seal::existing(&lock.cluster, id, *cidr))
        })
        .collect()
}

fn released(lock: &Lock) -> Vec<Line> {
    let line = |(key, cidr): (&PodSubnetKey, &Cidr)| {
        let fields = vec![("cidr", json!(cidr.to_string()))];
        Line::sealed(&key.to_string(), fields, seal::released(&lock.cluster, key, *cidr))
    };
    lock.released.iter().map(line).collect()
}

fn bindings(lock: &Lock) -> Vec<Line> {
    let bindings = lock.bindings.iter();
    bindings
        .map(|(output, id)| Line::sealed(output, vec![("id", json!(id))], seal::binding(&lock.cluster, output, id)))
        .collect()
}

fn security_groups(lock: &Lock) -> Vec<Line> {
    let line = |(group, worn): (&String, &Worn)| {
        let fields = vec![("by", json!(worn.by.as_str())), ("state", json!(worn.state.as_str()))];
        Line::sealed(group, fields, seal::worn(&lock.cluster, group, worn))
    };
    lock.security_groups.iter().map(line).collect()
}

fn eni_configs(lock: &Lock) -> Vec<Line> {
    let line = |(name, config): (&String, &LockedConfig)| {
        let LockedConfig { key, subnet_id, security_group_ids, state } = config;
        let fields = vec![
            ("of", json!(key.to_string())),
            ("subnetId", json!(subnet_id.as_str())),
            ("securityGroupIds", ids(security_group_ids)),
            ("state", json!(state.as_str())),
        ];
        Line::sealed(name, fields, seal::eni_config(&lock.cluster, name, config))
    };
    lock.eni_configs.iter().map(line).collect()
}

fn ids(ids: &[SecurityGroupId]) -> Value {
    ids.iter().map(SecurityGroupId::as_str).collect()
}

fn node_groups(lock: &Lock) -> Vec<Line> {
    let line = |(id, locked): (&String, &LockedGroup)| {
        let LockedGroup { state, group, successor_of, nodes, max_pods, instance_types, pod_subnets } = locked;
        let mut fields = vec![("state", json!(state.as_str())), ("group", json!(group.as_str()))];
        fields.extend(successor_of.iter().map(|first| ("successorOf", json!(first))));
        fields.extend([
            ("nodes", json!(nodes)),
            ("maxPods", json!(max_pods)),
            ("instanceTypes", instance_types.iter().map(InstanceTypeName::as_str).collect()),
            ("podSubnets", pod_subnets.iter().map(ToString::to_string).collect()),
        ]);
        Line::sealed(id, fields, seal::node_group(&lock.cluster, id, locked))
    };
    lock.node_groups.iter().map(line).collect()
}

fn node_resources(lock: &Lock) -> Vec<Line> {
    let line = |(id, resource): (&String, &String)| Line {
        key: id.clone(),
        says: Says::Resource(resource.clone()),
        seal: Some(seal::node_resource(&lock.cluster, id, resource)),
    };
    lock.node_resources.iter().map(line).collect()
}

fn released_names(lock: &Lock) -> Vec<Line> {
    let line = |name: &String| Line::sealed(name, Vec::new(), seal::released_name(&lock.cluster, name));
    lock.released_names.iter().map(line).collect()
}

fn allowances(lock: &Lock) -> Vec<Line> {
    let line = |(name, allowance): (&String, &Allowance)| {
        let Allowance { effect, file, before, after } = allowance;
        let mut fields = vec![("effect", json!(effect)), ("file", json!(file)), ("before", json!(before))];
        fields.extend(after.iter().map(|after| ("after", json!(after))));
        Line::sealed(name, fields, seal::allowance(&lock.cluster, name, allowance))
    };
    lock.allowances.iter().map(line).collect()
}

fn environment(lock: &Lock) -> Vec<Line> {
    let line = |name: &String| Line::sealed(name, Vec::new(), seal::environment(&lock.cluster, name));
    lock.environment.iter().map(line).collect()
}

fn cluster_access(cluster: &str, access: &ClusterBinding) -> LockPart {
    let mut lines = vec![
        Line::text("apiServerEndpoint", access.api_server_endpoint.as_str()),
        Line::text("certificateAuthority", access.certificate_authority.as_str()),
    ];
    lines.extend(access.service_cidr.map(|service| Line::text("serviceCidr", service.to_string())));
    LockPart::Section { name: "clusterAccess", lines, seal: Some(seal::access(cluster, access)) }
}
