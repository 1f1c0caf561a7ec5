//! Which properties of a resource or an object differ, and how that is said in a line.

use serde_json::{Map, Value};
use similar::{ChangeTag, TextDiff};

use super::kind::Cause;

/// The most characters of a value that are shown.
const SHOWN: usize = 60;
/// The most lines of a text that are shown.
const SHOWN_LINES: usize = 4;

/// Compares two maps of properties: one cause for every value that differs, by its path. Lists of named things, such as tags, are
/// compared by name; other lists are compared as a whole, and so are CloudFormation's functions (`Ref`, `Fn::…`).
pub(in crate::change) fn differences(before: &Value, after: &Value) -> Vec<Cause> {
    let mut found = Vec::new();
    collect("", Some(before), Some(after), &mut found);
    found
}

fn collect(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Cause>) {
    if before == after {
        return;
    }
    let (old, new) = (before.map(map), after.map(map));
    if old != Some(None) && new != Some(None) {
        let (old, new) = (old.flatten().unwrap_or_default(), new.flatten().unwrap_or_default());
        let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
        for name in names {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            collect(&path, old.get(name), new.get(name), found);
        }
        return;
    }
    let both = before.zip(after).map(|(before, after)| match (text(before), text(after)) {
        (Some(before), Some(after)) => lines(before, after),
        _ => shortened_alike(&plain(before), &plain(after)),
    });
    let (before, after) = match both {
        Some([before, after]) => (Some(before), Some(after)),
        None => (before.map(shown), after.map(shown)),
    };
    found.push(Cause { property: path.to_owned(), before, after });
}

/// What has values by name: a map of properties that is not one of CloudFormation's functions, or a list of named things.
fn map(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) if !is_function(map) => Some(map.clone()),
        Value::Array(list) => by_name(list),
        _ => None,
    }
}

/// The properties that name the things in a list: tags, environment variables, volumes, tags by resource.
const NAMES: [&str; 5] = ["Key", "name", "DeviceName", "ResourceType", "key"];

/// A list of things that are named, and each by another name: `[{Key: team, Value: a}]` is `{team: a}`.
fn by_name(list: &[Value]) -> Option<Map<String, Value>> {
    let mut named = Map::new();
    for item in list {
        let mut item = item.as_object()?.clone();
        let name = NAMES.into_iter().find_map(|name| item.remove(name))?;
        let value = match item.remove("Value") {
            Some(value) if item.is_empty() => value,
            Some(value) => {
                item.insert("Value".to_owned(), value);
                Value::Object(item)
            }
            None => Value::Object(item),
        };
        if named.insert(name.as_str()?.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(named).filter(|named| !named.is_empty())
}

/// `{"Ref": …}` or `{"Fn::GetAtt": …}`.
fn is_function(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// A text of several lines, such as user data.
fn text(value: &Value) -> Option<&str> {
    let value = value.get("Fn::Base64").unwrap_or(value);
    value.as_str().filter(|text| text.trim_end().contains('\n'))
}

/// The lines that only one of two texts has, for both.
fn lines(before: &str, after: &str) -> [String; 2] {
    let diff = TextDiff::from_lines(before, after);
    let only = |tag: ChangeTag| -> Vec<&str> {
        diff.iter_all_changes().filter(|change| change.tag() == tag).map(|change| change.value().trim()).collect()
    };
    let (old, new) = (only(ChangeTag::Delete), only(ChangeTag::Insert));
    if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
        return shortened_alike(old, new);
    }
    [old, new].map(|lines| {
        let mut shown: Vec<String> = lines.iter().take(SHOWN_LINES).map(|line| shortened(line)).collect();
        if lines.len() > SHOWN_LINES {
            shown.push("…".to_owned());
        }
        if shown.is_empty() { "no such line".to_owned() } else { shown.join(", ") }
    })
}

/// A value in a line: a scalar as it is, anything else as JSON, at most sixty characters of it.
pub(in crate::change) fn shown(value: &Value) -> String {
    shortened(&plain(value))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// Two long texts without the words that they begin and end with alike.
fn shortened_alike(before: &str, after: &str) -> [String; 2] {
    if before.chars().count().max(after.chars().count()) <= SHOWN {
        return [before.to_owned(), after.to_owned()];
    }
    let words = |text: &'_ str| -> Vec<String> { text.split_inclusive([',', ' ']).map(ToOwned::to_owned).collect() };
    let (old, new) = (words(before), words(after));
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old.len().min(new.len()).saturating_sub(start);
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
    [old, new].map(|words| {
        let middle = words.get(start..words.len().saturating_sub(end)).unwrap_or_default().concat();
        let dots = |left_out: usize| if left_out > 0 { "…" } else { "" };
        format!("{}{}{}", dots(start), shortened(&middle), dots(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(before: &Value, after: &Value) -> Vec<String> {
        differences(before, after).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_value_that_differs_has_its_path() {
        let before = json!({"Gone": {"A": "x"}, "Same": [1], "Size": {"Min": 1, "Max": 3}, "Types": [1]});
        let after = json!({"Size": {"Min": 1, "Max": 5}, "Types": [1, 2], "Same": [1], "New": true});
        assert_eq!(
            said(&before, &after),
            ["Gone.A: x -> nothing", "Size.Max: 3 -> 5", "Types: [1] -> [1,2]", "New: nothing -> true"]
        );
    }

    #[test]
    fn things_in_lists_go_by_their_names() {
        let tag = |name: &str, value: &str| json!({"Key": name, "Value": value});
        assert_eq!(
            said(&json!({"Tags": [tag("a", "1"), tag("b", "2")]}), &json!({"Tags": [tag("b", "3"), tag("a", "1")]})),
            ["Tags.b: 2 -> 3"]
        );
        let volume = |size: u8| json!({"Volumes": [{"DeviceName": "/dev/xvda", "Ebs": {"Size": size}}]});
        assert_eq!(said(&volume(1), &volume(2)), ["Volumes./dev/xvda.Ebs.Size: 1 -> 2"]);
        // Two of one name are a list like any other.
        assert_eq!(said(&json!({"Tags": [tag("a", "1"), tag("a", "2")]}), &json!({"Tags": [tag("a", "1")]})).len(), 1);
    }

    #[test]
    fn functions_are_values() {
        let before = json!({"Group": {"Ref": "A"}, "Version": "1"});
        let after = json!({"Group": {"Ref": "B"}, "Version": {"Fn::GetAtt": ["T", "V"]}});
        assert_eq!(
            said(&before, &after),
            [r#"Group: {"Ref":"A"} -> {"Ref":"B"}"#, r#"Version: 1 -> {"Fn::GetAtt":["T","V"]}"#]
        );
    }

    #[test]
    fn of_a_text_the_lines_that_changed() {
        let data =
            |pods: &str| json!({"UserData": {"Fn::Base64": format!("kubelet:\n  maxPods: {pods}\n  flags: []\n")}});
        assert_eq!(said(&data("110"), &data("58")), ["UserData: maxPods: 110 -> maxPods: 58"]);
        let long = "x".repeat(100);
        assert_eq!(said(&json!({"A": "b"}), &json!({"A": long})), [format!("A: b -> {}…", "x".repeat(60))]);
    }

    #[test]
    fn of_long_texts_what_differs() {
        let flags = |labels: &str| json!({"Flags": format!("[\"--node-labels=podnet.dev/node-group=batch,{labels}workload-class=batch\"]")});
        assert_eq!(said(&flags(""), &flags("tier=low,")), ["Flags: …… -> …tier=low,…"]);
        assert_eq!(said(&flags("tier=high,"), &flags("tier=low,")), ["Flags: …tier=high,… -> …tier=low,…"]);
    }
}
