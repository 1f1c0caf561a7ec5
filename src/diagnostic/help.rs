//! The change to make, in words and as an edit.

use serde_json::Value;

use super::{Diagnostic, Edit, one_of};
use crate::source::{Place, Pointer};

impl Diagnostic {
    /// Gives the change to make, in words and as an edit. `words` gets what is to be written, between backticks.
    #[must_use]
    pub(crate) fn edit(self, edit: Edit, words: impl FnOnce(&str) -> String) -> Self {
        let mut diagnostic = self.help(words(&edit.shown()));
        diagnostic.edits.push(edit);
        diagnostic
    }

    /// Says to write a value in place of the marked one.
    #[must_use]
    pub(crate) fn write(self, value: impl Into<Value>) -> Self {
        self.write_as(value, |value| format!("write {value}"))
    }

    /// Says to write a value in place of the marked one, in other words than "write …".
    #[must_use]
    pub(crate) fn write_as(self, value: impl Into<Value>, words: impl FnOnce(&str) -> String) -> Self {
        let place = self.place.clone().unwrap_or_else(|| Pointer::root().into());
        self.edit(Edit::replace(place, value), words)
    }

    /// Asks whether one of some words was meant, nearest first; the edit is the nearest.
    #[must_use]
    pub(crate) fn meant<S: AsRef<str>>(self, close: &[S]) -> Self {
        let Some(nearest) = close.first() else { return self };
        self.write_as(nearest.as_ref(), |_| format!("did you mean {}?", one_of(close)))
    }

    /// Says to remove the marked entry.
    #[must_use]
    pub(crate) fn remove(self) -> Self {
        self.remove_as("remove it")
    }

    /// Says to remove the marked entry, in other words.
    #[must_use]
    pub(crate) fn remove_as(self, words: impl Into<String>) -> Self {
        let place = self.place.clone().unwrap_or_else(|| Pointer::root().into());
        self.edit(Edit::remove(place), |_| words.into())
    }

    /// Says to add a field to a section.
    #[must_use]
    pub(crate) fn add(self, section: impl Into<Place>, key: &str, value: impl Into<Value>) -> Self {
        self.edit(Edit::set(section, key, value), |field| format!("add {field}"))
    }
}
