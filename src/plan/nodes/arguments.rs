//! What a node is started with: its kubelet's flags, and the same for bootstrap.sh and eksctl.

use std::collections::BTreeMap;

use crate::ids::{LabelKey, LabelValue};
use crate::plan::model::NodeTaint;

/// A group's arguments for other tools.
pub(crate) struct Arguments {
    /// `BootstrapArguments` of AWS's templates: what bootstrap.sh takes.
    pub(crate) bootstrap: String,
    /// What `eksctl create nodegroup` takes.
    pub(crate) eksctl: String,
}

/// Writes a group's arguments for other tools. Label and taint texts are of a form that no shell reads as anything but
/// text.
///
/// Without a number of pods where EKS computes it. 20 pods and no labels give `--use-max-pods false --kubelet-extra-args '--max-pods=20'`, as AWS's page has it.
pub(crate) fn arguments(
    labels: &BTreeMap<LabelKey, LabelValue>,
    taints: &[NodeTaint],
    max_pods: Option<u32>,
) -> Arguments {
    let flags = kubelet_flags(labels, taints);
    let number = max_pods.map(|max_pods| format!("--max-pods={max_pods}"));
    let all: Vec<String> = number.into_iter().chain(flags).collect();
    let number = max_pods.map(|max_pods| format!("--max-pods-per-node {max_pods}"));
    let mut eksctl: Vec<String> = number.into_iter().collect();
    if !labels.is_empty() {
        eksctl.push(format!("--node-labels {}", joined(labels)));
    }
    Arguments {
        bootstrap: format!("--use-max-pods false --kubelet-extra-args '{}'", all.join(" ")),
        eksctl: eksctl.join(" "),
    }
}

/// Writes the flags by which a kubelet labels and taints its node.
pub(crate) fn kubelet_flags(labels: &BTreeMap<LabelKey, LabelValue>, taints: &[NodeTaint]) -> Vec<String> {
    let taints: Vec<String> = taints
        .iter()
        .map(|taint| {
            let value = taint.value.as_ref().map_or_else(String::new, ToString::to_string);
            format!("{}={value}:{}", taint.key, taint.effect.as_str())
        })
        .collect();
    let mut flags = Vec::new();
    if !labels.is_empty() {
        flags.push(format!("--node-labels={}", joined(labels)));
    }
    if !taints.is_empty() {
        flags.push(format!("--register-with-taints={}", taints.join(",")));
    }
    flags
}

fn joined(labels: &BTreeMap<LabelKey, LabelValue>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_tells_people_to_paste() {
        let plain = arguments(&BTreeMap::new(), &[], Some(20));
        assert_eq!(plain.bootstrap, "--use-max-pods false --kubelet-extra-args '--max-pods=20'");
        let labels = [("k8s.amazonaws.com/eniConfig".parse().unwrap(), "custom-pod-netconfig".parse().unwrap())].into();
        let named = arguments(&labels, &[], Some(20));
        assert!(named.bootstrap.ends_with(" --node-labels=k8s.amazonaws.com/eniConfig=custom-pod-netconfig'"));
        assert!(named.eksctl.contains("--node-labels k8s.amazonaws.com/eniConfig=custom-pod-netconfig"));
    }
}
