//! A place as editors and other tools count it: lines and columns from 1, columns in characters.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

/// A stretch of a file; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// The file's path as it was given.
    pub file: String,
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// The column after the last character.
    pub end_column: usize,
}

impl Location {
    /// Counts where some bytes of a text are. A tab and a wide character count as one column, `\r\n` as one line break.
    pub(super) fn of(file: &str, text: &str, range: Range<usize>) -> Self {
        let (line, column) = position(text, range.start);
        let (end_line, end_column) = position(text, range.end.max(range.start));
        Self { file: file.to_owned(), line, column, end_line, end_column }
    }
}

fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_wide_characters_and_windows_lines_count_as_one() {
        let text = "a: 1\r\nb:\t\"世界\" # x\r\n";
        let at = text.find('"').unwrap();
        let location = Location::of("x.yaml", text, at..at + "\"世界\"".len());
        assert_eq!((location.line, location.column, location.end_line, location.end_column), (2, 4, 2, 8));
    }
}
