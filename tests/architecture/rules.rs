//! The rules that hold for the house, each a function from its files to what is wrong.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::floors::{Kept, Row};
use super::house::{House, Import, Owner};

/// A folder is read at a glance.
pub const FILES_A_FOLDER: usize = 13;
/// A file is one idea.
pub const LINES_A_FILE: usize = 400;

/// Holds a crate's files against the floors. Gives one message for each thing that is wrong.
pub fn check(files: &BTreeMap<String, String>, floors: &[Row], kept: &[Kept]) -> Vec<String> {
    let house = House::read(files);
    let imports = house.imports();
    let rooms = Rooms { floors };
    let mut wrong = house.unread.clone();
    wrong.extend(table(floors));
    wrong.extend(rows(&house, &rooms));
    wrong.extend(imports.iter().flat_map(|import| allowed(import, &rooms)));
    wrong.extend(imports.iter().filter_map(|import| kept_in(import, &rooms, kept)));
    wrong.extend(circles_of_folders(&imports));
    wrong.extend(circles_of_files(&imports));
    wrong.extend(types(&house));
    wrong.extend(sizes(&house));
    wrong
}

struct Rooms<'a> {
    floors: &'a [Row],
}

impl<'a> Rooms<'a> {
    fn row(&self, room: &str) -> Option<&'a Row> {
        self.floors.iter().find(|row| row.room == room)
    }

    /// How high a room is: on one floor, later rows are higher.
    fn position(&self, room: &str) -> usize {
        self.floors.iter().position(|row| row.room == room).unwrap_or_default()
    }

    /// The room of a file: its folder in `src` (or itself, there); the folder below where the table splits the folder.
    fn of(&self, file: &str) -> String {
        let path = file.strip_prefix("src/").unwrap_or(file);
        let Some((top, rest)) = path.split_once('/') else { return path.trim_end_matches(".rs").to_owned() };
        let split = self.floors.iter().any(|row| row.room.starts_with(&format!("{top}/")));
        match rest.split_once('/') {
            Some((below, _)) if split => format!("{top}/{below}"),
            _ => top.to_owned(),
        }
    }

    /// A room as another sees it: from outside, `plan/model` is `plan`.
    fn seen_from(&self, room: &str, file: &str) -> String {
        let seen = self.of(file);
        let top = |room: &str| room.split('/').next().unwrap_or_default().to_owned();
        if top(room) == top(&seen) { seen } else { top(&seen) }
    }
}

fn table(floors: &[Row]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut before: BTreeMap<&str, u8> = BTreeMap::new();
    for row in floors {
        let room = row.room;
        for may in row.may_import() {
            match floors.iter().find(|other| other.room == may) {
                None => wrong.push(format!("the row of `{room}` names `{may}`, which has no row")),
                Some(other) if other.floor > row.floor => wrong.push(format!(
                    "the row of `{room}` (floor {}) names `{may}`, which is higher (floor {}): a room imports from below",
                    row.floor, other.floor
                )),
                Some(_) if may == room => wrong.push(format!("the row of `{room}` names itself")),
                Some(_) if !before.contains_key(may) => wrong.push(format!(
                    "the row of `{room}` names `{may}`, whose row is below it: on one floor a room imports rooms before it"
                )),
                Some(_) => {}
            }
        }
        if before.insert(room, row.floor).is_some() {
            wrong.push(format!("two rows for `{room}`"));
        }
    }
    if !floors.is_sorted_by_key(|row| row.floor) {
        wrong.push("the rows are not in the order of their floors".to_owned());
    }
    wrong
}

fn rows(house: &House, rooms: &Rooms<'_>) -> Vec<String> {
    let found: BTreeMap<String, &String> = house.files.keys().map(|file| (rooms.of(file), file)).collect();
    let without = found.iter().filter(|(room, _)| rooms.row(room).is_none()).map(|(room, file)| {
        format!("{file}: the room `{room}` has no row: give it one in tests/architecture/floors.rs and ARCHITECTURE.md")
    });
    let empty = rooms.floors.iter().filter(|row| !found.contains_key(row.room)).map(|row| {
        format!("the row of `{}` has no room: src/{} is not there; take the row out of both tables", row.room, row.room)
    });
    without.chain(empty).collect()
}

/// What a room's row allows. A name that another room passes on is held to the room that defines it too, so that no
/// re-export is a way around the table.
fn allowed(import: &Import, rooms: &Rooms<'_>) -> Vec<String> {
    let Import { file, line, written, of, .. } = import;
    let room = rooms.of(file);
    let owners: BTreeSet<&String> = match of {
        Owner::Thing { file, through } => [file, through].into(),
        Owner::Module(file) => [file].into(),
        Owner::Crate(_) => BTreeSet::new(),
    };
    let Some(row) = rooms.row(&room) else { return Vec::new() };
    owners
        .into_iter()
        .map(|owner| (owner, rooms.seen_from(&room, owner)))
        .filter(|(_, other)| *other != room && !row.may_import().any(|may| may == other))
        .map(|(owner, other)| {
            let floor = rooms.row(&other).map_or(0, |row| row.floor);
            let above = rooms.position(&other) > rooms.position(&room);
            let fix = if room.starts_with(&format!("{other}/")) {
                format!("name it in the room that has it, not through `{other}`")
            } else if above {
                format!("`{other}` is above `{room}`: move what is needed down, or pass it in")
            } else {
                "move what is needed to a room that may have it, or widen the row in both tables, with a reason"
                    .to_owned()
            };
            let may = if row.may.is_empty() { "nothing" } else { row.may };
            format!(
                "{file}:{line}: imports `{written}` of `{other}` ({owner}, floor {floor})\n    \
                 row: `{room}` (floor {}) may import {may}\n    fix: {fix}",
                row.floor
            )
        })
        .collect()
}

fn kept_in(import: &Import, rooms: &Rooms<'_>, kept: &[Kept]) -> Option<String> {
    let Import { file, line, of: Owner::Crate(path), .. } = import else { return None };
    let room = rooms.of(file);
    let kept = kept.iter().find(|kept| {
        let inside = path.strip_prefix(kept.path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
        inside && !kept.rooms.contains(&room.as_str())
    })?;
    let Kept { path: what, rooms, why } = kept;
    let rooms = if rooms.is_empty() { "no room".to_owned() } else { format!("`{}`", rooms.join("`, `")) };
    Some(format!(
        "{file}:{line}: uses `{path}`\n    row: `{what}` is for {rooms}: {why}\n    fix: let such a room do it, and hand over values"
    ))
}

fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A folder's `mod.rs` may name what is in folders below it, as a table of contents does: `cli` runs `cli/lock`.
fn lists(import: &Import, owner: &str) -> bool {
    import.file.strip_suffix("mod.rs").is_some_and(|folder| owner.starts_with(folder))
}

fn circles_of_folders(imports: &[Import]) -> Vec<String> {
    let mut edges: Edges<'_> = BTreeMap::new();
    for (import, owner) in things(imports) {
        let (from, to) = (folder(&import.file), folder(owner));
        if from != to && from != "src" && to != "src" && !lists(import, owner) {
            edges.entry(from).or_default().entry(to).or_insert(import);
        }
    }
    circles(&edges, "folders", "move what both need to a folder that needs neither")
}

fn circles_of_files(imports: &[Import]) -> Vec<String> {
    let mut edges: Edges<'_> = BTreeMap::new();
    for (import, owner) in things(imports) {
        edges.entry(&import.file).or_default().entry(owner).or_insert(import);
    }
    circles(&edges, "files", "move what both need to a file of its own")
}

/// Real needs: a thing of another file, that is not only passed on.
fn things(imports: &[Import]) -> impl Iterator<Item = (&Import, &str)> {
    imports.iter().filter(|import| !import.passes_on).filter_map(|import| match &import.of {
        Owner::Thing { file, .. } if *file != import.file => Some((import, file.as_str())),
        _ => None,
    })
}

type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Import>>;

/// The circles: nodes that need each other are told of together, each need of a shortest circle once.
fn circles(edges: &Edges<'_>, what: &str, fix: &str) -> Vec<String> {
    let mut knots: Vec<(BTreeSet<&str>, BTreeSet<&Import>)> = Vec::new();
    for start in edges.keys() {
        let Some(circle) = shortest(edges, start) else { continue };
        let next = circle.iter().skip(1).chain(circle.first());
        let mut needs: BTreeSet<&Import> =
            circle.iter().zip(next).filter_map(|(from, to)| edges.get(from)?.get(to).copied()).collect();
        let mut nodes: BTreeSet<&str> = circle.iter().copied().collect();
        // Circles that share a node are one knot.
        let (same, others): (Vec<_>, Vec<_>) = knots.into_iter().partition(|(known, _)| !known.is_disjoint(&nodes));
        knots = others;
        for (known, imports) in same {
            nodes.extend(known);
            needs.extend(imports);
        }
        knots.push((nodes, needs));
    }
    knots
        .iter()
        .map(|(nodes, needs)| {
            let nodes: Vec<&str> = nodes.iter().copied().collect();
            let needs: String = needs
                .iter()
                .map(|import| match &import.of {
                    Owner::Thing { file, .. } => {
                        format!("\n    {}:{}: `{}` of {file}", import.file, import.line, import.written)
                    }
                    Owner::Module(_) | Owner::Crate(_) => String::new(),
                })
                .collect();
            format!("a circle between {what}: {}{needs}\n    fix: {fix}", nodes.join(", "))
        })
        .collect()
}

fn shortest<'a>(edges: &Edges<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(at) = next.pop_front() {
        for to in edges.get(at).into_iter().flat_map(BTreeMap::keys) {
            if *to == start {
                let mut circle = vec![at];
                while circle.last() != Some(&start) {
                    circle.push(from.get(circle.last()?)?);
                }
                circle.reverse();
                return Some(circle);
            }
            if !from.contains_key(to) {
                from.insert(to, at);
                next.push_back(to);
            }
        }
    }
    None
}

fn types(house: &House) -> Vec<String> {
    let twice = house.types.iter().filter(|(_, places)| places.len() > 1);
    twice
        .map(|(name, places)| {
            let places: Vec<String> = places.iter().map(|(file, line)| format!("{file}:{line}")).collect();
            format!("two types `{name}`: {}\n    fix: name each after what it is", places.join(", "))
        })
        .collect()
}

fn sizes(house: &House) -> Vec<String> {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for file in house.all_files.keys().filter(|file| folder(file) != "src") {
        *folders.entry(folder(file)).or_default() += 1;
    }
    let full = folders.iter().filter(|(_, files)| **files > FILES_A_FOLDER).map(|(folder, files)| {
        format!("{folder}: {files} Rust files, at most {FILES_A_FOLDER}\n    fix: put those of one idea in a folder")
    });
    let long = house.all_files.iter().filter(|(_, lines)| **lines > LINES_A_FILE).map(|(file, lines)| {
        format!("{file}: {lines} lines, at most {LINES_A_FILE}\n    fix: give each idea a file, tests beside it")
    });
    full.chain(long).collect()
}
