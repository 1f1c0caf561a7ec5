//! What the tests share: the examples, a small spec, a spec compiled in memory, the program run in a folder of its own,
//! and properties over generated cases.

mod example;
mod files;
mod output;
mod property;
mod small;
mod verdict;
mod workspace;
mod yaml;

pub use example::Example;
pub use files::{at_root, files_under};
pub use output::Output;
pub use property::property;
pub use small::{SMALL, small};
pub use verdict::Verdict;
pub use workspace::{Workspace, in_place, podnet, text};
pub use yaml::{documents, value};
