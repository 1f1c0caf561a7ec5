//! The map of a block: its tape, drawn, with the numbers of its ranges.

use svg::node::element::{Group, Path, Title};

use super::item::PictureItem;
use super::kind::RangeKind;
use super::parts::{MARGIN, RIGHT, ShapePart, plain, rectangle};
use super::tape::{LENGTH, Tape, TapePlace};
use super::text::{Face, clean, coloured};
use crate::address::Cidr;
use crate::plan::SpaceRange;

/// Where tapes begin; left of it are the rows' first addresses.
const LEFT: u64 = RIGHT - LENGTH;
/// The height of a row.
const ROW: u64 = 26;
/// Between rows.
const GAP: u64 = 3;
/// Below a row with numbers that do not fit into their ranges.
const LANE: u64 = 20;
/// Between a range's edge and its number, and around that.
const PADDING: u64 = 3;
/// Between a number and a name.
const NAME_GAP: u64 = 6;

/// Draws the map of a block.
pub(super) fn map(block: Cidr, items: &[PictureItem<'_>]) -> ShapePart {
    let taken: Vec<_> = items.iter().filter(|item| item.key.is_some()).map(|item| item.range.cidr).collect();
    let longest_key = items.iter().filter_map(|item| item.key.as_deref()).map(plate_width).max().unwrap_or(0);
    let tape = Tape::new(block, &taken, longest_key);
    let rows = Rows::new(tape, items);
    let mut group = Group::new();
    for row in 0..tape.rows() {
        let address = Face::SMALL_CODE.ending(LEFT - 8, rows.top(row) + ROW / 2 + 4, &tape.first(row).to_string());
        group = group.add(coloured(address, "muted"));
    }
    for item in items {
        let named = names_shown(&rows, item);
        let title = Title::new(clean(&tooltip(item)));
        group = group.add(Group::new().add(title).add(range(&rows, item, named)));
    }
    for row in 0..tape.rows() {
        for run in runs(rows.outside(row)) {
            group = group.add(callout(&run, rows.top(row) + ROW));
        }
    }
    ShapePart { group, height: rows.height() }
}

/// A number that stands below its range, or the numbers of ranges side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    first: String,
    last: String,
    /// Where the ranges begin and end.
    from: u64,
    to: u64,
}

impl Run {
    fn text(&self) -> String {
        if self.first == self.last { self.first.clone() } else { format!("{}–{}", self.first, self.last) }
    }

    /// Where the text begins and ends: below the middle, and inside the picture.
    fn extent(&self) -> (u64, u64) {
        let width = Face::KEY.width(&self.text());
        let from = (u64::midpoint(self.from, self.to)).saturating_sub(width / 2).clamp(MARGIN, RIGHT - width);
        (from, from + width)
    }
}

/// Joins what would overlap.
fn runs(numbers: Vec<Run>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for mut run in numbers {
        while let Some(before) = runs.pop_if(|before| before.extent().1 + 6 > run.extent().0) {
            run = Run { first: before.first, from: before.from, ..run };
        }
        runs.push(run);
    }
    runs
}

/// Draws numbers below their ranges: with an arrow to one that can hardly be seen, with a line along others.
fn callout(run: &Run, top: u64) -> Group {
    let middle = u64::midpoint(run.from, run.to);
    let (from, to) = run.extent();
    let number = Face::KEY.around(u64::midpoint(from, to), top + 18, &run.text());
    let mark = if run.to - run.from < 8 {
        format!("M{middle} {} l4 5 h-8 z", top + 1)
    } else {
        format!("M{} {} H{} v2 H{} z", run.from, top + 3, run.to, run.from)
    };
    Group::new().add(Path::new().set("class", "mark").set("d", mark)).add(number)
}

/// The rows of a tape in the picture.
struct Rows<'a> {
    tape: Tape,
    /// Where each begins, and last where they end.
    tops: Vec<u64>,
    items: &'a [PictureItem<'a>],
}

impl<'a> Rows<'a> {
    fn new(tape: Tape, items: &'a [PictureItem<'a>]) -> Self {
        let mut rows = Self { tape, tops: Vec::new(), items };
        let mut top = 0;
        for row in 0..tape.rows() {
            rows.tops.push(top);
            top += ROW + GAP + if rows.outside(row).is_empty() { 0 } else { LANE };
        }
        rows.tops.push(top);
        rows
    }

    fn top(&self, row: u64) -> u64 {
        usize::try_from(row).ok().and_then(|row| self.tops.get(row)).copied().unwrap_or(0)
    }

    fn height(&self) -> u64 {
        self.tops.last().copied().unwrap_or(GAP) - GAP
    }

    /// The numbers that do not fit into their ranges, in a row.
    fn outside(&self, row: u64) -> Vec<Run> {
        let short = |item: &PictureItem<'_>| {
            let place = self.tape.place(item.range.cidr);
            let key = item.key.as_deref().filter(|key| place.row == row && !fits(key, place))?;
            let from = LEFT + place.x;
            Some(Run { first: key.to_owned(), last: key.to_owned(), from, to: from + place.length })
        };
        self.items.iter().filter_map(short).collect()
    }

    /// The rectangle of a place: position, then size. One pixel is left out between ranges that are wide enough.
    fn rectangle(&self, place: TapePlace) -> (u64, u64, u64, u64) {
        let gap = u64::from(place.length >= 4);
        let (top, last) = (self.top(place.row), self.top(place.row + place.rows - 1));
        (LEFT + place.x, top, place.length - gap, last + ROW - top)
    }
}

fn plate_width(text: &str) -> u64 {
    Face::KEY.width(text) + 2 * PADDING
}

fn fits(text: &str, place: TapePlace) -> bool {
    plate_width(text) < place.length
}

/// Draws a range with what of its name fits.
fn range(rows: &Rows<'_>, item: &PictureItem<'_>, name: Option<String>) -> Group {
    let place = rows.tape.place(item.range.cidr);
    let (x, y, width, height) = rows.rectangle(place);
    if item.kind == RangeKind::Free {
        return free(item, (x, y, width, height));
    }
    let mut group = item.kind.draw(x, y, width, height);
    for reservation in &item.range.reservations {
        let (x, y, width, height) = rows.rectangle(rows.tape.place(*reservation));
        group = group.add(RangeKind::Prefixes.draw(x, y, width, height));
    }
    match item.key.as_deref().filter(|key| fits(key, place)) {
        Some(key) => group.add(label(item, key, name, (x, y, width))),
        None => group,
    }
}

/// Draws a range's number and name: on a plate where the range has a pattern.
fn label(item: &PictureItem<'_>, key: &str, name: Option<String>, (x, y, width): (u64, u64, u64)) -> Group {
    let plate = plate_width(key) + name.as_ref().map_or(0, |name| NAME_GAP + Face::SMALL.width(name));
    // Long ranges have it at their beginning, so that their numbers stand below each other; short ones in the middle.
    let left = if width >= 48 { x + 6 } else { x + (width - plate.min(width)) / 2 };
    let middle = y + ROW / 2;
    let patterned = !matches!(item.kind, RangeKind::Pool(_)) || !item.range.reservations.is_empty();
    let coloured = |text| if patterned { text } else { coloured(text, "on-pool") };
    let mut group = Group::new();
    if patterned {
        group = group.add(rectangle("plate", left, middle - 9, plate, 18).set("rx", 3));
    }
    group = group.add(coloured(Face::KEY.at(left + PADDING, middle + 4, key)));
    match name {
        Some(name) => {
            let from = left + PADDING + Face::KEY.width(key) + NAME_GAP;
            group.add(coloured(Face::SMALL.at(from, middle + 4, &name)))
        }
        None => group,
    }
}

/// As much of a range's name as there is room for, in it and in all ranges of its size, so that these look the same.
fn names_shown(rows: &Rows<'_>, item: &PictureItem<'_>) -> Option<String> {
    let place = rows.tape.place(item.range.cidr);
    let alike = |other: &&PictureItem<'_>| {
        let pools = (matches!(item.kind, RangeKind::Pool(_)), matches!(other.kind, RangeKind::Pool(_)));
        let alike = pools == (true, true) || item.kind == other.kind;
        alike && other.range.cidr.prefix_length() == item.range.cidr.prefix_length()
    };
    let room = |other: &PictureItem<'_>, name: &str| {
        let key = plate_width(other.key.as_deref().unwrap_or_default());
        key + NAME_GAP + Face::SMALL.width(name) + 12 <= place.length
    };
    let shortest = names(item.range).len();
    (0..shortest).find_map(|index| {
        let fits = |other: &PictureItem<'_>| names(other.range).get(index).is_none_or(|name| room(other, name));
        let all = rows.items.iter().filter(alike).all(fits);
        names(item.range).get(index).filter(|_| all).cloned()
    })
}

/// Whose a range is, the longest first.
fn names(range: &SpaceRange) -> Vec<String> {
    let zone = range.zone_name();
    let pool = range.pool.as_ref().map(ToString::to_string);
    match (pool, zone) {
        (Some(pool), Some(zone)) => vec![format!("{pool} · {zone}"), zone],
        (pool, zone) => range.owner.clone().or(pool).or(zone).into_iter().collect(),
    }
}

/// What a range tells where a pointer rests on it: not in a page's image, but in the file itself.
fn tooltip(item: &PictureItem<'_>) -> String {
    let name = names(item.range).into_iter().next();
    let state = Some(item.kind.state().to_owned()).filter(|state| !state.is_empty());
    [Some(item.range.cidr.to_string()), name, state].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Draws a free range.
fn free(item: &PictureItem<'_>, (x, y, width, height): (u64, u64, u64, u64)) -> Group {
    if width < 4 {
        return Group::new().add(rectangle("plate", x, y, width, height));
    }
    // Half a pixel inwards, or the outline would be blurred.
    let outline = RangeKind::Free.fill(plain(x, y, width - 1, height - 1)).set("transform", "translate(0.5 0.5)");
    let group = Group::new().add(outline);
    let cidr = item.range.cidr;
    let label = [format!("free {cidr}"), format!("free /{}", cidr.prefix_length())];
    match label.iter().find(|label| Face::SMALL.width(label) + 12 < width) {
        Some(label) => {
            let (middle, baseline) = (x + width / 2, y + height / 2 + 4);
            group.add(coloured(Face::SMALL.around(middle, baseline, label), "muted"))
        }
        None => group,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_would_overlap_are_joined() {
        let run =
            |number: u64, from: u64, to: u64| Run { first: number.to_string(), last: number.to_string(), from, to };
        let close = (1..=40).map(|number| run(number, 200 + 3 * number, 203 + 3 * number));
        let far = [run(41, 500, 501), run(42, 883, 884)];
        let joined = runs(close.chain(far).collect());
        let texts: Vec<String> = joined.iter().map(Run::text).collect();
        assert_eq!(texts, ["1–28", "29–40", "41", "42"]);
        assert!(joined.windows(2).all(|two| two[0].extent().1 < two[1].extent().0));
        assert!(joined.iter().all(|run| run.extent().1 <= RIGHT));
    }
}
