//! One Rust file as the rules see it: the modules in it, what each names, and the types it defines. Test modules,
//! comments and strings are no part of it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, UseTree, Visibility};

/// A path that a file names, with its line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
    /// Made by `pub use`: passes a name on, and is no use of it.
    pub passes_on: bool,
}

/// A module: a file's, or one written inside a file.
#[derive(Debug, Default)]
pub struct Module {
    /// The file that holds it.
    pub file: String,
    /// Names that `use` brings in, with the path that each stands for.
    pub uses: BTreeMap<String, Vec<String>>,
    /// Paths of which everything is brought in.
    pub globs: Vec<Vec<String>>,
    /// What the module defines itself.
    pub items: BTreeSet<String>,
    /// Every path that it names.
    pub named: Vec<Named>,
}

/// What one file holds.
#[derive(Debug, Default)]
pub struct Source {
    /// The modules, by their path from the crate's root.
    pub modules: BTreeMap<Vec<String>, Module>,
    /// Modules that are for tests only; their files are no part of the house.
    pub tests: BTreeSet<Vec<String>>,
    /// Structs, enums, unions, traits and type aliases, with their lines.
    pub types: Vec<(String, usize)>,
}

/// Reads a file. `module` is the path of the module that the file is.
pub fn read(file: &str, module: Vec<String>, text: &str) -> Result<Source, String> {
    let parsed = syn::parse_file(text).map_err(|error| format!("{file}:{}: {error}", error.span().start().line))?;
    let mut reader = Reader { file, module, source: Source::default(), made_by: BTreeMap::new() };
    if parsed.attrs.iter().any(is_for_tests) {
        reader.source.tests.insert(reader.module);
        return Ok(reader.source);
    }
    reader.current();
    reader.visit_file(&parsed);
    Ok(reader.source)
}

/// What a macro of the file makes of its arguments.
enum MacroType {
    Fixed(String),
    /// The type is named by the first identifier of the arguments.
    Argument,
}

struct Reader<'a> {
    file: &'a str,
    module: Vec<String>,
    source: Source,
    made_by: BTreeMap<String, Vec<MacroType>>,
}

impl Reader<'_> {
    fn current(&mut self) -> &mut Module {
        let module = self.source.modules.entry(self.module.clone()).or_default();
        if module.file.is_empty() {
            self.file.clone_into(&mut module.file);
        }
        module
    }

    fn name(&mut self, path: Vec<String>, line: usize, passes_on: bool) {
        self.current().named.push(Named { path, line, passes_on });
    }

    fn define(&mut self, name: &syn::Ident) {
        self.current().items.insert(name.to_string());
    }

    fn define_type(&mut self, name: &syn::Ident) {
        self.define(name);
        self.source.types.push((name.to_string(), name.span().start().line));
    }

    fn bring_in(&mut self, prefix: &[String], tree: &UseTree, passes_on: bool) {
        let with = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.bring_in(&with(&path.ident), &path.tree, passes_on),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.bring_in(prefix, tree, passes_on)),
            UseTree::Glob(glob) => {
                self.current().globs.push(prefix.to_vec());
                self.name(prefix.to_vec(), glob.span().start().line, passes_on);
            }
            UseTree::Name(name) => self.bring_in_as(prefix, &name.ident, &name.ident, passes_on),
            UseTree::Rename(rename) => self.bring_in_as(prefix, &rename.ident, &rename.rename, passes_on),
        }
    }

    fn bring_in_as(&mut self, prefix: &[String], name: &syn::Ident, known_as: &syn::Ident, passes_on: bool) {
        let mut path = prefix.to_vec();
        let mut known_as = known_as.to_string();
        if name != "self" {
            path.push(name.to_string());
        } else if known_as == "self" {
            known_as = path.last().cloned().unwrap_or_default();
        }
        self.name(path.clone(), name.span().start().line, passes_on);
        self.current().uses.insert(known_as, path);
    }

    /// Finds the paths in what is not parsed: the arguments of macros and attributes.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(first) => {
                    let mut path = vec![first.to_string()];
                    while colon(at) && colon(at + 1) {
                        let Some(TokenTree::Ident(next)) = tokens.get(at + 2) else { break };
                        path.push(next.to_string());
                        at += 3;
                    }
                    // A single name needs a `use`, which is counted.
                    if path.len() > 1 {
                        self.name(path, first.span().start().line, false);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn macro_types(&mut self, name: &syn::Ident, body: TokenStream) {
        let mut made = Vec::new();
        types_in(body, &mut made);
        self.define(name);
        self.made_by.insert(name.to_string(), made);
    }

    /// The types that a macro called as an item makes. One of another file is taken to make the type that its first
    /// argument names in `PascalCase`, if it has one: `text_type!(VpcId, …)`.
    fn made(&mut self, called: &syn::Macro) {
        let name = called.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let argument = called.tokens.clone().into_iter().find_map(|token| match token {
            TokenTree::Ident(ident) => Some(ident),
            _ => None,
        });
        let named = argument.filter(|ident| ident.to_string().starts_with(|first: char| first.is_ascii_uppercase()));
        let line = called.span().start().line;
        match self.made_by.get(&name) {
            Some(made) => {
                for made in made {
                    match (made, &named) {
                        (MacroType::Fixed(name), _) => self.source.types.push((name.clone(), line)),
                        (MacroType::Argument, Some(named)) => {
                            self.source.types.push((named.to_string(), named.span().start().line));
                        }
                        (MacroType::Argument, None) => {}
                    }
                }
            }
            None => {
                if let Some(named) = named {
                    self.define_type(&named);
                }
            }
        }
    }
}

fn types_in(tokens: TokenStream, made: &mut Vec<MacroType>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => types_in(group.stream(), made),
            TokenTree::Ident(word) if word == "struct" || word == "enum" || word == "trait" => match tokens.get(at + 1)
            {
                Some(TokenTree::Ident(name)) => made.push(MacroType::Fixed(name.to_string())),
                Some(TokenTree::Punct(dollar)) if dollar.as_char() == '$' => made.push(MacroType::Argument),
                _ => {}
            },
            _ => {}
        }
    }
}

/// Tells `#[cfg(test)]` and `#[cfg(all(test, …))]`.
fn is_for_tests(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let condition = list.tokens.to_string();
    list.path.is_ident("cfg") && (condition == "test" || condition.replace(' ', "").starts_with("all(test,"))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if attributes(item).iter().any(is_for_tests) {
            if let Item::Mod(item) = item {
                let module = [self.module.as_slice(), &[item.ident.to_string()]].concat();
                self.source.tests.insert(module);
            }
            return;
        }
        match item {
            Item::Struct(item) => self.define_type(&item.ident),
            Item::Enum(item) => self.define_type(&item.ident),
            Item::Union(item) => self.define_type(&item.ident),
            Item::Trait(item) => self.define_type(&item.ident),
            Item::Type(item) => self.define_type(&item.ident),
            Item::Fn(item) => self.define(&item.sig.ident),
            Item::Const(item) => self.define(&item.ident),
            Item::Static(item) => self.define(&item.ident),
            Item::Use(item) => {
                let passes_on = !matches!(item.vis, Visibility::Inherited);
                self.bring_in(&[], &item.tree, passes_on);
            }
            Item::Macro(item) => match &item.ident {
                Some(name) => self.macro_types(name, item.mac.tokens.clone()),
                None => self.made(&item.mac),
            },
            Item::Mod(item) if item.content.is_some() => {
                self.module.push(item.ident.to_string());
                self.current();
                visit::visit_item_mod(self, item);
                self.module.pop();
                return;
            }
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes: &[Attribute] = match item {
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Const(item) => &item.attrs,
            _ => &[],
        };
        if !attributes.iter().any(is_for_tests) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.name(segments, path.span().start().line, false);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.scan(called.tokens.clone());
        visit::visit_macro(self, called);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.scan(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }
}
