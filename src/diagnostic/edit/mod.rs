//! Help that a machine can apply: one change of a text that makes it right.

mod apply;

pub use apply::{EditError, apply};
pub(super) use apply::{splice, tree};

use serde::Serialize;
use serde_json::Value;

use crate::source::{Place, plain, scalar};

/// One change of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edit {
    /// What is changed: a value, a key, or a stretch of bytes.
    pub place: Place,
    /// What becomes of it.
    pub action: Action,
}

/// What becomes of a place. Values and keys are YAML as it goes into the text, on one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Another value there, or another key. A field that the text does not have is added to its section.
    Replace(String),
    /// Nothing: the entry goes, key and value or the item of a list. A section that is empty then goes too.
    Remove,
    /// A field of the section there: changed where the section has it, added where it has not.
    Set {
        /// The field's name.
        key: String,
        /// Its value.
        value: String,
    },
    /// One more item of the list there.
    Push(String),
}

impl Edit {
    /// Writes another value at a place; at a key, another key.
    pub(crate) fn replace(place: impl Into<Place>, value: impl Into<Value>) -> Self {
        Self { place: place.into(), action: Action::Replace(yaml(&value.into())) }
    }

    /// Puts other characters into a stretch of bytes, as they are.
    pub(crate) fn splice(place: Place, text: impl Into<String>) -> Self {
        Self { place, action: Action::Replace(text.into()) }
    }

    /// Takes an entry out, or a stretch of bytes that is no entry.
    pub(crate) fn remove(place: impl Into<Place>) -> Self {
        Self { place: place.into(), action: Action::Remove }
    }

    /// Sets a field of a section.
    pub(crate) fn set(section: impl Into<Place>, key: &str, value: impl Into<Value>) -> Self {
        let action = Action::Set { key: key.to_owned(), value: yaml(&value.into()) };
        Self { place: section.into(), action }
    }

    /// Adds an item to a list.
    pub(crate) fn push(list: impl Into<Place>, item: impl Into<Value>) -> Self {
        Self { place: list.into(), action: Action::Push(yaml(&item.into())) }
    }

    /// What a person has to write, between backticks.
    pub(crate) fn shown(&self) -> String {
        match &self.action {
            Action::Replace(text) | Action::Push(text) => format!("`{text}`"),
            Action::Set { key, value } => format!("`{}: {value}`", yaml_text(key)),
            Action::Remove => "nothing".to_owned(),
        }
    }
}

/// A value as YAML on one line, for block and for flow context: without quotes where every reader takes it for what it
/// is.
pub(super) fn yaml(value: &Value) -> String {
    match value {
        Value::String(text) => yaml_text(text),
        Value::Array(items) => format!("[{}]", items.iter().map(yaml).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{}: {}", yaml_text(key), yaml(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// A text as YAML: `us-west-2a` and `10.20.0.0/16` as they are, `1.30` and `on` in quotes.
pub(super) fn yaml_text(text: &str) -> String {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-');
    let number_like = text.starts_with(|first: char| first.is_ascii_digit()) && text.bytes().all(inner);
    let bare = number_like && plain::value(text).is_ok_and(|value| value.is_string());
    if bare { text.to_owned() } else { scalar::scalar(text) }
}
