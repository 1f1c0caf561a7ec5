//! Where a problem is: a file and a JSON pointer into it.

use std::fmt::Write as _;

use serde::Serialize;

/// A JSON pointer (RFC 6901) into a document, such as `/spec/zones/0/name`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The document itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a pointer as it is written: `/spec/zones/0`.
    pub(crate) fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Goes down into the value of a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        Self(format!("{}/{}", self.0, key.replace('~', "~0").replace('/', "~1")))
    }

    /// Goes down into an item of a list, counted from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// Goes up to what contains it; nothing above the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(above, _)| Self(above.to_owned()))
    }

    /// Tells whether this is the other or inside of it: `/spec/zones/0` is in `/spec/zones`.
    pub(crate) fn is_in(&self, other: &Self) -> bool {
        self.0.strip_prefix(other.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Gives the pointer's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives its segments, unescaped, from the top down.
    pub(crate) fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"))
    }

    /// Gives the path as people write it: `spec.zones[0].name`.
    pub fn dotted(&self) -> String {
        let mut out = String::new();
        for segment in self.segments() {
            if segment.bytes().all(|byte| byte.is_ascii_digit()) {
                let _ = write!(out, "[{segment}]");
            } else {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&segment);
            }
        }
        out
    }
}

/// What exactly is marked at a pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The value there.
    Value,
    /// The key that leads to it.
    Key,
    /// A stretch of bytes, where there is no document to point into.
    Bytes {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
    },
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file's path as the user gave it; empty for the spec that is being compiled.
    pub file: String,
    /// The path inside the document.
    pub pointer: Pointer,
    /// Which part of it is meant.
    pub target: Target,
}

impl Place {
    /// Points at a value in a named file.
    pub fn in_file(file: impl Into<String>, pointer: Pointer) -> Self {
        Self { file: file.into(), pointer, target: Target::Value }
    }

    /// Points at a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self::in_file(file, Pointer::root())
    }

    /// Points at a stretch of bytes of a named file.
    pub fn bytes(file: impl Into<String>, start: usize, end: usize) -> Self {
        Self { file: file.into(), pointer: Pointer::root(), target: Target::Bytes { start, end } }
    }

    /// Points at a key of the spec instead of its value.
    pub fn key(pointer: Pointer) -> Self {
        Self { file: String::new(), pointer, target: Target::Key }
    }
}

impl From<Pointer> for Place {
    fn from(pointer: Pointer) -> Self {
        Self { file: String::new(), pointer, target: Target::Value }
    }
}

impl From<&Pointer> for Place {
    fn from(pointer: &Pointer) -> Self {
        pointer.clone().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_escape_and_read_back() {
        let pointer = Pointer::root().key("spec").key("tags").key("a/b~c");
        assert_eq!(pointer.as_str(), "/spec/tags/a~1b~0c");
        assert_eq!(pointer.dotted(), "spec.tags.a/b~c");
        assert_eq!(pointer.parent().unwrap().as_str(), "/spec/tags");
        assert_eq!(Pointer::root().parent(), None);
        assert_eq!(Pointer::root().key("zones").index(2).key("name").dotted(), "zones[2].name");
    }
}
