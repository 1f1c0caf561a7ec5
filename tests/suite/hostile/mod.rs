//! Strings that mean something to YAML, to a shell, to a template or to a terminal, in every place of a spec that takes
//! a string.
//!
//! The places come from the JSON Schema, so that a new field is tried by itself. Each string is either refused, with a
//! message that a terminal can show, or comes out as that string wherever the harmless one came out, for readers of YAML
//! 1.1 and 1.2 alike, with no key, document or line more.

mod places;
mod readers;
mod specs;
mod strings;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::num::NonZero;
use std::sync::OnceLock;
use std::thread;

use fs_err::read_to_string;
use places::Place;
use podnet::compile::Named;
use podnet::files::{File, FileKind};
use podnet::lock;
use serde::Serialize as _;
use serde_json::Value;

use crate::harness::{Verdict, at_root};

/// A spec that compiled, with everything bound that a deployment would give.
struct Output {
    lock: String,
    files: Vec<File>,
    /// What each file says, once somebody asks.
    read: Vec<OnceLock<Vec<Value>>>,
}

impl Output {
    fn new(lock: String, files: Vec<File>) -> Self {
        let read = files.iter().map(|_| OnceLock::new()).collect();
        Self { lock, files, read }
    }

    fn says(&self, number: usize) -> &[Value] {
        self.read[number].get_or_init(|| readers::both(&self.files[number].text))
    }
}

fn refused(verdict: &Verdict) -> Option<Vec<String>> {
    let messages: Vec<String> = verdict.errors().map(|error| verdict.render(error)).collect();
    (!messages.is_empty()).then_some(messages)
}

/// Compiles a spec as JSON, which is YAML: once for what has to be made, once more with the ids of what was made. The
/// first is left out where it is known what is made.
fn compile(spec: &Value, base: &str, made: Option<&str>) -> Result<Output, Vec<String>> {
    let text = escaped(&lines(spec));
    let with = |lock: Option<&str>| {
        Verdict::of("spec.yaml", &text, lock.map(|text| Named { name: "spec.lock.yaml", text }), |_| base.to_owned())
    };
    let lock = if let Some(lock) = made {
        lock.to_owned()
    } else {
        let first = with(None);
        refused(&first).map_or(Ok(()), Err)?;
        bound(&first)
    };
    let verdict = with(Some(&lock));
    refused(&verdict).map_or(Ok(()), Err)?;
    verdict.diagnostics.iter().for_each(|said| presentable(&verdict.render(said)));
    Ok(Output::new(lock, verdict.compiled.unwrap().files))
}

/// The lock of a spec as it is once what it makes is deployed and bound.
fn bound(verdict: &Verdict) -> String {
    let compiled = verdict.compiled.as_ref().unwrap();
    let plan = compiled.plan.as_ref().unwrap();
    let mut locked = compiled.lock.clone();
    for (number, id) in plan.pod_subnets.iter().filter_map(|subnet| subnet.logical_id.clone()).enumerate() {
        locked.bindings.insert(id.to_string(), format!("subnet-0{number:016x}"));
    }
    for group in &plan.security_groups.made {
        locked.bindings.insert(group.logical_id.to_string(), format!("sg-0{:016x}", group.logical_id.as_str().len()));
    }
    let written = lock::write(&locked);
    let cluster = verdict.document.as_ref().unwrap().metadata.name.as_str();
    assert_eq!(lock::read("spec.lock.yaml", &written, cluster).lock.as_ref(), Some(&locked), "{written}");
    written
}

/// Writes JSON with a line for each value, and nothing before it that would have to be read.
fn lines(value: &Value) -> String {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"");
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter)).unwrap();
    String::from_utf8(out).unwrap()
}

/// Writes what must not stand in a YAML file as it is as an escape, which JSON and YAML share.
fn escaped(json: &str) -> String {
    let raw = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}'));
    json.chars().fold(String::new(), |mut out, character| {
        if raw(character) {
            write!(out, "\\u{:04x}", u32::from(character)).unwrap();
        } else {
            out.push(character);
        }
        out
    })
}

/// A message is one block that a terminal shows as it is.
fn presentable(message: &str) {
    let moves = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{feff}' | '\u{200b}')
    };
    for (number, line) in message.lines().enumerate() {
        assert!(!line.chars().any(moves), "{message:?}");
        let start = line.trim_start();
        let framed = ["|", "-->", ":::", "= ", "..."].iter().any(|mark| start.starts_with(mark))
            || start.starts_with(|first: char| first.is_ascii_digit());
        let titled = ["error[", "warning[", "note["].iter().any(|title| line.starts_with(title));
        assert!(if number == 0 { titled } else { framed }, "{message}");
    }
    assert!(message.len() < 4_000, "{} bytes:\n{message}", message.len());
}

/// What a string becomes in a logical id: letters and digits, each part with a capital.
fn camel(text: &str) -> String {
    let mut out = String::new();
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        let digits =
            out.ends_with(|last: char| last.is_ascii_digit()) && part.starts_with(|first: char| first.is_ascii_digit());
        out.push_str(if digits { "x" } else { "" });
        out.push_str(&part[..1].to_ascii_uppercase());
        out.push_str(&part[1..]);
    }
    out
}

/// What a place's own string and the hostile one stand for in the output.
struct Swap<'a> {
    harmless: &'a str,
    hostile: &'a str,
}

impl Swap<'_> {
    fn text(&self, text: &str) -> String {
        let out = text.replace(self.harmless, self.hostile);
        out.replace(&camel(self.harmless), &camel(self.hostile))
    }

    /// Compares what the harmless spec gave with what the hostile one gave.
    fn same(&self, harmless: &Value, hostile: &Value) -> bool {
        match (harmless, hostile) {
            (Value::String(one), Value::String(other)) => self.same_text(one, other),
            (Value::Array(one), Value::Array(other)) => {
                // Lists by name come in another order under another name.
                one.len() == other.len() && one.iter().all(|one| other.iter().any(|other| self.same(one, other)))
            }
            (Value::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one
                        .iter()
                        .all(|(key, one)| other.get(&self.text(key)).is_some_and(|other| self.same(one, other)))
            }
            (one, other) => one == other,
        }
    }

    fn same_text(&self, harmless: &str, hostile: &str) -> bool {
        const NODE_CONFIG: &str = "application/node.eks.aws\n\n";
        if let (Some((_, one)), Some((_, other))) = (harmless.split_once(NODE_CONFIG), hostile.split_once(NODE_CONFIG))
        {
            let config = |text: &str| readers::both(text.split("\n--podnet").next().unwrap());
            return harmless.lines().count() == hostile.lines().count()
                && self.same_documents(&config(one), &config(other));
        }
        if harmless.starts_with("#!/bin/bash") {
            let words = |text: &str| shlex::split(text).unwrap();
            let (one, other) = (words(harmless), words(hostile));
            return one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| self.same_text(one, other));
        }
        if harmless.contains("--node-labels=") {
            // Labels are in the order of their keys.
            let sorted = |text: &str| {
                let mut labels: Vec<String> = text.split([' ', ',', '=']).map(ToOwned::to_owned).collect();
                labels.sort();
                labels
            };
            return sorted(&self.text(harmless)) == sorted(hostile);
        }
        self.text(harmless) == hostile
    }

    fn same_documents(&self, harmless: &[Value], hostile: &[Value]) -> bool {
        harmless.len() == hostile.len() && harmless.iter().all(|one| hostile.iter().any(|other| self.same(one, other)))
    }

    fn check(&self, harmless: &Output, hostile: &Output) -> Result<(), String> {
        let paths = |output: &Output| output.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
        if paths(harmless) != paths(hostile) {
            return Err(format!("other files: {:?}", paths(hostile)));
        }
        for (number, (one, other)) in harmless.files.iter().zip(&hostile.files).enumerate() {
            if one.text == other.text && !one.text.contains(self.harmless) && !one.text.contains(&camel(self.harmless))
            {
                continue;
            }
            let lines = |file: &File| file.text.split('\n').count();
            if lines(one) != lines(other) {
                return Err(format!("{} has {} lines, not {}:\n{}", one.path, lines(other), lines(one), other.text));
            }
            let moves = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'));
            if other.text.chars().any(moves) {
                return Err(format!("{} has raw control characters:\n{:?}", one.path, other.text));
            }
            if one.kind != FileKind::Markdown && !self.same_documents(harmless.says(number), hostile.says(number)) {
                return Err(format!("{} says something else:\n{}", one.path, other.text));
            }
        }
        Ok(())
    }
}

/// Tries every string in one place. Gives those that were accepted.
fn try_place(spec: &Value, base: &str, harmless: &Output, place: &Place) -> BTreeSet<String> {
    let mut accepted = BTreeSet::new();
    let long = strings::long();
    // A string that names nothing that is made changes no id of it.
    let names = [place.text.clone(), camel(&place.text)];
    let made = (!names.iter().any(|name| harmless.lock.contains(name))).then_some(harmless.lock.as_str());
    for hostile in strings::HOSTILE.iter().copied().chain([long.as_str()]) {
        let Some(changed) = place.put(spec, hostile) else { continue };
        match compile(&changed, base, made) {
            Err(messages) => messages.iter().for_each(|message| presentable(message)),
            Ok(output) => {
                accepted.insert(hostile.to_owned());
                // A taint without a value is one with an empty value.
                if hostile.is_empty() && place.pattern.ends_with("/taints/*/value") {
                    continue;
                }
                let swap = Swap { harmless: &place.text, hostile };
                if let Err(why) = swap.check(harmless, &output) {
                    panic!("{hostile:?} at {place:?}: {why}");
                }
            }
        }
    }
    accepted
}

fn base() -> String {
    read_to_string(at_root("tests/suite/diagnostics/invalid/manifests/aws-node.yaml")).unwrap()
}

#[test]
fn the_specs_have_every_place_that_the_schema_has() {
    let schema = podnet::spec::schema().to_value();
    let wanted = places::in_schema(&schema);
    let found: BTreeSet<String> = specs::all()
        .iter()
        .flat_map(|spec| places::in_spec(&wanted, spec).into_iter().map(|place| place.pattern))
        .collect();
    assert_eq!(wanted.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(wanted.len() > 50, "{wanted:#?}");
}

#[test]
fn every_string_is_refused_or_comes_out_as_it_is() {
    let wanted = places::in_schema(&podnet::spec::schema().to_value());
    let base = base();
    let workers = thread::available_parallelism().map_or(2, NonZero::get);
    let mut accepted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for spec in specs::all() {
        let harmless = compile(&spec, &base, None).unwrap_or_else(|messages| panic!("{}", messages.join("\n\n")));
        // What is refused for its form in one spec is refused in another.
        let closed = |place: &Place| accepted.get(&place.pattern).is_some_and(BTreeSet::is_empty);
        let mut seen = BTreeSet::new();
        let mut places = places::in_spec(&wanted, &spec);
        places.retain(|place| !closed(place) && seen.insert(place.identity().to_owned()));
        let (spec, base, harmless) = (&spec, &base, &harmless);
        let found: Vec<(String, BTreeSet<String>)> = thread::scope(|scope| {
            let start = |first: usize| {
                let share = places.iter().skip(first).step_by(workers);
                let tried = move |place: &Place| (place.pattern.clone(), try_place(spec, base, harmless, place));
                scope.spawn(move || share.map(tried).collect::<Vec<_>>())
            };
            let started: Vec<_> = (0..workers).map(start).collect();
            started.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
        });
        for (pattern, strings) in found {
            accepted.entry(pattern).or_default().extend(strings);
        }
    }
    let lines: Vec<String> =
        accepted.iter().filter_map(|(place, taken)| Some(format!("{place}: {}", summary(taken)?))).collect();
    insta::assert_snapshot!(lines.join("\n"), @r##"
    /metadata/name: "on" "off" "y" "n" "yes" "No" "true" "null" "nan" "1e3" "1" "012" "0o17" "1_000" "0x1F" "2010-09-09"
    /spec/cluster/certificateAuthority: "on" "off" "y" "n" "yes" "No" "true" "null" "nan" "1e3" "1" "012" "0o17" "0x1F" "/etc/passwd" 10 KB
    /spec/cni/baseManifest: all
    /spec/cni/env/*: all but "\0"
    /spec/cni/env/{key}: "on" "off" "y" "n" "yes" "No" "true" "null" "nan" "on.off"
    /spec/nodeGroups/*/ami/ssmParameter: "/etc/passwd"
    /spec/nodeGroups/*/instanceTypes/*: "on.off"
    /spec/nodeGroups/*/labels/*: "" "on" "off" "y" "n" "yes" "No" "true" "null" "nan" "1e3" "1" "012" "0o17" "1_000" "0x1F" "1.5" "2010-09-09" "on.off"
    /spec/nodeGroups/*/labels/{key}: "on" "off" "y" "n" "yes" "No" "true" "null" "nan" "1e3" "1" "012" "0o17" "1_000" "0x1F" "1.5" "2010-09-09" "on.off"
    /spec/nodeGroups/*/name: "on" "off" "y" "n" "yes" "true" "null" "nan" "1e3" "1" "012" "0o17" "2010-09-09"
    /spec/nodeGroups/*/tags/*: all but "a\nb" "a\r\nb" "\n" "a\n---\nb: 1" "a\n...\n" "\u{85}" "\0" "\u{7}" "\u{1b}[2J" "\u{7f}" "\u{9b}2J" "\u{fffe}" "\ta" "{{resolve:ssm:x}}" 10 KB
    /spec/nodeGroups/*/tags/{key}: all but "" "a\nb" "a\r\nb" "\n" "a\n---\nb: 1" "a\n...\n" "\u{85}" "\0" "\u{7}" "\u{1b}[2J" "\u{7f}" "\u{9b}2J" "\u{fffe}" "\ta" "{{resolve:ssm:x}}" 10 KB
    /spec/nodeGroups/*/taints/*/key: "on" "off" "y" "n" "yes" "No" "true" "null" "nan" "1e3" "1" "012" "0o17" "1_000" "0x1F" "1.5" "2010-09-09" "on.off"
    /spec/nodeGroups/*/taints/*/value: "" "on" "off" "y" "n" "yes" "No" "true" "null" "nan" "1e3" "1" "012" "0o17" "1_000" "0x1F" "1.5" "2010-09-09" "on.off"
    /spec/podNetwork/pools/*/zones/*/eniConfigName: "on" "off" "y" "n" "yes" "true" "null" "nan" "1e3" "1" "012" "0o17" "2010-09-09"
    /spec/podNetwork/pools/*/zones/*/further/*/eniConfigName: "on" "off" "y" "n" "yes" "true" "null" "nan" "1e3" "1" "012" "0o17" "2010-09-09"
    /spec/podNetwork/pools/*/zones/*/further/*/nodeGroups/{key}: "on" "off" "y" "n" "yes" "true" "null" "nan" "1e3" "1" "012" "0o17" "2010-09-09"
    /spec/podNetwork/pools/*/zones/*/further/{key}: "on" "off" "y" "n" "yes" "true" "null" "nan" "1e3" "1" "012" "0o17" "2010-09-09"
    /spec/podNetwork/pools/{key}: "on" "off" "y" "n" "yes" "true" "null" "nan" "1e3" "1" "012" "0o17" "2010-09-09"
    /spec/podNetwork/selectBy/label: "on" "off" "y" "n" "yes" "No" "true" "null" "nan" "1e3" "1" "012" "0o17" "1_000" "0x1F" "1.5" "2010-09-09" "on.off"
    /spec/regionDetails/dnsSuffix: "1.5" "on.off"
    /spec/regionDetails/registry: "1.5" "on.off"
    /spec/silence/*/reason: all but ""
    /spec/tags/*: all but "a\nb" "a\r\nb" "\n" "a\n---\nb: 1" "a\n...\n" "\u{85}" "\0" "\u{7}" "\u{1b}[2J" "\u{7f}" "\u{9b}2J" "\u{fffe}" "\ta" "{{resolve:ssm:x}}" 10 KB
    /spec/tags/{key}: all but "" "a\nb" "a\r\nb" "\n" "a\n---\nb: 1" "a\n...\n" "\u{85}" "\0" "\u{7}" "\u{1b}[2J" "\u{7f}" "\u{9b}2J" "\u{fffe}" "\ta" "{{resolve:ssm:x}}" 10 KB
    /spec/vpc/avoid/*/name: all
    "##);
}

/// Says which strings a place takes, or which it does not, whichever is shorter. Nothing where it takes none.
fn summary(taken: &BTreeSet<String>) -> Option<String> {
    let short = |text: &str| if text.len() > 100 { "10 KB".to_owned() } else { format!("{text:?}") };
    let all: Vec<String> = strings::HOSTILE.iter().map(ToString::to_string).chain([strings::long()]).collect();
    let (yes, no): (Vec<&String>, Vec<&String>) = all.iter().partition(|text| taken.contains(*text));
    let list = |texts: &[&String]| texts.iter().map(|text| short(text)).collect::<Vec<_>>().join(" ");
    match (yes.len(), no.len()) {
        (0, _) => None,
        (_, 0) => Some("all".to_owned()),
        (some, others) if some > others => Some(format!("all but {}", list(&no))),
        _ => Some(list(&yes)),
    }
}
