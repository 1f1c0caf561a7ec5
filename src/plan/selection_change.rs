//! A change of how nodes find their ENIConfig.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};
use crate::spec::{SelectBy, Spec};

/// A change of how nodes find their ENIConfig leaves the nodes that run without one. It takes the user's word.
pub(crate) fn selection_change(spec: &Spec, before: Option<SelectBy>, now: SelectBy) -> Option<Diagnostic> {
    let (before, now) = match (before?, now) {
        (SelectBy::Zone, SelectBy::Name) => ("zone", "name"),
        (SelectBy::Name, SelectBy::Zone) => ("name", "zone"),
        (SelectBy::Zone, SelectBy::Zone) | (SelectBy::Name, SelectBy::Name) => return None,
    };
    let message = format!("nodes would select their ENIConfig by {now} instead of by {before}");
    let note = "ENIConfig names change, and running nodes would find none: annotate or replace them as described in RUNBOOK.md";
    Some(if spec.pod_network.select_by.is_none() {
        Diagnostic::error(Code::LockSelection, message)
            .at(Place::key(Pointer::from_text("/spec/podNetwork/pools")))
            .note(note)
            .help(format!("write `selectBy: {now}` under `podNetwork` if that is intended"))
    } else {
        Diagnostic::warning(Code::LockSelection, message)
            .at(Pointer::from_text("/spec/podNetwork/selectBy"))
            .note(note)
            .help("annotate the running nodes before you apply the new aws-node")
    })
}
