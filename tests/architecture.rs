//! The house stands: every file of `src` imports what its room's row allows, nothing goes in a circle, and no two types
//! have one name. The rows are in `architecture/floors.rs`, and the same in ARCHITECTURE.md.

#![cfg(test)]

#[path = "architecture/floors.rs"]
mod floors;
#[path = "architecture/house.rs"]
mod house;
#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/source.rs"]
mod source;

use std::collections::BTreeMap;
use std::path::Path;

use floors::{FLOORS, KEPT, Kept, Row, floors_as_markdown, kept_as_markdown};
use rules::check;

/// The Rust files below a folder, by path from the repository.
fn files_below(folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, fs_err::read_to_string(&path).unwrap());
        }
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_house_stands() {
    let mut files = BTreeMap::new();
    files_below(&repository().join("src"), &mut files);
    let wrong = check(&files, FLOORS, KEPT);
    assert!(wrong.is_empty(), "{} things are wrong:\n\n{}\n", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn architecture_md_has_the_same_tables() {
    let text = fs_err::read_to_string(repository().join("ARCHITECTURE.md")).unwrap().replace("\r\n", "\n");
    for table in [floors_as_markdown(FLOORS), kept_as_markdown(KEPT)] {
        assert!(
            text.contains(&table),
            "ARCHITECTURE.md needs this table as tests/architecture/floors.rs has it:\n\n{table}"
        );
    }
}

// The test is tested: small houses with one thing wrong.

const TWO_FLOORS: &[Row] =
    &[Row { floor: 1, room: "ground", does: "", may: "" }, Row { floor: 2, room: "upper", does: "", may: "ground" }];

const SPLIT: &[Row] = &[
    Row { floor: 1, room: "ground", does: "", may: "" },
    Row { floor: 2, room: "plan/model", does: "", may: "ground" },
    Row { floor: 2, room: "plan/nodes", does: "", may: "plan/model" },
    Row { floor: 2, room: "plan", does: "", may: "plan/model, plan/nodes" },
    Row { floor: 3, room: "upper", does: "", may: "plan" },
];

fn wrong(files: &[(&str, &str)], floors: &[Row], kept: &[Kept]) -> Vec<String> {
    let files = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    check(&files, floors, kept)
}

/// One message, which has all of these in it.
#[track_caller]
fn one(found: &[String], parts: &[&str]) {
    assert_eq!(found.len(), 1, "{found:#?}");
    for part in parts {
        assert!(found[0].contains(part), "no `{part}` in:\n{}", found[0]);
    }
}

const GROUND: (&str, &str) = ("src/ground.rs", "pub struct Stone; pub fn lay() {}");

#[test]
fn a_sound_house_is_not_complained_about() {
    let upper = r#"
        //! Mentions crate::attic::Ghost in a comment.
        use crate::ground::{self, Stone as Brick, lay};
        /* use crate::upper::nothing; */
        pub struct Wall { pub of: Brick }
        pub fn build() -> &'static str { lay(); ground::lay(); "crate::attic::Ghost" }
        #[cfg(test)]
        mod tests { use crate::attic::Ghost; struct Wall; }
    "#;
    assert_eq!(wrong(&[GROUND, ("src/upper.rs", upper)], TWO_FLOORS, KEPT), Vec::<String>::new());
}

#[test]
fn an_import_from_above_is_found_however_it_is_written() {
    for text in [
        "use crate::upper::Wall;",
        "use crate::{upper::{self, Wall as _}};",
        "use super::upper::Wall;",
        "pub use crate::upper::Wall;",
        "fn f() { let _ = crate::upper::Wall; }",
        "fn f() { println!(\"{:?}\", crate::upper::Wall); }",
        "fn f() -> Option<crate::upper::Wall> { None }",
        "mod inner { use super::super::upper::Wall; }",
        "#[derive(crate::upper::Wall)] struct Stone;",
    ] {
        let files = [("src/ground.rs", text), ("src/upper.rs", "pub struct Wall;")];
        let found = wrong(&files, TWO_FLOORS, KEPT);
        assert!(!found.is_empty(), "{text}");
        for part in ["src/ground.rs:1: imports `", "upper", "row: `ground` (floor 1) may import nothing", "fix: "] {
            assert!(found[0].contains(part), "no `{part}` for {text}:\n{}", found[0]);
        }
    }
}

#[test]
fn a_test_may_import_anything() {
    for text in [
        "#[cfg(test)] mod tests { use crate::upper::Wall; }",
        "#[cfg(test)] mod samples;",
        "#[cfg(all(test, unix))] use crate::upper::Wall;",
    ] {
        let files =
            [("src/ground/mod.rs", text), ("src/ground/samples.rs", "use crate::upper::Wall;"), ("src/upper.rs", "")];
        let files = if text.contains("samples") { &files[..] } else { &[files[0], files[2]] };
        assert_eq!(wrong(files, TWO_FLOORS, KEPT), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_re_export_is_no_way_around_the_table() {
    let floors = &[
        Row { floor: 1, room: "ground", does: "", may: "" },
        Row { floor: 2, room: "middle", does: "", may: "ground" },
        Row { floor: 3, room: "upper", does: "", may: "middle" },
    ];
    let files = [GROUND, ("src/middle.rs", "pub use crate::ground::*;"), ("src/upper.rs", "use crate::middle::Stone;")];
    one(
        &wrong(&files, floors, KEPT),
        &["src/upper.rs:1", "`crate::middle::Stone` of `ground` (src/ground.rs, floor 1)"],
    );
}

#[test]
fn folders_of_a_split_room_are_rooms() {
    let nodes = |text| {
        [
            GROUND,
            ("src/plan/mod.rs", "mod model; mod nodes; pub use model::Plan; use nodes::group;"),
            ("src/plan/model/mod.rs", "pub struct Plan;"),
            ("src/plan/nodes/mod.rs", text),
            ("src/upper.rs", "use crate::plan::Plan;"),
        ]
    };
    assert_eq!(wrong(&nodes("use crate::plan::model::Plan; pub fn group() {}"), SPLIT, KEPT), Vec::<String>::new());
    one(
        &wrong(&nodes("use crate::plan::Plan; pub fn group() {}"), SPLIT, KEPT),
        &["src/plan/nodes/mod.rs:1", "name it in the room that has it, not through `plan`"],
    );
    one(
        &wrong(&nodes("use crate::ground::Stone; pub fn group() {}"), SPLIT, KEPT),
        &["src/plan/nodes/mod.rs:1", "row: `plan/nodes` (floor 2) may import plan/model"],
    );
}

#[test]
fn circles_are_found() {
    let one_room = &[Row { floor: 1, room: "ground", does: "", may: "" }];
    let files = [
        ("src/ground/mod.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
        ("src/ground/a.rs", "pub struct A(super::B);"),
        ("src/ground/b.rs", "use crate::ground::A; pub struct B(Box<A>);"),
    ];
    one(
        &wrong(&files, one_room, KEPT),
        &["a circle between files: src/ground/a.rs, src/ground/b.rs", "src/ground/a.rs:1: `super::B`"],
    );
    let files = [
        ("src/ground/mod.rs", "mod below; mod table; mod user;"),
        ("src/ground/table.rs", "pub struct Table;"),
        ("src/ground/user.rs", "use super::below::Below;"),
        ("src/ground/below/mod.rs", "use super::table::Table; pub struct Below(Table);"),
    ];
    one(
        &wrong(&files, one_room, KEPT),
        &["a circle between folders: src/ground, src/ground/below", "src/ground/user.rs:1: `super::below::Below`"],
    );
}

#[test]
fn a_folder_may_list_what_is_below_it() {
    let files = [
        ("src/ground/mod.rs", "mod below; mod table; pub fn run() -> below::Below { below::Below }"),
        ("src/ground/table.rs", "pub struct Table;"),
        ("src/ground/below/mod.rs", "mod deep; pub use deep::Below;"),
        ("src/ground/below/deep.rs", "use crate::ground::table::Table; pub struct Below; fn f(_: Table) {}"),
    ];
    let one_room = &[Row { floor: 1, room: "ground", does: "", may: "" }];
    assert_eq!(wrong(&files, one_room, KEPT), Vec::<String>::new());
}

#[test]
fn a_type_is_named_once() {
    let upper = "pub enum Stone {} trait Lays { type Stone; }";
    one(&wrong(&[GROUND, ("src/upper.rs", upper)], TWO_FLOORS, KEPT), &["two types `Stone`", "src/upper.rs:1"]);
    let made = "macro_rules! text { ($(#[$d:meta])* $name:ident) => { pub struct $name; } } text!(/// A
        Stone);";
    one(&wrong(&[GROUND, ("src/upper.rs", made)], TWO_FLOORS, KEPT), &["two types `Stone`", "src/upper.rs:2"]);
}

#[test]
fn every_room_has_a_row_and_every_row_a_room() {
    one(
        &wrong(&[GROUND, ("src/upper.rs", ""), ("src/attic/mod.rs", "")], TWO_FLOORS, KEPT),
        &["src/attic/mod.rs: the room `attic` has no row"],
    );
    one(&wrong(&[GROUND], TWO_FLOORS, KEPT), &["the row of `upper` has no room"]);
    let upside_down =
        &[Row { floor: 1, room: "ground", does: "", may: "upper" }, Row { floor: 2, room: "upper", does: "", may: "" }];
    one(&wrong(&[GROUND, ("src/upper.rs", "")], upside_down, KEPT), &["which is higher (floor 2)"]);
}

#[test]
fn what_is_kept_to_some_rooms_is_found_elsewhere() {
    let kept = &[
        Kept { path: "clap", rooms: &["upper"], why: "for the command line" },
        Kept { path: "std::fs", rooms: &[], why: "read-only" },
    ];
    for text in ["use clap::Parser;", "#[derive(clap::Args)] struct A;", "use std::fs; fn f() { fs::write(); }"] {
        let found = wrong(&[("src/ground.rs", text), ("src/upper.rs", "use clap::Args;")], TWO_FLOORS, kept);
        assert!(found.iter().all(|found| found.starts_with("src/ground.rs:1: uses `")), "{found:#?}");
        assert!(!found.is_empty(), "{text}");
    }
}

#[test]
fn files_and_folders_have_a_size() {
    let long = "\n".repeat(rules::LINES_A_FILE + 1);
    one(&wrong(&[GROUND, ("src/upper.rs", &long)], TWO_FLOORS, KEPT), &["src/upper.rs: 401 lines, at most 400"]);
    let names: Vec<String> = (0..=rules::FILES_A_FOLDER).map(|number| format!("src/upper/f{number}.rs")).collect();
    let mut files = vec![GROUND];
    files.extend(names.iter().map(|name| (name.as_str(), "")));
    one(&wrong(&files, TWO_FLOORS, KEPT), &["src/upper: 14 Rust files, at most 13"]);
}

#[test]
fn a_file_that_is_not_rust_is_told() {
    one(&wrong(&[GROUND, ("src/upper.rs", "fn fn")], TWO_FLOORS, KEPT), &["src/upper.rs:1: expected"]);
}
