//! A change of how nodes find their ENIConfig.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::model::Selection;
use crate::source::{Place, Pointer};
use crate::spec::{SelectBy, Spec};

/// A change of how nodes find their ENIConfig leaves the nodes that run without one. It takes the user's word.
pub(crate) fn selection_change(spec: &Spec, before: Option<&SelectBy>, now: &Selection) -> Option<Diagnostic> {
    let before = before?;
    if before.node_label() == now.by.node_label() {
        return None;
    }
    let (was, is) = (said(before), said(&now.by));
    let message = format!("nodes would select their ENIConfig by {is} instead of by {was}");
    let note = if before.is_zone() || now.by_zone {
        "ENIConfig names change, and running nodes would find none: annotate or replace them as described in RUNBOOK.md"
    } else {
        "running nodes do not have the new label and would find none: annotate or replace them as described in RUNBOOK.md"
    };
    Some(match &spec.pod_network.select_by {
        None => Diagnostic::error(Code::LockSelection, message)
            .at(Place::key(Pointer::from_text("/spec/podNetwork/pools")))
            .note(note)
            .help(format!("write `selectBy: {is}` under `podNetwork` if that is intended{}", back(before))),
        Some(_) => Diagnostic::warning(Code::LockSelection, message)
            .at(Pointer::from_text("/spec/podNetwork/selectBy"))
            .note(note)
            .help("annotate the running nodes before you apply the new aws-node"),
    })
}

/// A label of one's own is never a default: without the field, nodes would go back to a word.
fn back(before: &SelectBy) -> String {
    match before {
        SelectBy::Zone | SelectBy::Name => String::new(),
        SelectBy::Label(label) => format!(", or `{}` to keep it", SelectBy::field(label.as_str())),
    }
}

fn said(by: &SelectBy) -> String {
    match by {
        SelectBy::Zone => "zone".to_owned(),
        SelectBy::Name => "name".to_owned(),
        SelectBy::Label(label) => format!("label `{label}`"),
    }
}
