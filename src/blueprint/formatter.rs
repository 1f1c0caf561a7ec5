//! How a value is printed: as one safe scalar or as flow JSON. There is no way around it.

use std::fmt::Write as _;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value, ValueKind};
use minijinja::{AutoEscape, Error, ErrorKind, Output, State};

use crate::source::scalar::{quoted, scalar};

/// What is printed as it is. Only podnet's own functions make it.
#[derive(Debug)]
pub(super) struct Raw(pub(super) String);

impl Object for Raw {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// How values are written in a template, by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// `.yaml.j2`: scalars and flow JSON.
    Yaml,
    /// `.sh.j2`: words of a shell.
    Shell,
    /// `.md.j2`: text on one line.
    Markdown,
}

impl Mode {
    pub(super) fn of(template: &str) -> Self {
        if template.ends_with(".sh.j2") {
            Self::Shell
        } else if template.ends_with(".md.j2") {
            Self::Markdown
        } else {
            Self::Yaml
        }
    }

    pub(super) fn auto_escape(self) -> AutoEscape {
        AutoEscape::Custom(
            match self {
                Self::Yaml => "yaml",
                Self::Shell => "shell",
                Self::Markdown => "markdown",
            }
            .into(),
        )
    }
}

/// Prints a value. The engine calls it for every interpolation.
pub(super) fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if let Some(Raw(text)) = value.downcast_object_ref::<Raw>() {
        out.write_str(text)?;
        return Ok(());
    }
    let text = match state.auto_escape() {
        AutoEscape::Custom(name) if name == "shell" => shell(value)?,
        AutoEscape::Custom(name) if name == "markdown" => markdown(value)?,
        _ => yaml(value)?,
    };
    out.write_str(&text)?;
    Ok(())
}

fn refuse(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("cannot print {what}"))
}

fn yaml(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String => Ok(scalar(value.as_str().unwrap_or_default())),
        ValueKind::Undefined | ValueKind::None => Err(refuse("a value that does not exist")),
        _ => {
            let json = serde_json::to_value(value).map_err(|error| refuse(&error.to_string()))?;
            let mut text = String::new();
            flow(&json, &mut text)?;
            Ok(text)
        }
    }
}

/// Writes JSON in YAML's flow style: the same thing, with the characters escaped that YAML wants escaped.
fn flow(value: &serde_json::Value, out: &mut String) -> Result<(), Error> {
    match value {
        serde_json::Value::Null => return Err(refuse("a value that does not exist")),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => write!(out, "{value}")?,
        serde_json::Value::String(text) => out.push_str(&quoted(text)),
        serde_json::Value::Array(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    out.push_str(", ");
                }
                flow(item, out)?;
            }
            out.push(']');
        }
        serde_json::Value::Object(entries) => {
            out.push('{');
            for (number, (key, item)) in entries.iter().enumerate() {
                if number > 0 {
                    out.push_str(", ");
                }
                out.push_str(&quoted(key));
                out.push_str(": ");
                flow(item, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// One word of a shell, quoted where it has to be.
fn shell(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String => {
            let word = value.as_str().unwrap_or_default();
            shlex::try_quote(word).map(std::borrow::Cow::into_owned).map_err(|error| refuse(&error.to_string()))
        }
        ValueKind::Number => Ok(value.to_string()),
        _ => Err(refuse("anything but a string or a number in a shell script")),
    }
}

/// Text that can neither end the line nor the code span that it is in.
fn markdown(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String | ValueKind::Number => {
            let text = value.to_string();
            let keep = |character: char| !character.is_control() && !matches!(character, '`' | '\u{2028}' | '\u{2029}');
            Ok(text.chars().map(|character| if keep(character) { character } else { '\u{fffd}' }).collect())
        }
        _ => Err(refuse("anything but a string or a number in Markdown")),
    }
}
