//! The compiled JSON Schema of a spec, and what it says about a place in one.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

use super::formats;
use super::misindented::Takes;
use crate::source::Pointer;
use crate::spec::schema;

/// The spec's schema as data, to look words up in, and compiled, to check documents with.
pub(super) struct Shape {
    schema: Value,
    pub(super) validator: Validator,
}

/// Compiles the schema, once a process: of everything that reading a spec takes, this takes longest.
pub(super) fn shape() -> Result<&'static Shape, String> {
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

impl Shape {
    /// Says what a section takes.
    pub(super) fn takes(&self, at: &Pointer) -> Takes {
        let section = self.schema_at(at);
        let names = section.is_some_and(|section| section.get("patternProperties").is_some());
        Takes { fields: properties(section).map(|(name, _)| name.to_owned()).collect(), names }
    }

    /// Finds the schema that a place in a document is checked against.
    pub(super) fn schema_at(&self, at: &Pointer) -> Option<&Value> {
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

    /// Finds the format that the keys of a map have; nothing where they are fields or free.
    ///
    /// The schema has only the pattern of the keys there. The type that it is of is among the definitions.
    pub(super) fn key_format(&self, section: &Value) -> Option<&str> {
        let pattern = section.get("patternProperties")?.as_object()?.keys().next()?;
        let definitions = self.schema.get("$defs")?.as_object()?;
        let kind =
            definitions.values().find(|kind| kind.get("pattern").is_some_and(|known| known == pattern.as_str()))?;
        kind.get("format")?.as_str()
    }

    /// Tells whether a place is a field that its section may go without.
    pub(super) fn is_optional(&self, at: &Pointer) -> bool {
        let Some(section) = at.parent().and_then(|section| self.schema_at(&section)) else { return false };
        let name = at.segments().last().unwrap_or_default();
        section.get("properties").is_some_and(|known| known.get(&name).is_some()) && !is_required(Some(section), &name)
    }

    /// Finds the field of a section that takes a word.
    pub(super) fn field_of_word<'a>(&'a self, section: Option<&'a Value>, word: &str) -> Option<&'a str> {
        properties(section).find_map(|(name, schema)| {
            let mut words = Vec::new();
            alternatives(self.resolve(schema), &mut words, &mut Vec::new());
            words.iter().any(|known| known == word).then_some(name)
        })
    }

    pub(super) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| self.schema.pointer(reference.strip_prefix('#')?))
            .unwrap_or(schema)
    }
}

pub(super) fn properties(section: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    section
        .and_then(|section| section.get("properties"))
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.iter().map(|(name, schema)| (name.as_str(), schema)))
}

pub(super) fn is_required(section: Option<&Value>, name: &str) -> bool {
    let required = section.and_then(|section| section.get("required")).and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|required| required == name))
}

/// What a field is for, in one line.
pub(super) fn description(schema: Option<&Value>) -> Option<String> {
    let text = schema?.get("description")?.as_str()?;
    Some(text.lines().next().unwrap_or_default().to_owned())
}

/// Lists what a choice in the schema allows: its words, and its other kinds of value with their bounds.
pub(super) fn alternatives(schema: &Value, words: &mut Vec<String>, others: &mut Vec<String>) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    if let Some(word) = schema.get("const") {
        words.push(text(word));
    } else if let Some(listed) = schema.get("enum").and_then(Value::as_array) {
        words.extend(listed.iter().map(text));
    } else if let Some(choices) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
        for choice in choices {
            alternatives(choice, words, others);
        }
        // The fields of a mapping that is one of the choices stand beside them.
        let fields = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        others.extend(fields.map(|field| format!("a mapping with `{field}`")));
    } else if let (Some(low), Some(high)) = (schema.get("minimum"), schema.get("maximum")) {
        others.push(format!("a number from {low} to {high}"));
    }
}
