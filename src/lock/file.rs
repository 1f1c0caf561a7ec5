//! The lock's file: read strictly, since a range that is misread would be handed out twice.

use super::ids::impossible;
use super::line::Lines;
use super::node_groups::{foreign_resources, missing_resources};
use super::{FIRST_VERSION, Lock, VERSION};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{self, Finding, Place, Pointer, ReadLimits};

/// What came of reading a lock.
#[derive(Debug, Clone)]
pub struct LockRead {
    /// The lock, where it can be used.
    pub lock: Option<Lock>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// What to do about a lock that is not as podnet wrote it.
const RESTORE: &str = "restore it from git; only podnet writes this file";

/// Reads a lock's text. `name` is the file's path, for messages; `cluster` is whose lock it must be.
///
/// Each step runs only where the one before found nothing: marks of a merge, YAML, the version, the lines' form, whose
/// lock it is, seals, ranges that overlap and ids that cannot be.
pub fn read(name: &str, text: &str, cluster: &str) -> LockRead {
    match checked(name, text, cluster) {
        Ok(lock) => LockRead { lock: Some(lock), diagnostics: Vec::new() },
        Err(diagnostics) => LockRead { lock: None, diagnostics },
    }
}

fn checked(name: &str, text: &str, cluster: &str) -> Result<Lock, Vec<Diagnostic>> {
    sealed(name, lines(name, text, cluster, VERSION)?)
}

/// Reads a lock that an older podnet wrote, to write it in the present form.
///
/// # Errors
/// As of [`read`], but for its version.
pub(crate) fn read_any_version(name: &str, text: &str, cluster: &str) -> Result<Lock, Vec<Diagnostic>> {
    sealed(name, lines(name, text, cluster, FIRST_VERSION)?)
}

/// Reads a lock without the lines that are not as podnet wrote them, to mend it.
///
/// # Errors
/// As of [`read`], but for seals and overlaps.
pub(crate) fn read_without_edits(name: &str, text: &str, cluster: &str) -> Result<WithoutEdits, Vec<Diagnostic>> {
    let lines = lines(name, text, cluster, VERSION)?;
    let edited = lines.broken();
    Ok(WithoutEdits { lock: lines.without_broken().lock(), edited })
}

/// What is left of a lock that was edited.
#[derive(Debug, Clone)]
pub(crate) struct WithoutEdits {
    /// The lock without the lines that were edited.
    pub lock: Lock,
    /// Those lines.
    pub edited: Vec<Pointer>,
}

fn lines(name: &str, text: &str, cluster: &str, oldest: u32) -> Result<Lines, Vec<Diagnostic>> {
    none_of(unmerged(name, text))?;
    none_of(not_yaml(name, text))?;
    none_of(of_another_version(name, text, oldest))?;
    let lines: Lines = serde_yaml::from_str(text).map_err(|problem| vec![unreadable(name, &problem)])?;
    none_of(of_another_cluster(name, &lines, cluster))?;
    Ok(lines)
}

fn sealed(name: &str, lines: Lines) -> Result<Lock, Vec<Diagnostic>> {
    none_of(lines.broken().iter().map(|line| edited(name, line)))?;
    let lock = lines.lock();
    none_of(overlaps(name, &lock).into_iter().chain(impossible(name, &lock)).chain(wrong_resources(name, &lock)))?;
    Ok(lock)
}

fn none_of(problems: impl IntoIterator<Item = Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    let problems: Vec<Diagnostic> = problems.into_iter().collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn unmerged(name: &str, text: &str) -> Option<Diagnostic> {
    let mark = source::conflict(text)?;
    let message = "the lock has conflict markers of an unresolved merge";
    Some(
        Diagnostic::error(Code::LockSyntax, message)
            .at(Place::bytes(name, mark.start, mark.end))
            .note("both branches allocated ranges; a deployed range must stay")
            .help("keep the side that is deployed (`git checkout --ours` or `--theirs`), and run `podnet synth` for the other"),
    )
}

fn not_yaml(name: &str, text: &str) -> Vec<Diagnostic> {
    let tree = source::read(text, ReadLimits::MANIFEST);
    let problem = |finding: &Finding| {
        Diagnostic::error(Code::LockSyntax, format!("the lock cannot be read: {}", finding.message))
            .at(Place::bytes(name, finding.span.start, finding.span.end))
            .help(RESTORE)
    };
    tree.findings.iter().map(problem).collect()
}

/// A lock of a newer podnet may have lines that this one would lose when it writes the lock. One of an older podnet is brought up
/// to date by a command of its own, so that nothing else changes with it.
fn of_another_version(name: &str, text: &str, oldest: u32) -> Option<Diagnostic> {
    let value: serde_json::Value = serde_yaml::from_str(text).ok()?;
    let version = value.get("version")?.as_u64()?;
    if (u64::from(oldest)..=u64::from(VERSION)).contains(&version) {
        return None;
    }
    let message = format!("the lock has version {version}, but this podnet reads {VERSION}");
    let help = if version < u64::from(VERSION) && version >= u64::from(FIRST_VERSION) {
        format!("run `podnet lock upgrade {}` and commit the lock: nothing that it says changes", spec_beside(name))
    } else {
        "use the podnet that wrote it, or a newer one".to_owned()
    };
    let at = Place::in_file(name, Pointer::root().key("version"));
    Some(Diagnostic::error(Code::LockVersion, message).at(at).help(help))
}

/// The spec's path, by its lock's.
fn spec_beside(lock: &str) -> String {
    lock.strip_suffix(".lock.yaml").map_or_else(|| "SPEC".to_owned(), |stem| format!("{stem}.yaml"))
}

fn of_another_cluster(name: &str, lines: &Lines, cluster: &str) -> Option<Diagnostic> {
    (lines.cluster != cluster).then(|| {
        let message = format!("the lock belongs to the cluster `{}`, but the spec to `{cluster}`", lines.cluster);
        Diagnostic::error(Code::LockContradiction, message)
            .at(Place::in_file(name, Pointer::root().key("cluster")))
            .help("for another cluster, remove this copy of the lock; for this one, keep its name: EKS cannot rename a cluster")
    })
}

/// Reads whose lock a text is, where there is no spec to say it.
pub(crate) fn cluster_of(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_yaml::from_str(text).ok()?;
    value.get("cluster")?.as_str().map(ToOwned::to_owned)
}

/// What serde found, at the place that it names.
fn unreadable(name: &str, problem: &serde_yaml::Error) -> Diagnostic {
    let at = problem.location().map_or(0, |location| location.index());
    Diagnostic::error(Code::LockSyntax, format!("the lock cannot be read: {}", without_position(problem)))
        .at(Place::bytes(name, at, at))
        .help(RESTORE)
}

/// A YAML error's own words. Its text ends with its position, as the error itself counts it, and libyaml's with more
/// behind that; the mark in the file says it better.
fn without_position(problem: &serde_yaml::Error) -> String {
    let mut text = problem.to_string();
    if let Some(at) = problem.location() {
        let position = format!(" at line {} column {}", at.line(), at.column());
        text.truncate(text.find(&position).unwrap_or(text.len()));
    }
    text
}

/// A line that is not as podnet wrote it.
pub(crate) fn edited(name: &str, line: &Pointer) -> Diagnostic {
    let what = line.segments().last().unwrap_or_default();
    Diagnostic::error(Code::LockEdited, format!("`{what}` was edited by hand"))
        .at(Place::in_file(name, line.clone()))
        .note("the line does not match its `seal`, so it may differ from what is deployed")
        .help(format!(
            "restore the line from git, or from the committed output: `podnet lock repair {}`; use `podnet lock` to adopt subnets \
             and release ranges, `podnet bind` to copy ids",
            spec_beside(name)
        ))
}

/// Resources of node groups that are gone, or that are not podnet's: a retired group is rendered from them as they are.
fn wrong_resources(name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let lost = |(resource, of): (String, String)| {
        Diagnostic::error(Code::LockLost, format!("the lock has lost the resource `{resource}`, which `{of}` needs"))
            .at(Place::in_file(name, Pointer::root().key("nodeResources").key(&of)))
            .help(format!("restore the line from git, or run `podnet lock repair {}`", spec_beside(name)))
    };
    let foreign = |resource: &str| {
        Diagnostic::error(Code::LockContradiction, format!("`{resource}` is not a resource that podnet writes"))
            .at(Place::in_file(name, Pointer::root().key("nodeResources").key(resource)))
            .help(RESTORE)
    };
    let foreign: Vec<Diagnostic> = foreign_resources(lock).into_iter().map(foreign).collect();
    missing_resources(lock).into_iter().map(lost).chain(foreign).collect()
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
                    .help("restore the lock from git; if two branches allocated the same range, keep one side and run `podnet synth` again"),
            ),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::lock::{Allocation, Reservations, State, write};
    use crate::spec::SelectBy;

    fn lock() -> Lock {
        let allocation = |cidr: &str, state| Allocation {
            cidr: cidr.parse().unwrap(),
            state,
            subnet_id: None,
            reservations: Reservations::Stack,
            route_table_id: None,
            zone_id: None,
        };
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
            released: BTreeMap::new(),
            security_groups: BTreeMap::new(),
            eni_configs: BTreeMap::new(),
            node_groups: BTreeMap::new(),
            node_resources: BTreeMap::new(),
            released_names: BTreeSet::new(),
            allowances: BTreeMap::new(),
            environment: ["AWS_VPC_K8S_CNI_LOGLEVEL".to_owned()].into(),
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
        version: 2
        cluster: prod-usw2
        catalog: "2026-10-27"
        selectBy: zone
        allocations:
          default/us-west-2a: {cidr: "100.64.0.0/18", state: active, seal: "2da4284d"}
          default/us-west-2b: {cidr: "100.64.64.0/18", state: retired, seal: "2bc3c25c"}
        bindings:
          PodSubnetDefaultUsWest2a: {id: subnet-017b472c2f79fdf96, seal: "52b44029"}
        environment:
          AWS_VPC_K8S_CNI_LOGLEVEL: {seal: "02d056b6"}
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
            (text.replace("version: 2", "version: 3"), Code::LockVersion),
            (text.replace("version: 2", "version: 1"), Code::LockVersion),
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
