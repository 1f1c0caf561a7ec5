//! The list of a block's ranges: whose each is, and what nodes take of it.

use svg::node::element::Group;

use super::item::PictureItem;
use super::kind::RangeKind;
use super::parts::{MARGIN, RIGHT, ShapePart, line, plain, rectangle, stack};
use super::text::{Face, coloured, number, share};

/// The height of a row, and what a line of details adds.
const ROW: u64 = 22;
const DETAIL: u64 = 17;
// Where columns begin (or end: those of numbers).
const SWATCH: u64 = MARGIN + 4;
const KEY_END: u64 = 64;
const RANGE: u64 = 74;
const OWNER: u64 = 224;
const OWNER_END: u64 = 476;
const METER: u64 = 486;
const METER_WIDTH: u64 = 64;
const DEMAND_END: u64 = 698;
const SHARE_END: u64 = 761;
const HEADROOM_END: u64 = RIGHT - 4;

/// Draws the list. Free ranges are not in it.
pub(super) fn list(items: &[PictureItem<'_>]) -> Option<ShapePart> {
    let listed: Vec<&PictureItem<'_>> = items.iter().filter(|item| item.key.is_some()).collect();
    if listed.is_empty() {
        return None;
    }
    let zone = zone_column(&listed);
    let mut parts = vec![header(zone)];
    parts.extend(listed.iter().enumerate().map(|(index, item)| row(item, zone, index % 2 == 1)));
    Some(stack(parts, 0))
}

/// Where zones begin: after the longest pool, as long as they have room themselves.
fn zone_column(items: &[&PictureItem<'_>]) -> u64 {
    let widest = |texts: &dyn Fn(&PictureItem<'_>) -> Option<String>| {
        items.iter().filter_map(|item| texts(item)).map(|text| Face::BODY.width(&text)).max().unwrap_or(0)
    };
    let pools = widest(&|item| item.range.pool.as_ref().map(ToString::to_string)).max(Face::BODY.width("Pool"));
    let zones = widest(&|item| item.range.zone_name()).max(Face::BODY.width("Zone"));
    let room = OWNER_END - OWNER - 14;
    let pools = if pools + zones <= room { pools } else { pools.min(room - zones.min(room / 2)) };
    OWNER + pools + 14
}

fn header(zone: u64) -> ShapePart {
    let names = [
        Face::SMALL.ending(KEY_END, 14, "No."),
        Face::SMALL.at(RANGE, 14, "Range"),
        Face::SMALL.at(OWNER, 14, "Pool"),
        Face::SMALL.at(zone, 14, "Zone"),
        Face::SMALL.at(METER, 14, "Demand of usable addresses"),
        Face::SMALL.ending(HEADROOM_END, 14, "Headroom"),
    ];
    let group = names.into_iter().fold(Group::new(), |group, name| group.add(coloured(name, "muted")));
    let group = group.add(line("rule", (MARGIN, 21), (RIGHT, 21)));
    ShapePart { group, height: 22 }
}

fn row(item: &PictureItem<'_>, zone: u64, striped: bool) -> ShapePart {
    let (range, key) = (item.range, item.key.as_deref().unwrap_or_default());
    let details = details(item, zone);
    let height = ROW + DETAIL * u64::try_from(details.len()).unwrap_or(0);
    let mut group = Group::new();
    if striped {
        group = group.add(rectangle("stripe", MARGIN, 0, RIGHT - MARGIN, height));
    }
    group = group.add(item.kind.draw(SWATCH, 4, 14, 14)).add(Face::STRONG.ending(KEY_END, 16, key)).add(Face::CODE.at(
        RANGE,
        16,
        &range.cidr.to_string(),
    ));
    let (pool, zone_name) = owner(item);
    if let Some(pool) = pool {
        let end = if zone_name.is_some() { zone - 14 } else { OWNER_END };
        group = group.add(Face::BODY.at(OWNER, 16, &Face::BODY.fit(&pool, end - OWNER)));
    }
    if let Some(name) = zone_name {
        group = group.add(Face::BODY.at(zone, 16, &Face::BODY.fit(&name, OWNER_END - zone)));
    }
    for (index, detail) in (0..).zip(&details) {
        group = group.add(coloured(Face::SMALL.at(RANGE, 16 + DETAIL * (index + 1), detail), "muted"));
    }
    ShapePart { group: figures(group, item), height }
}

/// What stands under pool, and under zone: a subnet of others has its id over both.
fn owner(item: &PictureItem<'_>) -> (Option<String>, Option<String>) {
    let pool = item.range.pool.as_ref().map(ToString::to_string);
    let zone = item.range.zone_name();
    if pool.is_some() { (pool, zone) } else { (item.range.owner.clone(), None) }
}

/// Adds demand and capacity, or the state of what is not in use.
fn figures(group: Group, item: &PictureItem<'_>) -> Group {
    let usable = item.range.usable;
    if !matches!(item.kind, RangeKind::Pool(_)) {
        let capacity = format!("{} usable", number(usable));
        let shown = owner(item).1.is_some();
        let zone = item.range.zone_name().filter(|_| !shown).map(|zone| format!(" in {zone}"));
        let state = format!("{}{}", item.kind.state(), zone.unwrap_or_default());
        return group
            .add(Face::BODY.at(METER, 16, &Face::BODY.fit(&state, HEADROOM_END - METER - 120)))
            .add(coloured(Face::BODY.ending(HEADROOM_END, 16, &capacity), "muted"));
    }
    let Some(demand) = item.range.demand else {
        let capacity = format!("{} usable", number(usable));
        return group
            .add(coloured(Face::BODY.at(METER, 16, "demand not known"), "muted"))
            .add(coloured(Face::BODY.ending(HEADROOM_END, 16, &capacity), "muted"));
    };
    let filled = (u128::from(demand) * u128::from(METER_WIDTH)).div_ceil(u128::from(usable.max(1)));
    let filled = u64::try_from(filled).unwrap_or(METER_WIDTH).min(METER_WIDTH);
    let bar = plain(METER, 6, filled, 10);
    let over = demand > usable;
    let bar = if over { bar.set("fill", "url(#podnet-over)") } else { item.kind.fill(bar) };
    let headroom = if over {
        let text = format!("{} short", number(demand - usable));
        coloured(Face::STRONG.ending(HEADROOM_END, 16, &text), "short")
    } else {
        Face::BODY.ending(HEADROOM_END, 16, &format!("{} left", number(usable - demand)))
    };
    let track = rectangle("track", METER, 6, METER_WIDTH, 10);
    let demanded = format!("{} of {}", number(demand), number(usable));
    group
        .add(track)
        .add(bar)
        .add(Face::BODY.ending(DEMAND_END, 16, &demanded))
        .add(Face::BODY.ending(SHARE_END, 16, &share(demand, usable)))
        .add(headroom)
}

/// What has no column: names that were cut, prefixes, and what is kept for them.
fn details(item: &PictureItem<'_>, zone: u64) -> Vec<String> {
    let mut details = Vec::new();
    let (pool, zone_name) = owner(item);
    let pool_room = if zone_name.is_some() { zone - 14 } else { OWNER_END } - OWNER;
    let cut = |name: &Option<String>, room: u64| name.as_ref().is_some_and(|name| Face::BODY.width(name) > room);
    if cut(&pool, pool_room) || cut(&zone_name, OWNER_END - zone) {
        let names: Vec<String> = [pool, zone_name].into_iter().flatten().collect();
        details.push(Face::SMALL.fit(&names.join(" · "), RIGHT - RANGE));
    }
    let mut prefixes = Vec::new();
    if let Some(count) = item.range.prefixes.filter(|count| *count > 0) {
        let plural = if count == 1 { "" } else { "es" };
        prefixes.push(format!("{} prefix{plural} of /28 in the demand", number(count)));
    }
    let kept: Vec<String> = item.range.reservations.iter().map(ToString::to_string).collect();
    if !kept.is_empty() {
        prefixes.push(format!("kept for prefixes: {}", kept.join(", ")));
    }
    if !prefixes.is_empty() {
        details.push(Face::SMALL.fit(&prefixes.join(" · "), RIGHT - RANGE));
    }
    details
}
