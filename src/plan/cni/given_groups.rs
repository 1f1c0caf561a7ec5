//! Security groups that the spec gives by their ids: podnet writes no rule into them.

use super::ingress_rules::{NODE_GROUP, POD_GROUP, made};
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::SecurityGroupId;
use crate::lock::Lock;
use crate::plan::model::GroupRef;
use crate::source::Pointer;
use crate::spec::Spec;

/// A group that the spec gives by its id. It may be one that podnet made: its rules are those of that one, since EC2 refuses two
/// rules of one meaning (`InvalidPermission.Duplicate`).
pub(crate) fn by_id(id: &SecurityGroupId, lock: &Lock) -> GroupRef {
    let bound = |name: &&str| lock.bindings.get(*name).is_some_and(|bound| bound == id.as_str());
    let podnets = [NODE_GROUP, POD_GROUP].into_iter().find(bound);
    podnets.map_or_else(|| GroupRef::Id(id.clone()), made)
}

/// Tells of nodes whose groups are all somebody else's: the rules to and from the control plane are theirs to have ("View Amazon
/// EKS security group requirements for clusters" in the EKS User Guide). Told once a set of groups.
pub(crate) fn without_rules(spec: &Spec, lock: &Lock) -> Vec<Diagnostic> {
    let cluster = spec.vpc.cluster_security_group_id.as_ref();
    let foreign = |ids: &[SecurityGroupId]| {
        let known = |id: &SecurityGroupId| Some(id) == cluster || matches!(by_id(id, lock), GroupRef::LogicalId(_));
        !ids.is_empty() && !ids.iter().any(known)
    };
    let groups = spec.node_groups.iter().enumerate().filter(|(_, group)| foreign(&group.security_group_ids));
    let nodes = groups.map(|(number, group)| {
        let at = Pointer::from_text("/spec/nodeGroups").index(number).key("securityGroupIds");
        (format!("nodes of `{}`", group.name), at, &group.security_group_ids)
    });
    nodes
        .map(|(whose, at, ids)| {
            let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
            Diagnostic::remark(
                Code::CniSecurityGroups,
                format!("{whose} have only {}, into which podnet writes no rules", ids.join(", ")),
            )
            .at(at)
            .note("the cluster security group must reach them on TCP 443, 10250 and the ports of webhooks, and they it on TCP 443")
            .note("DNS (53 TCP and UDP) and all pod traffic must pass between them and the nodes and pods that run already")
            .help("check the rules of these groups, or add the cluster security group to the list")
        })
        .collect()
}
