//! Tables that people like to read: aligned columns, no lines.

use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, TableStyle};

/// Writes rows under a header, two blanks between columns.
pub(in crate::cli) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new())
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    let mut text = String::new();
    for line in table.lines() {
        // Writing to a string does not fail.
        let _ = writeln!(text, " {}", line.trim_end());
    }
    text
}
