//! Shapes, and parts that are set one below the other.

use svg::node::element::{Group, Line, Rectangle};

/// The width of the picture, in pixels: that of a README on GitHub.
pub(super) const WIDTH: u64 = 900;
/// The margin on all sides.
pub(super) const MARGIN: u64 = 16;
/// Where content ends.
pub(super) const RIGHT: u64 = WIDTH - MARGIN;

/// A part of the picture that begins at 0.
pub(super) struct ShapePart {
    pub(super) group: Group,
    pub(super) height: u64,
}

/// Sets parts one below the other, with a gap between them.
pub(super) fn stack(parts: Vec<ShapePart>, gap: u64) -> ShapePart {
    let mut group = Group::new();
    let mut height = 0;
    for part in parts {
        let top = if height == 0 { 0 } else { height + gap };
        group = group.add(part.group.set("transform", format!("translate(0 {top})")));
        height = top + part.height;
    }
    ShapePart { group, height }
}

/// Draws a rectangle.
pub(super) fn rectangle(class: &str, x: u64, y: u64, width: u64, height: u64) -> Rectangle {
    plain(x, y, width, height).set("class", class)
}

/// Draws a rectangle that a kind will fill.
pub(super) fn plain(x: u64, y: u64, width: u64, height: u64) -> Rectangle {
    Rectangle::new().set("x", x).set("y", y).set("width", width).set("height", height)
}

/// Draws a line.
pub(super) fn line(class: &str, from: (u64, u64), to: (u64, u64)) -> Line {
    Line::new().set("class", class).set("x1", from.0).set("y1", from.1).set("x2", to.0).set("y2", to.1)
}
