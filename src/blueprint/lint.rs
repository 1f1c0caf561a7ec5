//! The pack linter: an interpolation is a whole scalar, so that no value can be part of anything else, and no template
//! compares words, so that none takes a word that it does not know for another.

mod words;

use super::formatter::Mode;
use super::{Pack, PackFile};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// Checks the templates of a pack. Returns every line that breaks a rule:
///
/// - in YAML, `{{ … }}` is a whole key or a whole value, never inside quotes, text, a comment or a block;
/// - in a shell script, `{{ … }}` is not inside quotes;
/// - a statement `{% … %}` has its line to itself in YAML;
/// - texts are not compared, there and in the conditions of `pack.yaml`.
pub fn lint(pack: &Pack) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = pack.files.iter().filter_map(|file| condition(pack, file)).collect();
    for (name, text) in &pack.templates {
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let wrong = match Mode::of(name) {
                Mode::Yaml => yaml_line(line.trim_end()),
                Mode::Shell => shell_line(line.trim_end()),
                Mode::Markdown => None,
            };
            let compared = words::code(line).into_iter().find_map(words::compared);
            for message in wrong.into_iter().chain(compared) {
                let place = Place::bytes(format!("{}/{name}", pack.name), offset, offset + line.trim_end().len());
                found.push(Diagnostic::error(Code::BlueprintPack, message).at(place));
            }
            offset += line.len();
        }
    }
    found
}

fn condition(pack: &Pack, file: &PackFile) -> Option<Diagnostic> {
    let message = words::compared(&file.when)?;
    Some(Diagnostic::error(Code::BlueprintPack, message).at(Place::file(format!("{}/pack.yaml", pack.name))))
}

fn yaml_line(line: &str) -> Option<&'static str> {
    let text = line.trim_start();
    if let Some(rest) = text.strip_prefix("{%") {
        return (!rest.ends_with("%}") || rest.matches("{%").count() > 0)
            .then_some("a statement must be on a line of its own");
    }
    if text.contains("{%") {
        return Some("a statement must be on a line of its own");
    }
    if text.starts_with("{#") || !text.contains("{{") {
        return None;
    }
    if text.starts_with('#') {
        return Some("a comment must not contain a value, which could end the comment");
    }
    let mut rest = text;
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item.trim_start();
    }
    if !rest.starts_with("{{") {
        // A fixed key, then one interpolation.
        let Some((key, value)) = rest.split_once(": ") else { return Some("a value must be alone after its key") };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.' | b'/');
        let quoted = key.starts_with('"') && key.ends_with('"') && !key.contains("{{");
        if !quoted && !key.bytes().all(plain) {
            return Some("a value must be alone after its key");
        }
        rest = value.trim_start();
    }
    let Some(after) = rest.strip_prefix("{{").and_then(|rest| rest.split_once("}}")).map(|(_, after)| after) else {
        return Some("a value must be the whole scalar; concatenate strings in the expression with `~`");
    };
    let comment = after.trim_start();
    if comment.is_empty()
        || comment == ":"
        || (comment.starts_with('#') && after.starts_with(' ') && !comment.contains("{{"))
    {
        return None;
    }
    // An interpolated key in front of a value: fixed, or another interpolation.
    match after.strip_prefix(": ") {
        Some(value) if !value.contains("{{") => None,
        Some(value) if value.starts_with("{{") && value.ends_with("}}") && value.matches("{{").count() == 1 => None,
        _ => Some("a value must be the whole scalar; concatenate strings in the expression with `~`"),
    }
}

fn shell_line(line: &str) -> Option<&'static str> {
    let mut quote = None;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        if rest.starts_with("{{") {
            if quote.is_some() {
                return Some("a value adds its own quotes, so it must not be inside other quotes");
            }
            let (_, after) = rest.split_once("}}").unwrap_or((rest, ""));
            rest = after;
            continue;
        }
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_scalars_pass() {
        for line in [
            "  VpcId: {{ vpc.id }}",
            "  - {{ id }}",
            "  {{ block.logicalId }}:",
            "  {{ key }}: {{ value }}",
            "  - Key: {{ key }}  # the user's",
            "{% for x in y %}",
            "Name: {{ a ~ \"-\" ~ b }}",
            "\"Fn::Base64\": {{ block(text, 8) }}",
        ] {
            assert_eq!(yaml_line(line), None, "{line}");
        }
    }

    #[test]
    fn parts_of_scalars_do_not() {
        for line in [
            "  Name: \"{{ a }}\"",
            "  Name: {{ a }}-{{ b }}",
            "  Name: pods-{{ a }}",
            "  # {{ a }}",
            "  Name: {{ a }} and more",
            "  Name: [{{ a }}]",
            "  text {{ a }}",
            "  Name: {% if a %}x{% endif %}",
        ] {
            assert!(yaml_line(line).is_some(), "{line}");
        }
        assert!(shell_line("echo \"{{ a }}\"").is_some());
        assert!(shell_line("echo 'x' {{ a }}").is_none());
    }

    #[test]
    fn the_built_in_packs_pass() {
        let found: Vec<Diagnostic> = super::super::built_in().unwrap().iter().flat_map(lint).collect();
        assert_eq!(found, []);
    }
}
