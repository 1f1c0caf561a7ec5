//! The legend: what colours and patterns mean.

use svg::node::element::Group;

use super::kind::RangeKind;
use super::parts::{MARGIN, RIGHT, ShapePart};
use super::text::Face;

const ROW: u64 = 24;
const SWATCH: u64 = 22;

/// Draws the legend of some kinds, as many to a row as fit.
pub(super) fn legend(kinds: &[(RangeKind, String)]) -> Option<ShapePart> {
    let (mut group, mut x, mut y) = (Group::new(), MARGIN, 0);
    for (kind, meaning) in kinds {
        let width = SWATCH + 8 + Face::BODY.width(meaning);
        if x > MARGIN && x + width > RIGHT {
            (x, y) = (MARGIN, y + ROW);
        }
        group = group.add(swatch(*kind, x, y)).add(Face::BODY.at(x + SWATCH + 8, y + 12, meaning));
        x += width + 22;
    }
    (!kinds.is_empty()).then_some(ShapePart { group, height: y + 16 })
}

fn swatch(kind: RangeKind, x: u64, y: u64) -> Group {
    let group = Group::new();
    // What is inside a pod subnet is shown inside one.
    let group = if kind == RangeKind::Prefixes { group.add(RangeKind::Pool(0).draw(x, y, SWATCH, 16)) } else { group };
    group.add(kind.draw(x, y, SWATCH, 16))
}
