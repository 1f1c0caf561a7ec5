//! What AWS does where a resource changes, in a sentence for whoever reviews the change.
//!
//! Sources: `CloudFormation` User Guide, "Update behaviors of stack resources" and "`UpdatePolicy` attribute"; EKS User Guide, "Understand
//! each phase of node updates" and "Delete a managed node group"; EC2 User Guide, "Security group rules".

use crate::change::effect::{Cause, EffectKind, Scaling, scaling};
use crate::change::state::Resource;

/// What happens to one resource.
#[derive(Debug)]
pub(super) struct ResourceEvent<'a> {
    /// Its type.
    pub of_type: &'a str,
    /// What becomes of it.
    pub kind: EffectKind,
    /// The resource before, where there was one.
    pub old: Option<&'a Resource>,
    /// The resource after, where there is one.
    pub new: Option<&'a Resource>,
    /// Why.
    pub causes: &'a [Cause],
}

/// Says what AWS does, without a full stop.
pub(super) fn consequence(event: &ResourceEvent<'_>) -> String {
    match event.kind {
        EffectKind::Created => "CloudFormation creates it".to_owned(),
        EffectKind::Updated => updated(event),
        EffectKind::Released => released(event.of_type).to_owned(),
        EffectKind::Unknown => {
            "podnet has no facts about a change of this property: look at a change set before you deploy it".to_owned()
        }
        EffectKind::Rolled => rolled(event),
        EffectKind::Replaced => replaced(event.of_type).to_owned(),
        EffectKind::Deleted => deleted(event.of_type).to_owned(),
        EffectKind::CutOff => cut_off(event.of_type).to_owned(),
        EffectKind::Fails => fails(event).to_owned(),
    }
}

fn updated(event: &ResourceEvent<'_>) -> String {
    match event.of_type {
        "AWS::EC2::LaunchTemplate" => {
            let looked_up = if event.new.is_some_and(looks_up) { ", with the newest AMI at that time" } else { "" };
            format!("CloudFormation makes a new version of it{looked_up}")
        }
        "AWS::EKS::Nodegroup" => match scaling(event.causes) {
            Some(Scaling::Maximum) => "the update fails where the group has more nodes than that: scale it in first",
            Some(Scaling::Number) => {
                "EKS sets the number of nodes to that, whatever an autoscaler has made of the group"
            }
            None => "EKS changes the group; its nodes stay",
        }
        .to_owned(),
        "AWS::AutoScaling::AutoScalingGroup" => match scaling(event.causes) {
            Some(Scaling::Maximum) => "nodes above the new maximum end without being drained",
            Some(Scaling::Number) => {
                "EC2 Auto Scaling sets the number of nodes to that; those above it end without being drained"
            }
            None => "EC2 Auto Scaling changes the group; its nodes stay",
        }
        .to_owned(),
        _ => "it is changed in place".to_owned(),
    }
}

/// Whether a launch template's AMI is looked up whenever it changes: by a parameter without a version.
fn looks_up(resource: &Resource) -> bool {
    let image = resource.properties.pointer("/LaunchTemplateData/ImageId").and_then(serde_json::Value::as_str);
    image.and_then(|image| image.strip_prefix("{{resolve:ssm:")).is_some_and(|path| !path.contains(':'))
}

fn released(of_type: &str) -> &'static str {
    match of_type {
        "AWS::EC2::Subnet" => "it stays in the VPC with all that is in it; podnet keeps its range",
        "AWS::EC2::VPCCidrBlock" => "it stays associated with the VPC",
        "AWS::EC2::SubnetRouteTableAssociation" => "it stays, and pods there keep their route table",
        _ => "it stays in AWS, and no stack has it any more",
    }
}

fn rolled(event: &ResourceEvent<'_>) -> String {
    match event.of_type {
        "AWS::EKS::Nodegroup" => "EKS starts new nodes, and drains each old one before it ends it".to_owned(),
        _ => "CloudFormation ends its nodes in turn without draining them: their pods stop at once".to_owned(),
    }
}

fn replaced(of_type: &str) -> &'static str {
    match of_type {
        "AWS::EKS::Nodegroup" => {
            "CloudFormation makes another group, which starts at its minimum, then deletes this one: EKS drains its nodes, \
             and both take addresses until then"
        }
        "AWS::AutoScaling::AutoScalingGroup" => {
            "CloudFormation makes another group, then deletes this one: its nodes end without being drained"
        }
        "AWS::EC2::Subnet" => {
            "CloudFormation makes another subnet, with another id; this one stays in the VPC with its pods"
        }
        "AWS::EC2::VPCCidrBlock" => "CloudFormation associates another block; this one stays associated",
        "AWS::EC2::SubnetRouteTableAssociation" => {
            "the association is deleted, then made anew: for a moment, pods there use the VPC's main route table"
        }
        "AWS::EC2::SecurityGroupIngress" => {
            "the new rule is made before the old one goes, and another rule lets in the same"
        }
        "AWS::EC2::SubnetCidrReservation" => "it is deleted, then made anew; prefixes that nodes have stay",
        _ => "CloudFormation makes another one, then deletes this one",
    }
}

fn deleted(of_type: &str) -> &'static str {
    match of_type {
        "AWS::EKS::Nodegroup" => "EKS drains its nodes and ends them",
        "AWS::AutoScaling::AutoScalingGroup" => "its nodes end at once without being drained",
        "AWS::EC2::LaunchTemplate" => "it goes with its group",
        "AWS::EC2::SecurityGroupIngress" => "another rule lets in the same",
        "AWS::EC2::SubnetCidrReservation" => {
            "prefixes that nodes have stay, but single addresses can take the place of new ones"
        }
        _ => "CloudFormation deletes it",
    }
}

fn cut_off(of_type: &str) -> &'static str {
    match of_type {
        "AWS::EC2::SecurityGroup" => {
            "its rules go first, and with them the traffic of all that still has it; then it cannot be deleted, because \
             network interfaces use it"
        }
        "AWS::EC2::SecurityGroupIngress" => "traffic that only this rule lets in stops at once",
        "AWS::IAM::Role" | "AWS::IAM::InstanceProfile" => "running nodes lose permissions that they may still use",
        "AWS::EKS::AccessEntry" => "the API server refuses the nodes that it was for, and they become NotReady",
        _ => "what runs there loses it",
    }
}

fn fails(event: &ResourceEvent<'_>) -> &'static str {
    if event.old.zip(event.new).is_some_and(|(old, new)| old.of_type != new.of_type) {
        return "CloudFormation does not make one type of another under one logical id: the update is rolled back";
    }
    match event.of_type {
        "AWS::EKS::Nodegroup" => "EKS does not give a node group another launch template: the update is rolled back",
        _ => "the update is rolled back",
    }
}
