//! Node labels that have a meaning for Kubernetes or the CNI.

/// The label that the CNI looks at unless told otherwise (`pkg/eniconfig/eniconfig.go`).
pub(crate) const NAME_LABEL: &str = "k8s.amazonaws.com/eniConfig";

/// The label that the CNI looks at before all others, since 1.11 (`pkg/eniconfig/eniconfig.go`).
pub(crate) const EXTERNAL_LABEL: &str = "vpc.amazonaws.com/externalEniConfig";

/// The zone of a node, since Kubernetes 1.17.
pub(crate) const ZONE_LABEL: &str = "topology.kubernetes.io/zone";

/// The zone of a node before.
pub(crate) const OLD_ZONE_LABEL: &str = "failure-domain.beta.kubernetes.io/zone";

/// Labels that the kubelet or the cloud controller sets, and that [`restricted`] lets through
/// ("Well-Known Labels, Annotations and Taints" of the Kubernetes reference).
pub(crate) const SET_BY_OTHERS: [&str; 3] =
    ["node.kubernetes.io/instance-type", "node.kubernetes.io/windows-build", "topology.k8s.aws/zone-id"];

/// Tells whether a kubelet refuses to set a label for itself: most of those under kubernetes.io and k8s.io (the
/// `NodeRestriction` admission plugin).
pub(crate) fn restricted(key: &str) -> bool {
    let Some((prefix, _)) = key.split_once('/') else { return false };
    let within = |domain: &str| prefix == domain || prefix.ends_with(&format!(".{domain}"));
    let allowed = ["kubelet.kubernetes.io", "node.kubernetes.io"].iter().any(|domain| within(domain));
    (within("kubernetes.io") || within("k8s.io")) && !allowed
}
