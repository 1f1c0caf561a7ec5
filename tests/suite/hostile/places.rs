//! The places of a spec that take a string: values, and keys of maps that are not fields.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Stands for any index and any key in a pattern.
const ANY: &str = "*";
/// Ends the pattern of a map's keys.
const KEY: &str = "{key}";

/// A string of a spec.
#[derive(Debug)]
pub struct Place {
    /// Its place in the schema: `/spec/zones/*/name`, `/spec/tags/{key}`.
    pub pattern: String,
    /// The string that is there.
    pub text: String,
    path: Vec<String>,
}

impl Place {
    /// What it is one with: the same name elsewhere, or another item of the same list.
    pub fn identity(&self) -> &str {
        if self.is_name() { &self.text } else { &self.pattern }
    }

    fn is_name(&self) -> bool {
        self.text.starts_with("qq")
    }

    /// Puts another string there; everywhere where the old one is a name of the test's own, since names are referred to.
    /// Nothing where it is there already.
    pub fn put(&self, spec: &Value, text: &str) -> Option<Value> {
        if text == self.text {
            return None;
        }
        let everywhere = self.is_name();
        let is_key = self.pattern.ends_with(KEY);
        let mut path = Vec::new();
        Some(rebuild(spec, &mut path, &mut |here, found, key| {
            let meant = everywhere || (here == self.path.as_slice() && key == is_key);
            if meant && found == self.text { text.to_owned() } else { found.to_owned() }
        }))
    }
}

/// Copies a value, with every string and every key asked for.
fn rebuild(value: &Value, path: &mut Vec<String>, swap: &mut impl FnMut(&[String], &str, bool) -> String) -> Value {
    match value {
        Value::String(text) => Value::from(swap(path, text, false)),
        Value::Array(items) => {
            let mut out = Vec::new();
            for (number, item) in items.iter().enumerate() {
                path.push(number.to_string());
                out.push(rebuild(item, path, swap));
                path.pop();
            }
            Value::from(out)
        }
        Value::Object(fields) => {
            let mut out = Map::new();
            for (key, field) in fields {
                path.push(key.clone());
                let name = swap(path, key, true);
                out.insert(name, rebuild(field, path, swap));
                path.pop();
            }
            Value::from(out)
        }
        other => other.clone(),
    }
}

/// Lists every place that the schema has.
pub fn in_schema(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(schema, schema, String::new(), &mut found);
    found
}

fn walk(root: &Value, schema: &Value, path: String, found: &mut BTreeSet<String>) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        walk(root, root.pointer(reference.strip_prefix('#').unwrap()).unwrap(), path, found);
        return;
    }
    for choices in ["oneOf", "anyOf", "allOf"] {
        for choice in schema.get(choices).and_then(Value::as_array).into_iter().flatten() {
            walk(root, choice, path.clone(), found);
        }
    }
    let is_text = |schema: &Value| {
        schema["type"] == "string"
            || schema["const"].is_string()
            || schema["enum"].as_array().is_some_and(|all| all.iter().any(Value::is_string))
    };
    if is_text(schema) {
        found.insert(path.clone());
    }
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        walk(root, field, format!("{path}/{name}"), found);
    }
    if let Some(items) = schema.get("items") {
        walk(root, items, format!("{path}/{ANY}"), found);
    }
    let keyed = schema.get("patternProperties").and_then(Value::as_object).and_then(|map| map.values().next());
    if let Some(values) = keyed.or_else(|| schema.get("additionalProperties").filter(|values| values.is_object())) {
        found.insert(format!("{path}/{KEY}"));
        walk(root, values, format!("{path}/{ANY}"), found);
    }
}

/// Lists every string of a spec that is at one of the schema's places.
pub fn in_spec(patterns: &BTreeSet<String>, spec: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    let mut path = Vec::new();
    rebuild(spec, &mut path, &mut |here, text, key| {
        let fits = |pattern: &&String| {
            let parts: Vec<&str> = pattern.split('/').skip(1).collect();
            let part = |(part, segment): (&&str, &String)| *part == ANY || part == segment;
            let last = |part: &str| if key { part == KEY } else { part != KEY };
            parts.len() == here.len()
                && parts.last().is_some_and(|part| last(part))
                && parts.iter().zip(here).take(parts.len() - usize::from(key)).all(part)
        };
        if let Some(pattern) = patterns.iter().find(fits) {
            found.push(Place { pattern: pattern.clone(), text: text.to_owned(), path: here.to_vec() });
        }
        text.to_owned()
    });
    found
}
