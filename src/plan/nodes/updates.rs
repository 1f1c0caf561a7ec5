//! How nodes are replaced when their group changes.

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::plan::model::kind::{UpdatedBy, decisions};
use crate::plan::model::{ManagedUpdate, RollingUpdate};
use crate::source::{Place, Pointer};
use crate::spec::{NodeGroup, Size};

/// Minutes that CloudFormation waits after a batch; and for a signal, since a node takes a few minutes until it is ready.
const PAUSE_MINUTES: u32 = 5;
const SIGNAL_MINUTES: u32 = 15;

/// Checks what the spec says of a group's updates.
pub(crate) fn problems(group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    let Some(update) = group.update else { return Vec::new() };
    let section = at.key("update");
    let of_eks = [("strategy", update.strategy.is_some()), ("maxUnavailable", update.max_unavailable.is_some())];
    let of_cloudformation = [
        ("maxBatchSize", update.max_batch_size.is_some()),
        ("minInstancesInService", update.min_instances_in_service.is_some()),
        ("pauseMinutes", update.pause_minutes.is_some()),
        ("waitForSignal", update.wait_for_signal.is_some()),
    ];
    let (refused, kind, why): (&[(&str, bool)], _, _) = match decisions(group.kind).updated_by {
        UpdatedBy::CloudFormation => (
            &of_eks,
            "managed",
            "nodes of a self-managed group are replaced batch by batch, old before new, which needs no additional addresses",
        ),
        UpdatedBy::Eks => (
            &of_cloudformation,
            "self-managed",
            "EKS replaces the nodes of a managed group: `strategy` and `maxUnavailable` say how",
        ),
    };
    let mut found: Vec<Diagnostic> = refused
        .iter()
        .filter(|(_, given)| *given)
        .map(|(field, _)| {
            Diagnostic::error(Code::NodesSize, format!("`{field}` is for {kind} node groups"))
                .at(Place::key(section.key(field)))
                .note(why)
                .remove()
        })
        .collect();
    let max = group.size.max;
    if let Some(most) = update.max_unavailable.filter(|most| *most > max) {
        let message = format!("{most} nodes cannot be replaced at a time: the group has at most {max}");
        let diagnostic = Diagnostic::error(Code::NodesSize, message)
            .at(section.key("maxUnavailable"))
            .related(at.key("size").key("max"), "its maximum");
        found.push(
            diagnostic.edit(Edit::set(&section, "maxUnavailable", max), |field| format!("write {field} or less")),
        );
    }
    if let Some(least) = update.min_instances_in_service.filter(|least| *least >= max) {
        let message = format!("with {least} of at most {max} nodes in service, none can be replaced");
        let diagnostic = Diagnostic::error(Code::NodesSize, message)
            .at(section.key("minInstancesInService"))
            .related(at.key("size").key("max"), "its maximum")
            .note("CloudFormation refuses a number that is not less than the maximum");
        let edit = Edit::set(&section, "minInstancesInService", max - 1);
        found.push(diagnostic.edit(edit, |field| format!("write {field} or less")));
    }
    found
}

/// How EKS replaces the nodes of a group of a size; nothing of a kind that EKS does not update.
pub(super) fn managed(group: &NodeGroup, size: Size) -> Option<ManagedUpdate> {
    match decisions(group.kind).updated_by {
        UpdatedBy::CloudFormation => None,
        UpdatedBy::Eks => {
            let update = group.update.unwrap_or_default();
            let max_unavailable = update.max_unavailable().min(size.max.max(1));
            Some(ManagedUpdate { strategy: update.strategy(), max_unavailable })
        }
    }
}

/// How CloudFormation replaces the nodes of a group of a size; nothing of a kind that EKS updates.
///
/// As many nodes as the group starts with stay in service, as far as that leaves one to replace.
pub(super) fn rolling(group: &NodeGroup, size: Size) -> Option<RollingUpdate> {
    match decisions(group.kind).updated_by {
        UpdatedBy::CloudFormation => {}
        UpdatedBy::Eks => return None,
    }
    let update = group.update.unwrap_or_default();
    let wait_for_signal = update.wait_for_signal.unwrap_or(false);
    let minutes = update.pause_minutes.unwrap_or(if wait_for_signal { SIGNAL_MINUTES } else { PAUSE_MINUTES });
    let in_service = update.min_instances_in_service.unwrap_or(size.desired.unwrap_or(size.min));
    Some(RollingUpdate {
        max_batch_size: update.max_batch_size.unwrap_or(1),
        min_instances_in_service: in_service.min(size.max.saturating_sub(1)),
        // CloudFormation has PT1H, not PT60M, in its examples; it takes both.
        pause_time: format!("PT{minutes}M"),
        wait_for_signal,
    })
}
