//! Plan to files: packs of templates, a formatter that no value gets past, and a gate that reads the output back.
//!
//! Blueprints see the plan and nothing else. A new kind of output is a new pack, not new Rust.

mod engine;
mod formatter;
mod functions;
pub mod gate;
mod lint;
mod pack;

pub(crate) use engine::HEADER;
pub use engine::render;
pub use lint::lint;
pub use pack::{Pack, PackFile, built_in};
