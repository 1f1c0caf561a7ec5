//! The security groups that podnet makes, and the rules that close the circle of nodes, pods and the control plane.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::ids::{SecurityGroupId, logical_id};
use crate::lock::Lock;
use crate::plan::model::{GroupRef, Rule, SecurityGroup, SecurityGroupPlan};
use crate::plan::nodes::kind::{DefaultSecurityGroup, decisions};
use crate::source::{Place, Pointer};
use crate::spec::{NodeGroup, SecurityGroupUse, Spec};

/// The group of nodes.
pub(crate) const NODE_GROUP: &str = "NodeSecurityGroup";
/// The group of pods.
const POD_GROUP: &str = "PodSecurityGroup";

/// The groups of a node group's nodes: its own, podnet's node group, or the cluster's, which EKS gives to managed nodes.
pub(crate) fn of_nodes(spec: &Spec, group: &NodeGroup) -> BTreeSet<GroupRef> {
    if !group.security_group_ids.is_empty() {
        return group.security_group_ids.iter().cloned().map(GroupRef::Id).collect();
    }
    let podnets = || [GroupRef::LogicalId(NODE_GROUP.to_owned())].into();
    match (decisions(group.kind).default_security_group, spec.pod_network.security_groups.source) {
        // Pods that get the group of their nodes need nodes that have it.
        (_, SecurityGroupUse::NodeGroup) | (DefaultSecurityGroup::Podnets, _) => podnets(),
        (
            DefaultSecurityGroup::Clusters,
            SecurityGroupUse::Cluster | SecurityGroupUse::Managed | SecurityGroupUse::Ids | SecurityGroupUse::None,
        ) => spec.vpc.cluster_security_group_id.iter().cloned().map(GroupRef::Id).collect(),
    }
}

/// Plans the groups and their rules.
pub(crate) fn security_groups(spec: &Spec, lock: &Lock, problems: &mut Vec<Diagnostic>) -> SecurityGroupPlan {
    let groups = &spec.pod_network.security_groups;
    let at = Pointer::from_text("/spec/podNetwork/securityGroups");
    let cluster = spec.vpc.cluster_security_group_id.clone().map(GroupRef::Id);
    let made = |name: &str| GroupRef::LogicalId(name.to_owned());
    match (groups.source, groups.ids.is_empty()) {
        (SecurityGroupUse::Ids, true) => problems.push(
            Diagnostic::error(Code::CniSecurityGroups, "`use: ids` without ids")
                .at(at.key("use"))
                .note("pods would have no security group of the spec's choice")
                .edit(Edit::set(&at, "use", "cluster"), |field| {
                    format!("write {field}, or add `ids: [sg-…]` beside it")
                }),
        ),
        (SecurityGroupUse::Ids, false) | (_, true) => {}
        (
            SecurityGroupUse::Cluster
            | SecurityGroupUse::Managed
            | SecurityGroupUse::NodeGroup
            | SecurityGroupUse::None,
            false,
        ) => problems.push(
            Diagnostic::error(Code::CniSecurityGroups, "`ids` counts only with `use: ids`")
                .at(Place::key(at.key("ids")))
                .edit(Edit::set(&at, "use", "ids"), |field| format!("write {field}, or remove the ids")),
        ),
    }
    let pods: BTreeSet<GroupRef> = match groups.source {
        SecurityGroupUse::Cluster => cluster.iter().cloned().collect(),
        SecurityGroupUse::Managed => [made(POD_GROUP)].into(),
        SecurityGroupUse::NodeGroup => [made(NODE_GROUP)].into(),
        SecurityGroupUse::Ids => groups.ids.iter().cloned().map(GroupRef::Id).collect(),
        SecurityGroupUse::None => BTreeSet::new(),
    };
    let mut nodes: BTreeSet<GroupRef> = spec.node_groups.iter().flat_map(|group| of_nodes(spec, group)).collect();
    // Pods have it even where no node of podnet's has: other nodes are to get it then.
    if pods.contains(&made(NODE_GROUP)) {
        nodes.insert(made(NODE_GROUP));
    }
    let of_zones = spec
        .pod_network
        .pools
        .values()
        .flat_map(|pool| pool.zones.values())
        .filter_map(|zone| zone.security_group_ids.clone());
    let all_pods: BTreeSet<GroupRef> = pods.iter().cloned().chain(of_zones.flatten().map(GroupRef::Id)).collect();
    let own: BTreeSet<GroupRef> =
        nodes.iter().chain(&all_pods).filter(|group| matches!(group, GroupRef::LogicalId(_))).cloned().collect();
    let pods_in_clusters = match groups.source {
        SecurityGroupUse::Cluster => true,
        SecurityGroupUse::Managed | SecurityGroupUse::NodeGroup | SecurityGroupUse::Ids | SecurityGroupUse::None => {
            false
        }
    };
    if let (None, true) = (&cluster, pods_in_clusters || !own.is_empty()) {
        problems.push(
            Diagnostic::error(Code::CniSecurityGroups, "`vpc.clusterSecurityGroupId` is missing")
                .at(Place::key(Pointer::from_text("/spec/vpc")))
                .note(if pods_in_clusters {
                    "pods get the cluster security group unless `podNetwork.securityGroups.use` says otherwise"
                } else {
                    "the groups that podnet makes must let the control plane in, and be let in by it"
                })
                .help("add `clusterSecurityGroupId: sg-…`: `aws eks describe-cluster` shows it under `resourcesVpcConfig`"),
        );
    }
    let rules = Rules { own: &own, cluster: cluster.as_ref(), found: BTreeMap::new() }.close(&nodes, &all_pods);
    SecurityGroupPlan {
        made: own.iter().filter_map(|group| described(group, lock)).collect(),
        rules,
        pods: pods.into_iter().collect(),
        fallback: super::settings::fallback_groups(spec).map(ToOwned::to_owned),
    }
}

fn described(group: &GroupRef, lock: &Lock) -> Option<SecurityGroup> {
    let GroupRef::LogicalId(logical_id) = group else { return None };
    let description = if logical_id == POD_GROUP { "Pods" } else { "Nodes" };
    let id = lock.bindings.get(logical_id).and_then(|id| id.parse::<SecurityGroupId>().ok());
    Some(SecurityGroup { logical_id: logical_id.clone(), description: description.to_owned(), id })
}

/// Collects rules for groups that podnet may write to: its own, and the cluster's.
struct Rules<'a> {
    own: &'a BTreeSet<GroupRef>,
    cluster: Option<&'a GroupRef>,
    /// By receiver, source and first port; all traffic has none and makes any other rule between the two needless.
    found: BTreeMap<(GroupRef, GroupRef, Option<u16>), Rule>,
}

impl Rules<'_> {
    /// Nodes and pods reach each other and themselves on every port; the control plane reaches them on the ports that EKS
    /// asks for (443, and 1025 to 65535, with 10250 the kubelet's), and they reach it on 443.
    fn close(mut self, nodes: &BTreeSet<GroupRef>, pods: &BTreeSet<GroupRef>) -> Vec<Rule> {
        if self.own.is_empty() {
            return Vec::new();
        }
        let wearers: BTreeSet<&GroupRef> = nodes.iter().chain(pods).collect();
        for group in &wearers {
            for source in &wearers {
                self.allow(group, source, None);
            }
        }
        if let Some(cluster) = self.cluster {
            for group in self.own {
                self.allow(group, cluster, Some((443, 443)));
                self.allow(group, cluster, Some((1025, 65535)));
                self.allow(cluster, group, Some((443, 443)));
            }
        }
        self.found.into_values().collect()
    }

    fn allow(&mut self, group: &GroupRef, source: &GroupRef, ports: Option<(u16, u16)>) {
        let ours = |group: &GroupRef| self.own.contains(group);
        let writable = ours(group) || (self.cluster == Some(group) && ours(source));
        let all = (group.clone(), source.clone(), None);
        if !writable || self.found.contains_key(&all) {
            return;
        }
        let (protocol, description) = match ports {
            None => ("-1".to_owned(), format!("Everything from {}", self.word(source))),
            Some((from, to)) if from == to => ("tcp".to_owned(), format!("Port {from} from {}", self.word(source))),
            Some((from, to)) => ("tcp".to_owned(), format!("Ports {from} to {to} from {}", self.word(source))),
        };
        let port = ports.map_or_else(String::new, |(from, _)| from.to_string());
        let id = logical_id("Ingress", &[&format!("{} from {} {port}", self.word(group), self.word(source))]);
        self.found.insert(
            (group.clone(), source.clone(), ports.map(|(from, _)| from)),
            Rule {
                group: group.clone(),
                source: source.clone(),
                protocol,
                from_port: ports.map(|(from, _)| from),
                to_port: ports.map(|(_, to)| to),
                logical_id: id,
                description,
            },
        );
    }

    fn word(&self, group: &GroupRef) -> String {
        match group {
            GroupRef::LogicalId(name) if name == POD_GROUP => "pods".to_owned(),
            GroupRef::LogicalId(_) => "nodes".to_owned(),
            GroupRef::Id(_) if self.cluster == Some(group) => "the cluster".to_owned(),
            GroupRef::Id(id) => id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(nodes: &[&str], pods: &[&str]) -> Vec<String> {
        let group = |name: &&str| name.parse().map_or_else(|_| GroupRef::LogicalId((*name).to_owned()), GroupRef::Id);
        let nodes: BTreeSet<GroupRef> = nodes.iter().map(group).collect();
        let pods: BTreeSet<GroupRef> = pods.iter().map(group).collect();
        let own = nodes.iter().chain(&pods).filter(|group| matches!(group, GroupRef::LogicalId(_))).cloned().collect();
        let cluster = GroupRef::Id("sg-0c1c1c1c1".parse().unwrap());
        let rules = Rules { own: &own, cluster: Some(&cluster), found: BTreeMap::new() };
        rules.close(&nodes, &pods).into_iter().map(|rule| rule.logical_id).collect()
    }

    #[test]
    fn nodes_with_their_own_group_and_pods_in_the_clusters() {
        assert_eq!(
            rules(&[NODE_GROUP], &["sg-0c1c1c1c1"]),
            ["IngressNodesFromNodes", "IngressNodesFromTheCluster", "IngressTheClusterFromNodes"]
        );
    }

    #[test]
    fn pods_with_their_own_group_and_managed_nodes() {
        assert_eq!(
            rules(&["sg-0c1c1c1c1"], &[POD_GROUP]),
            ["IngressPodsFromPods", "IngressPodsFromTheCluster", "IngressTheClusterFromPods"]
        );
    }

    #[test]
    fn groups_of_others_are_not_written_to() {
        assert!(rules(&["sg-0c1c1c1c1"], &["sg-0aaaaaaaa"]).is_empty());
        assert_eq!(
            rules(&[NODE_GROUP], &["sg-0aaaaaaaa"]),
            [
                "IngressNodesFromNodes",
                "IngressNodesFromSg0aaaaaaaa",
                "IngressNodesFromTheCluster443",
                "IngressNodesFromTheCluster1025",
                "IngressTheClusterFromNodes443"
            ]
        );
    }
}
