//! What is where in a picture, with widths of texts that are estimated anew.

use std::collections::BTreeMap;

use podnet::address::Cidr;
use roxmltree::{Document, Node};

pub const SVG: &str = "http://www.w3.org/2000/svg";

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub fn contains(&self, other: &Self) -> bool {
        other.x >= self.x && other.y >= self.y && other.right() <= self.right() && other.bottom() <= self.bottom()
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// A picture, read.
pub struct Drawing {
    pub width: f64,
    pub height: f64,
    pub texts: Vec<(String, Rect)>,
    pub rectangles: Vec<(String, Rect)>,
    /// The rectangles of ranges on maps.
    pub ranges: BTreeMap<String, Rect>,
}

impl Drawing {
    pub fn read(text: &str) -> Self {
        let document = Document::parse(text).unwrap();
        let root = document.root_element();
        let size = |name: &str| number(&root, name);
        let mut drawing = Self {
            width: size("width"),
            height: size("height"),
            texts: Vec::new(),
            rectangles: Vec::new(),
            ranges: BTreeMap::new(),
        };
        assert_eq!(root.attribute("viewBox").unwrap(), format!("0 0 {} {}", drawing.width, drawing.height));
        let style = root.children().find(|node| node.has_tag_name((SVG, "style"))).unwrap().text().unwrap();
        for node in root.descendants().filter(|node| !node.ancestors().any(|above| above.has_tag_name((SVG, "defs")))) {
            let (dx, dy) = offset(&node);
            if node.has_tag_name((SVG, "text")) {
                let content = node.text().unwrap_or_default().to_owned();
                let rect = text_box(&node, &content, style);
                drawing.texts.push((content, Rect { x: rect.x + dx, y: rect.y + dy, ..rect }));
            } else if node.has_tag_name((SVG, "rect")) {
                let (x, y) = (number(&node, "x") + dx, number(&node, "y") + dy);
                let rect = Rect { x, y, width: number(&node, "width"), height: number(&node, "height") };
                drawing.rectangles.push((format!("{node:?}"), rect));
                let title =
                    node.ancestors().find_map(|above| above.children().find(|node| node.has_tag_name((SVG, "title"))));
                if let Some(title) = title.filter(|title| title.parent() != Some(root)) {
                    let cidr = title.text().unwrap().trim().split(' ').next().unwrap().to_owned();
                    // The range's own comes first; those of reservations and plates are over it.
                    drawing.ranges.entry(cidr).or_insert(Rect {
                        x: x.floor(),
                        y: y.floor(),
                        width: outer(&node, rect.width),
                        ..rect
                    });
                }
            }
        }
        drawing
    }

    /// The ranges of a block in each row of its map, from left to right: rows are where the addresses beside them are.
    pub fn rows(&self, block: Cidr) -> Vec<Vec<Rect>> {
        let in_block = |text: &str| text.parse().is_ok_and(|address| block.contains(Cidr::around(address, 32)));
        let rows = self.texts.iter().filter(|(text, _)| in_block(text)).map(|(_, rect)| rect.y + rect.height / 2.0);
        rows.map(|middle| {
            let ranges =
                self.ranges.iter().filter(|(range, _)| block.contains(range.parse().unwrap())).map(|(_, rect)| *rect);
            let mut row: Vec<Rect> = ranges.filter(|rect| rect.y <= middle && middle <= rect.bottom()).collect();
            row.sort_by(|one, other| one.x.total_cmp(&other.x));
            row
        })
        .collect()
    }

    /// The texts on the same line as one in the list, which is the last that has it.
    pub fn row_of(&self, text: &str) -> Vec<&str> {
        let (_, place) = self.texts.iter().rfind(|(shown, _)| shown == text).unwrap();
        let mut row: Vec<_> =
            self.texts.iter().filter(|(_, rect)| (rect.bottom() - place.bottom()).abs() < 1.0).collect();
        row.sort_by(|one, other| one.1.x.total_cmp(&other.1.x));
        row.into_iter().map(|(shown, _)| shown.as_str()).collect()
    }
}

/// The width with its outline, which is half a pixel to both sides.
fn outer(node: &Node<'_, '_>, width: f64) -> f64 {
    if node.attribute("class") == Some("free") { width + 1.0 } else { width }
}

pub fn float(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

fn number(node: &Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap_or_else(|| panic!("no {name} on {node:?}")).parse().unwrap()
}

/// How far a node and what it is in are moved.
fn offset(node: &Node<'_, '_>) -> (f64, f64) {
    let moved = node.ancestors().filter_map(|above| above.attribute("transform"));
    moved.fold((0.0, 0.0), |(x, y), transform| {
        let numbers = transform.strip_prefix("translate(").unwrap().strip_suffix(')').unwrap();
        let (dx, dy) = numbers.split_once(' ').unwrap();
        (x + dx.parse::<f64>().unwrap(), y + dy.parse::<f64>().unwrap())
    })
}

/// Where a text is, with widths of characters like those of wide fonts.
fn text_box(node: &Node<'_, '_>, content: &str, style: &str) -> Rect {
    let class = node.attribute("class").unwrap().split(' ').next().unwrap();
    let rule = style.split_once(&format!(".podnet .{class}{{font:")).unwrap().1.lines().next().unwrap();
    let (weight, rest) = rule.split_once(' ').unwrap();
    let (size, family) = rest.split_once("px ").unwrap();
    let size: f64 = size.parse().unwrap();
    let each = |character: char| match character {
        _ if family.contains("monospace") => 0.602,
        ' ' | '.' | ',' | '/' | ':' | '\'' | '!' | 'i' | 'j' | 'l' | '(' | ')' | '-' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '+' | '<' | '>' => 0.98,
        'f' | 'r' | 't' => 0.42,
        character if character.is_ascii_uppercase() => 0.73,
        _ => 0.62,
    };
    let bold = if weight == "600" { 1.08 } else { 1.0 };
    let width = content.chars().map(each).sum::<f64>() * size * bold;
    let (x, y) = (number(node, "x"), number(node, "y"));
    let x = match node.attribute("text-anchor") {
        Some("end") => x - width,
        Some("middle") => x - width / 2.0,
        _ => x,
    };
    Rect { x, y: y - 0.75 * size, width, height: 0.95 * size }
}
