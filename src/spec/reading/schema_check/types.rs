//! Values of another type than their field's: most are quotes too many or too few, or an indentation that is off.

use serde_json::{Number, Value, json};

use super::expected::{Expected, found};
use super::formats;
use super::shape::{Shape, properties};
use super::values::mended;
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::source::{Node, Pointer, Scalar, Tree};

/// A value of another type than its field's.
pub(super) fn wrong_type(expected: &Expected, instance: &Value, at: Pointer, tree: &Tree, shape: &Shape) -> Diagnostic {
    let section = shape.schema_at(&at);
    let optional = shape.is_optional(&at);
    let written = scalar_at(tree, &at).map(|scalar| scalar.text.clone()).unwrap_or_default();
    let fraction = expected.is_number() && instance.is_f64();
    let there = if fraction { format!("`{written}`") } else { found(instance).to_owned() };
    let diagnostic = Diagnostic::error(Code::SpecType, format!("expected {expected}, found {there}")).at(at);
    match (instance, expected) {
        (Value::Number(_) | Value::Bool(_), Expected::String) => unquoted(diagnostic, instance, written, section),
        (Value::Number(number), _) if fraction => digits_only(diagnostic, number),
        (Value::String(text), expected) if expected.is_number() && text.parse::<i64>().is_ok() => {
            let number = text.parse::<i64>().unwrap_or_default();
            diagnostic.write_as(number, |number| format!("write it without quotes: {number}"))
        }
        (Value::String(text), Expected::Boolean) => boolean(diagnostic, text),
        (Value::Null, _) if optional => diagnostic.remove_as(format!("give {expected}, or remove the field")),
        (Value::Null, _) => diagnostic.help(format!("give {expected}")),
        (_, Expected::List) => list(diagnostic, instance),
        (_, Expected::Mapping) => map(diagnostic, instance, section, shape),
        _ => match section.and_then(|section| section.get("examples")).and_then(|examples| examples.get(0)) {
            Some(example) => diagnostic.help(format!("write {expected}, such as `{example}`")),
            None => diagnostic.help(format!("write {expected}")),
        },
    }
}

/// A text that YAML reads as something else: `1.30` is the number 1.3, and its zero is lost to every reader.
fn unquoted(diagnostic: Diagnostic, instance: &Value, written: String, section: Option<&Value>) -> Diagnostic {
    let meaning = match instance.to_string() {
        same if same == written => found(instance).to_owned(),
        other => format!("the number {other}"),
    };
    let diagnostic = diagnostic.note(format!("without quotes, YAML reads `{written}` as {meaning}"));
    let format = section.and_then(|section| section.get("format")).and_then(Value::as_str);
    match format.and_then(|format| formats::explain(format, &written)) {
        Some(error) => mended(diagnostic, error),
        None => diagnostic.write_as(written, |text| format!("quote it: {text}")),
    }
}

/// A number with a point or an exponent.
fn digits_only(diagnostic: Diagnostic, number: &Number) -> Diagnostic {
    let whole = number.as_f64().map(|number| format!("{number:.0}")).unwrap_or_default();
    match whole.parse::<i64>() {
        Ok(whole) => diagnostic.write_as(whole, |whole| format!("write digits only: {whole}")),
        Err(_) => diagnostic.help("write digits only"),
    }
}

/// YAML 1.1 has more words for the two; specs are YAML 1.2, which reads those as texts.
fn boolean(diagnostic: Diagnostic, text: &str) -> Diagnostic {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "on" | "true" => diagnostic.write_as(true, |word| format!("write {word}, without quotes")),
        "no" | "n" | "off" | "false" => diagnostic.write_as(false, |word| format!("write {word}, without quotes")),
        _ => diagnostic.help("write `true` or `false`"),
    }
}

fn list(diagnostic: Diagnostic, instance: &Value) -> Diagnostic {
    match instance {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => diagnostic.write_as(vec![instance.clone()], |list| {
            format!("write {list}, or each item on its own line after a `- `")
        }),
        _ => diagnostic.help("start each item with `- `"),
    }
}

fn map(diagnostic: Diagnostic, instance: &Value, section: Option<&Value>, shape: &Shape) -> Diagnostic {
    let fields: Vec<&str> = properties(section).map(|(name, _)| name).collect();
    if fields.is_empty() {
        return diagnostic.help("write each under its name: `NAME: …`");
    }
    match instance.as_str().and_then(|text| Some((shape.field_of_word(section, text)?, text))) {
        Some((field, text)) => {
            diagnostic.write_as(json!({field: text}), |map| format!("write {map}; its fields are {}", one_of(&fields)))
        }
        None => diagnostic.help(format!("write `FIELD: VALUE`; its fields are {}", one_of(&fields))),
    }
}

/// The scalar as it is written there: a value has lost the zeros of `1.30`.
fn scalar_at<'a>(tree: &'a Tree, at: &Pointer) -> Option<&'a Scalar> {
    let mut node = tree.documents.first()?;
    for segment in at.segments() {
        node = match node {
            Node::Map(entries, _) => entries.iter().find(|(key, ..)| key.text == segment).map(|(.., value)| value)?,
            Node::List(items, _) => items.get(segment.parse::<usize>().ok()?)?,
            Node::Scalar(..) => return None,
        };
    }
    match node {
        Node::Scalar(scalar, _) => Some(scalar),
        _ => None,
    }
}
