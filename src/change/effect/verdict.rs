//! What is to be thought of an effect: nothing, something to know, or something that must not happen by accident.

use serde::Serialize;

use super::kind::{Effect, EffectKind, Touched};
use super::scaling::scaling;

/// What is to be thought of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Nothing that runs notices.
    Harmless,
    /// What runs notices, and goes on: nodes are drained, a daemon restarts.
    Notable,
    /// What runs is ended, or loses what it uses.
    Dangerous,
}

impl Effect {
    /// Judges an effect.
    pub fn verdict(&self) -> Verdict {
        match self.kind {
            // An ENIConfig that nodes use: their next interfaces differ from those that they have.
            EffectKind::Updated if self.touched.sum() != Touched::default() => Verdict::Notable,
            EffectKind::Updated if self.has_nodes() && scaling(&self.causes).is_some() => Verdict::Notable,
            EffectKind::Created | EffectKind::Updated | EffectKind::Released => Verdict::Harmless,
            EffectKind::Rolled if self.of_type == AUTO_SCALING_GROUP => Verdict::Dangerous,
            EffectKind::Replaced | EffectKind::Deleted if self.has_nodes() || self.of_type == "AWS::EC2::Subnet" => {
                Verdict::Dangerous
            }
            EffectKind::Unknown | EffectKind::Rolled | EffectKind::Replaced | EffectKind::Deleted => Verdict::Notable,
            EffectKind::CutOff | EffectKind::Fails => Verdict::Dangerous,
        }
    }

    /// Whether it is about a node group.
    pub fn has_nodes(&self) -> bool {
        matches!(self.of_type.as_str(), "AWS::EKS::Nodegroup" | AUTO_SCALING_GROUP)
    }
}

/// The type of groups whose nodes nobody drains.
const AUTO_SCALING_GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";
