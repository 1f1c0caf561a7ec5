//! How many AMIs a template can look up.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::model::NodeGroupPlan;
use crate::source::Pointer;
use crate::spec::Spec;

/// Dynamic references in one template ("Considerations when using dynamic references" in the CloudFormation User Guide).
pub(crate) const MOST_DYNAMIC_REFERENCES: usize = 60;

/// Refuses more launch templates that look their AMI up than a template can have dynamic references. Counts every group, also
/// those that are still pending.
pub(crate) fn too_many(spec: &Spec, groups: &[NodeGroupPlan]) -> Option<Diagnostic> {
    let looked_up: Vec<&NodeGroupPlan> = groups.iter().filter(|group| group.image.reference.is_some()).collect();
    let last = looked_up.last().filter(|_| looked_up.len() > MOST_DYNAMIC_REFERENCES)?;
    let number = spec.node_groups.iter().position(|group| group.name == last.group)?;
    let message = format!(
        "{} launch templates look up their AMI, but CloudFormation allows {MOST_DYNAMIC_REFERENCES} dynamic references",
        looked_up.len()
    );
    Some(
        Diagnostic::error(Code::NodesAmi, message)
            .at(Pointer::from_text("/spec/nodeGroups").index(number).key("ami"))
            .note("each group has one launch template, in every zone with `perZone: true`")
            .help("give some groups their AMI as `id: ami-…`"),
    )
}
