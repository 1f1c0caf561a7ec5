//! A picture of a cluster's address space: every block to scale, whose each range is, and what nodes take of it.
//!
//! The picture is an SVG file that stands by itself: no scripts, no fonts, nothing to load. It is light or dark as the
//! reader's screen is, and has a ground of its own, so that it can be read on any page. What colours tell, patterns, numbers
//! and words tell too. The same blocks always make the same bytes: all lengths are whole pixels.

mod block;
mod item;
mod kind;
mod legend;
mod list;
mod map;
mod parts;
mod tape;
mod text;

use svg::Document;
use svg::node::element::{Description, Group, Style, Title};

use self::block::Sums;
use self::item::PictureItem;
use self::kind::Pools;
use self::legend::legend;
use self::parts::{MARGIN, RIGHT, ShapePart, WIDTH, rectangle, stack};
use self::text::{Face, clean, coloured, count, number, share};
use crate::plan::{BlockSpace, RangeState, SpaceRange};

/// Draws the blocks of a cluster, in their order and each by address, as an SVG document.
///
/// The title is the cluster's name, or whatever sets the picture apart: it may hold anything.
pub fn svg(title: &str, blocks: &[BlockSpace]) -> String {
    let blocks = &by_address(blocks);
    let pools = Pools::new(blocks);
    let title = clean(title);
    let mut parts = vec![header(&title, blocks, &pools)];
    parts.extend(legend(&pools.legend(blocks)));
    let mut taken = 0;
    for space in blocks {
        let items: Vec<PictureItem<'_>> = space
            .ranges
            .iter()
            .map(|range| {
                let numbered = range.state != RangeState::Free;
                taken += u64::from(numbered);
                PictureItem { key: numbered.then(|| taken.to_string()), range, kind: pools.kind(range) }
            })
            .collect();
        parts.push(block::block(space, &items));
    }
    let body = stack(parts, 24);
    let height = body.height + 2 * MARGIN;
    let page = rectangle("page", 0, 0, WIDTH - 1, height - 1).set("rx", 6).set("transform", "translate(0.5 0.5)");
    let document = Document::new()
        .set("class", "podnet")
        .set("role", "img")
        .set("width", WIDTH)
        .set("height", height)
        .set("viewBox", format!("0 0 {WIDTH} {height}"))
        .add(Title::new(format!("{title}: address space")))
        .add(Description::new().add(svg::node::Text::new(description(blocks))))
        .add(Style::new(format!("\n{}{}", Face::rules(), include_str!("style.css"))))
        .add(kind::patterns())
        .add(page)
        .add(Group::new().set("transform", format!("translate(0 {MARGIN})")).add(body.group));
    format!("{document}\n")
}

/// The same blocks with their ranges, and what is kept in these, by address.
fn by_address(blocks: &[BlockSpace]) -> Vec<BlockSpace> {
    let mut blocks = blocks.to_vec();
    for block in &mut blocks {
        block.ranges.sort_by_key(|range| range.cidr);
        for range in &mut block.ranges {
            range.reservations.sort_unstable();
        }
    }
    blocks
}

fn header(title: &str, blocks: &[BlockSpace], pools: &Pools<'_>) -> ShapePart {
    let group = Group::new()
        .add(Face::TITLE.at(MARGIN, 22, &Face::TITLE.fit(title, RIGHT - MARGIN)))
        .add(coloured(Face::BODY.at(MARGIN, 44, &Face::BODY.fit(&summary(blocks, pools), RIGHT - MARGIN)), "muted"));
    ShapePart { group, height: 48 }
}

/// The pod subnets of a picture in one line.
fn summary(blocks: &[BlockSpace], pools: &Pools<'_>) -> String {
    let active = || active(blocks);
    let mut zones: Vec<_> = active().filter_map(|range| range.zone.as_ref()).collect();
    zones.sort_unstable();
    zones.dedup();
    let known = || active().filter_map(|range| range.demand.map(|demand| (demand, range.usable)));
    let (demand, usable) =
        known().fold((0, 0), |sum: (u64, u64), of| (sum.0.saturating_add(of.0), sum.1.saturating_add(of.1)));
    let mut parts = vec![
        count(blocks.len(), "block"),
        count(active().count(), "pod subnet"),
        count(zones.len(), "zone"),
        count(pools.len(), "pool"),
    ];
    if known().next().is_some() {
        let (share, demand, usable) = (share(demand, usable), number(demand), number(usable));
        parts.push(format!("nodes take at most {demand} of {usable} addresses ({share})"));
    }
    let short = active().filter(|range| is_short(range)).count();
    if short > 0 {
        parts.push(format!("{} short", count(short, "subnet")));
    }
    parts.join(" · ")
}

fn active(blocks: &[BlockSpace]) -> impl Iterator<Item = &SpaceRange> {
    blocks.iter().flat_map(|block| &block.ranges).filter(|range| range.state == RangeState::Active)
}

/// Whether nodes can take more than there is.
fn is_short(range: &SpaceRange) -> bool {
    range.demand.is_some_and(|demand| demand > range.usable)
}

/// The picture for those who do not see it.
fn description(blocks: &[BlockSpace]) -> String {
    let mut sentences: Vec<String> = blocks
        .iter()
        .map(|block| {
            let sums = Sums::of(block);
            let (used, free) = (number(sums.used), number(sums.free));
            let subnets = count(active(std::slice::from_ref(block)).count(), "pod subnet");
            let largest = sums.largest();
            format!(
                "{}: {subnets}; {used} addresses used or kept, {free} free; largest free range: {largest}.",
                block.cidr
            )
        })
        .collect();
    let short: Vec<String> = active(blocks)
        .filter(|range| is_short(range))
        .map(|range| {
            range.owner.as_ref().map_or_else(|| range.cidr.to_string(), |owner| format!("{} ({owner})", range.cidr))
        })
        .collect();
    if !short.is_empty() {
        sentences.push(format!("Nodes can take more than there is of {}.", short.join(", ")));
    }
    if sentences.is_empty() {
        sentences.push("There are no blocks.".to_owned());
    }
    clean(&sentences.join(" "))
}
