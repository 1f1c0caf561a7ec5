//! A spec's shape against its JSON Schema, so that the schema in an editor and podnet give the same verdict.

use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::Value;

use super::text::FormatError;
use super::{formats, schema};
use crate::diagnostic::{Code, Diagnostic, Place, Pointer, near, one_of};
use crate::source::{Node, Scalar, Tree};

struct Shape {
    schema: Value,
    validator: Validator,
}

fn shape() -> Result<&'static Shape, String> {
    static SHAPE: OnceLock<Result<Shape, String>> = OnceLock::new();
    SHAPE
        .get_or_init(|| {
            let schema = schema().to_value();
            let mut options = jsonschema::options().should_validate_formats(true);
            for (name, check) in formats::ALL {
                options = options.with_format(*name, move |text: &str| check(text).is_none());
            }
            let validator = options.build(&schema).map_err(|error| error.to_string())?;
            Ok(Shape { schema, validator })
        })
        .as_ref()
        .map_err(Clone::clone)
}

/// Checks a spec's shape. Returns every problem, each at its place; none where the types will read it.
pub(super) fn check(value: &Value, tree: &Tree) -> Vec<Diagnostic> {
    match shape() {
        Err(error) => vec![Diagnostic::error(Code::SpecType, format!("the built-in schema does not compile: {error}"))],
        Ok(shape) => {
            let mut found = Vec::new();
            for error in shape.validator.iter_errors(value) {
                collect(&error, shape, tree, &mut found);
            }
            found.sort();
            found.dedup();
            found
        }
    }
}

fn collect(error: &ValidationError<'_>, shape: &Shape, tree: &Tree, found: &mut Vec<Diagnostic>) {
    let at = Pointer::from_text(error.instance_path().as_str());
    let instance = error.instance();
    let section = shape.schema_at(&at);
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            found.extend(unexpected.iter().map(|name| unknown_field(name, &at, section)));
        }
        ValidationErrorKind::Required { property } => {
            found.push(missing_field(property.as_str().unwrap_or_default(), at, section, shape));
        }
        ValidationErrorKind::Type { kind } => found.push(wrong_type(&expected(kind), instance, at, tree)),
        ValidationErrorKind::Format { format } => {
            if let Some(FormatError { message, help }) =
                instance.as_str().and_then(|text| formats::explain(format, text))
            {
                let code = if format == "cidr" { Code::AddressHostBits } else { Code::SpecValue };
                let code = if message.ends_with("host bits set") { code } else { Code::SpecValue };
                found.push(Diagnostic::error(code, message).at(at).help(help));
            }
        }
        // Every pattern goes with a format, which says more.
        ValidationErrorKind::Pattern { .. } if section.is_some_and(|schema| schema.get("format").is_some()) => {}
        ValidationErrorKind::AnyOf { .. }
        | ValidationErrorKind::OneOfNotValid { .. }
        | ValidationErrorKind::Enum { .. }
        | ValidationErrorKind::Constant { .. } => found.push(wrong_word(instance, at, section)),
        ValidationErrorKind::PropertyNames { error } => {
            let key = error.instance().as_str().unwrap_or_default().to_owned();
            let mut inner = Vec::new();
            collect(error, shape, tree, &mut inner);
            for mut diagnostic in inner {
                diagnostic.place = Some(Place::key(at.key(&key)));
                found.push(diagnostic);
            }
        }
        kind => found.push(bound(kind, instance).at(at)),
    }
}

fn bound(kind: &ValidationErrorKind, instance: &Value) -> Diagnostic {
    let (message, help) = match kind {
        ValidationErrorKind::Minimum { limit } => {
            (format!("`{instance}` is less than {limit}"), format!("write {limit} or more"))
        }
        ValidationErrorKind::Maximum { limit } => {
            (format!("`{instance}` is more than {limit}"), format!("write {limit} or less"))
        }
        ValidationErrorKind::MinItems { limit } => ("the list is empty".to_owned(), format!("give at least {limit}")),
        ValidationErrorKind::MinProperties { limit } => {
            ("the map is empty".to_owned(), format!("give at least {limit}"))
        }
        ValidationErrorKind::MaxItems { limit } => ("the list is too long".to_owned(), format!("give at most {limit}")),
        ValidationErrorKind::MaxProperties { limit } => {
            ("the map is too long".to_owned(), format!("give at most {limit}"))
        }
        other => (format!("does not satisfy `{}`", other.keyword()), "see `podnet schema`".to_owned()),
    };
    Diagnostic::error(Code::SpecValue, message).help(help)
}

fn unknown_field(name: &str, at: &Pointer, section: Option<&Value>) -> Diagnostic {
    let place = Place::key(at.key(name));
    let known: Vec<&str> = properties(section).map(|(name, _)| name).collect();
    if known.is_empty() {
        return Diagnostic::error(Code::SpecValue, format!("`{name}` cannot be a name here")).at(place);
    }
    let dotted = at.dotted();
    let whose = if dotted.is_empty() { "the document".to_owned() } else { format!("`{dotted}`") };
    let diagnostic = Diagnostic::error(Code::SpecUnknownField, format!("{whose} has no field `{name}`")).at(place);
    match near(name, known.iter().copied()).as_slice() {
        [] => diagnostic.help(format!("it takes {}", one_of(&known))),
        close => diagnostic.help(format!("did you mean {}?", one_of(close))),
    }
}

fn missing_field(name: &str, at: Pointer, section: Option<&Value>, shape: &Shape) -> Diagnostic {
    let dotted = at.dotted();
    let whose = if dotted.is_empty() { "the document".to_owned() } else { format!("`{dotted}`") };
    let field = properties(section).find(|(known, _)| *known == name).map(|(_, schema)| shape.resolve(schema));
    let example = field.and_then(|schema| {
        let example = schema.get("examples").and_then(|examples| examples.get(0)).or_else(|| schema.get("const"))?;
        Some(format!("add `{name}: {example}`"))
    });
    let mut diagnostic = Diagnostic::error(Code::SpecMissingField, format!("{whose} has no `{name}`")).at(at);
    if let Some(text) = field.and_then(|schema| schema.get("description")).and_then(Value::as_str) {
        diagnostic = diagnostic.note(format!("`{name}`: {}", text.split('\n').next().unwrap_or_default()));
    }
    diagnostic.help(example.unwrap_or_else(|| format!("add `{name}:`")))
}

fn wrong_type(expected: &str, instance: &Value, at: Pointer, tree: &Tree) -> Diagnostic {
    let found = match instance {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    };
    let written = scalar_at(tree, &at).map(|scalar| scalar.text.clone()).unwrap_or_default();
    let diagnostic = Diagnostic::error(Code::SpecType, format!("expected {expected}, found {found}")).at(at);
    match instance {
        Value::Number(_) | Value::Bool(_) if expected == "a text" => {
            diagnostic.note(format!("YAML reads `{written}` as {found}")).help(format!("quote it: `\"{written}\"`"))
        }
        Value::String(text) if expected == "a number" && text.parse::<i64>().is_ok() => {
            diagnostic.help(format!("write it without quotes: `{text}`"))
        }
        Value::Null => diagnostic.help(format!("give {expected}, or remove the field")),
        _ if expected == "a list" => diagnostic.help("start each item with `- `"),
        _ => diagnostic,
    }
}

fn wrong_word(instance: &Value, at: Pointer, section: Option<&Value>) -> Diagnostic {
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
    match near(&written, words.iter().map(String::as_str)).as_slice() {
        [] => diagnostic,
        close => diagnostic.help(format!("did you mean {}?", one_of(close))),
    }
}

/// Lists what a choice in the schema allows: its words, and its other kinds of value with their bounds.
fn alternatives(schema: &Value, words: &mut Vec<String>, others: &mut Vec<String>) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    if let Some(word) = schema.get("const") {
        words.push(text(word));
    } else if let Some(listed) = schema.get("enum").and_then(Value::as_array) {
        words.extend(listed.iter().map(text));
    } else if let Some(choices) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
        for choice in choices {
            alternatives(choice, words, others);
        }
    } else if let (Some(low), Some(high)) = (schema.get("minimum"), schema.get("maximum")) {
        others.push(format!("a number from {low} to {high}"));
    }
}

fn expected(kind: &TypeKind) -> String {
    let name = |kind: JsonType| match kind {
        JsonType::Array => "a list",
        JsonType::Object => "a map",
        JsonType::String => "a text",
        JsonType::Integer | JsonType::Number => "a number",
        JsonType::Boolean => "`true` or `false`",
        JsonType::Null => "nothing",
    };
    match kind {
        TypeKind::Single(kind) => name(*kind).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(name).collect::<Vec<_>>().join(" or "),
    }
}

fn properties(section: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    section
        .and_then(|section| section.get("properties"))
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.iter().map(|(name, schema)| (name.as_str(), schema)))
}

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

impl Shape {
    /// Finds the schema that a place in a document is checked against.
    fn schema_at(&self, at: &Pointer) -> Option<&Value> {
        let mut schema = self.resolve(&self.schema);
        for segment in at.segments() {
            let properties = schema.get("properties").and_then(|properties| properties.get(&segment));
            let items = schema.get("items").filter(|_| segment.parse::<usize>().is_ok());
            let values = schema.get("patternProperties").and_then(Value::as_object).and_then(|map| map.values().next());
            let next = properties.or(items).or(values).or_else(|| schema.get("additionalProperties"))?;
            schema = self.resolve(next);
        }
        Some(schema)
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| self.schema.pointer(reference.strip_prefix('#')?))
            .unwrap_or(schema)
    }
}
