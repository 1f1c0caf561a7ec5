//! Results with the problems that were found on the way to them.

use super::{Diagnostic, any_error};

/// A value, and everything that is wrong with what it was made from or worth knowing about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked<T> {
    /// The value, as far as it could be made.
    pub value: T,
    /// What was found.
    pub problems: Vec<Diagnostic>,
}

impl<T> From<T> for Checked<T> {
    /// Nothing was found.
    fn from(value: T) -> Self {
        Self { value, problems: Vec::new() }
    }
}

impl<T> Checked<T> {
    /// A value with one problem.
    pub fn with(value: T, problem: Diagnostic) -> Self {
        Self { value, problems: vec![problem] }
    }
}

/// The problems of a phase, one decision after the other.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<Diagnostic>);

impl Problems {
    /// Takes a decision's problems, and gives its value.
    pub fn of<T>(&mut self, checked: Checked<T>) -> T {
        self.0.extend(checked.problems);
        checked.value
    }

    /// Takes problems.
    pub fn add(&mut self, problems: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(problems);
    }

    /// Gives a value with the problems so far.
    pub fn with<T>(self, value: T) -> Checked<T> {
        Checked { value, problems: self.0 }
    }

    /// Tells whether one of them is an error.
    pub fn any_error(&self) -> bool {
        any_error(&self.0)
    }

    /// Gives all of them, in order and each once.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}
