//! Texts that come from files.

/// A text with the name that the user knows it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// The file's path.
    pub name: &'a str,
    /// What it holds.
    pub text: &'a str,
}
