//! What each delivery needs for `kubernetes/aws-node.yaml`, which the pack `kubernetes` alone makes: a full manifest or
//! nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::named::Named;
use crate::aws_node::{AwsNodeManifest, Overrides};
use crate::catalog::cni::Container;
use crate::catalog::regions;
use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use crate::spec::Delivery;

/// Reads the base manifest of a delivery that starts from one: the user's, or the built-in one.
pub(super) fn base(
    delivery: Delivery,
    given: Option<Named<'_>>,
) -> Result<Option<Cow<'static, AwsNodeManifest>>, Vec<Diagnostic>> {
    match (delivery, given) {
        (Delivery::Patch, _) => Ok(None),
        (Delivery::Manifest, Some(given)) => AwsNodeManifest::read(given.name, given.text).map(Cow::Owned).map(Some),
        (Delivery::Manifest, None) => AwsNodeManifest::built_in().map(Cow::Borrowed).map(Some),
    }
}

/// Writes the base manifest with what must differ, with notes for the reviewer; nothing where there is no base, or where
/// aws-node is not to be written yet.
pub(super) fn manifest(plan: &Plan, base: Option<&AwsNodeManifest>) -> (Option<String>, Vec<Diagnostic>) {
    let Some(base) = base.filter(|_| plan.render.aws_node) else { return (None, Vec::new()) };
    let (patched, mut notes) = base.patched(&overrides(plan));
    let text = patched.to_yaml().map_err(|problems| notes.extend(problems)).ok();
    (text, notes)
}

/// What must differ from the base manifest.
fn overrides(plan: &Plan) -> Overrides {
    static KNOWN_HOSTS: OnceLock<BTreeSet<String>> = OnceLock::new();
    let node = &plan.aws_node;
    Overrides {
        environment: [(Container::AwsNode, node.environment.clone()), (Container::Init, node.init_environment.clone())]
            .into_iter()
            .filter(|(_, variables)| !variables.is_empty())
            .collect(),
        removed: node.removed_environment.iter().cloned().collect(),
        registry_host: plan.cluster.registry_host.clone().unwrap_or_default(),
        known_hosts: KNOWN_HOSTS
            .get_or_init(|| regions::registries().map(|registry| registry.host()).collect())
            .clone(),
    }
}
