//! A spec's shape against its JSON Schema, so that the schema in an editor and podnet give the same verdict.

mod expected;
mod fields;
mod formats;
mod misindented;
mod shape;
mod types;
mod values;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use self::expected::Expected;
use self::fields::{missing_field, unknown_field};
use self::shape::{Shape, properties, shape};
use self::types::wrong_type;
use self::values::{bound, own_field, wrong_format, wrong_key, wrong_word};
use crate::diagnostic::{Code, Diagnostic, near};
use crate::source::{Pointer, Tree};
use crate::spec::reading::schema_check::misindented::misindented;

/// Checks a spec's shape. Returns every problem, each at its place; none where the types will read it.
pub(super) fn check(value: &Value, tree: &Tree) -> Vec<Diagnostic> {
    match shape() {
        Err(error) => vec![Diagnostic::error(Code::SpecType, format!("the built-in schema does not compile: {error}"))],
        Ok(shape) => {
            let errors: Vec<ValidationError<'_>> = shape.validator.iter_errors(value).collect();
            let unexpected: Vec<(Pointer, &String)> = errors.iter().flat_map(unexpected).collect();
            let mut found: Vec<Diagnostic> =
                errors.iter().flat_map(|error| told(error, shape, tree, &unexpected)).collect();
            if found.is_empty() {
                found = fractions(value, Pointer::root(), tree, shape);
            }
            let takes = |at: &Pointer| shape.takes(at);
            for (problem, explained) in misindented(value, &Pointer::root(), &takes) {
                found.retain(|other| {
                    !other.place.as_ref().is_some_and(|place| explained.iter().any(|at| place.pointer.is_in(at)))
                });
                found.push(problem);
            }
            found.sort();
            found.dedup();
            found
        }
    }
}

/// The names of the fields under `spec`.
pub(super) fn spec_fields() -> Vec<&'static str> {
    let section = shape().ok().and_then(|shape| shape.schema_at(&Pointer::root().key("spec")));
    properties(section).map(|(name, _)| name).collect()
}

/// The fields that a section does not have, each with its section.
fn unexpected<'a>(error: &'a ValidationError<'_>) -> Vec<(Pointer, &'a String)> {
    let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() else { return Vec::new() };
    unexpected.iter().map(|name| (Pointer::from_text(error.instance_path().as_str()), name)).collect()
}

/// Finds numbers with a point or an exponent. No field takes one, but to JSON Schema `1e1` is the integer 10.
fn fractions(value: &Value, at: Pointer, tree: &Tree, shape: &Shape) -> Vec<Diagnostic> {
    match value {
        Value::Number(number) if number.is_f64() => {
            vec![wrong_type(&Expected::WholeNumber, value, at, tree, shape)]
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.flat_map(|(number, item)| fractions(item, at.index(number), tree, shape)).collect()
        }
        Value::Object(fields) => {
            fields.iter().flat_map(|(key, field)| fractions(field, at.key(key), tree, shape)).collect()
        }
        _ => Vec::new(),
    }
}

/// What is told of an error of the schema.
fn told(error: &ValidationError<'_>, shape: &Shape, tree: &Tree, unexpected: &[(Pointer, &String)]) -> Vec<Diagnostic> {
    let at = Pointer::from_text(error.instance_path().as_str());
    let instance = error.instance();
    let section = shape.schema_at(&at);
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let format = section.and_then(|section| shape.key_format(section));
            let unknown = |name: &String| match format {
                Some(format) => wrong_key(name, &at, format),
                None => unknown_field(name, &at, section, instance),
            };
            unexpected.iter().map(unknown).collect()
        }
        ValidationErrorKind::Required { property } => match property.as_str().unwrap_or_default() {
            name if is_misspelt(name, &at, unexpected) => Vec::new(),
            name => vec![missing_field(name, at, section, shape)],
        },
        // Quoting the value would only bring the next message about.
        ValidationErrorKind::Type { .. } if own_field(&at).is_some() => own_field(&at).into_iter().collect(),
        ValidationErrorKind::Type { kind } => vec![wrong_type(&Expected::of(kind), instance, at, tree, shape)],
        ValidationErrorKind::Format { format } => {
            let error = instance.as_str().and_then(|text| formats::explain(format, text));
            error.map(|error| wrong_format(error, at.into())).into_iter().collect()
        }
        // Every pattern goes with a format, which says more.
        ValidationErrorKind::Pattern { .. } if section.is_some_and(|schema| schema.get("format").is_some()) => {
            Vec::new()
        }
        ValidationErrorKind::AnyOf { .. }
        | ValidationErrorKind::OneOfNotValid { .. }
        | ValidationErrorKind::Enum { .. }
        | ValidationErrorKind::Constant { .. } => vec![wrong_word(instance, at, section)],
        kind => vec![bound(kind, instance, &at, section)],
    }
}

/// Tells whether a missing field is there under a name like its own: that is one problem, not two.
fn is_misspelt(name: &str, at: &Pointer, unexpected: &[(Pointer, &String)]) -> bool {
    unexpected.iter().any(|(there, written)| there == at && !near(written, [name]).is_empty())
}
