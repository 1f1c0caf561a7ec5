//! What templates can call: CloudFormation's intrinsics in long form, and blocks of text.

use std::collections::BTreeMap;

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind};

use super::formatter::Raw;
use crate::source::scalar::quoted;

/// Registers the functions and takes away what would print a value unformatted.
pub(super) fn register(environment: &mut Environment<'_>) {
    for filter in ["safe", "escape", "e", "tojson", "urlencode", "pprint"] {
        environment.remove_filter(filter);
    }
    environment.remove_global("debug");
    environment.add_function("ref", |name: String| map([("Ref", Value::from(name))]));
    environment.add_function("get_att", |name: String, attribute: String| {
        map([("Fn::GetAtt", Value::from(vec![name, attribute]))])
    });
    environment.add_function("sub", |text: String| map([("Fn::Sub", Value::from(text))]));
    environment.add_function("shell", |text: String| {
        shlex::try_quote(&text)
            .map(|word| Value::from(word.into_owned()))
            .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
    });
    environment.add_function("block", |text: String, indent: usize| Value::from_object(Raw(block(&text, indent))));
    environment.add_function("tag_list", tag_list);
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<BTreeMap<_, _>>().into()
}

/// CloudFormation's list of tags: the spec's, and those given by name. `tag_list(tags, Name="x")`.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands arguments over by value")]
fn tag_list(tags: Value, named: Kwargs) -> Result<Value, Error> {
    let mut all = BTreeMap::new();
    for key in tags.try_iter()? {
        all.insert(key.to_string(), tags.get_item(&key)?);
    }
    for name in named.args().map(ToOwned::to_owned).collect::<Vec<_>>() {
        all.insert(name.clone(), named.get::<Value>(&name)?);
    }
    named.assert_all_used()?;
    Ok(all
        .into_iter()
        .map(|(key, value)| map([("Key", Value::from(key)), ("Value", value)]))
        .collect::<Vec<_>>()
        .into())
}

/// A text of several lines as a literal block, indented; in quotes where a block could not hold it exactly.
fn block(text: &str, indent: usize) -> String {
    let printable = |character: char| {
        character == '\n' || !(character.is_control() || matches!(character, '\u{feff}' | '\u{2028}' | '\u{2029}'))
    };
    let first = text.chars().next().unwrap_or(' ');
    let held = text.ends_with('\n') && !text.ends_with("\n\n") && !first.is_whitespace() && text.chars().all(printable);
    if !held || !(1..=40).contains(&indent) {
        return quoted(text);
    }
    let pad = " ".repeat(indent);
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") });
    format!("|\n{}", lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_text_exactly_or_is_quoted() {
        assert_eq!(block("#!/bin/bash\n\necho hi\n", 4), "|\n    #!/bin/bash\n\n    echo hi");
        for text in ["no end", " starts with a space\n", "two ends\n\n", "tab\tinside\u{7}\n", ""] {
            assert_eq!(block(text, 4), quoted(text));
        }
        let yaml = format!("a:\n  b: {}\nc: 1\n", block("one\n  two\n\nthree\n", 4));
        let read: serde_json::Value = serde_yaml::from_str(&yaml).unwrap();
        assert_eq!(read["a"]["b"], "one\n  two\n\nthree\n");
    }
}
