//! Taking entries out, with the line or the comma that goes with them.

use std::ops::Range;

use super::entry::{Entry, entry_at, length};
use super::layout::Layout;
use crate::diagnostic::Action;

impl Layout<'_> {
    /// An edit of a stretch of bytes: of the entry whose key or item it is, where there is one to be removed.
    pub(super) fn bytes(&self, range: Range<usize>, change: &Action) -> Option<(Range<usize>, String)> {
        match change {
            Action::Replace(text) => Some((range, text.clone())),
            Action::Remove => {
                let mut entries = Vec::new();
                let entry = self.root.filter(|root| entry_at(root, &range, &mut entries));
                if entry.is_some() { self.remove(entries) } else { Some((range, String::new())) }
            }
            Action::Set { .. } | Action::Push(_) => None,
        }
    }

    /// Takes the last of some entries out.
    pub(super) fn remove(&self, mut entries: Vec<Entry<'_>>) -> Option<(Range<usize>, String)> {
        let entry = entries.pop()?;
        let siblings = length(entry.container);
        if siblings == 1 {
            return match entries.last() {
                Some(above) if above.key().is_some() => self.remove(entries),
                _ => {
                    let empty = if entry.key().is_some() { "{}" } else { "[]" };
                    let start = if entry.key().is_some() { entry.container.span().start } else { self.start(entry)? };
                    Some((start..entry.container.span().end.max(self.end(entry)?), empty.to_owned()))
                }
            };
        }
        let next = (entry.number + 1 < siblings).then(|| entry.sibling(entry.number + 1));
        let (start, end) = (self.start(entry)?, self.end(entry)?);
        if self.is_flow(entry.container) {
            return Some(match next {
                Some(next) => (start..self.start(next)?, String::new()),
                None => (self.end(entry.sibling(entry.number.checked_sub(1)?))?..end, String::new()),
            });
        }
        let line = self.line_start(start);
        if self.text.get(line..start)?.bytes().all(|byte| byte == b' ') {
            let rest = self.text.get(end..)?;
            let line_end = rest.find('\n').map_or(self.text.len(), |at| end + at + 1);
            return Some((line..line_end, String::new()));
        }
        Some((start..self.start(next?)?, String::new()))
    }
}
