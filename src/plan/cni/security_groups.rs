//! The security groups that podnet makes, and those of nodes and pods.

use std::collections::{BTreeMap, BTreeSet};

use super::fallback_groups::fallback_groups;
use super::given_groups::{by_id, without_rules};
use super::ingress_rules::{IngressRules, NODE_GROUP, POD_GROUP, made};
use crate::diagnostic::{Checked, Code, Diagnostic, Edit};
use crate::ids::SecurityGroupId;
use crate::lock::{Lock, WornBy};
use crate::plan::model::kind::{DefaultSecurityGroup, decisions};
use crate::plan::model::{GroupRef, RetiredGroup, SecurityGroup, SecurityGroupPlan};
use crate::source::{Place, Pointer};
use crate::spec::{NodeGroup, SecurityGroupUse, Spec};

/// The groups that nodes and pods have been given, as far as they can still have them: one of podnet's own once it is deployed.
/// Traffic with them goes on.
struct HadGroups {
    nodes: BTreeSet<GroupRef>,
    pods: BTreeSet<GroupRef>,
}

impl HadGroups {
    fn of(lock: &Lock) -> Self {
        let group = |name: &String| match name.parse::<SecurityGroupId>() {
            Ok(id) => Some(by_id(&id, lock)),
            Err(_) => Some(made(name)).filter(|_| lock.bindings.contains_key(name)),
        };
        let worn = |by: fn(WornBy) -> bool| {
            let lines = lock.security_groups.iter().filter(|(_, worn)| by(worn.by));
            lines.filter_map(|(name, _)| group(name)).collect()
        };
        Self { nodes: worn(WornBy::nodes), pods: worn(WornBy::pods) }
    }

    /// Those that new nodes and pods no longer get.
    fn retired(&self, new: &BTreeSet<GroupRef>, lock: &Lock) -> Vec<RetiredGroup> {
        let all: BTreeSet<&GroupRef> =
            self.nodes.iter().chain(&self.pods).filter(|group| !new.contains(*group)).collect();
        all.into_iter()
            .filter_map(|group| match group {
                GroupRef::Id(id) => Some(RetiredGroup { name: id.to_string(), id: id.clone() }),
                GroupRef::LogicalId(name) => {
                    let id = lock.bindings.get(name.as_str())?.parse().ok()?;
                    Some(RetiredGroup { name: name.to_string(), id })
                }
            })
            .collect()
    }
}

/// The groups of a node group's nodes: its own, podnet's node group, or the cluster's, which EKS gives to managed nodes.
pub(crate) fn of_nodes(spec: &Spec, group: &NodeGroup, lock: &Lock) -> BTreeSet<GroupRef> {
    if !group.security_group_ids.is_empty() {
        return group.security_group_ids.iter().map(|id| by_id(id, lock)).collect();
    }
    match (decisions(group.kind).default_security_group, shares_group_of_nodes(spec)) {
        // Pods that get the group of their nodes need nodes that have it.
        (DefaultSecurityGroup::Podnets, _) => [made(NODE_GROUP)].into(),
        // Nodes that run keep what they have until the group is deployed.
        (DefaultSecurityGroup::Clusters, true)
            if lock.eni_configs.is_empty() || lock.bindings.contains_key(NODE_GROUP) =>
        {
            [made(NODE_GROUP)].into()
        }
        (DefaultSecurityGroup::Clusters, _) => {
            spec.vpc.cluster_security_group_id.iter().cloned().map(GroupRef::Id).collect()
        }
    }
}

/// Plans the groups and their rules.
pub(crate) fn security_groups(spec: &Spec, lock: &Lock) -> Checked<SecurityGroupPlan> {
    let cluster = spec.vpc.cluster_security_group_id.clone().map(GroupRef::Id);
    let pods = of_pods(spec, cluster.as_ref(), lock);
    let mut nodes: BTreeSet<GroupRef> = spec.node_groups.iter().flat_map(|group| of_nodes(spec, group, lock)).collect();
    if shares_group_of_nodes(spec) {
        nodes.insert(made(NODE_GROUP));
    }
    let zones = spec.pod_network.pools.values().flat_map(|pool| pool.zones.values());
    let of_zones = zones.filter_map(|zone| zone.security_group_ids.as_ref()).flatten().map(|id| by_id(id, lock));
    let all_pods: BTreeSet<GroupRef> = pods.iter().cloned().chain(of_zones).collect();
    let new: BTreeSet<GroupRef> = nodes.iter().chain(&all_pods).cloned().collect();
    let had = HadGroups::of(lock);
    let old_nodes: BTreeSet<GroupRef> = nodes.iter().chain(&had.nodes).cloned().collect();
    let old_pods: BTreeSet<GroupRef> = all_pods.iter().chain(&had.pods).cloned().collect();
    let all = old_nodes.iter().chain(&old_pods);
    let own: BTreeSet<GroupRef> = all.filter(|group| matches!(group, GroupRef::LogicalId(_))).cloned().collect();
    let rules = IngressRules { own: &own, cluster: cluster.as_ref(), found: BTreeMap::new() };
    let mut problems: Vec<Diagnostic> = ids_and_use(spec).into_iter().collect();
    problems.extend(without_rules(spec, lock));
    problems.extend(cluster_group_missing(spec, !own.is_empty()));
    let value = SecurityGroupPlan {
        made: own.iter().filter_map(|group| described(group, lock, !new.contains(group))).collect(),
        rules: rules.close(&old_nodes, &old_pods),
        retired: had.retired(&new, lock),
        pods: pods.into_iter().collect(),
        fallback: fallback_groups(spec).map(ToOwned::to_owned),
    };
    Checked { value, problems }
}

/// The groups of pods, unless a zone has its own.
fn of_pods(spec: &Spec, cluster: Option<&GroupRef>, lock: &Lock) -> BTreeSet<GroupRef> {
    let groups = &spec.pod_network.security_groups;
    match groups.source {
        SecurityGroupUse::Cluster => cluster.into_iter().cloned().collect(),
        SecurityGroupUse::Managed => [made(POD_GROUP)].into(),
        SecurityGroupUse::NodeGroup => [made(NODE_GROUP)].into(),
        SecurityGroupUse::Ids => groups.ids.iter().map(|id| by_id(id, lock)).collect(),
        SecurityGroupUse::None => BTreeSet::new(),
    }
}

/// Whether pods get the group of their nodes, which then is podnet's for every kind of node.
fn shares_group_of_nodes(spec: &Spec) -> bool {
    match spec.pod_network.security_groups.source {
        SecurityGroupUse::NodeGroup => true,
        SecurityGroupUse::Cluster | SecurityGroupUse::Managed | SecurityGroupUse::Ids | SecurityGroupUse::None => false,
    }
}

/// `use: ids` goes with ids.
fn ids_and_use(spec: &Spec) -> Option<Diagnostic> {
    let groups = &spec.pod_network.security_groups;
    let at = Pointer::from_text("/spec/podNetwork/securityGroups");
    match (groups.source, groups.ids.is_empty()) {
        (SecurityGroupUse::Ids, true) => Some(
            Diagnostic::error(Code::CniSecurityGroups, "`use: ids` without ids")
                .at(at.key("use"))
                .note("pods would not have the security groups that the spec intends")
                .edit(Edit::set(&at, "use", "cluster"), |field| {
                    format!("write {field}, or add `ids: [sg-…]` beside it")
                }),
        ),
        (SecurityGroupUse::Ids, false) | (_, true) => None,
        (
            SecurityGroupUse::Cluster
            | SecurityGroupUse::Managed
            | SecurityGroupUse::NodeGroup
            | SecurityGroupUse::None,
            false,
        ) => Some(
            Diagnostic::error(Code::CniSecurityGroups, "`ids` has no effect without `use: ids`")
                .at(Place::key(at.key("ids")))
                .edit(Edit::set(&at, "use", "ids"), |field| format!("write {field}, or remove the ids")),
        ),
    }
}

fn cluster_group_missing(spec: &Spec, makes_groups: bool) -> Option<Diagnostic> {
    let for_pods = match spec.pod_network.security_groups.source {
        SecurityGroupUse::Cluster => true,
        SecurityGroupUse::Managed | SecurityGroupUse::NodeGroup | SecurityGroupUse::Ids | SecurityGroupUse::None => {
            false
        }
    };
    let missing = spec.vpc.cluster_security_group_id.is_none() && (for_pods || makes_groups);
    missing.then(|| {
        Diagnostic::error(Code::CniSecurityGroups, "`vpc.clusterSecurityGroupId` is missing")
            .at(Place::key(Pointer::from_text("/spec/vpc")))
            .note(if for_pods {
                "pods get the cluster security group unless `podNetwork.securityGroups.use` says otherwise"
            } else {
                "the security groups that podnet creates must admit the control plane, and be admitted by it"
            })
            .help("add `clusterSecurityGroupId: sg-…`: `aws eks describe-cluster` shows it under `resourcesVpcConfig`")
    })
}

fn described(group: &GroupRef, lock: &Lock, retired: bool) -> Option<SecurityGroup> {
    let GroupRef::LogicalId(logical_id) = group else { return None };
    let description = if logical_id.as_str() == POD_GROUP { "Pods" } else { "Nodes" };
    let id = lock.bindings.get(logical_id.as_str()).and_then(|id| id.parse::<SecurityGroupId>().ok());
    Some(SecurityGroup { logical_id: logical_id.clone(), description: description.to_owned(), id, retired })
}
