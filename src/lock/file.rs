//! The lock's text: read strictly, written canonically.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Lock, VERSION};
use crate::diagnostic::{Code, Diagnostic, Place, Pointer};
use crate::scalar::scalar;
use crate::source::{self, Limits};
use crate::spec::SelectBy;

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
    let tree = source::read(text, Limits::MANIFEST);
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
    let lock: Lock = match serde_yaml::from_str(text) {
        Ok(lock) => lock,
        Err(problem) => return refuse(vec![unreadable(name, &problem).help(restore)]),
    };
    let mut diagnostics = Vec::new();
    if lock.cluster != cluster {
        let message = format!("the lock belongs to the cluster `{}`, the spec to `{cluster}`", lock.cluster);
        diagnostics.push(error(Code::LockContradiction, "/cluster", message).help(
            "for another cluster, remove this copy of the lock; for this one, keep its name: EKS cannot rename a cluster",
        ));
    }
    diagnostics.extend(overlaps(name, &lock));
    LockRead { lock: diagnostics.is_empty().then_some(lock), diagnostics }
}

/// What serde found, at the place that it names.
fn unreadable(name: &str, problem: &serde_yaml::Error) -> Diagnostic {
    let text = problem.to_string();
    let message = text.split(" at line ").next().unwrap_or_default();
    let at = problem.location().map_or(0, |location| location.index());
    Diagnostic::error(Code::LockSyntax, format!("the lock cannot be read: {message}")).at(Place::bytes(name, at, at))
}

fn overlaps(name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let mut by_address: Vec<_> = lock.allocations.iter().collect();
    by_address.sort_by_key(|(_, allocation)| allocation.cidr);
    let pointer = |key: &super::Key| Pointer::root().key("allocations").key(&key.to_string()).key("cidr");
    by_address
        .windows(2)
        .filter_map(|pair| match pair {
            [(one, a), (two, b)] if a.cidr.overlaps(b.cidr) => Some(
                Diagnostic::error(Code::LockContradiction, format!("`{two}` ({}) overlaps `{one}` ({})", b.cidr, a.cidr))
                    .at(Place::in_file(name, pointer(two)))
                    .related(Place::in_file(name, pointer(one)), "the other range")
                    .help("restore the lock from git; where two branches allocated the same range, take one side and synthesize again"),
            ),
            _ => None,
        })
        .collect()
}

/// Writes a lock's text: canonical, sorted, one line an allocation.
pub fn write(lock: &Lock) -> String {
    let mut out = String::from("# Written by podnet; commit it with the spec. Ranges in it never move.\n");
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("version: {}", lock.version));
    line(format!("cluster: {}", scalar(&lock.cluster)));
    line(format!("catalog: {}", scalar(&lock.catalog)));
    if let Some(by) = lock.select_by {
        let word = match by {
            SelectBy::Zone => "zone",
            SelectBy::Name => "name",
        };
        line(format!("selectBy: {word}"));
    }
    let allocations = lock.allocations.iter().map(|(key, allocation)| {
        let state = match allocation.state {
            super::State::Active => "active",
            super::State::Retired => "retired",
        };
        (key.to_string(), format!("{{cidr: {}, state: {state}}}", scalar(&allocation.cidr.to_string())))
    });
    line(section("allocations", allocations.collect()));
    let bindings = lock.bindings.iter().map(|(output, id)| (output.clone(), scalar(id)));
    line(section("bindings", bindings.collect()));
    if let Some(access) = &lock.cluster_access {
        line("clusterAccess:".to_owned());
        line(format!("  apiServerEndpoint: {}", scalar(access.api_server_endpoint.as_str())));
        line(format!("  certificateAuthority: {}", scalar(access.certificate_authority.as_str())));
        if let Some(service) = access.service_cidr {
            line(format!("  serviceCidr: {}", scalar(&service.to_string())));
        }
    }
    out
}

fn section(name: &str, entries: BTreeMap<String, String>) -> String {
    if entries.is_empty() {
        return format!("{name}: {{}}");
    }
    entries.into_iter().fold(format!("{name}:"), |mut out, (key, value)| {
        // Writing to a string does not fail.
        let _ = write!(out, "\n  {}: {value}", scalar(&key));
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{Allocation, State};

    fn lock() -> Lock {
        let allocation = |cidr: &str, state| Allocation { cidr: cidr.parse().unwrap(), state };
        Lock {
            version: VERSION,
            cluster: "prod-usw2".into(),
            catalog: "2026-10-27".into(),
            allocations: [
                ("default/us-west-2b".parse().unwrap(), allocation("100.64.64.0/18", State::Retired)),
                ("default/us-west-2a".parse().unwrap(), allocation("100.64.0.0/18", State::Active)),
            ]
            .into(),
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
          default/us-west-2a: {cidr: "100.64.0.0/18", state: active}
          default/us-west-2b: {cidr: "100.64.64.0/18", state: retired}
        bindings:
          PodSubnetDefaultUsWest2a: subnet-017b472c2f79fdf96
        "#);
        assert_eq!(read("prod.lock.yaml", &text, "prod-usw2").lock, Some(lock()));
        let empty = Lock { allocations: BTreeMap::new(), bindings: BTreeMap::new(), ..lock() };
        assert_eq!(read("prod.lock.yaml", &write(&empty), "prod-usw2").lock, Some(empty));
    }

    #[test]
    fn refuses_what_it_cannot_trust() {
        let text = write(&lock());
        for (text, code) in [
            (text.replace("version: 1", "version: 2"), Code::LockVersion),
            (text.replace("100.64.64.0/18", "100.64.0.0/19"), Code::LockContradiction),
            (text.replace("prod-usw2", "other"), Code::LockContradiction),
            (text.replace("state: active", "state: asleep"), Code::LockSyntax),
            (text.replace("bindings:", "<<<<<<< HEAD\nbindings:"), Code::LockSyntax),
            (text.replace("us-west-2b", "us-west-2a"), Code::LockSyntax),
        ] {
            let read = read("prod.lock.yaml", &text, "prod-usw2");
            assert_eq!(read.lock, None);
            assert_eq!(read.diagnostics[0].code, code, "{text}");
        }
    }
}
