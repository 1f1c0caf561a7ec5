//! How large a pod subnet is: the four fields that a pool, a zone of it and an additional subnet have in common.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A size that is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Computed {
    /// From the most addresses that the node groups can take.
    Auto,
}

/// How a pod subnet's size is said, of several ways at most one.
///
/// Its fields stand among those of the section that they are the size of; what they are called there is for
/// `SizeTexts` to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sizes {
    /// Computed from the node groups.
    #[serde(default, rename = "size", skip_serializing_if = "Option::is_none")]
    pub computed: Option<Computed>,
    /// As a prefix length, 16 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    // A subnet is a /16 to a /28: "Subnet sizing" in the Amazon VPC User Guide.
    #[schemars(range(min = 16, max = 28), extend("examples" = [18]))]
    pub prefix_length: Option<u8>,
    /// As usable addresses, 1 to 65,531: a /16 less the five that AWS reserves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65531), extend("examples" = [8000]))]
    pub addresses: Option<u32>,
    /// As pods, 1 to 1,000,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000), extend("examples" = [5000]))]
    pub pods: Option<u32>,
}

impl Sizes {
    /// None said.
    pub const NONE: Self = Self { computed: None, prefix_length: None, addresses: None, pods: None };

    /// The fields that are set, by their names in the spec.
    pub fn fields(self) -> Vec<&'static str> {
        let set = [
            ("size", self.computed.is_some()),
            ("prefixLength", self.prefix_length.is_some()),
            ("addresses", self.addresses.is_some()),
            ("pods", self.pods.is_some()),
        ];
        set.into_iter().filter(|(_, set)| *set).map(|(field, _)| field).collect()
    }
}

/// What the size fields mean in a section, for its JSON Schema: editors show it beside the field.
pub(super) struct SizeTexts {
    size: &'static str,
    prefix_length: &'static str,
    addresses: &'static str,
    pods: &'static str,
}

impl SizeTexts {
    /// Of each subnet of a [`Pool`](super::Pool).
    pub(super) fn pool(schema: &mut Schema) {
        Self {
            size: "`auto`: in every zone, large enough for the most that the node groups can need.",
            prefix_length: "The prefix length of each pod subnet, 16 to 28.",
            addresses: "How many usable addresses each pod subnet must have, not counting the five that AWS reserves; 1 to 65,531. The size\n\
            is rounded up to the next power of two.",
            pods: "How many pods each pod subnet must hold, 1 to 1,000,000: on full nodes of the group that needs the most addresses.",
        }
        .describe(schema);
    }

    /// Of the subnet of a [`PoolZone`](super::PoolZone).
    pub(super) fn pool_zone(schema: &mut Schema) {
        Self {
            size: "`auto`: large enough for the most that the node groups can need in this zone.",
            prefix_length: "The prefix length of this zone's pod subnet, 16 to 28.",
            addresses: "How many usable addresses this zone's pod subnet must have, 1 to 65,531.",
            pods: "How many pods this zone's pod subnet must hold, 1 to 1,000,000.",
        }
        .describe(schema);
    }

    /// Of a [`Further`](super::Further) subnet.
    pub(super) fn further(schema: &mut Schema) {
        Self {
            size: "`auto`: large enough for the most that the nodes under `nodeGroups` can need.",
            prefix_length: "Its prefix length, 16 to 28.",
            addresses: "How many usable addresses it must have, 1 to 65,531.",
            pods: "How many pods it must hold, 1 to 1,000,000.",
        }
        .describe(schema);
    }

    fn describe(self, schema: &mut Schema) {
        let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
        let texts = [
            ("size", self.size),
            ("prefixLength", self.prefix_length),
            ("addresses", self.addresses),
            ("pods", self.pods),
        ];
        for (name, text) in texts {
            if let Some(description) = fields.get_mut(name).and_then(|field| field.get_mut("description")) {
                *description = text.into();
            }
        }
    }
}
