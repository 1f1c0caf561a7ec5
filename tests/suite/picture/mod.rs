//! The picture of an address space: what it shows, that it is well-formed, and that everything in it has its place.

mod contrast;
mod drawing;
mod spaces;

use podnet::picture::svg;
use podnet::plan::BlockSpace;

use self::drawing::{Drawing, Rect};

/// A title that is not to be trusted.
const HOSTILE: &str = "a\u{0}b\u{1b}[31m <script>alert('1')</script> ]]> &amp; \"\u{202e}\u{fffe}\n<!-- \u{7f}\u{9f}";

fn samples() -> Vec<(&'static str, Vec<BlockSpace>)> {
    vec![
        ("nothing", Vec::new()),
        ("three", spaces::three()),
        ("sixty", spaces::sixty()),
        ("sixty /24", spaces::slash24s()),
        ("uneven", spaces::uneven()),
        ("extremes", spaces::extremes()),
    ]
}

#[test]
fn three_subnets() {
    insta::assert_snapshot!("three", svg("my-custom-networking-cluster", &spaces::three()));
}

#[test]
fn sixty_subnets() {
    insta::assert_snapshot!("sixty", svg("production", &spaces::sixty()));
}

#[test]
fn it_is_well_formed_whatever_the_title() {
    for title in ["", "production", HOSTILE, &"<".repeat(4_000), "生产环境 🚀"] {
        for (name, blocks) in samples() {
            let text = svg(title, &blocks);
            let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let root = document.root_element();
            assert_eq!((root.tag_name().name(), root.attribute("role")), ("svg", Some("img")));
            let children: Vec<&str> =
                root.children().filter(roxmltree::Node::is_element).map(|n| n.tag_name().name()).collect();
            assert_eq!(&children[..2], ["title", "desc"], "{name}");
            assert!(
                !document.descendants().any(|node| matches!(node.tag_name().name(), "script" | "image" | "a" | "b"))
            );
            assert!(!text.contains("href") && text.matches("url(").count() == text.matches("url(#podnet-").count());
        }
    }
    let text = svg(HOSTILE, &[]);
    let document = roxmltree::Document::parse(&text).unwrap();
    let title = document.descendants().find(|node| node.has_tag_name((drawing::SVG, "title"))).unwrap();
    assert_eq!(title.text().unwrap().trim(), "ab[31m <script>alert('1')</script> ]]> &amp; \" <!-- : address space");
}

#[test]
fn the_order_of_ranges_means_nothing() {
    let blocks = spaces::sixty();
    let mut reversed = blocks.clone();
    for block in &mut reversed {
        block.ranges.reverse();
    }
    assert_eq!(svg("production", &blocks), svg("production", &reversed));
}

#[test]
fn texts_do_not_overlap_and_all_is_inside() {
    for (name, blocks) in samples() {
        for title in ["production", HOSTILE, &"W".repeat(400)] {
            let text = svg(title, &blocks);
            let drawing = Drawing::read(&text);
            let page = Rect { x: 0.0, y: 0.0, width: drawing.width, height: drawing.height };
            for (shape, rect) in drawing.texts.iter().chain(&drawing.rectangles) {
                assert!(page.contains(rect), "{name}: {shape} at {rect:?} is outside");
            }
            for (index, (one, here)) in drawing.texts.iter().enumerate() {
                for (other, there) in drawing.texts.iter().skip(index + 1) {
                    assert!(!here.overlaps(there), "{name}: `{one}` at {here:?} is over `{other}` at {there:?}");
                }
            }
        }
    }
}

#[test]
fn ranges_are_to_scale_and_make_up_their_block() {
    for (name, blocks) in samples().drain(1..4) {
        let text = svg("production", &blocks);
        let drawing = Drawing::read(&text);
        for block in &blocks {
            let rows = drawing.rows(block.cidr);
            for row in &rows {
                assert_eq!((row[0].x, row.last().unwrap().right()), (116.0, 883.0), "{name}");
                let gaps = row.windows(2).map(|two| two[1].x - two[0].right());
                assert!(gaps.into_iter().all(|gap| (0.0..=1.0).contains(&gap)), "{name}: {row:?}");
            }
            let row_addresses = block.cidr.addresses() / u64::try_from(rows.len()).unwrap();
            for range in &block.ranges {
                let rect = drawing.ranges[&range.cidr.to_string()];
                let addresses = range.cidr.addresses().min(row_addresses);
                let scale = drawing::float(addresses) * 768.0 / drawing::float(row_addresses);
                // There is a pixel between ranges.
                assert!((rect.width + 1.0 - scale).abs() <= 1.0, "{name}: {rect:?} for {scale}");
                let offset = u32::from(range.cidr.first()) - u32::from(block.cidr.first());
                let x = drawing::float(u64::from(offset) % row_addresses) * 768.0 / drawing::float(row_addresses);
                assert!((rect.x - 116.0 - x).abs() <= 1.0, "{name}: {rect:?} for {x}");
            }
        }
    }
}

#[test]
fn every_range_has_a_row_with_its_numbers() {
    let text = svg("production", &spaces::three());
    let drawing = Drawing::read(&text);
    for row in [
        &["1", "100.64.0.0/24", "general", "us-west-2a", "113 of 251", "45 %", "138 left"][..],
        &["2", "100.64.1.0/24", "general", "us-west-2b", "251 of 251", "100 %", "0 left"],
        &["3", "100.64.2.0/26", "batch", "us-west-2a", "60 of 59", "102 %", "1 short"],
        &["4", "100.64.2.64/28", "subnet-0e1fbd78efcc208f1", "existing subnet in us-west-2b", "11 usable"],
        &["5", "100.64.2.96/27", "old", "us-west-2c", "retired, still kept", "27 usable"],
        &["6", "100.64.2.128/26", "batch", "us-west-2b", "reserved for later", "59 usable"],
    ] {
        assert_eq!(drawing.row_of(row[1]), row);
    }
    for text in [
        "7 prefixes of /28 in the demand · kept for prefixes: 100.64.0.128/25",
        "1,024",
        "688 (67 %)",
        "336 (33 %)",
        "100.64.2.80/28, 100.64.2.192/26, 100.64.3.0/24",
        "1 block · 3 pod subnets · 2 zones · 2 pools · nodes take at most 424 of 561 addresses (76 %) · 1 subnet short",
    ] {
        assert!(drawing.texts.iter().any(|(shown, _)| shown == text), "{text}");
    }
}

#[test]
fn texts_and_marks_stand_out_in_light_and_dark() {
    contrast::check(&svg("production", &spaces::three()));
}
