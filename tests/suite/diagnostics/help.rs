//! Help that a machine can apply does help: with its edits made, what it is about is gone, and nothing else is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use fs_err::read_to_string;
use podnet::compile::Named;
use podnet::diagnostic::{Diagnostic, Texts, apply, machine};

use crate::harness::{Verdict, at_root};

/// Cases of the corpus whose help is no edit, each with what a person has to decide.
const FOR_PEOPLE: &[(&str, &str)] = &[
    ("base-other-init", "another file, a base manifest, has to be put right"),
    ("base-label", "another file, a base manifest, has to be put right"),
    ("base-eniconfig", "another file, a base manifest, has to be put right"),
    ("base-contradiction", "another file, a base manifest, has to be put right"),
    ("cni-breaking-value", "the other value, or none: both are right"),
    ("cni-value", "which of the values is meant cannot be told"),
    ("ami-without-any-driver", "only its owner knows the AMI"),
    ("wavelength-managed", "another kind of node, or another zone: somebody decides"),
    ("service-cidr-avoided", "only the cluster has the value"),
    ("service-cidr-in-vpc", "only the cluster has the value"),
    ("format-host-name", "only its image shows the registry"),
    ("format-partition", "only AWS knows the partition"),
    ("region-malformed", "which region is meant cannot be told"),
    ("alias", "what the value was copied from is not known"),
    ("anchor", "what the value was copied from is not known"),
    ("base-not-yaml", "another file, a base manifest, has to be put right"),
    ("base-old-definition", "another file, a base manifest, has to be put right"),
    ("base-without-daemon-set", "another file, a base manifest, has to be put right"),
    ("capacity-prefixes", "larger subnets, or no prefixes: somebody decides"),
    ("cloudformation-tag", "what the tag would have made of the value is not in the file"),
    ("cni-defective-manifest", "the CNI that runs has to be upgraded, not the spec"),
    ("cni-env-label", "two places change: the variable goes, and a field takes its value"),
    ("select-by-word", "which of the three is meant cannot be told"),
    ("cni-env-has-a-field", "two places change: the variable goes, and a field takes its value"),
    ("cni-external-snat", "only AWS knows the id"),
    ("cni-too-old", "the CNI that runs has to be upgraded, not the spec"),
    ("empty", "there is nothing to start from"),
    ("format-ami-id", "only AWS knows the id"),
    ("format-certificate", "only the cluster or the account has the value"),
    ("format-cidr", "there is nothing to start from"),
    ("format-cidr-ipv6", "there is nothing to start from"),
    ("format-cidr-no-length", "the size of the block is not known"),
    ("format-endpoint", "only the cluster or the account has the value"),
    ("format-instance-type-key", "nothing known is near what is written"),
    ("format-label-key", "what was meant cannot be told from the text"),
    ("format-pool-zone-name", "which of the zones is meant cannot be told"),
    ("format-role-arn", "only the cluster or the account has the value"),
    ("format-route-table-id", "only AWS knows the id"),
    ("format-ssm-parameter", "only the cluster or the account has the value"),
    ("format-subnet-id", "only AWS knows the id"),
    ("format-vpc-id", "only AWS knows the id"),
    ("format-zone-id", "only AWS knows the id"),
    ("format-zone-name", "which of the zones is meant cannot be told"),
    ("list-instead", "the whole document has another shape"),
    ("lock-selection", "nodes that run already are at stake: somebody decides"),
    ("lock-block-gone", "the size of the block is not known"),
    ("lock-conflict", "podnet writes the lock; its history decides"),
    ("size-auto-no-group", "the size is not known"),
    ("size-pods-no-group", "the size is not known"),
    ("size-too-large", "which nodes go elsewhere is for people to say"),
    ("value-spread", "one of three ways"),
    ("lock-edited", "podnet writes the lock; its history decides"),
    ("lock-line-removed", "podnet writes the lock; its history decides"),
    ("lock-line-added", "podnet writes the lock; its history decides"),
    ("lock-field", "podnet writes the lock; its history decides"),
    ("lock-newer", "podnet writes the lock; its history decides"),
    ("lock-node-subnet", "podnet writes the lock; its history decides"),
    ("lock-older", "podnet writes the lock; a command does it"),
    ("lock-of-another-cluster", "podnet writes the lock; its history decides"),
    ("lock-overlap", "podnet writes the lock; its history decides"),
    ("lock-state", "podnet writes the lock; its history decides"),
    ("lock-truncated", "podnet writes the lock; its history decides"),
    ("merge-key", "the whole document has another shape"),
    ("missing-section", "there is nothing to start from"),
    ("nested-too-deep", "the whole document has another shape"),
    ("node-subnet-outside", "the size of the block is not known"),
    ("node-subnet-twice", "what AWS has decides which of the two is right"),
    ("node-subnets-overlap", "what AWS has decides which of the two is right"),
    ("nodes-architectures", "which nodes there should be is for people to decide"),
    ("nodes-instance-type-far", "nothing known is near what is written"),
    ("nodes-one-interface", "which nodes there should be is for people to decide"),
    ("nodes-pool-missing", "which nodes there should be is for people to decide"),
    ("nodes-zone-unknown", "which of the zones is meant cannot be told"),
    ("pool-logical-id", "the name is written in other places, in the lock too"),
    ("pool-subnet-is-node-subnet", "what AWS has decides which of the two is right"),
    ("pool-subnet-outside", "the size of the block is not known"),
    ("security-groups-no-cluster", "only AWS knows the id"),
    ("security-groups-no-cluster-managed", "only AWS knows the id"),
    ("silence-no-reason", "only its writer knows the reason"),
    ("syntax-conflict", "which of the two sides is right is for people to decide"),
    ("syntax-control-character", "what was meant cannot be told from the text"),
    ("syntax-key", "what was meant cannot be told from the text"),
    ("tag", "what the tag would have made of the value is not in the file"),
    ("tag-dynamic-reference", "which words may go is for people to decide"),
    ("tag-key-empty", "nothing known is near what is written"),
    ("tag-key-long", "which words may go is for people to decide"),
    ("tag-value-long", "which words may go is for people to decide"),
    ("two-documents", "the whole document has another shape"),
    ("type-cni-version-number", "what was meant cannot be told from the text"),
    ("type-list-for-map", "the whole document has another shape"),
    ("type-map-for-text", "what was meant cannot be told from the text"),
    ("value-empty-list", "there is nothing to start from"),
    ("value-empty-map", "there is nothing to start from"),
    ("value-enum-far", "what was meant cannot be told from the text"),
    ("value-too-many-groups", "which nodes there should be is for people to decide"),
    ("zone-id-of-another-region", "only AWS knows the id"),
    ("zone-id-twice", "only AWS knows the id"),
    ("zone-region", "which of the zones is meant cannot be told"),
    ("zone-twice", "what AWS has decides which of the two is right"),
];

/// Cases whose form is right once edited, and only then can be seen to ask for too much.
const REVEALS: &[(&str, &str)] = &[("value-addresses", "no space for a /16 for `default/us-west-2b`")];

/// So many cases had edits when this was written; fewer would be a loss.
const AT_LEAST: usize = 119;

/// A case of `invalid/`: its spec and, where it has one, its lock, by the names that a user in that folder sees.
struct Case {
    name: String,
    files: BTreeMap<String, String>,
}

fn folder() -> PathBuf {
    at_root("tests/suite/diagnostics/invalid")
}

fn cases() -> Vec<Case> {
    let names = fs_err::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned())).collect();
    names.retain(|name| name.strip_suffix(".lock").is_none());
    names.sort();
    let read = |file: String| Some((file.clone(), read_to_string(folder().join(file)).ok()?));
    let files = |name: &str| ["yaml", "lock.yaml"].iter().filter_map(|end| read(format!("{name}.{end}"))).collect();
    names.into_iter().map(|name| Case { files: files(&name), name }).collect()
}

impl Case {
    fn verdict(&self) -> Verdict {
        let (spec, lock) = (format!("{}.yaml", self.name), format!("{}.lock.yaml", self.name));
        let named = self.files.get(&lock).map(|text| Named { name: &lock, text });
        Verdict::of(&spec, &self.files[&spec], named, |base| read_to_string(folder().join(base)).unwrap())
    }

    /// The case with the edits of a diagnostic made.
    fn edited(&self, diagnostic: &Diagnostic) -> Self {
        let mut files = self.files.clone();
        for (file, text) in &mut files {
            let edits: Vec<_> = diagnostic.edits.iter().filter(|edit| edit.place.file == *file).cloned().collect();
            *text = apply(text, &edits).unwrap_or_else(|error| panic!("{}: {error}: {edits:?}", self.name));
        }
        assert!(diagnostic.edits.iter().all(|edit| files.contains_key(&edit.place.file)), "{}", self.name);
        Self { name: self.name.clone(), files }
    }
}

#[test]
fn what_is_edited_as_told_is_right() {
    let mut wrong = Vec::new();
    let mut helped = BTreeSet::new();
    for case in cases() {
        let verdict = case.verdict();
        let before: BTreeSet<String> = verdict.errors().map(|error| error.message.clone()).collect();
        for diagnostic in verdict.diagnostics.iter().filter(|diagnostic| !diagnostic.edits.is_empty()) {
            if diagnostic.is_error() {
                helped.insert(case.name.clone());
            }
            let edited = case.edited(diagnostic);
            let after = edited.verdict();
            let still = after.diagnostics.iter().any(|after| after.message == diagnostic.message);
            let known = |message: &str| before.contains(message) || REVEALS.contains(&(&case.name, message));
            let new: Vec<&Diagnostic> = after.errors().filter(|error| !known(&error.message)).collect();
            if still || !new.is_empty() {
                let said: Vec<String> = after.errors().map(|said| after.render(said)).collect();
                wrong.push(format!("{}: {:?}\n{}", case.name, diagnostic.edits, said.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} edits do not help:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(helped.len() >= AT_LEAST, "{} cases have edits", helped.len());
}

#[test]
fn every_case_has_edits_or_a_reason_why_not() {
    let reasons: BTreeMap<&str, &str> = FOR_PEOPLE.iter().copied().collect();
    assert_eq!(reasons.len(), FOR_PEOPLE.len(), "a case stands twice");
    let without: BTreeSet<String> = cases()
        .into_iter()
        .filter(|case| {
            let verdict = case.verdict();
            verdict.errors().next().is_some() && verdict.errors().all(|error| error.edits.is_empty())
        })
        .map(|case| case.name)
        .collect();
    let listed: BTreeSet<String> = reasons.keys().map(|name| (*name).to_owned()).collect();
    let unexplained: Vec<&String> = without.difference(&listed).collect();
    let stale: Vec<&String> = listed.difference(&without).collect();
    assert!(unexplained.is_empty() && stale.is_empty(), "no reason: {unexplained:#?}\nhas edits now: {stale:#?}");
}

/// The byte of a text that a line and a column are at, both counted from 1 and in characters.
fn byte(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    start + text[start..].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
}

#[test]
fn machines_get_the_same_edits() {
    for case in cases() {
        let (file, text) = case.files.first_key_value().unwrap();
        let diagnostics = case.verdict().diagnostics;
        let mut texts = Texts::default();
        case.files.iter().for_each(|(name, text)| texts.add(name, text));
        let report = machine::report(&diagnostics, &texts);
        let sarif = machine::sarif(&diagnostics, &texts);
        for (number, (diagnostic, item)) in diagnostics.iter().zip(&report.diagnostics).enumerate() {
            assert_eq!(diagnostic.edits.len(), item.edits.len(), "{}", case.name);
            let fixes = &sarif["runs"][0]["results"][number]["fixes"];
            assert_eq!(fixes.is_array(), !diagnostic.edits.is_empty(), "{}", case.name);
            let [edit] = item.edits.as_slice() else { continue };
            let at = &edit.location;
            let text = case.files.get(&at.file).unwrap_or_else(|| panic!("{}: {file}: {text}", case.name));
            let range = byte(text, at.line, at.column)..byte(text, at.end_line, at.end_column);
            let mut by_hand = text.clone();
            by_hand.replace_range(range, &edit.replacement);
            assert_eq!(by_hand, apply(text, &diagnostic.edits).unwrap(), "{}", case.name);
            let part = &fixes[0]["artifactChanges"][0]["replacements"][0];
            assert_eq!(part["deletedRegion"]["startLine"], at.line);
            assert_eq!(part["insertedContent"]["text"], edit.replacement);
        }
    }
}
