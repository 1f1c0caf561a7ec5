//! Locks that lose lines: by hand, and in merges. What is lost is named, or nothing is.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::{Allocation, Lock, Reservations, State, changes, claimed, claims, lost_allocations, read, restored, write};
use crate::diagnostic::Diagnostic;

/// Every lock of the examples, by its file's name.
fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut locks: Vec<(String, String)> = files
        .filter(|path| name(path).ends_with(".lock.yaml"))
        .map(|path| (name(&path), fs_err::read_to_string(&path).unwrap()))
        .collect();
    locks.sort();
    assert!(locks.len() >= 6, "{}", locks.len());
    locks
}

/// What is told of a lock beside output that was made with another: nothing where it is accepted.
fn told(text: &str, cluster: &str, witness: &Lock) -> Result<Lock, String> {
    let problems = |found: Vec<Diagnostic>| -> String {
        found.iter().fold(String::new(), |mut all, found| {
            let place = found.place.as_ref().map(|place| format!("{:?}", place.pointer)).unwrap_or_default();
            let _ = writeln!(all, "{} {place} {:?}", found.message, found.notes);
            all
        })
    };
    let read = read("prod.lock.yaml", text, cluster);
    let lock = read.lock.ok_or_else(|| problems(read.diagnostics))?;
    let claimed = claimed(&claims(witness), cluster).unwrap();
    let lost = changes(&lock, &restored(&lock, &claimed));
    if !lost.is_empty() {
        return Err(lost.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    let gone = lost_allocations("prod.lock.yaml", &lock);
    if gone.is_empty() { Ok(lock) } else { Err(problems(gone)) }
}

/// The key of a line, and its section: a message names either.
fn keys<'a>(lines: &[&'a str], number: usize) -> [&'a str; 2] {
    let key = |line: &'a str| {
        let line = line.trim();
        line.split_once(": ").map_or_else(|| line.trim_end_matches(':'), |(key, _)| key).trim_matches('"')
    };
    let section = lines[..=number].iter().rfind(|line| !line.starts_with(' ')).unwrap();
    [key(lines[number]), key(section)]
}

#[test]
fn a_line_that_goes_comes_twice_or_trades_places_is_harmless_or_named() {
    let (mut refused, mut harmless) = (0, 0);
    for (name, text) in examples() {
        let cluster = super::cluster_of(&text).unwrap();
        let whole = read(&name, &text, &cluster).lock.unwrap();
        assert_eq!(write(&whole), text, "{name} is as podnet writes it");
        let lines: Vec<&str> = text.lines().collect();
        let mut check = |edited: Vec<&str>, what: String, keys: &[&str]| match told(
            &(edited.join("\n") + "\n"),
            &cluster,
            &whole,
        ) {
            Ok(mut lock) => {
                // The next synthesis writes an access entry anew; where it would not, its deletion is refused as a change.
                let entry = whole.node_resources.get_key_value("NodeAccessEntry");
                lock.node_resources.extend(entry.map(|(id, entry)| (id.clone(), entry.clone())));
                assert_eq!(write(&lock), text, "{name}: {what}: accepted, and something else");
                harmless += 1;
            }
            Err(message) => {
                let named = keys.iter().any(|key| message.contains(key));
                assert!(named || message.contains("cannot be read"), "{name}: {what}: {message}");
                refused += 1;
            }
        };
        for (number, line) in lines.iter().enumerate() {
            let mut less = lines.clone();
            less.remove(number);
            check(less, format!("without `{line}`"), &keys(&lines, number));
            let mut more = lines.clone();
            more.insert(number, line);
            check(more, format!("`{line}` twice"), &keys(&lines, number));
            for other in number + 1..lines.len() {
                let mut swapped = lines.clone();
                swapped.swap(number, other);
                check(
                    swapped,
                    format!("`{line}` for `{}`", lines[other]),
                    &[keys(&lines, number), keys(&lines, other)].concat(),
                );
            }
        }
    }
    assert!(refused > 500 && harmless > 100, "{refused} refused, {harmless} harmless");
}

/// A number below a limit, from one that decides the whole case.
fn pick(random: &mut u64, below: usize) -> usize {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    usize::try_from(*random % u64::try_from(below).unwrap()).unwrap()
}

/// Does to a lock what commands do: hands out, retires, gives back, binds, notes a variable.
fn some_edits(mut lock: Lock, random: &mut u64) -> Lock {
    for _ in 0..=pick(random, 3) {
        let zone = ["a", "b", "c", "d", "e", "f"][pick(random, 6)];
        let key: crate::ids::PodSubnetKey =
            format!("{}/us-west-2{zone}", ["default", "batch"][pick(random, 2)]).parse().unwrap();
        let output = crate::ids::LogicalId::pod_subnet(&key).to_string();
        let free = (0..64).map(|block| format!("100.64.{}.0/22", block * 4).parse::<crate::address::Cidr>().unwrap());
        let free =
            free.clone().find(|cidr| lock.allocations.values().all(|allocation| !allocation.cidr.overlaps(*cidr)));
        match pick(random, 5) {
            0 | 1 => {
                let allocation = Allocation {
                    cidr: free.unwrap(),
                    state: State::Active,
                    subnet_id: None,
                    reservations: Reservations::Stack,
                    route_table_id: None,
                    zone_id: None,
                };
                let again = lock.allocations.entry(key.clone()).or_insert(allocation).cidr;
                lock.released.retain(|released, cidr| *released != key || *cidr != again);
            }
            2 => {
                if let Some(allocation) = lock.allocations.get_mut(&key) {
                    allocation.state = State::Retired;
                    allocation.subnet_id = lock.bindings.remove(&output).map(|id| id.parse().unwrap());
                }
            }
            3 => {
                if let Some(allocation) = lock.allocations.remove(&key) {
                    lock.released.insert(key, allocation.cidr);
                    lock.bindings.remove(&output);
                }
            }
            _ => {
                if lock.allocations.get(&key).is_some_and(|allocation| allocation.state == State::Active) {
                    lock.bindings.insert(output, format!("subnet-{:017x}", pick(random, 1 << 40)));
                }
                lock.environment.insert(["AWS_VPC_K8S_CNI_LOGLEVEL", "MAX_ENI"][pick(random, 2)].to_owned());
            }
        }
    }
    lock
}

#[test]
fn a_merge_is_refused_or_has_what_both_sides_have() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = |name: &str, lock: &Lock| {
        let path = folder.path().join(name);
        fs_err::write(&path, write(lock)).unwrap();
        path
    };
    let (mut merged, mut refused) = (0, 0);
    for case in 0..500 {
        let mut random = 0x9e37_79b9_7f4a_7c15 ^ (case << 20);
        let base = some_edits(some_edits(Lock::empty("prod", "2026-10-27"), &mut random), &mut random);
        let (ours, theirs) = (some_edits(base.clone(), &mut random), some_edits(base.clone(), &mut random));
        let paths = [file("ours", &ours), file("base", &base), file("theirs", &theirs)];
        let how = ["--diff3", "--ours", "--theirs", "--union"][pick(&mut random, 4)];
        let output = Command::new("git").args(["merge-file", "-p", how]).args(&paths).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        // The output beside it was made on one side, or on the other.
        for witness in [&ours, &theirs] {
            match told(&text, "prod", witness) {
                Err(message) => {
                    assert!(!message.is_empty());
                    refused += 1;
                }
                Ok(lock) => {
                    assert_eq!(restored(&lock, &claimed(&claims(witness), "prod").unwrap()), lock);
                    // A merge without conflicts leaves out nothing of the other side either.
                    if output.status.code() == Some(0) && how == "--diff3" {
                        for side in [&ours, &theirs] {
                            let lost = changes(&lock, &restored(&lock, &claimed(&claims(side), "prod").unwrap()));
                            assert_eq!(lost, [], "case {case}\n{text}");
                        }
                    }
                    merged += 1;
                }
            }
        }
    }
    assert!(merged > 100 && refused > 100, "{merged} merged, {refused} refused");
}
