//! The variables as the EKS add-on vpc-cni takes them.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::written::WrittenVariables;
use crate::catalog::cni::{Container, environment};

/// The settings as `aws eks update-addon --configuration-values` takes them: JSON on one line. A name that the add-on's schema
/// does not know would make it refuse all of them, so it is left out; the runbook's check looks at it instead.
pub(crate) fn configuration(written: &WrittenVariables) -> String {
    let of = |container: Container| -> Map<String, Value> {
        let taken = written.of(container).iter().filter(|(name, _)| environment(name).is_some_and(|known| known.addon));
        taken.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
    };
    let mut values = Map::new();
    values.insert("env".to_owned(), Value::Object(of(Container::AwsNode)));
    let init = of(Container::Init);
    if !init.is_empty() {
        values.insert("init".to_owned(), json!({"env": init}));
    }
    plain(&Value::Object(values).to_string())
}

/// The same JSON with only what a terminal shows and Markdown leaves alone; JSON reads the rest back from its escapes.
fn plain(json: &str) -> String {
    let plain = |character: char| matches!(character, ' '..='~') && character != '`';
    let mut out = String::new();
    for character in json.chars() {
        if plain(character) {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}
