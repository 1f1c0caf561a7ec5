//! All files of a crate together: what each name stands for, and so which file needs which.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{self, Module, Named};

/// One need of a file: what it names, where, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub file: String,
    pub line: usize,
    /// As it is written there.
    pub written: String,
    pub of: Owner,
    /// Made by `pub use`, which passes a name on.
    pub passes_on: bool,
}

/// Whose a name is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A thing of this crate: the file that defines it, and the file of the module by which it was reached.
    Thing { file: String, through: String },
    /// A module of this crate, by its file.
    Module(String),
    /// Another crate, with the whole path there.
    Crate(String),
}

/// All the files of `src`.
#[derive(Debug, Default)]
pub struct House {
    modules: BTreeMap<Vec<String>, Module>,
    /// The files, without those of tests, with how many lines each has.
    pub files: BTreeMap<String, usize>,
    /// Every `.rs` file, those of tests too, with how many lines each has.
    pub all_files: BTreeMap<String, usize>,
    /// Types by name, with the places where one is defined: file and line.
    pub types: BTreeMap<String, Vec<(String, usize)>>,
    /// Files that are not Rust.
    pub unread: Vec<String>,
}

/// What a path led to.
enum Found {
    Module(Vec<String>),
    Thing { module: Vec<String>, through: Vec<String> },
    Crate(Vec<String>),
}

/// A re-export of a re-export of …: no real crate goes deeper.
const DEPTH: usize = 24;

impl House {
    /// Reads the files of a crate, by path from its root: `src/plan/mod.rs`.
    pub fn read(files: &BTreeMap<String, String>) -> Self {
        let mut house = Self::default();
        // `crate::…` starts here, in a crate without `lib.rs` too.
        house.modules.insert(Vec::new(), Module::default());
        let mut tests = BTreeSet::new();
        let mut types = Vec::new();
        for (file, text) in files {
            house.all_files.insert(file.clone(), text.lines().count());
            match source::read(file, module_of(file), text) {
                Ok(read) => {
                    house.modules.extend(read.modules);
                    tests.extend(read.tests);
                    types.extend(read.types.into_iter().map(|(name, line)| (name, file.clone(), line)));
                }
                Err(problem) => house.unread.push(problem),
            }
        }
        let is_test = |module: &[String]| tests.iter().any(|test| module.starts_with(test));
        house.modules.retain(|module, _| !is_test(module));
        house.files = house.all_files.clone();
        house.files.retain(|file, _| !is_test(&module_of(file)));
        for (name, file, line) in types {
            if house.files.contains_key(&file) {
                house.types.entry(name).or_default().push((file, line));
            }
        }
        house
    }

    /// Every need of every file: what it needs of each other file once, where it is named first.
    pub fn imports(&self) -> Vec<Import> {
        let all = self
            .modules
            .iter()
            .flat_map(|(path, module)| module.named.iter().filter_map(|named| self.import(path, module, named)));
        let mut imports: BTreeMap<(String, Owner, bool), Import> = BTreeMap::new();
        for import in all {
            let need = (import.file.clone(), import.of.clone(), import.passes_on);
            let first = imports.entry(need).or_insert_with(|| import.clone());
            if import.line < first.line {
                *first = import;
            }
        }
        imports.into_values().collect()
    }

    fn import(&self, path: &[String], module: &Module, named: &Named) -> Option<Import> {
        let found = self.find(path, &named.path, 0)?;
        let file = |module: &[String]| self.modules.get(module).map_or_else(String::new, |module| module.file.clone());
        let of = match found {
            Found::Thing { module: owner, through } => {
                let (owner, through) = (file(&owner), file(&through));
                if owner == module.file && through == module.file {
                    return None;
                }
                // What this file's own `use` brought in was reached there by way of another.
                let through = if through == module.file { owner.clone() } else { through };
                Owner::Thing { file: owner, through }
            }
            // A module by one word may as well be a variable of that name.
            Found::Module(_) if named.path.len() == 1 => return None,
            Found::Module(owner) if file(&owner) == module.file => return None,
            Found::Module(owner) => Owner::Module(file(&owner)),
            Found::Crate(path) => Owner::Crate(path.join("::")),
        };
        let written = named.path.join("::");
        Some(Import { file: module.file.clone(), line: named.line, written, of, passes_on: named.passes_on })
    }

    /// Finds what a path stands for in a module, as the compiler does: by the crate's root, the module's own items,
    /// what `use` brought in, modules below, globs; else it is another crate's.
    fn find(&self, module: &[String], path: &[String], depth: usize) -> Option<Found> {
        let (first, rest) = path.split_first()?;
        // The program knows its library by the package's name.
        let program = module.first().is_some_and(|root| root == "main");
        match first.as_str() {
            "podnet" if program => return self.follow(Vec::new(), rest, depth),
            "crate" => return self.follow(Vec::new(), rest, depth),
            "self" => return self.follow(module.to_vec(), rest, depth),
            "super" => {
                let (_, parent) = module.split_last()?;
                let up = [&["self".to_owned()], rest].concat();
                return self.find(parent, if rest.first()? == "super" { rest } else { &up }, depth);
            }
            _ => {}
        }
        match self.member(module, first, depth) {
            Some(Found::Module(next)) => self.follow(next, rest, depth),
            Some(Found::Crate(path)) => Some(Found::Crate([path.as_slice(), rest].concat())),
            Some(thing) => Some(thing),
            // A single word that nothing defines is a variable, a type parameter or the prelude's.
            None if rest.is_empty() && self.modules.contains_key(module) => None,
            None => Some(Found::Crate(path.to_vec())),
        }
    }

    fn follow(&self, from: Vec<String>, path: &[String], depth: usize) -> Option<Found> {
        let Some((first, rest)) = path.split_first() else { return Some(Found::Module(from)) };
        match self.member(&from, first, depth) {
            Some(Found::Module(next)) => self.follow(next, rest, depth),
            Some(Found::Crate(path)) => Some(Found::Crate([path.as_slice(), rest].concat())),
            Some(thing) => Some(thing),
            // What a macro made is not seen; it belongs to the module that it would be in.
            None if self.modules.contains_key(&from) => Some(Found::Thing { module: from.clone(), through: from }),
            None => None,
        }
    }

    /// Finds one name in one module.
    fn member(&self, module: &[String], name: &str, depth: usize) -> Option<Found> {
        if depth > DEPTH {
            return None;
        }
        let here = self.modules.get(module)?;
        let below = [module, &[name.to_owned()]].concat();
        if here.items.contains(name) {
            return Some(Found::Thing { module: module.to_vec(), through: module.to_vec() });
        }
        if self.modules.contains_key(&below) {
            return Some(Found::Module(below));
        }
        let through_here = |found: Found| match found {
            Found::Thing { module: owner, .. } => Found::Thing { module: owner, through: module.to_vec() },
            other => other,
        };
        if let Some(path) = here.uses.get(name) {
            // `use semver::Version` in a module that has `Version` of its own would not compile, so this ends.
            return match path.split_first() {
                Some((first, [])) if first == name => Some(Found::Crate(path.clone())),
                Some((first, _)) if first == name && !self.modules.contains_key(&below) => {
                    Some(Found::Crate(path.clone()))
                }
                _ => self.find(module, path, depth + 1).map(through_here),
            };
        }
        here.globs.iter().find_map(|glob| match self.find(module, glob, depth + 1)? {
            Found::Module(of) if of != module => self.member(&of, name, depth + 1).map(through_here),
            _ => None,
        })
    }
}

/// The module that a file is: `src/plan/mod.rs` is `plan`, `src/lib.rs` the root.
fn module_of(file: &str) -> Vec<String> {
    let path = file.strip_prefix("src/").unwrap_or(file);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Vec::new() } else { path.split('/').map(ToOwned::to_owned).collect() }
}
