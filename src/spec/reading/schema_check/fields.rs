//! Fields that a section does not have, and fields that it lacks.

use serde_json::Value;

use super::shape::{Shape, alternatives, description, is_required, properties};
use crate::diagnostic::{Code, Diagnostic, near, one_of};
use crate::source::{Place, Pointer};

fn whose(at: &Pointer) -> String {
    let dotted = at.dotted();
    if dotted.is_empty() { "the document".to_owned() } else { format!("`{dotted}`") }
}

pub(super) fn unknown_field(name: &str, at: &Pointer, section: Option<&Value>, instance: &Value) -> Diagnostic {
    let place = Place::key(at.key(name));
    if name == "<<" {
        return Diagnostic::error(
            Code::SpecUnknownField,
            "the merge key `<<` is not allowed, since YAML 1.2 does not have it",
        )
        .at(place)
        .help("write the fields out, so that reviewers see the values");
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
            "remove it, or move it to where it belongs; {} also has {}",
            whose(at),
            one_of(&absent)
        )),
        ([], [], [meant, ..]) => diagnostic.remove_as(format!("remove it: `{meant}` exists already")),
        ([], close, _) => diagnostic.meant(close),
    }
}

pub(super) fn missing_field(name: &str, at: Pointer, section: Option<&Value>, shape: &Shape) -> Diagnostic {
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
            diagnostic.help(format!("add `{name}:` and a list under it, each item after a `- `"))
        }
        (None, [], Some("object")) => diagnostic.help(format!("add `{name}:` and its fields under it")),
        (None, [], _) => diagnostic.help(format!("add `{name}:`")),
    };
    match text {
        Some(text) => diagnostic.note(format!("`{name}`: {text}")),
        None => diagnostic,
    }
}
