//! Texts: faces, how wide they come out, and what of them may stand in XML.

use std::cmp::Ordering;

use svg::Node as _;
use svg::node::Text;
use svg::node::element::Element;

/// A font, as the style has it under the name of a class.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    class: &'static str,
    /// In pixels.
    pub(super) size: u64,
    bold: bool,
    monospaced: bool,
}

/// Fonts that are there already: a picture in a page loads no others.
const SANS: &str = "system-ui,-apple-system,'Segoe UI','Noto Sans','Liberation Sans',Arial,sans-serif";
const MONOSPACED: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace";

impl Face {
    pub(super) const TITLE: Self = Self { class: "title", size: 20, bold: true, monospaced: false };
    pub(super) const BLOCK: Self = Self { class: "block", size: 18, bold: true, monospaced: true };
    pub(super) const FIGURE: Self = Self { class: "figure", size: 15, bold: true, monospaced: false };
    pub(super) const BODY: Self = Self { class: "body", size: 13, bold: false, monospaced: false };
    pub(super) const STRONG: Self = Self { class: "strong", size: 13, bold: true, monospaced: false };
    pub(super) const CODE: Self = Self { class: "code", size: 13, bold: false, monospaced: true };
    pub(super) const SMALL: Self = Self { class: "small", size: 12, bold: false, monospaced: false };
    pub(super) const SMALL_CODE: Self = Self { class: "small-code", size: 11, bold: false, monospaced: true };
    pub(super) const KEY: Self = Self { class: "key", size: 12, bold: true, monospaced: false };

    const ALL: [Self; 9] = [
        Self::TITLE,
        Self::BLOCK,
        Self::FIGURE,
        Self::BODY,
        Self::STRONG,
        Self::CODE,
        Self::SMALL,
        Self::SMALL_CODE,
        Self::KEY,
    ];

    /// The rules of all faces.
    pub(super) fn rules() -> String {
        let rule = |face: &Self| {
            let weight = if face.bold { 600 } else { 400 };
            let family = if face.monospaced { MONOSPACED } else { SANS };
            format!(".podnet .{}{{font:{weight} {}px {family}}}\n", face.class, face.size)
        };
        Self::ALL.iter().map(rule).collect()
    }

    /// Estimates how wide a text comes out, in pixels, with the widest of the usual fonts: 10.0.0.0/24 in 13 pixels is 87.
    pub(super) fn width(self, text: &str) -> u64 {
        let hundredths: u64 = text.chars().map(|character| self.hundredths(character)).sum();
        (hundredths * self.size).div_ceil(100)
    }

    /// The width of a character in hundredths of the size.
    fn hundredths(self, character: char) -> u64 {
        let regular = match character {
            character if !character.is_ascii() => match character {
                '·' | '…' | '–' | '\u{a0}' => 65,
                _ => 110,
            },
            _ if self.monospaced => return 61,
            ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '/' | 'i' | 'j' | 'l' | 'I' | '-' | '(' | ')' => 39,
            'm' | 'w' | 'M' | 'W' | '@' | '%' | '&' | '+' | '<' | '=' | '>' | '~' | '#' => 100,
            'A'..='Z' => 78,
            'f' | 'r' | 't' => 42,
            _ => 64,
        };
        if self.bold { regular * 110 / 100 } else { regular }
    }

    /// Cuts a text to a width: what is cut off becomes `…`.
    pub(super) fn fit(self, text: &str, room: u64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let mut kept = String::new();
        for character in text.chars() {
            kept.push(character);
            if self.width(&kept) + self.width("…") > room {
                kept.pop();
                break;
            }
        }
        format!("{}…", kept.trim_end())
    }

    /// Sets a text with its baseline at `y` and its beginning at `x`.
    ///
    /// The element is a general one because the text element of the library has a line break around its content, which
    /// not all readers leave out.
    pub(super) fn at(self, x: u64, y: u64, text: &str) -> Element {
        let mut element = Element::new("text");
        element.assign("class", self.class);
        element.assign("x", x);
        element.assign("y", y);
        element.append(Text::new(clean(text)));
        element
    }

    /// Sets a text that ends at `x`.
    pub(super) fn ending(self, x: u64, y: u64, text: &str) -> Element {
        let mut element = self.at(x, y, text);
        element.assign("text-anchor", "end");
        element
    }

    /// Sets a text with its middle at `x`.
    pub(super) fn around(self, x: u64, y: u64, text: &str) -> Element {
        let mut element = self.at(x, y, text);
        element.assign("text-anchor", "middle");
        element
    }
}

/// Gives a text another colour: `muted`, `short` or `on-pool`.
pub(super) fn coloured(mut text: Element, colour: &str) -> Element {
    let face = text.get_attributes().get("class").map(ToString::to_string).unwrap_or_default();
    text.assign("class", format!("{face} {colour}"));
    text
}

/// Makes a text one line that XML 1.0 allows: white space becomes spaces, and the other control characters and what is no
/// character are left out. So are those that turn the direction of writing round, as they would for the rest of the line.
pub(super) fn clean(text: &str) -> String {
    let kept = |character: char| match character {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{fffe}' | '\u{ffff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        character if character.is_control() => None,
        character => Some(character),
    };
    text.chars().filter_map(kept).collect()
}

/// Writes a number for people: 65536 is 65,536, and 16777216 is 16.7 M.
pub(super) fn number(value: u64) -> String {
    match value {
        0..1_000_000 => grouped(value),
        1_000_000..1_000_000_000 => format!("{}.{} M", value / 1_000_000, value / 100_000 % 10),
        _ => "> 999 M".to_owned(),
    }
}

fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Says how much of a whole a part is, rounded so that 0 % is nothing, 100 % is all, and more than that is too much.
pub(super) fn share(part: u64, whole: u64) -> String {
    let hundred = u128::from(part) * 100;
    let divisor = u128::from(whole.max(1));
    let rounded = (hundred + divisor / 2) / divisor;
    let rounded = match part.cmp(&whole) {
        Ordering::Less if part > 0 => rounded.clamp(1, 99),
        Ordering::Less => 0,
        Ordering::Equal => 100,
        Ordering::Greater => rounded.max(101),
    };
    if rounded > 999 { "> 999 %".to_owned() } else { format!("{rounded} %") }
}

/// Counts things: `1 zone`, `3 zones`.
pub(super) fn count(number_of: usize, thing: &str) -> String {
    let plural = if number_of == 1 { "" } else { "s" };
    format!("{number_of} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (value, written) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (999_999, "999,999"),
            (16_777_216, "16.7 M"),
            (999_999_999, "999.9 M"),
            (u64::MAX, "> 999 M"),
        ] {
            assert_eq!(number(value), written);
        }
        for (part, whole, written) in [
            (0, 251, "0 %"),
            (1, 8187, "1 %"),
            (250, 251, "99 %"),
            (251, 251, "100 %"),
            (252, 251, "101 %"),
            (502, 251, "200 %"),
            (0, 0, "100 %"),
            (1, 0, "101 %"),
            (u64::MAX, u64::MAX, "100 %"),
            (u64::MAX, 1, "> 999 %"),
        ] {
            assert_eq!(share(part, whole), written, "{part} of {whole}");
        }
    }

    #[test]
    fn texts_are_cut_to_their_room() {
        let face = Face::BODY;
        assert_eq!(face.fit("us-west-2a", 100), "us-west-2a");
        let cut = face.fit("a-pool-with-a-name-of-forty-characters-x", 100);
        assert!(cut.ends_with('…') && face.width(&cut) <= 100, "{cut}");
        assert_eq!(Face::CODE.width("10.0.0.0/24"), 88);
    }

    #[test]
    fn what_xml_does_not_allow_is_left_out() {
        assert_eq!(clean("a\u{0}b\u{1b}c\td\r\ne\u{ffff}\u{85}f\u{202e}g"), "abc d  e fg");
    }
}
