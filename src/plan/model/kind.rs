//! What podnet decides by a node group's kind: one row each, so that a new kind has an answer to every question before it
//! compiles.

use crate::spec::{NodeGroup, NodeGroupKind, UpdateStrategy};

/// The decisions for one kind.
#[derive(Debug)]
pub(crate) struct KindDecisions {
    /// What its nodes start from.
    pub(crate) start: Start,
    /// How the logical ids of its groups start. Another one makes other resources of the groups that run.
    pub(crate) logical_id: &'static str,
    /// The type of its groups' resources.
    pub(crate) resource_type: &'static str,
    /// Whether the spec may give a role of its own, `roleArn`.
    pub(crate) role_arn: Field,
    /// Whether the spec may leave the AMI to EKS, `ami.managedBy: eks`.
    pub(crate) ami_of_eks: Field,
    /// Who replaces its nodes when it changes, and so which fields of `update` count.
    pub(crate) updated_by: UpdatedBy,
    /// Whether it can be in Wavelength Zones.
    pub(crate) wavelength: Field,
    /// Who tags it for the Cluster Autoscaler.
    pub(crate) autoscaler_tags: AutoscalerTags,
    /// What its nodes wear where the spec gives them no security groups.
    pub(crate) default_security_group: DefaultSecurityGroup,
    /// Who lets its nodes into the cluster.
    pub(crate) access: Access,
    /// Whether new nodes can come before old ones go when the group changes.
    pub(crate) surge: Surge,
    /// Whether eksctl or AWS's templates can make the same group, with the arguments that the plan has for them.
    pub(crate) by_other_tools: bool,
}

/// What nodes start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// A launch template that podnet makes, with an image and user data of the group's family.
    LaunchTemplate,
}

impl Start {
    /// Whether podnet names an image and writes user data.
    pub(crate) const fn has_user_data(self) -> bool {
        match self {
            Self::LaunchTemplate => true,
        }
    }
}

/// Whether a field of the spec counts for a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// It counts.
    Counts,
    /// It is refused, for this reason.
    Refused(&'static str),
}

/// Who replaces the nodes of a group that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpdatedBy {
    /// CloudFormation, by a rolling update of the Auto Scaling group.
    CloudFormation,
    /// EKS.
    Eks,
}

/// Who tags a group for the Cluster Autoscaler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AutoscalerTags {
    /// podnet, unless the spec says no.
    Podnets,
    /// EKS, always.
    Eks,
}

/// The security group of nodes that the spec gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DefaultSecurityGroup {
    /// The node security group that podnet makes.
    Podnets,
    /// The cluster security group, which EKS gives to them.
    Clusters,
}

/// Who lets nodes into the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nobody, unless the spec's `nodeAccess` does.
    NodeAccess,
    /// EKS, by itself.
    Eks,
}

/// Whether new nodes can come before old ones go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surge {
    /// Never.
    Never,
    /// As the group's `update.strategy` says.
    ByStrategy,
}

const SELF_MANAGED: KindDecisions = KindDecisions {
    start: Start::LaunchTemplate,
    logical_id: "Nodes",
    resource_type: "AWS::AutoScaling::AutoScalingGroup",
    role_arn: Field::Refused(
        "a self-managed group needs an instance profile, which podnet creates together with its role",
    ),
    ami_of_eks: Field::Refused("EKS chooses and updates the AMI of managed node groups only"),
    updated_by: UpdatedBy::CloudFormation,
    wavelength: Field::Counts,
    autoscaler_tags: AutoscalerTags::Podnets,
    default_security_group: DefaultSecurityGroup::Podnets,
    access: Access::NodeAccess,
    surge: Surge::Never,
    by_other_tools: true,
};

/// EKS User Guide, "Create a managed node group" for role and access, "Update a managed node group" for the surge, "Simplify
/// node lifecycle with managed node groups" for zones and the autoscaler's tags.
const MANAGED: KindDecisions = KindDecisions {
    start: Start::LaunchTemplate,
    logical_id: "ManagedNodes",
    resource_type: "AWS::EKS::Nodegroup",
    role_arn: Field::Counts,
    ami_of_eks: Field::Counts,
    updated_by: UpdatedBy::Eks,
    wavelength: Field::Refused("EKS has no managed node groups in Wavelength Zones"),
    autoscaler_tags: AutoscalerTags::Eks,
    default_security_group: DefaultSecurityGroup::Clusters,
    access: Access::Eks,
    surge: Surge::ByStrategy,
    by_other_tools: true,
};

/// Gives the decisions for a kind.
pub(crate) const fn decisions(kind: NodeGroupKind) -> &'static KindDecisions {
    match kind {
        NodeGroupKind::SelfManaged => &SELF_MANAGED,
        NodeGroupKind::Managed => &MANAGED,
    }
}

/// The kind whose groups are resources of a type.
pub(crate) fn of_resource_type(of_type: &str) -> Option<NodeGroupKind> {
    let kinds = [NodeGroupKind::SelfManaged, NodeGroupKind::Managed];
    kinds.into_iter().find(|kind| decisions(*kind).resource_type == of_type)
}

/// Whether an update of a group adds nodes before it takes old ones away.
pub(crate) fn surges(group: &NodeGroup) -> bool {
    match decisions(group.kind).surge {
        Surge::Never => false,
        Surge::ByStrategy => match group.update.unwrap_or_default().strategy() {
            UpdateStrategy::Default => true,
            UpdateStrategy::Minimal => false,
        },
    }
}

/// Whether podnet makes the role of a group's nodes.
pub(crate) fn has_podnets_role(group: &NodeGroup) -> bool {
    match decisions(group.kind).role_arn {
        Field::Counts => group.role_arn.is_none(),
        Field::Refused(_) => true,
    }
}
