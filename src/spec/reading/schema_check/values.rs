//! Values of the right type that the schema does not take: other words, other forms, beyond bounds.

use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::formats::{self, Mismatch};
use super::shape::{alternatives, description};
use crate::catalog::cni::environment;
use crate::diagnostic::{Code, Diagnostic, near, one_of};
use crate::source::{Place, Pointer};

/// A variable of aws-node that has a field of its own in the spec.
pub(super) fn own_field(at: &Pointer) -> Option<Diagnostic> {
    let name = at.as_str().strip_prefix("/spec/cni/env/")?;
    let field = environment(name)?.set_by.filter(|field| *field != "podnet")?;
    Some(
        Diagnostic::error(Code::CniEnvironment, format!("the spec has a field for `{name}`"))
            .at(Place::key(at.clone()))
            .help(format!("set `{field}` instead")),
    )
}

/// A text that does not have the form of its field.
pub(super) fn wrong_format(error: Mismatch, place: Place) -> Diagnostic {
    let diagnostic = Diagnostic::error(error.code, error.message.clone()).at(place);
    mended(diagnostic, error)
}

/// Says what would have the form, with the text that was meant where that can be told.
pub(super) fn mended(diagnostic: Diagnostic, Mismatch { help, meant, .. }: Mismatch) -> Diagnostic {
    match meant {
        Some(meant) => diagnostic.write_as(meant, |_| help),
        None => diagnostic.help(help),
    }
}

/// A key of a map whose keys have a form.
pub(super) fn wrong_key(name: &str, at: &Pointer, format: &str) -> Diagnostic {
    let place = Place::key(at.key(name));
    match formats::explain(format, name) {
        Some(error) => wrong_format(error, place),
        None => {
            Diagnostic::error(Code::SpecValue, format!("`{name}` is not a valid key of `{}`", at.dotted())).at(place)
        }
    }
}

/// A number or a list beyond its bounds.
pub(super) fn bound(kind: &ValidationErrorKind, instance: &Value, at: &Pointer, section: Option<&Value>) -> Diagnostic {
    let limit = |name: &str| section.and_then(|section| section.get(name)).and_then(Value::as_u64);
    let range = match (limit("minimum"), limit("maximum")) {
        (Some(low), Some(high)) => format!("a number from {low} to {high}"),
        (None, Some(high)) => format!("a number up to {high}"),
        (Some(low), None) => format!("a number from {low} on"),
        (None, None) => "another number".to_owned(),
    };
    let count = instance.as_array().map(Vec::len).or_else(|| instance.as_object().map(serde_json::Map::len));
    let count = count.unwrap_or_default();
    let (message, help) = match kind {
        ValidationErrorKind::Minimum { limit } => (format!("`{instance}` is less than {limit}"), String::new()),
        ValidationErrorKind::Maximum { limit } => (format!("`{instance}` is more than {limit}"), String::new()),
        ValidationErrorKind::MinItems { limit } | ValidationErrorKind::MinProperties { limit } => {
            (format!("there are {count}, but at least {limit} is required"), format!("give at least {limit}"))
        }
        ValidationErrorKind::MaxItems { limit } | ValidationErrorKind::MaxProperties { limit } => {
            (format!("there are {count}, but at most {limit} are allowed"), format!("give {limit} or fewer"))
        }
        ValidationErrorKind::MinLength { limit } => {
            ("the string is empty".to_owned(), format!("write {limit} or more characters"))
        }
        other => (format!("does not satisfy `{}`", other.keyword()), "see `podnet schema`".to_owned()),
    };
    let diagnostic = Diagnostic::error(Code::SpecValue, message).at(at);
    let diagnostic = match kind {
        ValidationErrorKind::Minimum { limit } | ValidationErrorKind::Maximum { limit } => {
            diagnostic.write_as(limit.clone(), |nearest| format!("write {range}, such as {nearest}"))
        }
        _ => diagnostic.help(help),
    };
    match description(section) {
        Some(text) => diagnostic.note(format!("`{}`: {text}", at.segments().last().unwrap_or_default())),
        None => diagnostic,
    }
}

/// A word that is none of a choice.
pub(super) fn wrong_word(instance: &Value, at: Pointer, section: Option<&Value>) -> Diagnostic {
    let mut words = Vec::new();
    let mut others = Vec::new();
    if let Some(section) = section {
        alternatives(section, &mut words, &mut others);
    }
    let written = instance.as_str().map_or_else(|| instance.to_string(), ToOwned::to_owned);
    let expected = match (words.as_slice(), others.as_slice()) {
        (words, []) => one_of(words),
        (words, others) => format!("{} or {}", one_of(words), others.join(" or ")),
    };
    let diagnostic = Diagnostic::error(Code::SpecValue, format!("expected {expected}, found `{written}`")).at(at);
    match (near(&written, words.iter().map(String::as_str)).as_slice(), words.as_slice()) {
        ([], [word]) => diagnostic.write_as(word.as_str(), |_| format!("write {expected}")),
        ([], _) => diagnostic.help(format!("write {expected}")),
        (close, _) => diagnostic.meant(close),
    }
}
