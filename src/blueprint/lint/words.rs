//! How templates decide by the plan's words (a kind, a family, a delivery): by a table or by a name, never by comparing.
//!
//! `{"managed": true, "self-managed": false}[group.kind]` and `include "node-group-" ~ group.kind ~ ".yaml.j2"` stop with
//! an error at a word that they do not know. `group.kind == "managed"` takes it for everything that it is not.

/// What is wrong with an expression or a statement; nothing where it compares no words.
pub(super) fn compared(code: &str) -> Option<&'static str> {
    let tokens = tokens(code);
    let is_text =
        |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|token| matches!(token, Token::Text(_)));
    let wrong = tokens.iter().enumerate().any(|(at, token)| match token {
        Token::Comparison => is_text(at.checked_sub(1)) || is_text(at.checked_add(1)),
        // A test of `select` and its like is named by a text.
        Token::Text(name) | Token::Word(name) => matches!(*name, "equalto" | "eq" | "==" | "ne" | "!=" | "sameas"),
        Token::Other => false,
    });
    wrong.then_some(
        "a word is not compared: a table `{…}[word]` or a template's name stops at one that it does not know",
    )
}

enum Token<'a> {
    /// In quotes.
    Text(&'a str),
    /// `==` or `!=`.
    Comparison,
    Word(&'a str),
    Other,
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let (token, after) = if matches!(first, '"' | '\'') {
            let (text, after) = rest.get(1..).unwrap_or_default().split_once(first).unwrap_or((rest, ""));
            (Token::Text(text), after)
        } else if let Some(after) = rest.strip_prefix("==").or_else(|| rest.strip_prefix("!=")) {
            (Token::Comparison, after)
        } else if is_word(first) {
            let (word, after) = rest.split_at(rest.find(|character| !is_word(character)).unwrap_or(rest.len()));
            (Token::Word(word), after)
        } else {
            (Token::Other, rest.get(first.len_utf8()..).unwrap_or_default())
        };
        found.push(token);
        rest = after.trim_start();
    }
    found
}

/// The expressions and statements of a line: what is in `{{ }}` and `{% %}`.
pub(super) fn code(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        let opened = ["{{", "{%"].into_iter().filter_map(|open| Some((rest.find(open)?, open))).min();
        let Some((at, open)) = opened else { return found };
        let inside = rest.get(at + 2..).unwrap_or_default();
        let (code, after) = inside.split_once(if open == "{{" { "}}" } else { "%}" }).unwrap_or((inside, ""));
        found.push(code);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemars::JsonSchema;

    use super::*;
    use crate::blueprint::built_in;
    use crate::catalog::regions::Partition;
    use crate::spec::{
        AmiFamily, CapacityType, CniCredentials, Delivery, NodeAccess, NodeGroupKind, TaintEffect, UpdateStrategy,
    };

    #[test]
    fn words_are_not_compared() {
        for code in [
            " if group.kind == \"managed\" ",
            " if 'managed' != group.kind ",
            " groups|selectattr(\"kind\", \"equalto\", x) ",
            " if a is eq b ",
        ] {
            assert!(compared(code).is_some(), "{code}");
        }
        for code in [
            " {\"managed\": true, \"self-managed\": false}[group.kind] ",
            " if group.instanceTypes|length == 1 ",
            " \"a == b\" ~ c ",
            " include \"node-group-\" ~ group.kind ~ \".yaml.j2\" ",
        ] {
            assert_eq!(compared(code), None, "{code}");
        }
        assert_eq!(code("a {{ b }}{% if c %} {{ d }}"), [" b ", " if c ", " d "]);
    }

    /// The words of an enum of the spec, by its schema.
    fn words<T: JsonSchema>() -> BTreeSet<String> {
        let schema = serde_json::to_value(schemars::schema_for!(T)).unwrap();
        let listed = schema["oneOf"].as_array().or(schema["enum"].as_array()).unwrap().clone();
        listed.iter().map(|one| one["const"].as_str().or(one.as_str()).unwrap().to_owned()).collect()
    }

    /// The words that a field of the plan can have.
    fn words_of(field: &str) -> BTreeSet<String> {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match field {
            "kind" => words::<NodeGroupKind>(),
            "family" => words::<AmiFamily>(),
            "capacityType" => words::<CapacityType>(),
            "strategy" => words::<UpdateStrategy>(),
            "effect" => words::<TaintEffect>(),
            "delivery" => words::<Delivery>(),
            "placedBy" => texts(&["name", "id"]),
            "nodeAccess" => words::<NodeAccess>(),
            "cniCredentials" => words::<CniCredentials>(),
            "partition" => [Partition::Aws, Partition::China, Partition::GovCloud]
                .map(|partition| partition.as_str().to_owned())
                .into(),
            "metadataHopLimit" => texts(&["1", "2"]),
            "logicalId" => texts(&["NodeSecurityGroup", "PodSecurityGroup"]),
            "definition" => texts(&["apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"]),
            _ => panic!("say here which words `{field}` can have"),
        }
    }

    /// The tables of a piece of code, as the field that they are asked by, and their words.
    fn tables(code: &str) -> Vec<(&str, BTreeSet<String>)> {
        let mut found = Vec::new();
        for (at, _) in code.match_indices("}[") {
            let (before, after) = code.split_at(at);
            let start = before.rfind('{').unwrap();
            let path = after[2..].split_once(']').unwrap().0;
            let field = path.rsplit('.').next().unwrap();
            let entries = before[start + 1..].split(", ");
            let words = entries.map(|entry| entry.split_once(": ").unwrap().0.trim_matches('"').to_owned()).collect();
            found.push((field, words));
        }
        found
    }

    /// A word that is new is in every table, or this says where it is missing.
    #[test]
    fn tables_have_every_word_and_no_other() {
        let (mut seen, mut wrong) = (0, Vec::new());
        for pack in built_in().unwrap() {
            let conditions = pack.files.iter().map(|file| ("pack.yaml", file.when.as_str()));
            let lines = pack.templates.iter().flat_map(|(name, text)| text.lines().map(|line| (name.as_str(), line)));
            let lines = lines.flat_map(|(name, line)| code(line).into_iter().map(move |code| (name, code)));
            for (name, code) in conditions.chain(lines) {
                for (field, found) in tables(code) {
                    seen += 1;
                    let words = words_of(field);
                    if found != words {
                        wrong.push(format!("{}/{name}: `{}` has {found:?}, not {words:?}", pack.name, code.trim()));
                    }
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        assert!(seen > 15, "{seen}");
    }

    /// What is included by a word has a template for each: `pack.rs` has the file, here is its name.
    #[test]
    fn every_word_has_the_template_that_is_included_by_it() {
        let names: BTreeSet<&str> =
            built_in().unwrap().iter().flat_map(|pack| pack.templates.keys().map(String::as_str)).collect();
        let has = |forms: Vec<String>| {
            let found = forms.iter().filter(|form| names.contains(form.as_str())).count();
            assert_eq!(found, 1, "{forms:?}");
        };
        for word in words::<AmiFamily>() {
            has(vec![format!("user-data-{word}.sh.j2"), format!("user-data-{word}.yaml.j2")]);
        }
        for word in words::<NodeGroupKind>() {
            has(vec![format!("node-group-{word}.yaml.j2")]);
        }
        for word in words::<Delivery>() {
            has(vec![format!("aws-node-{word}.yaml.j2")]);
        }
    }
}
