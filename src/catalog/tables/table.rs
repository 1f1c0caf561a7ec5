//! The format of the embedded tables: `#` comments, one header line, then rows of tab separated cells.

/// Yields the rows of a table that have exactly `N` cells, in the order of the text.
///
/// Comment lines, empty lines and the header line are not rows. A line with another number of cells is left out rather
/// than reported: the tables are compiled in, and each has a test that every line of it is read.
///
/// `"# note\nname\tsize\na\t1\n"` with `N` = 2 yields `["a", "1"]`.
pub(in crate::catalog) fn rows<const N: usize>(text: &str) -> impl Iterator<Item = [&str; N]> {
    lines(text).filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

/// Yields the lines that hold rows, whole.
pub(in crate::catalog) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1)
}

/// Yields what follows `# key: ` in the comment lines that begin so, in the order of the text.
pub(in crate::catalog) fn comments<'a>(text: &'a str, key: &str) -> impl Iterator<Item = &'a str> {
    text.lines()
        .map_while(|line| line.strip_prefix("# "))
        .filter_map(move |comment| comment.strip_prefix(key)?.strip_prefix(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Sizes\n# edition: 2026-10-27\n# source: one\n# source: two\nname\tsize\na\t1\n\n# later\nb\t2\tx\nc\t\n";

    #[test]
    fn rows_are_the_lines_with_the_right_number_of_cells() {
        let found: Vec<[&str; 2]> = rows(TEXT).collect();
        assert_eq!(found, [["a", "1"], ["c", ""]]);
    }

    #[test]
    fn lines_leave_out_comments_header_and_empty_lines() {
        assert_eq!(lines(TEXT).collect::<Vec<_>>(), ["a\t1", "b\t2\tx", "c\t"]);
        assert_eq!(lines("# only a comment\n").count(), 0);
        assert_eq!(lines("").count(), 0);
    }

    #[test]
    fn comments_are_found_by_key_in_the_leading_block() {
        assert_eq!(comments(TEXT, "edition").collect::<Vec<_>>(), ["2026-10-27"]);
        assert_eq!(comments(TEXT, "source").collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(comments(TEXT, "licence").count(), 0);
    }
}
