//! Tables that people like to read: aligned columns, no lines.

use comfy_table::{ContentArrangement, Table, TableStyle};

/// Writes rows under a header, two blanks between columns.
pub(super) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new())
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    table.lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}
