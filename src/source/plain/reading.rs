//! What a reader makes of an unquoted word.

use std::fmt;

use serde_json::{Number, Value};

/// What a reader makes of an unquoted word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A number that JSON, and so the Kubernetes API, does not have: infinite, not a number, over 64 bits.
    Beyond,
    Text,
}

impl Reading {
    pub(super) fn float(number: f64) -> Self {
        if number.is_finite() { Self::Float(number) } else { Self::Beyond }
    }

    pub(super) fn value(self, text: &str) -> Option<Value> {
        match self {
            Self::Null => Some(Value::Null),
            Self::Bool(value) => Some(Value::Bool(value)),
            Self::Int(value) => Some(Value::from(value)),
            Self::Float(value) => Number::from_f64(value).map(Value::Number),
            Self::Beyond => None,
            Self::Text => Some(Value::from(text)),
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Int(value) => write!(formatter, "{value}"),
            Self::Float(value) => write!(formatter, "{value:?}"),
            Self::Beyond => formatter.write_str("a number that no Kubernetes field can hold"),
            Self::Text => formatter.write_str("a string"),
        }
    }
}
