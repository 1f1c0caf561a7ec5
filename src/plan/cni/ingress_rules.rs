//! Ingress rules that close the circle of nodes, pods and the control plane.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::LogicalId;
use crate::plan::model::{GroupRef, Rule};

/// The group of nodes.
pub(crate) const NODE_GROUP: &str = "NodeSecurityGroup";
/// The group of pods.
pub(crate) const POD_GROUP: &str = "PodSecurityGroup";

/// A group that podnet makes, by its name.
pub(crate) fn made(name: &str) -> GroupRef {
    GroupRef::LogicalId(LogicalId::of(name, &[]))
}

/// Collects rules for groups that podnet may write to: its own, and the cluster's.
pub(crate) struct IngressRules<'a> {
    pub(crate) own: &'a BTreeSet<GroupRef>,
    pub(crate) cluster: Option<&'a GroupRef>,
    /// By receiver, source and first port, so that no two mean the same; all traffic has no port, and makes any other rule
    /// between the two needless.
    pub(crate) found: BTreeMap<(GroupRef, GroupRef, Option<u16>), Rule>,
}

/// What a rule is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// The cluster, for as long as its nodes and pods have these groups.
    Cluster,
    /// The time in which old and new nodes run side by side.
    Migration,
}

impl IngressRules<'_> {
    /// Nodes and pods reach each other and themselves on every port; the control plane reaches them on the ports that EKS
    /// asks for (443, and 1025 to 65535, with 10250 the kubelet's), and they reach it on 443.
    pub(crate) fn close(mut self, nodes: &BTreeSet<GroupRef>, pods: &BTreeSet<GroupRef>) -> Vec<Rule> {
        if self.own.is_empty() {
            return Vec::new();
        }
        let wearers: BTreeSet<&GroupRef> = nodes.iter().chain(pods).collect();
        for group in &wearers {
            for source in &wearers {
                self.allow(group, source, None, For::Cluster);
            }
        }
        if let Some(cluster) = self.cluster {
            for group in self.own {
                self.allow(group, cluster, Some((443, 443)), For::Cluster);
                self.allow(group, cluster, Some((1025, 65535)), For::Cluster);
                self.allow(cluster, group, Some((443, 443)), For::Cluster);
            }
            // Nodes from before have the cluster's group, which EKS gives to managed nodes, and so have their pods. CoreDNS
            // can be on either side, and so can any two pods that talk to each other.
            for group in self.own {
                self.allow(group, cluster, None, For::Migration);
                self.allow(cluster, group, None, For::Migration);
            }
        }
        self.found.into_values().collect()
    }

    fn allow(&mut self, group: &GroupRef, source: &GroupRef, ports: Option<(u16, u16)>, what: For) {
        let ours = |group: &GroupRef| self.own.contains(group);
        let writable = ours(group) || (self.cluster == Some(group) && ours(source));
        let all = (group.clone(), source.clone(), None);
        if !writable || self.found.contains_key(&all) {
            return;
        }
        let (protocol, traffic) = match ports {
            None => ("-1".to_owned(), "Everything".to_owned()),
            Some((from, to)) if from == to => ("tcp".to_owned(), format!("Port {from}")),
            Some((from, to)) => ("tcp".to_owned(), format!("Ports {from} to {to}")),
        };
        let port = ports.map_or_else(String::new, |(from, _)| from.to_string());
        let reason = match what {
            For::Cluster => "",
            For::Migration => ", while nodes from before the migration run",
        };
        // By what the rule means alone: under another id, CloudFormation would make it before it deletes the old one, and EC2
        // refuses a duplicate.
        let id = LogicalId::of("Ingress", &[&format!("{} from {} {port}", self.word(group), self.word(source))]);
        self.found.insert(
            (group.clone(), source.clone(), ports.map(|(from, _)| from)),
            Rule {
                group: group.clone(),
                source: source.clone(),
                protocol,
                from_port: ports.map(|(from, _)| from),
                to_port: ports.map(|(_, to)| to),
                logical_id: id,
                description: format!("{traffic} from {}{reason}", self.word(source)),
                migration: what == For::Migration,
            },
        );
    }

    fn word(&self, group: &GroupRef) -> String {
        match group {
            GroupRef::LogicalId(name) if name.as_str() == POD_GROUP => "pods".to_owned(),
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
        written(nodes, pods).into_iter().map(|rule| rule.logical_id.to_string()).collect()
    }

    fn written(nodes: &[&str], pods: &[&str]) -> Vec<Rule> {
        let group =
            |name: &&str| name.parse().map_or_else(|_| GroupRef::LogicalId(LogicalId::of(name, &[])), GroupRef::Id);
        let nodes: BTreeSet<GroupRef> = nodes.iter().map(group).collect();
        let pods: BTreeSet<GroupRef> = pods.iter().map(group).collect();
        let own = nodes.iter().chain(&pods).filter(|group| matches!(group, GroupRef::LogicalId(_))).cloned().collect();
        let cluster = GroupRef::Id("sg-0c1c1c1c1".parse().unwrap());
        let rules = IngressRules { own: &own, cluster: Some(&cluster), found: BTreeMap::new() };
        rules.close(&nodes, &pods)
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
                "IngressNodesFromTheCluster",
                "IngressNodesFromTheCluster443",
                "IngressNodesFromTheCluster1025",
                "IngressTheClusterFromNodes",
                "IngressTheClusterFromNodes443"
            ]
        );
    }

    #[test]
    fn no_two_rules_have_one_meaning() {
        let cluster = "sg-0c1c1c1c1";
        let choices: [&[&str]; 6] =
            [&[], &[NODE_GROUP], &[POD_GROUP], &[cluster], &[NODE_GROUP, cluster], &["sg-0aaaaaaaa"]];
        for nodes in choices {
            for pods in choices {
                let found = written(nodes, pods);
                let meaning =
                    |rule: &Rule| (rule.group.clone(), rule.source.clone(), rule.protocol.clone(), rule.from_port);
                let meanings: BTreeSet<_> = found.iter().map(meaning).collect();
                let names: BTreeSet<_> = found.iter().map(|rule| rule.logical_id.clone()).collect();
                assert_eq!((meanings.len(), names.len()), (found.len(), found.len()), "{nodes:?} {pods:?}: {found:#?}");
            }
        }
    }
}
