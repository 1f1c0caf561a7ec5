//! Tags by which the Kubernetes Cluster Autoscaler finds an Auto Scaling group, and knows nodes that are not there yet.
//!
//! Source: "Auto-discovery setup" and "Scaling a node group to 0" in cluster-autoscaler/cloudprovider/aws/README.md of
//! kubernetes/autoscaler.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::ids::{ClusterName, LabelKey, LabelValue};
use crate::plan::model::NodeTaint;
use crate::plan::model::kind::{AutoscalerTags, decisions};
use crate::source::{Place, Pointer};
use crate::spec::{NodeGroup, Spec};

/// Characters of a tag's key.
const KEY_CHARACTERS: usize = 128;
/// Tags of an Auto Scaling group.
const MOST_TAGS: usize = 50;
/// Tags that podnet sets besides: `Name` and the cluster's.
const OTHER_TAGS: usize = 2;
const TEMPLATE: &str = "k8s.io/cluster-autoscaler/node-template";

/// A node as the autoscaler has to know it before there is one.
pub(super) struct NodeTemplate<'a> {
    pub(super) labels: &'a BTreeMap<LabelKey, LabelValue>,
    pub(super) taints: &'a [NodeTaint],
    pub(super) max_pods: u32,
}

/// The tags of an Auto Scaling group with at least so many nodes. None where EKS sets them, or where the spec wants none.
///
/// What a node has is told only where the group can be empty: otherwise the autoscaler looks at one that runs. Max pods is among
/// it, since the autoscaler takes 110 for granted, which custom networking rarely has. A tag that the spec gives stays as it is.
pub(super) fn tags(
    cluster: &ClusterName,
    group: &NodeGroup,
    min: u32,
    node: &NodeTemplate<'_>,
    given: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    if !is_tagged(group) {
        return BTreeMap::new();
    }
    let mut tags = BTreeMap::from([
        ("k8s.io/cluster-autoscaler/enabled".to_owned(), "true".to_owned()),
        (format!("k8s.io/cluster-autoscaler/{cluster}"), "owned".to_owned()),
    ]);
    if min == 0 {
        tags.extend(node.labels.iter().map(|(key, value)| (label_tag(key), value.to_string())));
        tags.extend(node.taints.iter().map(|taint| {
            let value = taint.value.as_ref().map_or_else(String::new, ToString::to_string);
            (taint_tag(&taint.key), format!("{value}:{}", taint.effect.as_str()))
        }));
        tags.insert(format!("{TEMPLATE}/resources/pods"), node.max_pods.to_string());
        tags.insert(format!("{TEMPLATE}/resources/ephemeral-storage"), format!("{}Gi", group.root_volume.size_gib));
    }
    tags.retain(|key, _| fits(key) && !given.contains_key(key));
    tags
}

/// Whether podnet tags a group for the autoscaler.
fn is_tagged(group: &NodeGroup) -> bool {
    match decisions(group.kind).autoscaler_tags {
        AutoscalerTags::Podnets => group.cluster_autoscaler,
        AutoscalerTags::Eks => false,
    }
}

fn label_tag(key: &LabelKey) -> String {
    format!("{TEMPLATE}/label/{key}")
}

fn taint_tag(key: &LabelKey) -> String {
    format!("{TEMPLATE}/taint/{key}")
}

fn fits(key: &str) -> bool {
    key.chars().count() <= KEY_CHARACTERS
}

/// Checks a group's tags for the autoscaler: who sets them, whether all have room, and whether every label has a tag.
pub(crate) fn problems(spec: &Spec, group: &NodeGroup, at: &Pointer) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    match decisions(group.kind).autoscaler_tags {
        AutoscalerTags::Eks if !group.cluster_autoscaler => found.push(
            Diagnostic::error(Code::NodesAutoscaler, "EKS tags managed node groups for the Cluster Autoscaler itself")
                .at(at.key("clusterAutoscaler"))
                .note("to keep the autoscaler from a managed group, exclude it by the autoscaler's own settings")
                .edit(Edit::remove(at.key("clusterAutoscaler")), |_| "remove it".to_owned()),
        ),
        AutoscalerTags::Eks | AutoscalerTags::Podnets => {}
    }
    if !is_tagged(group) || group.size.min > 0 {
        return found;
    }
    let labels = group.labels.keys().map(|key| (label_tag(key), at.key("labels").key(key.as_str())));
    let taints = group
        .taints
        .iter()
        .enumerate()
        .map(|(number, taint)| (taint_tag(&taint.key), at.key("taints").index(number).key("key")));
    let long = labels.chain(taints).filter(|(tag, _)| !fits(tag));
    found.extend(long.map(|(tag, place)| {
        let message = "the Cluster Autoscaler cannot be told of this before there is a node";
        Diagnostic::warning(Code::NodesAutoscaler, message)
            .at(Place::key(place))
            .note(format!(
                "the tag `{tag}` would have {} characters, but a tag's key has at most {KEY_CHARACTERS}",
                tag.chars().count()
            ))
            .help("use a shorter key, or write `min: 1`")
    }));
    // podnet's own label, the two that find the group, and the two resources.
    let own = group.labels.len() + group.taints.len() + 5;
    let shared = spec.tags.keys().chain(group.tags.keys()).collect::<std::collections::BTreeSet<_>>().len();
    let all = own + shared + OTHER_TAGS;
    if all > MOST_TAGS {
        found.push(
            Diagnostic::error(
                Code::NodesAutoscaler,
                format!("the Auto Scaling group of `{}` would have {all} tags, but may have {MOST_TAGS}", group.name),
            )
            .at(at.key("name"))
            .note(format!("{shared} are the spec's, and {own} tell the Cluster Autoscaler of its nodes"))
            .edit(Edit::set(at, "clusterAutoscaler", false), |field| {
                format!("use fewer tags, labels or taints, or write {field}")
            }),
        );
    }
    found
}
