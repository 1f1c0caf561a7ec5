//! Plan to files: packs of templates, a formatter that no value gets past, and a gate that reads the output back.
//!
//! Blueprints see the plan and nothing else. A new kind of output is a new pack, not new Rust.

mod engine;
mod formatter;
mod functions;
pub mod gate;
mod lint;
mod pack;

pub use engine::{CompiledPack, Inputs, built_in_compiled, compile, render};
pub use lint::lint;
pub(crate) use pack::built_in_hash;
pub use pack::{Pack, PackFile, built_in};
