//! Two readers of YAML: one of version 1.2, and one of version 1.1 by the regular expressions of <https://yaml.org/type/>.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use jsonschema::Validator;
use podnet::source;
use podnet::source::{Node, ReadLimits, Scalar};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The types of YAML 1.1 and what unquoted words are of them, in the words of their pages.
const TYPES: &[(&str, &str)] = &[
    ("bool", "y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"),
    ("decimal", "[-+]?(0|[1-9][0-9_]*)"),
    ("int", "[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+"),
    (
        "float",
        r"[-+]?([0-9][0-9_]*)?\.[0-9.]*([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
    ),
    ("merge", "<<"),
    ("null", "~|null|Null|NULL|"),
    (
        "timestamp",
        r"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]|[0-9][0-9][0-9][0-9]-[0-9][0-9]?-[0-9][0-9]?([Tt]|[ \t]+)[0-9][0-9]?:[0-9][0-9]:[0-9][0-9](\.[0-9]*)?(([ \t]*)Z|[-+][0-9][0-9]?(:[0-9][0-9])?)?",
    ),
    ("value", "="),
];

fn kind(text: &str) -> Option<&'static str> {
    // The same few words stand in every file.
    static KNOWN: Mutex<BTreeMap<String, Option<&'static str>>> = Mutex::new(BTreeMap::new());
    static KINDS: OnceLock<Vec<(&'static str, Validator)>> = OnceLock::new();
    let kinds = KINDS.get_or_init(|| {
        let compiled =
            |pattern: &str| jsonschema::validator_for(&json!({"pattern": format!("^({pattern})$")})).unwrap();
        TYPES.iter().map(|(name, pattern)| (*name, compiled(pattern))).collect()
    });
    let mut known = KNOWN.lock().unwrap();
    *known.entry(text.to_owned()).or_insert_with(|| {
        let text = Value::from(text);
        kinds.iter().find(|(_, pattern)| pattern.is_valid(&text)).map(|(name, _)| *name)
    })
}

/// Reads a word as YAML 1.1 does. What JSON has no value for comes out as a map that no other reader gives.
fn resolve(scalar: &Scalar) -> Value {
    let text = scalar.text.as_str();
    match kind(text).filter(|_| scalar.plain) {
        None => Value::from(text),
        Some("null") => Value::Null,
        Some("bool") => Value::from(["y", "yes", "true", "on"].contains(&text.to_lowercase().as_str())),
        Some("decimal") if text.parse::<i64>().is_ok() => json!(text.parse::<i64>().unwrap()),
        Some("float") if text.parse::<f64>().is_ok_and(f64::is_finite) => json!(text.parse::<f64>().unwrap()),
        Some(other) => json!({ format!("!{other}"): text }),
    }
}

fn value(node: &Node) -> Value {
    match node {
        Node::Scalar(scalar, _) => resolve(scalar),
        Node::List(items, _) => items.iter().map(value).collect(),
        Node::Map(entries, _) => {
            let mut map = Map::new();
            for (key, _, node) in entries {
                let name = match resolve(key) {
                    Value::String(text) => text,
                    other => format!("!{other}"),
                };
                assert!(map.insert(name, value(node)).is_none(), "a key twice");
            }
            Value::from(map)
        }
    }
}

/// Reads a text by both, and makes sure that they agree.
pub fn both(text: &str) -> Vec<Value> {
    let tree = source::read(text, ReadLimits::MANIFEST);
    assert!(tree.findings.is_empty(), "{:?}\n{text}", tree.findings);
    let old: Vec<Value> = tree.documents.iter().map(value).collect();
    let new: Vec<Value> =
        serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap()).collect();
    assert_eq!(old, new, "YAML 1.1 and 1.2 differ on\n{text}");
    new
}

#[test]
fn the_old_reader_reads_as_version_1_1_does() {
    let read = |text: &str| resolve(&Scalar { text: text.to_owned(), plain: true });
    for (text, expected) in [
        ("on", json!(true)),
        ("N", json!(false)),
        ("12", json!(12)),
        ("-0.5", json!(-0.5)),
        ("~", json!(null)),
        ("", json!(null)),
        ("1e3", json!("1e3")),
        ("us-west-2a", json!("us-west-2a")),
        ("012", json!({"!int": "012"})),
        ("1_000", json!({"!decimal": "1_000"})),
        ("1:20", json!({"!int": "1:20"})),
        ("0x1F", json!({"!int": "0x1F"})),
        (".inf", json!({"!float": ".inf"})),
        ("=", json!({"!value": "="})),
        ("<<", json!({"!merge": "<<"})),
        ("2010-09-09", json!({"!timestamp": "2010-09-09"})),
        ("2001-12-14t21:59:43.10-05:00", json!({"!timestamp": "2001-12-14t21:59:43.10-05:00"})),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    assert_eq!(resolve(&Scalar { text: "on".to_owned(), plain: false }), json!("on"));
}
