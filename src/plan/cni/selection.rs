//! How nodes find their ENIConfig.

use crate::catalog::node_labels::{EXTERNAL_LABEL, NAME_LABEL, OLD_ZONE_LABEL, SET_BY_OTHERS, ZONE_LABEL, restricted};
use crate::diagnostic::{Checked, Code, Diagnostic, Edit};
use crate::plan::model::Selection;
use crate::source::Pointer;
use crate::spec::{SelectBy, Spec};

/// Decides how nodes find their ENIConfig: as the spec says, else as they do, else by zone with one pod subnet a zone and by name
/// with more.
///
/// By zone, the pod subnets of one pool have ENIConfigs that are named after zones. Since CNI 1.11, nodes of others can have a label
/// that wins over the zone's, so that a second pool changes nothing for the nodes that run.
pub(crate) fn selection(spec: &Spec, before: Option<&SelectBy>) -> Checked<Selection> {
    let version = spec.kubernetes_version;
    let by = spec.selection(before);
    let first_label = (by.is_zone() && spec.has_winning_label()).then(|| EXTERNAL_LABEL.to_owned());
    let stable = version.stable_zone_label();
    let zone_label = if stable { ZONE_LABEL } else { OLD_ZONE_LABEL }.to_owned();
    let how = match (&by, stable) {
        (SelectBy::Name | SelectBy::Label(_), _) => {
            "node groups label their nodes with the ENIConfig's name".to_owned()
        }
        (SelectBy::Zone, true) => format!("Kubernetes {version} labels nodes with it (1.17 or later)"),
        (SelectBy::Zone, false) => format!("Kubernetes {version} labels nodes with it (before 1.17)"),
    };
    let problems = ambiguous(spec, &by).into_iter().chain(unusable(&by)).collect();
    let label = by.node_label().unwrap_or(&zone_label).to_owned();
    Checked { value: Selection { by_zone: by.is_zone(), by, label, first_label, zone_label, how }, problems }
}

/// Labels that others than the node group set, so that no ENIConfig's name can be their value.
fn unusable(by: &SelectBy) -> Option<Diagnostic> {
    let SelectBy::Label(label) = by else { return None };
    let at = Pointer::from_text("/spec/podNetwork/selectBy");
    let refused = |why: &str| {
        Diagnostic::error(Code::CniEniConfig, format!("node groups cannot set the label `{label}`"))
            .at(at.key("label"))
            .note(why)
    };
    let set = |word: &str, refused: Diagnostic| {
        refused
            .edit(Edit::set(Pointer::from_text("/spec/podNetwork"), "selectBy", word), |field| format!("write {field}"))
    };
    match label.as_str() {
        ZONE_LABEL | OLD_ZONE_LABEL => Some(set("zone", refused("Kubernetes sets it to the node's zone"))),
        NAME_LABEL => None,
        own if own.starts_with("podnet.dev/") => {
            Some(set("name", refused("podnet sets labels of podnet.dev to what they stand for")))
        }
        own if SET_BY_OTHERS.contains(&own) || own.starts_with("eks.amazonaws.com/") => {
            Some(set("name", refused("Kubernetes or EKS sets it to something else than an ENIConfig's name")))
        }
        own if restricted(own) => Some(set(
            "name",
            refused(
                "the NodeRestriction admission plugin forbids most kubernetes.io and k8s.io labels, and the kubelet would not start",
            ),
        )),
        _ => None,
    }
}

/// By zone, where a zone has several pod subnets.
fn ambiguous(spec: &Spec, by: &SelectBy) -> Option<Diagnostic> {
    let pools = spec.pod_network.pools.len();
    let (message, note, or) = match by {
        SelectBy::Zone if spec.has_winning_label() => return None,
        SelectBy::Zone if spec.pod_network.has_further() => (
            "with `selectBy: zone`, nodes cannot distinguish the pod subnets of a zone".to_owned(),
            "before CNI 1.11, with `zone`, there is one ENIConfig per zone, so no additional pod subnets",
            "",
        ),
        SelectBy::Zone if pools > 1 => (
            format!("with `selectBy: zone`, nodes cannot distinguish {pools} pools"),
            "before CNI 1.11, with `zone`, there is one ENIConfig per zone, so one pool",
            ", or keep one pool",
        ),
        SelectBy::Zone | SelectBy::Name | SelectBy::Label(_) => return None,
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
