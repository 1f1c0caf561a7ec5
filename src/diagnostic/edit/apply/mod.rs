//! Edits onto a text: which bytes go, and what comes in their place.

mod entry;
mod insertion;
mod layout;
mod removal;

use std::ops::Range;

use self::layout::Layout;
use crate::diagnostic::{Action, Edit};
use crate::source::{ReadLimits, Target, Tree, read};

/// Why edits cannot be applied to a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text has nothing at the edit's place.
    #[error("there is nothing at `{0}` to change")]
    NoPlace(String),
    /// Two edits change the same bytes.
    #[error("two edits change the same text")]
    Overlap,
}

/// Applies the edits of one diagnostic to the text that they are about.
///
/// # Errors
/// The text has no such place, or two edits change the same bytes.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let tree = tree(text);
    let mut splices = Vec::new();
    for edit in edits {
        let splice = splice(text, &tree, edit).ok_or_else(|| EditError::NoPlace(edit.place.pointer.dotted()))?;
        splices.push(splice);
    }
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, replacement) in splices {
        out.push_str(text.get(at..range.start).ok_or(EditError::Overlap)?);
        out.push_str(&replacement);
        at = range.end;
    }
    out.push_str(text.get(at..).ok_or(EditError::Overlap)?);
    Ok(out)
}

/// Reads a text for edits. A byte order mark counts as space, as it does to the spec's reader.
pub(in crate::diagnostic) fn tree(text: &str) -> Tree {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => read(&format!("   {rest}"), ReadLimits::MANIFEST),
        None => read(text, ReadLimits::MANIFEST),
    }
}

/// Finds the bytes that an edit replaces, and what replaces them; nothing where the text has no such place.
pub(in crate::diagnostic) fn splice(text: &str, tree: &Tree, edit: &Edit) -> Option<(Range<usize>, String)> {
    let layout = Layout { text, root: tree.documents.first() };
    match (edit.place.target, &edit.action) {
        (Target::Bytes { start, end }, change) => layout.bytes(start..end, change),
        (Target::Key, Action::Replace(key)) => Some((layout.find(&edit.place.pointer)?.last()?.key()?, key.clone())),
        (_, Action::Replace(value)) => layout.replace(&edit.place.pointer, value),
        (_, Action::Remove) => layout.remove(layout.find(&edit.place.pointer)?),
        (_, Action::Set { key, value }) => layout.set(&edit.place.pointer, key, value),
        (_, Action::Push(item)) => layout.push(&edit.place.pointer, item),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Place, Pointer};

    const BLOCK: &str =
        "a:\n  b: 1 # one\n  c:\n    - x: 1\n      y: 2\n    - z\n  d: {e: 1, f: [7, 8]}\n  g:\nh: |\n  t\ni: 3\n";

    fn edited(text: &str, edit: Edit) -> String {
        apply(text, &[edit]).unwrap()
    }

    fn at(pointer: &str) -> Pointer {
        Pointer::from_text(pointer)
    }

    #[test]
    fn what_is_removed_takes_its_line_along() {
        for (pointer, gone) in [
            ("/a/b", "  b: 1 # one\n"),
            ("/a/c", "  c:\n    - x: 1\n      y: 2\n    - z\n"),
            ("/a/c/0", "    - x: 1\n      y: 2\n"),
            ("/a/c/1", "    - z\n"),
            ("/a/c/0/x", "x: 1\n      "),
            ("/a/c/0/y", "      y: 2\n"),
            ("/a/d/e", "e: 1, "),
            ("/a/d/f", ", f: [7, 8]"),
            ("/a/d/f/0", "7, "),
            ("/a/g", "  g:\n"),
            ("/h", "h: |\n  t\n"),
            ("/i", "i: 3\n"),
        ] {
            assert_eq!(edited(BLOCK, Edit::remove(at(pointer))), BLOCK.replacen(gone, "", 1), "{pointer}");
        }
        assert_eq!(edited("a:\n  b:\n    c: 1\n  d: 2\n", Edit::remove(at("/a/b/c"))), "a:\n  d: 2\n");
        assert_eq!(edited("- a: 1\n- b\n", Edit::remove(at("/0/a"))), "- {}\n- b\n");
        assert_eq!(edited("a: 1\na: 2\n", Edit::remove(Place::bytes("", 0, 1))), "a: 2\n");
    }

    #[test]
    fn values_and_keys_are_replaced() {
        for (pointer, old, new) in [
            ("/a/b", "b: 1 #", "b: x #"),
            ("/a/c", "c:\n    - x: 1\n      y: 2\n    - z\n", "c: x\n"),
            ("/a/c/1", "- z", "- x"),
            ("/a/d/f", "[7, 8]", "x"),
            ("/a/g", "g:\n", "g: x\n"),
            ("/h", "|\n  t\n", "x\n"),
            ("/a/d/new", "[7, 8]}", "[7, 8], new: x}"),
        ] {
            assert_eq!(edited(BLOCK, Edit::replace(at(pointer), "x")), BLOCK.replacen(old, new, 1), "{pointer}");
        }
        assert_eq!(edited(BLOCK, Edit::replace(Place::key(at("/a/b")), "on")), BLOCK.replace("b: 1", "\"on\": 1"));
    }

    #[test]
    fn fields_and_items_are_added_in_the_style_around_them() {
        let set = |pointer: &str| edited(BLOCK, Edit::set(at(pointer), "k", 1));
        assert_eq!(set("/a"), BLOCK.replace("  g:\n", "  g:\n  k: 1\n"));
        assert_eq!(set("/a/c/0"), BLOCK.replace("      y: 2\n", "      y: 2\n      k: 1\n"));
        assert_eq!(set("/a/d"), BLOCK.replace("[7, 8]}", "[7, 8], k: 1}"));
        assert_eq!(set("/a/g"), BLOCK.replace("g:\n", "g: {k: 1}\n"));
        assert_eq!(set("/a/new"), BLOCK.replace("g:\n", "g:\n  new: {k: 1}\n"));
        assert_eq!(set("/a/new/one"), BLOCK.replace("g:\n", "g:\n  new:\n    one:\n      k: 1\n"));
        assert_eq!(set("/a/d/new/one"), BLOCK.replace("[7, 8]}", "[7, 8], new: {one: {k: 1}}}"));
        assert_eq!(set(""), format!("{BLOCK}k: 1\n"));
        let push = |pointer: &str| edited(BLOCK, Edit::push(at(pointer), "n"));
        assert_eq!(push("/a/c"), BLOCK.replace("- z\n", "- z\n    - \"n\"\n"));
        assert_eq!(push("/a/d/f"), BLOCK.replace("[7, 8]", "[7, 8, \"n\"]"));
        assert_eq!(push("/a/new"), BLOCK.replace("g:\n", "g:\n  new: [\"n\"]\n"));
        assert_eq!(edited("a: {}\nb: 1", Edit::set(at("/a"), "k", "1.30")), "a: {k: \"1.30\"}\nb: 1");
        assert_eq!(edited("a:\r\n  b: 1\r\n", Edit::set(at("/a"), "k", 1)), "a:\r\n  b: 1\r\n  k: 1\r\n");
        assert_eq!(edited("\u{feff}a: ä", Edit::set(at(""), "k", 1)), "\u{feff}a: ä\nk: 1");
    }

    #[test]
    fn what_cannot_be_applied_is_told() {
        let nowhere = apply(BLOCK, &[Edit::remove(at("/a/missing"))]);
        assert_eq!(nowhere, Err(EditError::NoPlace("a.missing".to_owned())));
        let twice = apply(BLOCK, &[Edit::remove(at("/a/d")), Edit::replace(at("/a/d/e"), 2)]);
        assert_eq!(twice, Err(EditError::Overlap));
    }
}
