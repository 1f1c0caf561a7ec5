//! A spec's shape against its JSON Schema, so that the schema in an editor and podnet give the same verdict.

use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::Value;

use super::misindented::{Takes, misindented};
use super::{formats, schema};
use crate::catalog::cni::environment;
use crate::diagnostic::{Code, Diagnostic, near, one_of};
use crate::ids::FormatError;
use crate::source::{Node, Place, Pointer, Scalar, Tree};

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
            let errors: Vec<ValidationError<'_>> = shape.validator.iter_errors(value).collect();
            let unexpected: Vec<(Pointer, &String)> = errors.iter().flat_map(unexpected).collect();
            let mut found = Vec::new();
            for error in &errors {
                collect(error, shape, tree, &unexpected, &mut found);
            }
            if found.is_empty() {
                fractions(value, Pointer::root(), tree, shape, &mut found);
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
fn fractions(value: &Value, at: Pointer, tree: &Tree, shape: &Shape, found: &mut Vec<Diagnostic>) {
    match value {
        Value::Number(number) if number.is_f64() => found.push(wrong_type("a whole number", value, at, tree, shape)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, item)| fractions(item, at.index(number), tree, shape, found));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(key, field)| fractions(field, at.key(key), tree, shape, found));
        }
        _ => {}
    }
}

fn collect(
    error: &ValidationError<'_>,
    shape: &Shape,
    tree: &Tree,
    unexpected: &[(Pointer, &String)],
    found: &mut Vec<Diagnostic>,
) {
    let at = Pointer::from_text(error.instance_path().as_str());
    let instance = error.instance();
    let section = shape.schema_at(&at);
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            found.extend(unexpected.iter().map(|name| match section.and_then(|section| shape.key_format(section)) {
                Some(format) => wrong_key(name, &at, format),
                None => unknown_field(name, &at, section, instance),
            }));
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            // A slip in the name of a field that must be there is one problem, not two.
            let misspelt = unexpected.iter().any(|(there, written)| *there == at && !near(written, [name]).is_empty());
            if !misspelt {
                found.push(missing_field(name, at, section, shape));
            }
        }
        // Quoting the value would only bring the next message about.
        ValidationErrorKind::Type { .. } if own_field(&at).is_some() => found.extend(own_field(&at)),
        ValidationErrorKind::Type { kind } => found.push(wrong_type(&expected(kind), instance, at, tree, shape)),
        ValidationErrorKind::Format { format } => {
            if let Some(error) = instance.as_str().and_then(|text| formats::explain(format, text)) {
                found.push(wrong_format(error, at.into()));
            }
        }
        // Every pattern goes with a format, which says more.
        ValidationErrorKind::Pattern { .. } if section.is_some_and(|schema| schema.get("format").is_some()) => {}
        ValidationErrorKind::AnyOf { .. }
        | ValidationErrorKind::OneOfNotValid { .. }
        | ValidationErrorKind::Enum { .. }
        | ValidationErrorKind::Constant { .. } => found.push(wrong_word(instance, at, section)),
        kind => found.push(bound(kind, instance, &at, section)),
    }
}

/// A variable of aws-node that has a field of its own in the spec.
fn own_field(at: &Pointer) -> Option<Diagnostic> {
    let name = at.as_str().strip_prefix("/spec/cni/env/")?;
    let field = environment(name)?.set_by.filter(|field| *field != "podnet")?;
    Some(
        Diagnostic::error(Code::CniEnvironment, format!("`{name}` has a field of its own"))
            .at(Place::key(at.clone()))
            .help(format!("set `{field}` instead")),
    )
}

fn wrong_format(error: FormatError, place: Place) -> Diagnostic {
    let code = if error.message.ends_with("host bits set") { Code::AddressHostBits } else { Code::SpecValue };
    mended(Diagnostic::error(code, error.message.clone()).at(place), error)
}

/// Says what would have the form, with the text that was meant where that can be told.
fn mended(diagnostic: Diagnostic, FormatError { help, meant, .. }: FormatError) -> Diagnostic {
    match meant {
        Some(meant) => diagnostic.write_as(meant, |_| help),
        None => diagnostic.help(help),
    }
}

/// A key of a map whose keys have a form.
fn wrong_key(name: &str, at: &Pointer, format: &str) -> Diagnostic {
    let place = Place::key(at.key(name));
    match formats::explain(format, name) {
        Some(error) => wrong_format(error, place),
        None => Diagnostic::error(Code::SpecValue, format!("`{name}` is no key of `{}`", at.dotted())).at(place),
    }
}

/// A number or a list beyond its bounds.
fn bound(kind: &ValidationErrorKind, instance: &Value, at: &Pointer, section: Option<&Value>) -> Diagnostic {
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
            (format!("there are {count}, and at least {limit} is needed"), format!("give at least {limit}"))
        }
        ValidationErrorKind::MaxItems { limit } | ValidationErrorKind::MaxProperties { limit } => {
            (format!("there are {count}, and at most {limit} are taken"), format!("give {limit} or fewer"))
        }
        ValidationErrorKind::MinLength { limit } => {
            ("the text is empty".to_owned(), format!("write {limit} or more characters"))
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

/// What a field is for, in one line.
fn description(schema: Option<&Value>) -> Option<String> {
    let text = schema?.get("description")?.as_str()?;
    Some(text.lines().next().unwrap_or_default().to_owned())
}

fn whose(at: &Pointer) -> String {
    let dotted = at.dotted();
    if dotted.is_empty() { "the document".to_owned() } else { format!("`{dotted}`") }
}

fn unknown_field(name: &str, at: &Pointer, section: Option<&Value>, instance: &Value) -> Diagnostic {
    let place = Place::key(at.key(name));
    if name == "<<" {
        return Diagnostic::error(Code::SpecUnknownField, "YAML 1.2 has no merge key `<<`")
            .at(place)
            .help("write the fields out, so that a reviewer sees what counts");
    }
    let diagnostic =
        Diagnostic::error(Code::SpecUnknownField, format!("{} has no field `{name}`", whose(at))).at(place);
    let (there, absent): (Vec<&str>, Vec<&str>) =
        properties(section).map(|(known, _)| known).partition(|known| instance.get(*known).is_some());
    let required: Vec<&str> = absent.iter().copied().filter(|known| is_required(section, known)).collect();
    match (near(name, required).as_slice(), near(name, absent.iter().copied()).as_slice(), near(name, there).as_slice())
    {
        ([meant, ..], _, _) => diagnostic.meant(&[meant]),
        ([], [], []) if absent.is_empty() => diagnostic.remove(),
        ([], [], []) => diagnostic.remove_as(format!(
            "remove it, or move it to where it belongs; {} also takes {}",
            whose(at),
            one_of(&absent)
        )),
        ([], [], [meant, ..]) => diagnostic.remove_as(format!("remove it: `{meant}` is there already")),
        ([], close, _) => diagnostic.meant(close),
    }
}

fn is_required(section: Option<&Value>, name: &str) -> bool {
    let required = section.and_then(|section| section.get("required")).and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|required| required == name))
}

fn missing_field(name: &str, at: Pointer, section: Option<&Value>, shape: &Shape) -> Diagnostic {
    let field = properties(section).find(|(known, _)| *known == name).map(|(_, schema)| schema);
    let kind = field.map(|schema| shape.resolve(schema));
    // The field's own words say more than those of its type.
    let text = description(field).or_else(|| description(kind));
    let example = kind
        .and_then(|schema| schema.get("examples").and_then(|examples| examples.get(0)).or_else(|| schema.get("const")));
    let mut words = Vec::new();
    if let Some(kind) = kind {
        alternatives(kind, &mut words, &mut Vec::new());
    }
    let kind = kind.and_then(|schema| schema.get("type")).and_then(Value::as_str);
    let message = format!("{} has no `{name}`", whose(&at));
    let diagnostic = Diagnostic::error(Code::SpecMissingField, message).at(Place::key(at.clone()));
    let diagnostic = match (example, words.as_slice(), kind) {
        (Some(example), ..) => diagnostic.add(at, name, example.clone()),
        (None, [word], _) => diagnostic.add(at, name, word.as_str()),
        (None, [_, ..], _) => diagnostic.help(format!("add `{name}:` with {}", one_of(&words))),
        (None, [], Some("array")) => {
            diagnostic.help(format!("add `{name}:` and a list under it, each item behind a `- `"))
        }
        (None, [], Some("object")) => diagnostic.help(format!("add `{name}:` and its fields under it")),
        (None, [], _) => diagnostic.help(format!("add `{name}:`")),
    };
    match text {
        Some(text) => diagnostic.note(format!("`{name}`: {text}")),
        None => diagnostic,
    }
}

fn wrong_type(expected: &str, instance: &Value, at: Pointer, tree: &Tree, shape: &Shape) -> Diagnostic {
    let section = shape.schema_at(&at);
    let optional = shape.is_optional(&at);
    let found = match instance {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    };
    let written = scalar_at(tree, &at).map(|scalar| scalar.text.clone()).unwrap_or_default();
    let fraction = expected.ends_with("number") && instance.is_f64();
    let found_there = if fraction { format!("`{written}`") } else { found.to_owned() };
    let diagnostic = Diagnostic::error(Code::SpecType, format!("expected {expected}, found {found_there}")).at(at);
    let format = section.and_then(|section| section.get("format")).and_then(Value::as_str);
    let fields: Vec<&str> = properties(section).map(|(name, _)| name).collect();
    match (instance, expected) {
        (Value::Number(_) | Value::Bool(_), "a text") => {
            let meaning = match instance.to_string() {
                same if same == written => found.to_owned(),
                other => format!("the number {other}"),
            };
            let diagnostic = diagnostic.note(format!("without quotes, YAML reads `{written}` as {meaning}"));
            match format.and_then(|format| formats::explain(format, &written)) {
                Some(error) => mended(diagnostic, error),
                None => diagnostic.write_as(written, |text| format!("quote it: {text}")),
            }
        }
        (Value::Number(number), _) if fraction => {
            let whole = number.as_f64().map(|number| format!("{number:.0}")).unwrap_or_default();
            match whole.parse::<i64>() {
                Ok(whole) => diagnostic.write_as(whole, |whole| format!("write digits only: {whole}")),
                Err(_) => diagnostic.help("write digits only"),
            }
        }
        (Value::String(text), _) if expected.ends_with("number") && text.parse::<i64>().is_ok() => {
            let number = text.parse::<i64>().unwrap_or_default();
            diagnostic.write_as(number, |number| format!("write it without quotes: {number}"))
        }
        (Value::String(text), "`true` or `false`") => match text.to_lowercase().as_str() {
            "yes" | "y" | "on" | "true" => diagnostic.write_as(true, |word| format!("write {word}, without quotes")),
            "no" | "n" | "off" | "false" => diagnostic.write_as(false, |word| format!("write {word}, without quotes")),
            _ => diagnostic.help("write `true` or `false`"),
        },
        (Value::Null, _) if optional => diagnostic.remove_as(format!("give {expected}, or remove the field")),
        (Value::Null, _) => diagnostic.help(format!("give {expected}")),
        (Value::String(_) | Value::Number(_) | Value::Bool(_), "a list") => diagnostic
            .write_as(vec![instance.clone()], |list| {
                format!("write {list}, or each item on a line of its own behind a `- `")
            }),
        (_, "a list") => diagnostic.help("start each item with `- `"),
        (_, "a map") if fields.is_empty() => diagnostic.help("write each under its name: `NAME: …`"),
        (Value::String(text), "a map") if shape.field_of_word(section, text).is_some() => {
            let field = shape.field_of_word(section, text).unwrap_or_default();
            let map = serde_json::json!({field: text});
            diagnostic.write_as(map, |map| format!("write {map}; it takes {}", one_of(&fields)))
        }
        (_, "a map") => diagnostic.help(format!("write `FIELD: VALUE`; it takes {}", one_of(&fields))),
        _ => match section.and_then(|section| section.get("examples")).and_then(|examples| examples.get(0)) {
            Some(example) => diagnostic.help(format!("write {expected}, such as `{example}`")),
            None => diagnostic.help(format!("write {expected}")),
        },
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
    match (near(&written, words.iter().map(String::as_str)).as_slice(), words.as_slice()) {
        ([], [word]) => diagnostic.write_as(word.as_str(), |_| format!("write {expected}")),
        ([], _) => diagnostic.help(format!("write {expected}")),
        (close, _) => diagnostic.meant(close),
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
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
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
    /// Says what a section takes.
    fn takes(&self, at: &Pointer) -> Takes {
        let section = self.schema_at(at);
        let names = section.is_some_and(|section| section.get("patternProperties").is_some());
        Takes { fields: properties(section).map(|(name, _)| name.to_owned()).collect(), names }
    }

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

    /// Finds the format that the keys of a map have; nothing where they are fields or free.
    ///
    /// The schema has only the pattern of the keys there. The type that it is of is among the definitions.
    fn key_format(&self, section: &Value) -> Option<&str> {
        let pattern = section.get("patternProperties")?.as_object()?.keys().next()?;
        let definitions = self.schema.get("$defs")?.as_object()?;
        let kind =
            definitions.values().find(|kind| kind.get("pattern").is_some_and(|known| known == pattern.as_str()))?;
        kind.get("format")?.as_str()
    }

    /// Tells whether a place is a field that its section may go without.
    fn is_optional(&self, at: &Pointer) -> bool {
        let Some(section) = at.parent().and_then(|section| self.schema_at(&section)) else { return false };
        let name = at.segments().last().unwrap_or_default();
        section.get("properties").is_some_and(|known| known.get(&name).is_some()) && !is_required(Some(section), &name)
    }

    /// Finds the field of a section that takes a word.
    fn field_of_word<'a>(&'a self, section: Option<&'a Value>, word: &str) -> Option<&'a str> {
        properties(section).find_map(|(name, schema)| {
            let mut words = Vec::new();
            alternatives(self.resolve(schema), &mut words, &mut Vec::new());
            words.iter().any(|known| known == word).then_some(name)
        })
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| self.schema.pointer(reference.strip_prefix('#')?))
            .unwrap_or(schema)
    }
}
