//! The schema that editors use and podnet's own reader give the same verdict: over the examples, changed at every place
//! in every way that is likely to go wrong.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use podnet::spec;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::harness::{Example, value};

/// What the reader refuses and no schema can tell without formats, which editors do not know: which values, and why.
const ONLY_THE_READER: &[Exception] = &[
    (is_host_bits, "a pattern cannot see that bits are set behind a prefix"),
    (is_fraction, "to JSON Schema `1.0` is an integer"),
];

type Exception = (fn(&Value) -> bool, &'static str);

fn is_host_bits(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.ends_with(".7/16"))
}

fn is_fraction(value: &Value) -> bool {
    value.as_f64().is_some_and(|number| value.is_f64() && number.fract() == 0.0)
}

/// A change of an example at one place.
struct Mutation {
    pointer: String,
    what: String,
    document: Value,
    /// What stands at the place now.
    value: Value,
    /// Whether the schema takes it.
    valid: bool,
}

/// Every place of a document, its root left out.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut down = |key: &str, value: &Value| {
        let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        pointers(value, &pointer, found);
        found.push(pointer);
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(number, item)| down(&number.to_string(), item)),
        Value::Object(fields) => fields.iter().for_each(|(key, field)| down(key, field)),
        _ => {}
    }
}

/// The other values that a place could have by mistake.
fn others(value: &Value) -> Vec<Value> {
    let mut others =
        vec![json!(null), json!([]), json!({}), json!(""), json!(true), json!(-1), json!(1.0), json!("zzz")];
    match value {
        Value::String(text) => {
            others.extend([
                json!(format!("{text} ")),
                json!(format!("{text}\n")),
                json!(text.to_uppercase()),
                json!(format!("x{text}")),
                json!([text]),
                json!(text.repeat(200)),
                json!(1.33),
                json!("10.20.0.7/16"),
                json!("999.0.0.0/8"),
                json!("010.20.0.0/16"),
                json!("10.20.0.0/33"),
                json!("10.20.0.0"),
            ]);
        }
        Value::Number(number) => {
            others.extend([
                json!(number.to_string()),
                json!(0),
                json!(1_000_000),
                json!(5_000_000_000_u64),
                json!(2.5),
            ]);
        }
        Value::Bool(value) => others.extend([json!(value.to_string()), json!("yes"), json!(0)]),
        Value::Array(items) => {
            others.extend(items.first().cloned());
            others.push(json!({"0": items}));
            others.push(Value::Array(items.iter().cycle().take(items.len() * 60).cloned().collect()));
        }
        Value::Object(fields) => {
            others.push(json!([fields]));
            let mut more = fields.clone();
            more.insert("surplus".to_owned(), json!(1));
            others.push(Value::Object(more));
        }
        Value::Null => {}
    }
    others.retain(|other| other != value);
    others
}

/// Every example with its mutations, and what an editor says of each.
static MUTATIONS: LazyLock<Vec<(Example, Vec<Mutation>)>> = LazyLock::new(|| {
    let validator = editor();
    Example::all().into_iter().map(|example| (example.clone(), mutations(&example, &validator))).collect()
});

fn mutations(example: &Example, validator: &Validator) -> Vec<Mutation> {
    let document = value(&example.spec);
    let mut places = Vec::new();
    pointers(&document, "", &mut places);
    let mut found = Vec::new();
    for pointer in places {
        let (above, segment) = pointer.rsplit_once('/').unwrap();
        let key = segment.replace("~1", "/").replace("~0", "~");
        let mut add = |what: String, value: Value, change: &dyn Fn(&mut Value)| {
            let mut changed = document.clone();
            change(&mut changed);
            let valid = validator.is_valid(&changed);
            found.push(Mutation { pointer: pointer.clone(), what, document: changed, value, valid });
        };
        add("removed".to_owned(), Value::Null, &|changed| match changed.pointer_mut(above).unwrap() {
            Value::Object(fields) => drop(fields.shift_remove(&key)),
            Value::Array(items) => drop(items.remove(key.parse().unwrap())),
            _ => unreachable!(),
        });
        if document.pointer(above).unwrap().is_object() {
            for name in [format!("{key}x"), key.to_uppercase(), key.replace('-', "_"), String::new()] {
                if name != key {
                    let renamed = name.clone();
                    add(format!("renamed to {name:?}"), Value::Null, &|changed| {
                        let fields = changed.pointer_mut(above).unwrap().as_object_mut().unwrap();
                        let value = fields.shift_remove(&key).unwrap();
                        fields.insert(renamed.clone(), value);
                    });
                }
            }
        }
        for other in others(document.pointer(&pointer).unwrap()) {
            let what: String = other.to_string().chars().take(80).collect();
            add(format!("now {what}"), other.clone(), &|changed| {
                *changed.pointer_mut(&pointer).unwrap() = other.clone();
            });
        }
    }
    found
}

/// The schema as an editor takes it: patterns count, formats that only podnet knows do not.
fn editor() -> Validator {
    let schema = spec::schema().to_value();
    jsonschema::options().should_validate_formats(false).build(&schema).unwrap()
}

fn is_excepted(mutation: &Mutation) -> Option<&'static str> {
    let excepted = |(fits, why): &Exception| fits(&mutation.value).then_some(*why);
    ONLY_THE_READER.iter().find_map(excepted)
}

#[test]
fn schema_and_reader_agree_on_every_mutation() {
    let (mut count, mut refused, mut used) = (0, 0, BTreeSet::new());
    let mut differ = Vec::new();
    for (example, mutations) in MUTATIONS.iter() {
        for mutation in mutations {
            // JSON is YAML.
            let read = spec::read(&mutation.document.to_string());
            let by_schema = mutation.valid;
            count += 1;
            refused += usize::from(!by_schema);
            if by_schema == read.document.is_some() {
                continue;
            }
            match is_excepted(mutation).filter(|_| by_schema) {
                Some(why) => drop(used.insert(why)),
                None => differ.push(format!(
                    "{}{}: {}: the schema says {by_schema}: {:?}",
                    example.stem,
                    mutation.pointer,
                    mutation.what,
                    read.diagnostics.first().map(|diagnostic| &diagnostic.message)
                )),
            }
        }
    }
    assert!(differ.is_empty(), "{} of {count} differ:\n{}", differ.len(), differ.join("\n"));
    assert!(count >= 5_000 && refused >= 2_500 && refused + 200 < count, "{count} mutations, {refused} refused");
    assert_eq!(used.len(), ONLY_THE_READER.len(), "an exception is not needed any more: {used:?}");
}

/// Visits every schema inside of a schema that describes a value, with where it is.
fn visit<'a>(schema: &'a Value, at: &str, found: &mut Vec<(String, &'a Value)>) {
    for name in ["properties", "$defs"] {
        for (key, inner) in schema.get(name).and_then(Value::as_object).into_iter().flatten() {
            let at = format!("{at}/{name}/{key}");
            visit(inner, &at, found);
            found.push((at, inner));
        }
    }
    for name in ["oneOf", "anyOf"] {
        for (number, inner) in schema.get(name).and_then(Value::as_array).into_iter().flatten().enumerate() {
            let at = format!("{at}/{name}/{number}");
            visit(inner, &at, found);
            found.push((at, inner));
        }
    }
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    reference.map_or(schema, |pointer| root.pointer(pointer).unwrap())
}

#[test]
fn every_field_and_every_word_is_described() {
    let root = spec::schema().to_value();
    let mut found = Vec::new();
    visit(&root, "", &mut found);
    assert!(found.len() > 100, "{}", found.len());
    let described =
        |schema: &Value| schema.get("description").and_then(Value::as_str).is_some_and(|text| text.trim().len() > 4);
    let silent: Vec<&String> = found
        .iter()
        .filter(|(_, schema)| !described(schema) && !described(resolve(&root, schema)))
        .map(|(at, _)| at)
        .collect();
    assert!(silent.is_empty(), "without a description: {silent:#?}");
    let unexplained: Vec<&String> = found
        .iter()
        .filter(|(_, schema)| schema.get("enum").and_then(Value::as_array).is_some_and(|words| !words.is_empty()))
        .map(|(at, _)| at)
        .collect();
    assert!(unexplained.is_empty(), "words without a description each: {unexplained:#?}");
}

#[test]
fn every_scalar_has_an_example_or_says_what_it_may_be() {
    let root = spec::schema().to_value();
    let mut found = Vec::new();
    visit(&root, "", &mut found);
    let hints = ["default", "examples", "const", "enum", "oneOf", "anyOf"];
    let bare: Vec<&String> = found
        .iter()
        .filter(|(at, schema)| {
            let kind = resolve(&root, schema);
            let scalar = ["string", "integer", "number", "boolean"].iter().any(|name| kind["type"] == *name);
            scalar
                && at.contains("/properties/")
                && !hints.iter().any(|hint| schema.get(hint).is_some() || kind.get(hint).is_some())
        })
        .map(|(at, _)| at)
        .collect();
    assert!(bare.is_empty(), "scalars without a default, an example or words: {bare:#?}");
}

#[test]
fn the_older_form_takes_the_examples_and_refuses_the_same() {
    let older = spec::schema_by(SchemaSettings::draft07()).to_value();
    assert_eq!(older["$schema"], "http://json-schema.org/draft-07/schema#");
    let older = jsonschema::draft7::options().should_validate_formats(false).build(&older).unwrap();
    for (example, mutations) in MUTATIONS.iter() {
        assert!(older.is_valid(&value(&example.spec)), "{}", example.stem);
        for mutation in mutations {
            let same = older.is_valid(&mutation.document) == mutation.valid;
            assert!(same, "{}{}: {}", example.stem, mutation.pointer, mutation.what);
        }
    }
}
