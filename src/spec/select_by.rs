//! How a node selects its ENIConfig: a word, or a label of one's own.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::node_labels::{NAME_LABEL, OLD_ZONE_LABEL, ZONE_LABEL};
use crate::ids::LabelKey;

/// How a node selects its ENIConfig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectBy {
    /// By its zone label: each ENIConfig has the name of a zone.
    Zone,
    /// By the node label `k8s.amazonaws.com/eniConfig`, which the node group sets.
    Name,
    /// By another node label, which the node group sets.
    Label(LabelKey),
}

/// The form of a label of one's own.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelForm<T> {
    label: T,
}

impl SelectBy {
    /// Gives the node label that has the name of the ENIConfig; `None` where that is the zone's, which depends on the version
    /// of Kubernetes.
    pub fn node_label(&self) -> Option<&str> {
        match self {
            Self::Zone => None,
            Self::Name => Some(NAME_LABEL),
            Self::Label(label) => Some(label.as_str()),
        }
    }

    /// Gives the field that makes nodes select by a label: with a word, where there is one for it.
    pub fn field(label: &str) -> String {
        match label {
            ZONE_LABEL | OLD_ZONE_LABEL => "selectBy: zone".to_owned(),
            NAME_LABEL => "selectBy: name".to_owned(),
            label => format!("selectBy: {{label: {label}}}"),
        }
    }

    /// Whether ENIConfigs are named after zones, so that a zone has only one.
    pub const fn is_zone(&self) -> bool {
        match self {
            Self::Zone => true,
            Self::Name | Self::Label(_) => false,
        }
    }
}

impl Serialize for SelectBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Zone => serializer.serialize_str("zone"),
            Self::Name => serializer.serialize_str("name"),
            Self::Label(label) => LabelForm { label }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SelectBy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum SelectByForm {
            Word(String),
            Label(LabelForm<LabelKey>),
        }
        match SelectByForm::deserialize(deserializer)? {
            SelectByForm::Word(word) if word == "zone" => Ok(Self::Zone),
            SelectByForm::Word(word) if word == "name" => Ok(Self::Name),
            SelectByForm::Word(_) => Err(serde::de::Error::custom("expected `zone`, `name` or `label: KEY`")),
            SelectByForm::Label(LabelForm { label }) => Ok(Self::Label(label)),
        }
    }
}

impl JsonSchema for SelectBy {
    fn schema_name() -> Cow<'static, str> {
        "SelectBy".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let label = generator.subschema_for::<LabelKey>();
        let mut schema = json_schema!({
            "description": "How a node selects its ENIConfig.",
            "anyOf": [
                {"const": "zone", "description": "By its zone label: each ENIConfig has the name of a zone."},
                {"const": "name", "description": "By the node label `k8s.amazonaws.com/eniConfig`, which the node group sets."},
                {"type": "object", "description": "By another node label, which the node group sets: `label: KEY`."}
            ],
            // These count for mappings only, so that what is wrong in one is told at its place.
            "properties": {"label": label},
            "required": ["label"],
            "additionalProperties": false
        });
        if let Some(field) = schema.pointer_mut("/properties/label").and_then(serde_json::Value::as_object_mut) {
            let text = "The key of the node label whose value is the ENIConfig's name (`ENI_CONFIG_LABEL_DEF`), such as one that existing nodes have.";
            field.insert("description".to_owned(), text.into());
        }
        schema
    }
}
