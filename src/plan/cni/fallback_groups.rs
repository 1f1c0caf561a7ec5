//! What pods get where ENIConfigs have no security groups.

use crate::catalog::Capability;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::Pointer;
use crate::spec::{SecurityGroupUse, Spec};

/// What pods get where ENIConfigs have no security groups; nothing where they have some.
pub(crate) fn fallback_groups(spec: &Spec) -> Option<&'static str> {
    let version = &spec.cni.version;
    match spec.pod_network.security_groups.source {
        SecurityGroupUse::Cluster | SecurityGroupUse::Managed | SecurityGroupUse::NodeGroup | SecurityGroupUse::Ids => {
            None
        }
        SecurityGroupUse::None => Some(if version.has(Capability::PrimarySecurityGroups) {
            "the security groups of their node's primary interface"
        } else if *version < Capability::PrimarySecurityGroups.since() {
            "the VPC's default security group"
        } else {
            "none that work: the fallback of this release is broken"
        }),
    }
}

/// Tells what ENIConfigs without security groups fall back to.
pub(crate) fn fallback(spec: &Spec) -> Option<Diagnostic> {
    let groups = fallback_groups(spec)?;
    let version = &spec.cni.version;
    let message = format!("pods get {groups}");
    let note = format!("CNI {version} falls back to that if an ENIConfig has no security groups");
    let diagnostic = if version.has(Capability::PrimarySecurityGroups) {
        Diagnostic::remark(Code::CniSecurityGroups, message).note(note)
    } else {
        let since = Capability::PrimarySecurityGroups.since();
        Diagnostic::warning(Code::CniSecurityGroups, message)
            .note(note)
            .note(format!("since {since}, except 1.13.0, it uses the security groups of the node's primary interface"))
            .edit(Edit::set(Pointer::from_text("/spec/podNetwork/securityGroups"), "use", "cluster"), |field| {
                format!("write {field}, `use: nodeGroup` or ids, or upgrade the CNI")
            })
    };
    Some(diagnostic.at(Pointer::from_text("/spec/podNetwork/securityGroups/use")))
}
