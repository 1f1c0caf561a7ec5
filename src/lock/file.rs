//! The lock's text: read strictly, written canonically.

use super::line::Lines;
use super::{Lock, VERSION};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{self, Place, Pointer, ReadLimits};

/// What came of reading a lock.
#[derive(Debug, Clone)]
pub struct LockRead {
    /// The lock, where it can be used.
    pub lock: Option<Lock>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a lock's text. `name` is the file's path, for messages; `cluster` is whose lock it must be.
pub fn read(name: &str, text: &str, cluster: &str) -> LockRead {
    let refuse = |diagnostics| LockRead { lock: None, diagnostics };
    let restore = "restore it from git; podnet writes this file, people do not edit it";
    if let Some(mark) = source::conflict(text) {
        let message = "the lock has the marks of a merge that nobody resolved";
        return refuse(vec![
            Diagnostic::error(Code::LockSyntax, message)
                .at(Place::bytes(name, mark.start, mark.end))
                .note("both branches handed out addresses; a range that is deployed must stay")
                .help("take the side that is deployed (`git checkout --ours` or `--theirs`), and run `podnet synth` for the other"),
        ]);
    }
    let tree = source::read(text, ReadLimits::MANIFEST);
    let findings: Vec<Diagnostic> = tree
        .findings
        .iter()
        .map(|finding| {
            Diagnostic::error(Code::LockSyntax, format!("the lock cannot be read: {}", finding.message))
                .at(Place::bytes(name, finding.span.start, finding.span.end))
                .help(restore)
        })
        .collect();
    if !findings.is_empty() {
        return refuse(findings);
    }
    let error = |code, pointer: &str, message: String| {
        Diagnostic::error(code, message).at(Place::in_file(name, Pointer::from_text(pointer)))
    };
    let version = serde_yaml::from_str::<serde_json::Value>(text).ok().and_then(|value| value.get("version")?.as_u64());
    if version.is_some_and(|version| version > u64::from(VERSION)) {
        let message = format!("the lock has version {}, this podnet reads {VERSION}", version.unwrap_or_default());
        return refuse(vec![
            error(Code::LockVersion, "/version", message).help("use the podnet that wrote it, or a newer one"),
        ]);
    }
    let lines: Lines = match serde_yaml::from_str(text) {
        Ok(lines) => lines,
        Err(problem) => return refuse(vec![unreadable(name, &problem).help(restore)]),
    };
    if lines.cluster != cluster {
        let message = format!("the lock belongs to the cluster `{}`, the spec to `{cluster}`", lines.cluster);
        return refuse(vec![error(Code::LockContradiction, "/cluster", message).help(
            "for another cluster, remove this copy of the lock; for this one, keep its name: EKS cannot rename a cluster",
        )]);
    }
    let mut diagnostics: Vec<Diagnostic> = lines.broken().iter().map(|line| edited(name, line)).collect();
    let lock = lines.lock();
    if diagnostics.is_empty() {
        diagnostics.extend(overlaps(name, &lock));
    }
    LockRead { lock: diagnostics.is_empty().then_some(lock), diagnostics }
}

/// Reads whose lock a text is, where there is no spec to say it.
pub fn cluster_of(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_yaml::from_str(text).ok()?;
    value.get("cluster")?.as_str().map(ToOwned::to_owned)
}

/// What serde found, at the place that it names.
fn unreadable(name: &str, problem: &serde_yaml::Error) -> Diagnostic {
    let text = problem.to_string();
    let message = text.split(" at line ").next().unwrap_or_default();
    let at = problem.location().map_or(0, |location| location.index());
    Diagnostic::error(Code::LockSyntax, format!("the lock cannot be read: {message}")).at(Place::bytes(name, at, at))
}

/// A line that is not as podnet wrote it.
fn edited(name: &str, line: &Pointer) -> Diagnostic {
    let what = line.segments().last().unwrap_or_default();
    Diagnostic::error(Code::LockEdited, format!("`{what}` was edited by hand"))
        .at(Place::in_file(name, line.clone()))
        .note("the line does not match its own `seal`; what it says may not be what was deployed")
        .help("restore the line from git; `podnet lock` takes subnets over and gives ranges back, `podnet bind` takes ids")
}

/// Ranges that overlap, those of subnets that podnet does not manage among them.
fn overlaps(name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let allocations =
        lock.allocations.iter().map(|(key, allocation)| ("allocations", key.to_string(), allocation.cidr));
    let existing = lock.existing.iter().map(|(id, cidr)| ("existing", id.to_string(), *cidr));
    let mut by_address: Vec<_> = allocations.chain(existing).collect();
    by_address.sort_by_key(|(.., cidr)| *cidr);
    let place = |section: &str, key: &str| Place::in_file(name, Pointer::root().key(section).key(key).key("cidr"));
    by_address
        .windows(2)
        .filter_map(|pair| match pair {
            [(there, one, a), (here, two, b)] if a.overlaps(*b) => Some(
                Diagnostic::error(Code::LockContradiction, format!("`{two}` ({b}) overlaps `{one}` ({a})"))
                    .at(place(here, two))
                    .related(place(there, one), "the other range")
                    .help("restore the lock from git; where two branches allocated the same range, take one side and synthesize again"),
            ),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::lock::{Allocation, State, write};
    use crate::spec::SelectBy;

    fn lock() -> Lock {
        let allocation = |cidr: &str, state| Allocation { cidr: cidr.parse().unwrap(), state, subnet_id: None };
        Lock {
            version: VERSION,
            cluster: "prod-usw2".into(),
            catalog: "2026-10-27".into(),
            allocations: [
                ("default/us-west-2b".parse().unwrap(), allocation("100.64.64.0/18", State::Retired)),
                ("default/us-west-2a".parse().unwrap(), allocation("100.64.0.0/18", State::Active)),
            ]
            .into(),
            existing: BTreeMap::new(),
            bindings: [("PodSubnetDefaultUsWest2a".into(), "subnet-017b472c2f79fdf96".into())].into(),
            select_by: Some(SelectBy::Zone),
            cluster_access: None,
        }
    }

    #[test]
    fn writes_one_line_an_allocation_and_reads_it_back() {
        let text = write(&lock());
        insta::assert_snapshot!(text, @r#"
        # Written by podnet; commit it with the spec. Ranges in it never move.
        version: 1
        cluster: prod-usw2
        catalog: "2026-10-27"
        selectBy: zone
        allocations:
          default/us-west-2a: {cidr: "100.64.0.0/18", state: active, seal: "2da4284d"}
          default/us-west-2b: {cidr: "100.64.64.0/18", state: retired, seal: "2bc3c25c"}
        bindings:
          PodSubnetDefaultUsWest2a: {id: subnet-017b472c2f79fdf96, seal: "52b44029"}
        "#);
        assert_eq!(read("prod.lock.yaml", &text, "prod-usw2").lock, Some(lock()));
        let empty = Lock { allocations: BTreeMap::new(), bindings: BTreeMap::new(), ..lock() };
        assert_eq!(read("prod.lock.yaml", &write(&empty), "prod-usw2").lock, Some(empty));
    }

    #[test]
    fn refuses_what_it_cannot_trust() {
        let text = write(&lock());
        let mut overlapping = lock();
        overlapping.existing.insert("subnet-0a1b2c3d4e5f60718".parse().unwrap(), "100.64.64.0/24".parse().unwrap());
        for (text, code) in [
            (text.replace("version: 1", "version: 2"), Code::LockVersion),
            (write(&overlapping), Code::LockContradiction),
            (text.replace("prod-usw2", "other"), Code::LockContradiction),
            (text.replace("state: active", "state: asleep"), Code::LockSyntax),
            (text.replace("bindings:", "<<<<<<< HEAD\nbindings:"), Code::LockSyntax),
            (text.replace("us-west-2b", "us-west-2a"), Code::LockSyntax),
            (text.replace("100.64.64.0/18", "100.64.128.0/18"), Code::LockEdited),
            (text.replace("state: retired", "state: active"), Code::LockEdited),
            (text.replace("subnet-017b472c2f79fdf96", "subnet-017b472c2f79fdf97"), Code::LockEdited),
            (text.replace("us-west-2b", "us-west-2c"), Code::LockEdited),
        ] {
            let read = read("prod.lock.yaml", &text, "prod-usw2");
            assert_eq!(read.lock, None);
            assert_eq!(read.diagnostics[0].code, code, "{text}");
        }
    }
}
