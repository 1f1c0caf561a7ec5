//! What a range looks like: a colour and stripes for each pool, a pattern for each state, so that nothing differs by colour
//! alone.

use std::collections::BTreeSet;

use svg::node::element::{Circle, Definitions, Group, Line, Pattern, Rectangle};

use super::parts::{plain, rectangle};
use crate::ids::Name;
use crate::plan::{BlockSpace, RangeState, SpaceRange};

/// Pools with a colour of their own; with more, the last colour is for all the others.
const COLOURS: usize = 4;

/// The look of something in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RangeKind {
    /// A pod subnet in use, of a pool by number.
    Pool(usize),
    /// Kept for prefixes, inside a pod subnet.
    Prefixes,
    /// Kept for a pool and zone to come.
    Reserved,
    /// Kept for a pool and zone that is no more.
    Retired,
    /// A subnet of others.
    Existing,
    /// Nobody's.
    Free,
}

impl RangeKind {
    /// Draws a rectangle of it. Pools differ by stripes too: none, one below, one above, both.
    pub(super) fn draw(self, x: u64, y: u64, width: u64, height: u64) -> Group {
        const STRIPE: u64 = 2;
        let stripe = |top: u64| rectangle("on-pool", x, top, width, STRIPE);
        let mut group = Group::new().add(self.fill(plain(x, y, width, height)));
        if matches!(self, Self::Pool(1 | 3)) {
            group = group.add(stripe(y + height - 2 * STRIPE));
        }
        if matches!(self, Self::Pool(2 | 3)) {
            group = group.add(stripe(y + STRIPE));
        }
        group
    }

    /// Fills a rectangle with it.
    pub(super) fn fill(self, shape: Rectangle) -> Rectangle {
        match self {
            Self::Pool(number) => shape.set("class", format!("pool-{}", number + 1)),
            Self::Free => shape.set("class", "free"),
            Self::Prefixes => shape.set("fill", "url(#podnet-prefixes)"),
            Self::Reserved => shape.set("fill", "url(#podnet-reserved)"),
            Self::Retired => shape.set("fill", "url(#podnet-retired)"),
            Self::Existing => shape.set("fill", "url(#podnet-existing)"),
        }
    }

    /// Says what it is, in the list; nothing for pod subnets, whose row has their demand instead.
    pub(super) fn state(self) -> &'static str {
        match self {
            Self::Pool(_) | Self::Prefixes => "",
            Self::Reserved => "reserved for later",
            Self::Retired => "retired, still kept",
            Self::Existing => "existing subnet",
            Self::Free => "free",
        }
    }
}

/// The patterns that [`RangeKind::fill`] names, and `podnet-over` of meters that are full.
pub(super) fn patterns() -> Definitions {
    let pattern = |id: &str, size: u64| {
        let pattern = Pattern::new().set("id", id).set("width", size).set("height", size);
        pattern.set("patternUnits", "userSpaceOnUse")
    };
    let line = |class: &str, size: u64, width: u64| {
        Line::new()
            .set("class", class)
            .set("x1", 0)
            .set("y1", 0)
            .set("x2", 0)
            .set("y2", size)
            .set("stroke-width", width)
    };
    let ground = |size: u64| rectangle("ground", 0, 0, size, size);
    Definitions::new()
        .add(pattern("podnet-prefixes", 8).set("patternTransform", "rotate(45)").add(line("light", 8, 4)))
        .add(
            pattern("podnet-reserved", 6)
                .add(ground(6))
                .add(Circle::new().set("class", "dot").set("cx", 3).set("cy", 3).set("r", 1)),
        )
        .add(pattern("podnet-retired", 6).set("patternTransform", "rotate(-45)").add(ground(6)).add(line("ink", 6, 2)))
        .add(pattern("podnet-existing", 5).set("patternTransform", "rotate(90)").add(ground(5)).add(line("ink", 5, 2)))
        .add(pattern("podnet-over", 6).set("patternTransform", "rotate(45)").add(ground(6)).add(line("over", 6, 4)))
}

/// The pools of a picture, in the order of their names.
#[derive(Debug)]
pub(super) struct Pools<'a>(Vec<&'a Name>);

impl<'a> Pools<'a> {
    /// Finds the pools that have a subnet in use.
    pub(super) fn new(blocks: &'a [BlockSpace]) -> Self {
        let active = blocks.iter().flat_map(|block| &block.ranges).filter(|range| range.state == RangeState::Active);
        Self(active.filter_map(|range| range.pool.as_ref()).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// Gives the look of a range.
    pub(super) fn kind(&self, range: &SpaceRange) -> RangeKind {
        match range.state {
            RangeState::Active => {
                let number = self.0.iter().position(|pool| Some(*pool) == range.pool.as_ref()).unwrap_or(COLOURS);
                RangeKind::Pool(number.min(COLOURS - 1))
            }
            RangeState::Reserved => RangeKind::Reserved,
            RangeState::Retired => RangeKind::Retired,
            RangeState::Existing => RangeKind::Existing,
            RangeState::Free => RangeKind::Free,
        }
    }

    /// Gives the legend of what occurs in some blocks.
    pub(super) fn legend(&self, blocks: &[BlockSpace]) -> Vec<(RangeKind, String)> {
        let ranges = || blocks.iter().flat_map(|block| &block.ranges);
        let mut kinds: BTreeSet<RangeKind> = ranges().map(|range| self.kind(range)).collect();
        if ranges().any(|range| !range.reservations.is_empty()) {
            kinds.insert(RangeKind::Prefixes);
        }
        kinds.into_iter().map(|kind| (kind, self.meaning(kind))).collect()
    }

    fn meaning(&self, kind: RangeKind) -> String {
        match kind {
            RangeKind::Pool(number) if number + 1 == COLOURS && self.0.len() > COLOURS => {
                format!("in use, {} other pools", self.0.len() - number)
            }
            RangeKind::Pool(number) => {
                self.0.get(number).map_or_else(|| "in use".to_owned(), |pool| format!("in use, pool {pool}"))
            }
            RangeKind::Prefixes => "inside: kept for prefixes".to_owned(),
            other => other.state().to_owned(),
        }
    }

    /// How many pools there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
