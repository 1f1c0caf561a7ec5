//! Fingerprints: whether a resource, or an object, is still as somebody saw it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::output::Output;
use super::template::StackTemplate;
use crate::change::effect::Effect;
use crate::files::hash;

/// Digits of a fingerprint.
const DIGITS: usize = 12;

impl Output {
    /// The fingerprint of a resource or an object in one of the output's files: of itself, and of every resource that it refers to,
    /// directly or not. Nothing where it is not there.
    pub fn fingerprint(&self, file: &str, name: &str) -> Option<String> {
        let text = match self.templates.get(file) {
            Some(document) => serde_json::to_string(&reachable(document, name)?),
            None => serde_json::to_string(
                self.objects.get(name).filter(|(there, _)| there == file).map(|(_, object)| object)?,
            ),
        };
        // A value that was read is always JSON.
        let hash = hash(&text.unwrap_or_default());
        hash.split_once(':').and_then(|(_, digits)| digits.get(..DIGITS)).map(ToOwned::to_owned)
    }
}

impl Output {
    /// Whether the resource that an effect is about refers to another one by its logical id, or names it by its id.
    pub fn mentions(&self, effect: &Effect, what: &str) -> bool {
        let resource = || {
            let template = StackTemplate::read(self.templates.get(&effect.file)?);
            let resource = template.resources.get(&effect.name)?;
            let named = resource.references().iter().any(|reference| reference.to == what);
            Some(named || has_text(&resource.properties, what))
        };
        resource().unwrap_or(false)
    }
}

fn has_text(value: &Value, what: &str) -> bool {
    match value {
        Value::String(text) => text == what,
        Value::Array(list) => list.iter().any(|value| has_text(value, what)),
        Value::Object(map) => map.values().any(|value| has_text(value, what)),
        _ => false,
    }
}

/// A resource with all that it refers to, by logical id.
pub(super) fn reachable<'a>(document: &'a Value, name: &'a str) -> Option<BTreeMap<String, &'a Value>> {
    let resources = document.get("Resources")?.as_object()?;
    let template = StackTemplate::read(document);
    let mut found = BTreeMap::from([(name.to_owned(), resources.get(name)?)]);
    let mut waiting = vec![name.to_owned()];
    while let Some(next) = waiting.pop() {
        let references = template.resources.get(&next).map(super::template::Resource::references).unwrap_or_default();
        for reference in references {
            if let Some(resource) = resources.get(&reference.to)
                && found.insert(reference.to.clone(), resource).is_none()
            {
                waiting.push(reference.to);
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_of_a_resource_and_what_it_refers_to() {
        let of = |image: &str, other: u8| {
            let template = format!(
                "Resources:\n  Nodes: {{Type: A, Properties: {{Launch: {{Ref: Launch}}}}}}\n  Launch: {{Type: B, Properties: \
                 {{Image: {image}}}}}\n  Other: {{Type: C, Properties: {{Size: {other}}}}}\n"
            );
            let config = "kind: ENIConfig\nmetadata: {name: a}\n";
            let output =
                Output::read([("cloudformation/a.yaml", template.as_str()), ("kubernetes/e.yaml", config)]).unwrap();
            let print = |file: &str, name: &str| output.fingerprint(file, name);
            assert_eq!(print("kubernetes/e.yaml", "ENIConfig a").map(|print| print.len()), Some(DIGITS));
            assert_eq!(print("kubernetes/other.yaml", "ENIConfig a"), None);
            assert_eq!(print("cloudformation/a.yaml", "Nobody"), None);
            [print("cloudformation/a.yaml", "Nodes").unwrap(), print("cloudformation/a.yaml", "Other").unwrap()]
        };
        let ([nodes, other], [renewed, same]) = (of("ami-1", 1), of("ami-2", 1));
        assert!(nodes != renewed && other == same);
        assert_eq!(of("ami-1", 2)[0], nodes);
    }
}
