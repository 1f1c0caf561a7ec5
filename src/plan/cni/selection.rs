//! How nodes find their ENIConfig.

use crate::diagnostic::{Checked, Code, Diagnostic, Edit};
use crate::plan::model::Selection;
use crate::source::Pointer;
use crate::spec::{SelectBy, Spec};

/// The label that the CNI looks at unless told otherwise.
pub(crate) const NAME_LABEL: &str = "k8s.amazonaws.com/eniConfig";
const ZONE_LABEL: &str = "topology.kubernetes.io/zone";
const OLD_ZONE_LABEL: &str = "failure-domain.beta.kubernetes.io/zone";

/// Decides how nodes find their ENIConfig: by zone with one pool, by name with more, unless the spec says.
pub(crate) fn selection(spec: &Spec) -> Checked<Selection> {
    let version = spec.kubernetes_version;
    let by = spec.pod_network.selection();
    let stable = version.stable_zone_label();
    let (label, how) = match (by, stable) {
        (SelectBy::Name, _) => (NAME_LABEL, "node groups label their nodes with the ENIConfig's name".to_owned()),
        (SelectBy::Zone, true) => (ZONE_LABEL, format!("Kubernetes {version} labels nodes with it (1.17 or later)")),
        (SelectBy::Zone, false) => (OLD_ZONE_LABEL, format!("Kubernetes {version} labels nodes with it (before 1.17)")),
    };
    let zone_label = if stable { ZONE_LABEL } else { OLD_ZONE_LABEL }.to_owned();
    Checked {
        value: Selection { by, label: label.to_owned(), zone_label, how },
        problems: ambiguous(spec, by).into_iter().collect(),
    }
}

/// By zone, where a zone has several pod subnets.
fn ambiguous(spec: &Spec, by: SelectBy) -> Option<Diagnostic> {
    let pools = spec.pod_network.pools.len();
    let (message, note, or) = match by {
        SelectBy::Zone if spec.pod_network.has_further() => (
            "with `selectBy: zone`, nodes cannot distinguish the pod subnets of a zone".to_owned(),
            "with `zone`, there is one ENIConfig per zone, so no additional pod subnets",
            "",
        ),
        SelectBy::Zone if pools > 1 => (
            format!("with `selectBy: zone`, nodes cannot distinguish {pools} pools"),
            "with `zone`, there is one ENIConfig per zone, so one pool",
            ", or keep one pool",
        ),
        SelectBy::Zone | SelectBy::Name => return None,
    };
    Some(
        Diagnostic::error(Code::CniEniConfig, message)
            .at(Pointer::from_text("/spec/podNetwork/selectBy"))
            .note(note)
            .edit(Edit::set(Pointer::from_text("/spec/podNetwork"), "selectBy", "name"), |field| {
                format!("write {field}{or}")
            }),
    )
}
