//! The objects of two outputs, one by one.

use serde_json::Value;

use super::daemon_set::daemon_set_effect;
use super::object::{effect, is_metadata};
use crate::change::effect::{Effect, EffectKind, Operation, TouchedGroups, differences};
use crate::change::state::{Objects, Running};

/// Compares the objects of two outputs.
pub(in crate::change) fn object_effects(before: &Objects, after: &Objects, running: &Running) -> Vec<Effect> {
    let mut effects: Vec<Effect> = after
        .iter()
        .filter_map(|(name, (file, new))| match before.get(name) {
            None => Some(effect(file, name, new, (Operation::Create, EffectKind::Created), Vec::new(), "it is made")),
            Some((_, old)) => changed(file, name, old, new, running),
        })
        .collect();
    let gone = before.iter().filter(|(name, _)| !after.contains_key(*name));
    effects.extend(gone.map(|(name, (file, old))| removed(file, name, old, running)));
    effects
}

fn changed(file: &str, name: &str, old: &Value, new: &Value, running: &Running) -> Option<Effect> {
    let mut causes = differences(old, new);
    causes.retain(|cause| !is_metadata(&cause.property));
    match kind(new) {
        "DaemonSet" => daemon_set_effect(file, name, old, new, running),
        _ if causes.is_empty() => None,
        "ENIConfig" => {
            let touched = running.with_eni_config(metadata_name(new));
            let words = "network interfaces that nodes attach from now on use the new values; those that they have stay as \
                         they are until the node is replaced";
            Some(Effect { touched, ..effect(file, name, new, (Operation::Update, EffectKind::Updated), causes, words) })
        }
        "CustomResourceDefinition" => Some(effect(
            file,
            name,
            new,
            (Operation::Update, EffectKind::Updated),
            causes,
            "ENIConfigs that are there stay",
        )),
        _ => Some(effect(
            file,
            name,
            new,
            (Operation::Update, EffectKind::Unknown),
            causes,
            "podnet has no facts about a change of this object",
        )),
    }
}

fn removed(file: &str, name: &str, old: &Value, running: &Running) -> Effect {
    let (what, touched, words) = match kind(old) {
        "ENIConfig" => {
            let touched = running.with_eni_config(metadata_name(old));
            let words = "nodes that look for it attach no more interfaces, and new pods on them get no address; Argo CD asks \
                         before it prunes it";
            ((Operation::Delete, EffectKind::CutOff), touched, words)
        }
        "DaemonSet" => (
            (Operation::Retain, EffectKind::Released),
            TouchedGroups::default(),
            "aws-node stays as it is: it is not pruned",
        ),
        "CustomResourceDefinition" => (
            (Operation::Retain, EffectKind::Released),
            TouchedGroups::default(),
            "it is not pruned: with it, all ENIConfigs would go",
        ),
        _ => ((Operation::Delete, EffectKind::Deleted), TouchedGroups::default(), "Argo CD prunes it"),
    };
    Effect { touched, ..effect(file, name, old, what, Vec::new(), words) }
}

fn kind(object: &Value) -> &str {
    object.get("kind").and_then(Value::as_str).unwrap_or_default()
}

fn metadata_name(object: &Value) -> &str {
    object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
}
