//! The ENIConfigs, and how nodes find theirs.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::plan::model::{EniConfig, GroupRef, PodSubnet, SecurityGroupPlan, Selection};
use crate::source::{Place, Pointer};
use crate::spec::{SelectBy, Spec};

/// The label that the CNI looks at unless told otherwise.
pub(crate) const NAME_LABEL: &str = "k8s.amazonaws.com/eniConfig";
const ZONE_LABEL: &str = "topology.kubernetes.io/zone";
const OLD_ZONE_LABEL: &str = "failure-domain.beta.kubernetes.io/zone";

/// Decides how nodes find their ENIConfig: by zone with one pool, by name with more, unless the spec says.
pub(crate) fn selection(spec: &Spec, problems: &mut Vec<Diagnostic>) -> Selection {
    let pools = spec.pod_network.pools.len();
    let by = spec.pod_network.selection();
    let grown = spec.pod_network.has_further();
    let one_a_zone = match by {
        SelectBy::Zone => true,
        SelectBy::Name => false,
    };
    if one_a_zone && grown {
        problems.push(
            Diagnostic::error(Code::CniEniConfig, "nodes of a zone cannot tell its pod subnets apart by their zone")
                .at(Pointer::from_text("/spec/podNetwork/selectBy"))
                .note("with `zone`, there is one ENIConfig a zone, so no further subnets")
                .edit(Edit::set(Pointer::from_text("/spec/podNetwork"), "selectBy", "name"), |field| {
                    format!("write {field}")
                }),
        );
    } else if one_a_zone && pools > 1 {
        problems.push(
            Diagnostic::error(
                Code::CniEniConfig,
                format!("nodes of a zone cannot tell {pools} pools apart by their zone"),
            )
            .at(Pointer::from_text("/spec/podNetwork/selectBy"))
            .note("with `zone`, there is one ENIConfig a zone, so one pool")
            .edit(Edit::set(Pointer::from_text("/spec/podNetwork"), "selectBy", "name"), |field| {
                format!("write {field}, or keep one pool")
            }),
        );
    }
    let stable = spec.kubernetes_version.stable_zone_label();
    let version = spec.kubernetes_version;
    let (label, how) = match (by, stable) {
        (SelectBy::Name, _) => (NAME_LABEL, "node groups label their nodes with the ENIConfig's name".to_owned()),
        (SelectBy::Zone, true) => (ZONE_LABEL, format!("Kubernetes {version} labels nodes with it (1.17 or later)")),
        (SelectBy::Zone, false) => (OLD_ZONE_LABEL, format!("Kubernetes {version} labels nodes with it (before 1.17)")),
    };
    let zone_label = if stable { ZONE_LABEL } else { OLD_ZONE_LABEL }.to_owned();
    Selection { by, label: label.to_owned(), zone_label, how }
}

/// Most characters of a node label's value.
const LABEL_CHARACTERS: usize = 63;

/// The name of a subnet's ENIConfig with as much of the pool's name as a node label takes.
fn short(subnet: &PodSubnet) -> String {
    let further = subnet.further.as_ref().map_or_else(String::new, |further| format!("-{further}"));
    let zone: String = format!("{}{further}", subnet.zone).chars().take(LABEL_CHARACTERS).collect();
    let room = LABEL_CHARACTERS.saturating_sub(zone.len() + 1);
    let pool: String = subnet.pool.as_str().chars().take(room).collect();
    match pool.trim_end_matches('-') {
        "" => zone,
        pool => format!("{pool}-{zone}"),
    }
}

/// Plans one ENIConfig for every pod subnet.
pub(crate) fn eni_configs(
    spec: &Spec,
    selection: &Selection,
    subnets: &[PodSubnet],
    groups: &SecurityGroupPlan,
    problems: &mut Vec<Diagnostic>,
) -> Vec<EniConfig> {
    let mut configs: BTreeMap<String, (EniConfig, Pointer)> = BTreeMap::new();
    for subnet in subnets {
        let at = Pointer::from_text("/spec/podNetwork/pools").key(subnet.pool.as_str());
        let special = spec.pod_network.pools.get(&subnet.pool).and_then(|pool| pool.zones.get(&subnet.zone));
        let further = subnet.further.as_ref().and_then(|name| special?.further.get(name));
        let zone_at = at.key("zones").key(subnet.zone.as_str());
        let (given, name_at) = match &subnet.further {
            Some(name) => (
                further.and_then(|further| further.eni_config_name.clone()),
                zone_at.key("further").key(name.as_str()).key("eniConfigName"),
            ),
            None => (special.and_then(|special| special.eni_config_name.clone()), zone_at.key("eniConfigName")),
        };
        let name = match (selection.by, given) {
            (SelectBy::Name, Some(name)) => name.to_string(),
            (SelectBy::Name, None) => subnet.key().parts().join("-"),
            (SelectBy::Zone, given) => {
                if let Some(given) = given.filter(|given| given.as_str() != subnet.zone.as_str()) {
                    problems.push(
                        Diagnostic::error(Code::CniEniConfig, format!("no node would find the ENIConfig `{given}`"))
                            .at(name_at.clone())
                            .note(format!("nodes look for one named like their zone, `{}`", subnet.zone))
                            .remove_as("remove the name, or write `selectBy: name`"),
                    );
                }
                subnet.zone.to_string()
            }
        };
        if name.len() > LABEL_CHARACTERS {
            problems.push(
                Diagnostic::error(
                    Code::CniEniConfig,
                    format!(
                        "the ENIConfig name `{name}` has {} characters, a node label takes {LABEL_CHARACTERS}",
                        name.len()
                    ),
                )
                .at(Place::key(at.clone()))
                .edit(Edit::set(name_at.parent().unwrap_or_default(), "eniConfigName", short(subnet)), |field| {
                    format!("shorten the pool's name, or write {field} in the zone")
                }),
            );
        }
        if name == "default" && spec.cni.security_groups_for_pods {
            problems.push(
                Diagnostic::warning(
                    Code::CniEniConfig,
                    "an ENIConfig named `default` takes every node that has no label",
                )
                .at(name_at.clone())
                .note("with security groups for pods, trunk interfaces then land in its subnet")
                .write_as(subnet.key().parts().join("-"), |name| format!("give it another name, such as {name}")),
            );
        }
        let wanted: BTreeSet<GroupRef> = special
            .and_then(|special| special.security_group_ids.clone())
            .map_or_else(|| groups.pods.iter().cloned().collect(), |ids| ids.into_iter().map(GroupRef::Id).collect());
        let needs_subnet = subnet.logical_id.iter().filter(|_| subnet.subnet_id.is_none()).cloned();
        let needs_groups = wanted.iter().filter_map(|group| match group {
            GroupRef::LogicalId(id) if groups.id_of(group).is_none() => Some(id.clone()),
            _ => None,
        });
        let config = EniConfig {
            name: name.clone(),
            pool: subnet.pool.clone(),
            zone: subnet.zone.clone(),
            further: subnet.further.clone(),
            subnet_id: subnet.subnet_id.clone(),
            needs: needs_subnet.chain(needs_groups).collect(),
            security_group_ids: wanted.iter().filter_map(|group| groups.id_of(group)).collect(),
        };
        // Several pools by zone were refused as such.
        let by_name = match selection.by {
            SelectBy::Zone => false,
            SelectBy::Name => true,
        };
        if let Some((other, there)) = configs.get(&name).filter(|_| by_name) {
            problems.push(
                Diagnostic::error(
                    Code::CniEniConfig,
                    format!("`{}` and `{}` would both have the ENIConfig `{name}`", subnet.key(), other.key()),
                )
                .at(name_at.clone())
                .related(there, "the other one")
                .write_as(subnet.key().parts().join("-"), |name| {
                    format!("give each an `eniConfigName` of its own, such as {name}")
                }),
            );
        }
        configs.insert(name, (config, name_at));
    }
    configs.into_values().map(|(config, _)| config).collect()
}
