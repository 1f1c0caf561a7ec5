//! What a place takes, by the schema's `type`, and what it has: with their words.

use std::fmt;

use jsonschema::JsonType;
use jsonschema::error::TypeKind;
use serde_json::Value;

/// What a place takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    String,
    List,
    Mapping,
    WholeNumber,
    Number,
    Boolean,
    Null,
    /// Any of several. The spec's schema has no such place today: it says a choice as `anyOf`.
    OneOf(Vec<Self>),
}

impl Expected {
    pub(super) fn of(kind: &TypeKind) -> Self {
        match kind {
            TypeKind::Single(kind) => Self::one(*kind),
            TypeKind::Multiple(kinds) => Self::OneOf(kinds.iter().map(Self::one).collect()),
        }
    }

    const fn one(kind: JsonType) -> Self {
        match kind {
            JsonType::String => Self::String,
            JsonType::Array => Self::List,
            JsonType::Object => Self::Mapping,
            JsonType::Integer => Self::WholeNumber,
            JsonType::Number => Self::Number,
            JsonType::Boolean => Self::Boolean,
            JsonType::Null => Self::Null,
        }
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self, Self::WholeNumber | Self::Number)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "a string",
            Self::List => "a list",
            Self::Mapping => "a mapping",
            Self::WholeNumber => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::Null => "null",
            Self::OneOf(kinds) => {
                return f.write_str(&kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "));
            }
        })
    }
}

/// Says what a value is, in the words of [`Expected`]; of a boolean, that it is one.
pub(super) const fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
