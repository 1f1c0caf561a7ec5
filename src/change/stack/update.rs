//! What an update of a stack does to what runs, resource by resource.

use std::collections::BTreeMap;

use super::consequence::{ResourceEvent, consequence};
use super::fates::{Fate, fates};
use super::ingress::{INGRESS, covered_by};
use crate::catalog::PropertyChange;
use crate::change::effect::{Effect, EffectKind, Operation, TouchedGroups, shown};
use crate::change::state::{Resource, Running, StackTemplate, has_nodes};

/// Compares two templates of one stack. What is made or changed comes first, as in an update; what goes comes last.
pub(in crate::change) fn stack_effects(
    file: &str,
    before: &StackTemplate,
    after: &StackTemplate,
    running: &Running,
) -> Vec<Effect> {
    let fates = fates(before, after);
    let stack = StackChange { file, before, after, running, fates: &fates };
    let new = after.resources.iter().filter(|(name, _)| !before.resources.contains_key(*name));
    let gone = before.resources.iter().filter(|(name, _)| !after.resources.contains_key(*name));
    let mut effects: Vec<Effect> = new.map(|(name, resource)| stack.created(name, resource)).collect();
    effects.extend(fates.iter().filter_map(|(name, fate)| stack.changed(name, fate)));
    effects.extend(gone.map(|(name, resource)| stack.gone(name, resource)));
    effects
}

/// An update of a stack.
struct StackChange<'a> {
    file: &'a str,
    before: &'a StackTemplate,
    after: &'a StackTemplate,
    running: &'a Running,
    fates: &'a BTreeMap<&'a str, Fate>,
}

impl StackChange<'_> {
    fn created(&self, name: &str, resource: &Resource) -> Effect {
        let event = ResourceEvent {
            of_type: &resource.of_type,
            kind: EffectKind::Created,
            old: None,
            new: Some(resource),
            causes: &[],
        };
        self.effect(name, Operation::Create, &event, TouchedGroups::default())
    }

    fn changed(&self, name: &str, fate: &Fate) -> Option<Effect> {
        let (old, new) = (self.before.resources.get(name)?, self.after.resources.get(name)?);
        let operation = match fate.change {
            PropertyChange::Replaces => Operation::Replace,
            PropertyChange::Refuses => Operation::Refuse,
            PropertyChange::InPlace | PropertyChange::Unknown | PropertyChange::Drains | PropertyChange::Terminates => {
                Operation::Update
            }
        };
        let kind = match fate.change {
            PropertyChange::InPlace if loses_permissions(old, new) && self.running.anything() => EffectKind::CutOff,
            PropertyChange::InPlace => EffectKind::Updated,
            PropertyChange::Unknown => EffectKind::Unknown,
            PropertyChange::Drains | PropertyChange::Terminates => EffectKind::Rolled,
            PropertyChange::Refuses => EffectKind::Fails,
            PropertyChange::Replaces if self.cuts_off(old) => EffectKind::CutOff,
            PropertyChange::Replaces => EffectKind::Replaced,
        };
        let event = ResourceEvent { of_type: &new.of_type, kind, old: Some(old), new: Some(new), causes: &fate.causes };
        let touched = if kind == EffectKind::Updated { TouchedGroups::default() } else { self.touched(name, old) };
        Some(self.effect(name, operation, &event, touched))
    }

    fn gone(&self, name: &str, resource: &Resource) -> Effect {
        let (operation, kind) = match resource.retained {
            true => (Operation::Retain, EffectKind::Released),
            false if self.cuts_off(resource) => (Operation::Delete, EffectKind::CutOff),
            false => (Operation::Delete, EffectKind::Deleted),
        };
        let event = ResourceEvent { of_type: &resource.of_type, kind, old: Some(resource), new: None, causes: &[] };
        let touched =
            if kind == EffectKind::Released { TouchedGroups::default() } else { self.touched(name, resource) };
        self.effect(name, operation, &event, touched)
    }

    /// Whether running nodes or pods lose something where that resource goes.
    fn cuts_off(&self, resource: &Resource) -> bool {
        let used = match resource.of_type.as_str() {
            INGRESS => covered_by(resource, self.after).is_none() || self.group_changes(resource),
            "AWS::EC2::SecurityGroup" | "AWS::IAM::Role" | "AWS::IAM::InstanceProfile" | "AWS::EKS::AccessEntry" => {
                true
            }
            _ => false,
        };
        used && self.running.anything()
    }

    /// Whether one of the groups that a rule is between is replaced: then no rule of the new template is about the present one.
    fn group_changes(&self, rule: &Resource) -> bool {
        rule.references().iter().any(|reference| {
            self.fates.get(reference.to.as_str()).is_some_and(|fate| fate.change == PropertyChange::Replaces)
        })
    }

    fn touched(&self, name: &str, resource: &Resource) -> TouchedGroups {
        match resource.of_type.as_str() {
            "AWS::EKS::Nodegroup" | "AWS::AutoScaling::AutoScalingGroup" => self.running.group(name, resource),
            "AWS::EC2::Subnet" => self.running.in_pod_subnet(name),
            "AWS::EC2::SubnetRouteTableAssociation" => {
                let subnet = resource.references().into_iter().find(|reference| reference.path == "SubnetId");
                subnet.map_or_else(|| self.running.all(), |subnet| self.running.in_pod_subnet(&subnet.to))
            }
            "AWS::EC2::LaunchTemplate" | "AWS::EC2::SubnetCidrReservation" | "AWS::EC2::VPCCidrBlock" => {
                TouchedGroups::default()
            }
            "AWS::IAM::Role" | "AWS::IAM::InstanceProfile" => self.needing(name),
            "AWS::EKS::AccessEntry" => {
                let roles = resource.references();
                united(roles.iter().map(|role| self.needing(&role.to)))
            }
            _ => self.running.all(),
        }
    }

    /// The nodes of the groups that refer to a resource, directly or not.
    fn needing(&self, name: &str) -> TouchedGroups {
        let groups = self.before.resources.iter().filter(|(_, resource)| has_nodes(&resource.of_type));
        let needing = groups.filter(|(group, _)| self.before.needs(group, name));
        united(needing.map(|(group, resource)| self.running.group(group, resource)))
    }

    fn effect(&self, name: &str, operation: Operation, event: &ResourceEvent<'_>, touched: TouchedGroups) -> Effect {
        Effect {
            kind: event.kind,
            operation,
            file: self.file.to_owned(),
            name: name.to_owned(),
            of_type: event.of_type.to_owned(),
            causes: event.causes.to_vec(),
            touched,
            consequence: consequence(event),
        }
    }
}

fn united(all: impl Iterator<Item = TouchedGroups>) -> TouchedGroups {
    all.fold(TouchedGroups::default(), |mut sum, touched| {
        sum.extend(&touched);
        sum
    })
}

/// Whether a role has fewer policies than before.
fn loses_permissions(old: &Resource, new: &Resource) -> bool {
    let policies = |resource: &Resource| -> Vec<String> {
        let list = resource.properties.get("ManagedPolicyArns").and_then(serde_json::Value::as_array);
        list.into_iter().flatten().map(shown).collect()
    };
    let kept = policies(new);
    new.of_type == "AWS::IAM::Role" && policies(old).iter().any(|policy| !kept.contains(policy))
}
