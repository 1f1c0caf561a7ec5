//! The ENIConfigs.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Checked, Code, Diagnostic, Edit};
use crate::ids::{EniConfigName, Name, PodSubnetKey, SecurityGroupId};
use crate::lock::Lock;
use crate::plan::model::{EniConfig, GroupRef, PodSubnet, RetiredConfig, SecurityGroupPlan, Selection};
use crate::source::{Place, Pointer};
use crate::spec::Spec;

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

/// Plans one ENIConfig for every pod subnet, by name.
pub(crate) fn eni_configs(
    spec: &Spec,
    selection: &Selection,
    subnets: &[PodSubnet],
    groups: &SecurityGroupPlan,
    lock: &Lock,
) -> Checked<Vec<EniConfig>> {
    let mut configs: BTreeMap<String, (EniConfig, Pointer)> = BTreeMap::new();
    let Checked { value: homes, mut problems } = homes(selection, subnets, lock);
    for subnet in subnets {
        let written = WrittenConfig::of(spec, subnet);
        let home = homes.contains(&subnet.key());
        let name = if home {
            subnet.zone.to_string()
        } else {
            written.name.map_or_else(|| default_of(subnet), ToString::to_string)
        };
        problems.extend(unfound(subnet, &written).filter(|_| home));
        problems.extend(too_long(subnet, &written, &name));
        problems.extend(default_name(spec, subnet, &written, &name));
        let label = selection.first_label.as_ref().unwrap_or(&selection.label);
        let label = (!home).then(|| label.clone());
        let config = as_it_was(EniConfig { label, ..eni_config(subnet, groups, &written, name.clone()) }, lock);
        if let Some((other, there)) = configs.get(&name) {
            problems.push(same_name(&config, other, &written, there));
        }
        configs.insert(name, (config, written.name_at));
    }
    Checked { value: configs.into_values().map(|(config, _)| config).collect(), problems }
}

/// What the spec says of a subnet's ENIConfig.
struct WrittenConfig<'a> {
    name: Option<&'a EniConfigName>,
    /// Where the name is, or would be.
    name_at: Pointer,
    /// The security groups of the zone's pods.
    security_groups: Option<&'a Vec<SecurityGroupId>>,
}

impl<'a> WrittenConfig<'a> {
    fn of(spec: &'a Spec, subnet: &PodSubnet) -> Self {
        let zone_at = pool_at(subnet).key("zones").key(subnet.zone.as_str());
        let zone = spec.pod_network.pools.get(&subnet.pool).and_then(|pool| pool.zones.get(&subnet.zone));
        let security_groups = zone.and_then(|zone| zone.security_group_ids.as_ref());
        let (name, section) = match &subnet.further {
            Some(further) => (
                zone.and_then(|zone| zone.further.get(further)?.eni_config_name.as_ref()),
                zone_at.key("further").key(further.as_str()),
            ),
            None => (zone.and_then(|zone| zone.eni_config_name.as_ref()), zone_at),
        };
        Self { name, name_at: section.key("eniConfigName"), security_groups }
    }
}

fn pool_at(subnet: &PodSubnet) -> Pointer {
    Pointer::from_text("/spec/podNetwork/pools").key(subnet.pool.as_str())
}

/// The pod subnets whose ENIConfigs are named after zones, by which nodes find them; none by name.
///
/// One that has its zone's name keeps it. In other zones, it is of the same pool; before there is any, of the only pool, or of the
/// one that is called `default`.
fn homes(selection: &Selection, subnets: &[PodSubnet], lock: &Lock) -> Checked<BTreeSet<PodSubnetKey>> {
    let mut problems = Vec::new();
    if !selection.by_zone {
        return Checked { value: BTreeSet::new(), problems };
    }
    let named = lock.eni_configs.iter().filter(|(name, config)| config.key.zone.as_str() == *name);
    let named: BTreeMap<&str, &PodSubnetKey> = named.map(|(name, config)| (name.as_str(), &config.key)).collect();
    let pools: BTreeSet<&Name> = subnets.iter().map(|subnet| &subnet.pool).collect();
    let of_others = named.values().map(|key| &key.pool).find(|pool| pools.contains(pool));
    let only = pools.first().copied().filter(|_| pools.len() == 1);
    let called_default = pools.iter().copied().find(|pool| pool.as_str() == "default");
    let pool = of_others.or(only).or(called_default);
    if pool.is_none() && named.is_empty() {
        problems.push(
            Diagnostic::error(Code::CniEniConfig, "no pool says whose ENIConfigs are named after zones")
                .at(Pointer::from_text("/spec/podNetwork/selectBy"))
                .note("nodes of one pool find theirs by their zone, those of the others by a label that their node groups set")
                .edit(Edit::set(Pointer::from_text("/spec/podNetwork"), "selectBy", "name"), |field| {
                    format!("call that pool `default`, or write {field}")
                }),
        );
    }
    let is_home = |key: &PodSubnetKey| match named.get(key.zone.as_str()) {
        Some(there) if selection.first_label.is_some() => *there == key,
        Some(_) | None => key.further.is_none() && pool == Some(&key.pool),
    };
    Checked { value: subnets.iter().map(PodSubnet::key).filter(is_home).collect(), problems }
}

fn default_of(subnet: &PodSubnet) -> String {
    subnet.key().parts().join("-")
}

fn eni_config(subnet: &PodSubnet, groups: &SecurityGroupPlan, written: &WrittenConfig<'_>, name: String) -> EniConfig {
    let wanted: BTreeSet<GroupRef> = match written.security_groups {
        Some(ids) => ids.iter().map(|id| groups.of_id(id)).collect(),
        None => groups.pods.iter().cloned().collect(),
    };
    let needs_subnet = subnet.logical_id.iter().filter(|_| subnet.subnet_id.is_none()).cloned();
    let needs_groups = wanted.iter().filter_map(|group| groups.missing(group));
    EniConfig {
        name,
        pool: subnet.pool.clone(),
        zone: subnet.zone.clone(),
        label: None,
        zone_id: subnet.zone_id.clone(),
        further: subnet.further.clone(),
        subnet_id: subnet.subnet_id.clone(),
        needs: needs_subnet.chain(needs_groups).collect(),
        security_group_ids: wanted.iter().filter_map(|group| groups.id_of(group)).collect(),
        waits_for: Vec::new(),
    }
}

/// An ENIConfig that is written stays written: where it is to get what is not deployed yet, it keeps what it has until that is.
fn as_it_was(config: EniConfig, lock: &Lock) -> EniConfig {
    match lock.eni_configs.get(&config.name) {
        Some(written) if !config.needs.is_empty() => EniConfig {
            subnet_id: Some(written.subnet_id.clone()),
            security_group_ids: written.security_group_ids.clone(),
            waits_for: config.needs,
            needs: Vec::new(),
            ..config
        },
        _ => config,
    }
}

/// The ENIConfigs that the lock has and the spec no longer has.
pub(crate) fn retired_configs(lock: &Lock, selection: &Selection, configs: &[EniConfig]) -> Vec<RetiredConfig> {
    let gone = lock.eni_configs.iter().filter(|(name, _)| configs.iter().all(|config| config.name != **name));
    gone.map(|(name, written)| RetiredConfig {
        name: name.clone(),
        pool: written.key.pool.clone(),
        zone: written.key.zone.clone(),
        label: match &selection.first_label {
            Some(label) if *name != written.key.zone.as_str() => label.clone(),
            _ => selection.label.clone(),
        },
        subnet_id: written.subnet_id.clone(),
        security_group_ids: written.security_group_ids.clone(),
    })
    .collect()
}

fn unfound(subnet: &PodSubnet, written: &WrittenConfig<'_>) -> Option<Diagnostic> {
    let other = |name: &&EniConfigName| name.as_str() != subnet.zone.as_str();
    let given = written.name.filter(other)?;
    Some(
        Diagnostic::error(Code::CniEniConfig, format!("no node would find the ENIConfig `{given}`"))
            .at(written.name_at.clone())
            .note(format!("nodes look for one with the name of their zone, `{}`", subnet.zone))
            .remove_as("remove the name, or write `selectBy: name`"),
    )
}

fn too_long(subnet: &PodSubnet, written: &WrittenConfig<'_>, name: &str) -> Option<Diagnostic> {
    (name.len() > LABEL_CHARACTERS).then(|| {
        let count = name.len();
        let message = format!(
            "the ENIConfig name `{name}` has {count} characters, but a node label has at most {LABEL_CHARACTERS}"
        );
        let section = written.name_at.parent().unwrap_or_default();
        Diagnostic::error(Code::CniEniConfig, message)
            .at(Place::key(pool_at(subnet)))
            .edit(Edit::set(section, "eniConfigName", short(subnet)), |field| {
                format!("shorten the pool's name, or write {field} in the zone")
            })
    })
}

/// The CNI falls back to the ENIConfig `default` where a node has no label (`pkg/eniconfig/eniconfig.go`).
fn default_name(spec: &Spec, subnet: &PodSubnet, written: &WrittenConfig<'_>, name: &str) -> Option<Diagnostic> {
    (name == "default" && spec.cni.security_groups_for_pods).then(|| {
        Diagnostic::warning(Code::CniEniConfig, "every node without the label uses an ENIConfig named `default`")
            .at(written.name_at.clone())
            .note("with security groups for pods, their trunk interfaces are then in its subnet")
            .write_as(default_of(subnet), |name| format!("give it another name, such as {name}"))
    })
}

fn same_name(config: &EniConfig, other: &EniConfig, written: &WrittenConfig<'_>, there: &Pointer) -> Diagnostic {
    let (name, key) = (&config.name, config.key());
    let message = format!("`{key}` and `{}` would have the same ENIConfig `{name}`", other.key());
    Diagnostic::error(Code::CniEniConfig, message)
        .at(written.name_at.clone())
        .related(there, "the other one")
        .write_as(key.parts().join("-"), |name| format!("give each a different `eniConfigName`, such as {name}"))
}
