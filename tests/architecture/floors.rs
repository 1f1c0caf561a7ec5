//! The floors of the house. ARCHITECTURE.md has the same two tables, and `architecture.rs` compares them.

use std::fmt::Write as _;

/// A room: a folder or file directly in `src`. Where a folder has rows for its own folders (`plan/model`), those are
/// rooms too.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub floor: u8,
    pub room: &'static str,
    pub does: &'static str,
    /// The rooms that it may import, after one another. For other rooms, `plan` is all that stands in `src/plan`.
    pub may: &'static str,
}

impl Row {
    pub fn may_import(&self) -> impl Iterator<Item = &'static str> {
        self.may.split(", ").filter(|room| !room.is_empty())
    }
}

/// A crate, or a part of one, that is used in some rooms only.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    pub path: &'static str,
    pub rooms: &'static [&'static str],
    pub why: &'static str,
}

const fn row(floor: u8, room: &'static str, does: &'static str, may: &'static str) -> Row {
    Row { floor, room, does, may }
}

const fn kept(path: &'static str, rooms: &'static [&'static str], why: &'static str) -> Kept {
    Kept { path, rooms, why }
}

/// From the ground up. A new room gets a row here and in ARCHITECTURE.md.
#[rustfmt::skip] // a row is a line
pub const FLOORS: &[Row] = &[
    row(0, "lib", "declares the rooms; landing page of the documentation", ""),
    row(1, "address", "`Cidr`, free space, carving. Pure, knows nothing about AWS", ""),
    row(1, "source", "text to checked YAML events; places and pointers in a text; limits, duplicate keys", ""),
    row(2, "diagnostic", "one `Diagnostic` with a stable code and edits; text, JSON, GitHub, SARIF", "source"),
    row(2, "ids", "newtypes of AWS ids, names, zones and logical ids; the form of each", "address, source"),
    row(2, "catalog", "facts about AWS, Kubernetes and the CNI, as dated data with provenance", "address, ids"),
    row(3, "capacity", "the model of the CNI: max pods, addresses a node takes. Pure numbers", "address, catalog"),
    row(3, "spec", "what the user writes: one file a section, every field documented", "address, source, diagnostic, ids, catalog"),
    row(3, "aws_node", "the aws-node manifest: read, patch, write", "source, diagnostic, catalog"),
    row(3, "files", "a rendered file, and the manifest of a cluster's files", "ids"),
    row(4, "lock", "what must not move: allocations, bindings, what the last synthesis relied on", "address, source, diagnostic, ids, spec"),
    row(5, "plan/model", "what a plan says, as data that is printed and rendered", "address, ids, catalog, capacity, spec"),
    row(5, "plan/cni", "settings, ENIConfigs, security groups, aws-node", "address, source, diagnostic, ids, catalog, capacity, spec, aws_node, lock, plan/model"),
    row(5, "plan/network", "what the spec asks for: zones, VPC blocks, pod subnets and their sizes", "address, source, diagnostic, ids, catalog, spec, lock, plan/model"),
    row(5, "plan/ranges", "which range every pod subnet has, and the address space with them", "address, source, diagnostic, ids, catalog, spec, lock, plan/model, plan/network"),
    row(5, "plan/nodes", "node groups: kinds, AMI families, images, types, max pods", "address, source, diagnostic, ids, catalog, capacity, spec, lock, plan/model, plan/cni, plan/network"),
    row(5, "plan/proof", "demand, the proof that subnets suffice, remedies where they do not", "address, source, diagnostic, ids, catalog, capacity, spec, lock, plan/model, plan/network, plan/ranges, plan/nodes"),
    row(5, "plan", "runs every decision, and says what can be rendered now", "address, source, diagnostic, ids, catalog, capacity, spec, aws_node, lock, plan/model, plan/cni, plan/network, plan/ranges, plan/nodes, plan/proof"),
    row(6, "blueprint", "packs of templates, the engine, the formatter, the gate", "address, source, diagnostic, catalog, spec, files, plan"),
    row(6, "change", "committed output against new output: what becomes of every resource and object", "source, ids, catalog, files, plan"),
    row(6, "picture", "the address space as SVG", "address, ids, plan"),
    row(7, "compile", "one cluster from texts to texts: the whole pipeline on a page", "diagnostic, catalog, spec, aws_node, files, lock, plan, blueprint, change"),
    row(7, "operations", "what changes a lock or a spec from outside: bind, adopt, ranges, grow. Returns texts, writes nothing", "address, source, diagnostic, ids, catalog, spec, lock, plan"),
    row(8, "output", "compares and writes the output folder; the only room that writes files", "diagnostic, files"),
    row(9, "workspace", "finds specs, opens clusters, compiles them, checks them against one another", "address, source, diagnostic, ids, catalog, spec, aws_node, files, lock, plan, blueprint, change, compile, operations, output"),
    row(10, "cli", "one file a command: arguments in, words out", "address, source, diagnostic, ids, catalog, capacity, spec, files, lock, plan, change, picture, compile, operations, output, workspace"),
    row(11, "main", "the program: parse, run, exit", "cli"),
];

/// What is used in some rooms only.
#[rustfmt::skip] // a row is a line
pub const KEPT: &[Kept] = &[
    kept("clap", &["cli", "main"], "all other rooms serve the library as well"),
    kept("clap_complete", &["cli"], "as `clap`"),
    kept("minijinja", &["blueprint"], "one engine, one formatter that no value gets past"),
    kept("saphyr_parser", &["source"], "one reader of YAML, with its limits"),
    kept("fs_err", &["output", "workspace", "cli"], "all other rooms take texts"),
    kept("fs_err::create_dir_all", &["output"], "only `output` writes files"),
    kept("fs_err::remove_dir", &["output"], "only `output` writes files"),
    kept("fs_err::remove_file", &["output"], "only `output` writes files"),
    kept("fs_err::rename", &["output"], "only `output` writes files"),
    kept("fs_err::write", &["output"], "only `output` writes files"),
    kept("fs_err::OpenOptions", &["output"], "only `output` writes files"),
    kept("std::fs", &["output"], "only `output` writes files"),
    kept("tempfile", &["output"], "only `output` writes files"),
    kept("std::env", &[], "output never depends on the environment"),
    kept("std::time::Instant", &[], "output never depends on the clock"),
    kept("std::time::SystemTime", &[], "output never depends on the clock"),
    kept("std::net::TcpStream", &[], "podnet opens no connection"),
    kept("std::net::UdpSocket", &[], "podnet opens no connection"),
    kept("std::process::Command", &["output"], "podnet starts `git` alone, to read what is committed"),
];

/// The floors as ARCHITECTURE.md has them.
pub fn floors_as_markdown(rows: &[Row]) -> String {
    let mut table = "| floor | room | what it does | may import |\n|---|---|---|---|\n".to_owned();
    for Row { floor, room, does, may } in rows {
        let may = if may.is_empty() { "nothing" } else { may };
        let _ = writeln!(table, "| {floor} | `{room}` | {does} | {may} |");
    }
    table
}

/// What is used in some rooms only, as ARCHITECTURE.md has it.
pub fn kept_as_markdown(rows: &[Kept]) -> String {
    let mut table = "| crate or item | used in | because |\n|---|---|---|\n".to_owned();
    for Kept { path, rooms, why } in rows {
        let rooms = if rooms.is_empty() { "no room".to_owned() } else { rooms.join(", ") };
        let _ = writeln!(table, "| `{path}` | {rooms} | {why} |");
    }
    table
}
