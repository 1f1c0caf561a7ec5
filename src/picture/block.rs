//! A block: its name and its sums, its map, its list, and what is free in it.

use svg::node::element::Group;

use super::item::PictureItem;
use super::list::list;
use super::map::map;
use super::parts::{MARGIN, RIGHT, ShapePart, line, stack};
use super::text::{Face, coloured, number, share};
use crate::address::Cidr;
use crate::plan::{BlockSpace, RangeState};

/// The sums of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) addresses: u64,
    pub(super) used: u64,
    pub(super) free: u64,
    pub(super) largest_free: Option<Cidr>,
}

impl Sums {
    /// Adds a block's ranges up. What is not free is used.
    pub(super) fn of(block: &BlockSpace) -> Self {
        let free = || block.ranges.iter().filter(|range| range.state == RangeState::Free).map(|range| range.cidr);
        let free_addresses = free().map(Cidr::addresses).sum();
        Self {
            addresses: block.cidr.addresses(),
            used: block.cidr.addresses().saturating_sub(free_addresses),
            free: free_addresses,
            largest_free: free().min_by_key(|cidr| (cidr.prefix_length(), *cidr)),
        }
    }

    /// Its largest free range in words.
    pub(super) fn largest(&self) -> String {
        self.largest_free.map_or_else(|| "none".to_owned(), |cidr| cidr.to_string())
    }
}

/// Draws a block.
pub(super) fn block(block: &BlockSpace, items: &[PictureItem<'_>]) -> ShapePart {
    let mut parts = vec![header(block), map(block.cidr, items)];
    parts.extend(list(items));
    parts.extend(free(block));
    stack(parts, 16)
}

fn header(block: &BlockSpace) -> ShapePart {
    let sums = Sums::of(block);
    let with_share = |part: u64| format!("{} ({})", number(part), share(part, sums.addresses));
    let mut group = Group::new().add(line("rule", (MARGIN, 0), (RIGHT, 0))).add(Face::BLOCK.at(
        MARGIN,
        40,
        &block.cidr.to_string(),
    ));
    for (x, figure, caption) in [
        (282, number(sums.addresses), "addresses"),
        (396, with_share(sums.used), "used or kept"),
        (550, with_share(sums.free), "free"),
        (704, sums.largest(), "largest free range"),
    ] {
        group = group.add(Face::FIGURE.at(x, 32, &figure)).add(coloured(Face::SMALL.at(x, 50, caption), "muted"));
    }
    ShapePart { group, height: 56 }
}

/// Lists the free ranges, as many to a line as fit, a few lines of them.
fn free(block: &BlockSpace) -> Option<ShapePart> {
    const LEFT: u64 = 74;
    const MOST_LINES: usize = 3;
    let mut names =
        block.ranges.iter().filter(|range| range.state == RangeState::Free).map(|range| range.cidr.to_string());
    let mut lines = vec![names.next()?];
    let mut left_out = 0;
    for name in names {
        let fits = |line: &String| Face::SMALL_CODE.width(line) + Face::SMALL_CODE.width(&name) + 110 < RIGHT - LEFT;
        let full = lines.len() == MOST_LINES;
        match lines.last_mut() {
            Some(line) if left_out == 0 && fits(line) => {
                line.push_str(", ");
                line.push_str(&name);
            }
            Some(line) if !full => {
                line.push(',');
                lines.push(name);
            }
            _ => left_out += 1,
        }
    }
    if let Some(line) = lines.last_mut().filter(|_| left_out > 0) {
        *line = format!("{line} and {left_out} more");
    }
    let mut group = Group::new().add(Face::SMALL.at(MARGIN + 4, 12, "Free"));
    let mut baseline = 12;
    for text in &lines {
        group = group.add(coloured(Face::SMALL_CODE.at(LEFT, baseline, text), "muted"));
        baseline += 17;
    }
    Some(ShapePart { group, height: baseline - 12 })
}
