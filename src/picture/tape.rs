//! Addresses to scale: a block as a tape that is cut into rows of the same length.
//!
//! Rows are a power of two and CIDR blocks begin at multiples of their size, so that every range is one rectangle: a part
//! of one row, or some whole rows.

use crate::address::Cidr;

/// How long a row is, in pixels: 3 times 256, so that most ranges come out at whole pixels.
pub(super) const LENGTH: u64 = 768;
/// The most rows: a /28 of a /16, the smallest subnet of the largest block in AWS, is 3 pixels long in them.
const MOST_ROWS: u64 = 16;
/// From how many pixels on a range shows what it is.
const VISIBLE: u64 = 3;

/// A block that is cut into rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tape {
    block: Cidr,
    rows: u64,
}

/// Where a range is on a tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TapePlace {
    /// Its first row.
    pub(super) row: u64,
    /// How many rows it has.
    pub(super) rows: u64,
    /// Where it begins in its row, in pixels.
    pub(super) x: u64,
    /// Its length in its row, in pixels: to scale, but never nothing.
    pub(super) length: u64,
}

impl Tape {
    /// Cuts a block into the fewest rows in which most ranges can be seen, and are long enough for something: nine in ten of
    /// those that are so in any. There are never more rows than a few for each range.
    ///
    /// Sixty /24 of a /16, of 24 pixels: 8 rows. A /17 and a /28 of a /16: 1 row, because the /28 is too short in 2.
    pub(super) fn new(block: Cidr, ranges: &[Cidr], long_enough: u64) -> Self {
        let most_rows = u64::try_from(ranges.len()).unwrap_or(MOST_ROWS).next_power_of_two().min(MOST_ROWS);
        let choices = [1, 2, 4, 8, MOST_ROWS].into_iter().filter(|rows| *rows <= block.addresses().min(most_rows));
        let choices = choices.map(|rows| Self { block, rows });
        let longer =
            |tape: Self, length: u64| ranges.iter().filter(|range| tape.place(**range).length >= length).count();
        let good = |length: u64| {
            let most = choices.clone().map(|tape| longer(tape, length)).max().unwrap_or(0);
            move |tape: Self| longer(tape, length) * 10 >= most * 9
        };
        let (can_be_seen, is_long_enough) = (good(VISIBLE), good(long_enough));
        let found = choices.clone().find(|tape| can_be_seen(*tape) && is_long_enough(*tape));
        found.unwrap_or(Self { block, rows: 1 })
    }

    /// How many rows it has.
    pub(super) fn rows(self) -> u64 {
        self.rows
    }

    /// The addresses of a row.
    fn row_addresses(self) -> u64 {
        (self.block.addresses() / self.rows).max(1)
    }

    /// The first address of a row.
    pub(super) fn first(self, row: u64) -> std::net::Ipv4Addr {
        let first = u64::from(u32::from(self.block.first())) + row * self.row_addresses();
        u32::try_from(first).map_or(self.block.last(), Into::into)
    }

    /// Finds a range of the block.
    pub(super) fn place(self, range: Cidr) -> TapePlace {
        let row_addresses = self.row_addresses();
        let begins = u64::from(u32::from(range.first()).saturating_sub(u32::from(self.block.first())));
        let row = (begins / row_addresses).min(self.rows - 1);
        if range.addresses() >= row_addresses {
            let rows = (range.addresses() / row_addresses).min(self.rows - row);
            return TapePlace { row, rows, x: 0, length: LENGTH };
        }
        let edge = |addresses: u64| ((addresses * LENGTH + row_addresses / 2) / row_addresses).min(LENGTH);
        let begins = begins % row_addresses;
        let x = edge(begins).min(LENGTH - 1);
        TapePlace { row, rows: 1, x, length: edge(begins + range.addresses()).saturating_sub(x).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn ranges_are_to_scale_within_a_pixel_and_side_by_side() {
        for rows in [1, 2, 4, 8, 16] {
            let tape = Tape { block: cidr("100.64.0.0/16"), rows };
            for prefix_length in 16..=28_u8 {
                let size = 1_u64 << (32 - prefix_length);
                let mut row_end = 0;
                for number in 0..(65_536 / size) {
                    let first = u32::from(cidr("100.64.0.0/16").first()) + u32::try_from(number * size).unwrap();
                    let place = tape.place(Cidr::new(first.into(), prefix_length).unwrap());
                    let scale = f64::from(u32::try_from(size * LENGTH * rows).unwrap()) / 65_536.0;
                    let length = f64::from(u32::try_from(place.length * place.rows).unwrap());
                    assert!((length - scale).abs() < 1.0, "/{prefix_length} in {rows} rows: {length} for {scale}");
                    assert!(place.x + place.length <= LENGTH && place.row + place.rows <= rows);
                    if place.length > 1 {
                        assert_eq!(place.x, row_end % LENGTH, "/{prefix_length} number {number} in {rows} rows");
                    }
                    row_end = place.x + place.length;
                }
            }
        }
    }

    #[test]
    fn rows_are_as_few_as_keys_allow() {
        let slash24 = |number: u32| Cidr::new((0x6440_0000 + (number << 8)).into(), 24).unwrap();
        let sixty: Vec<Cidr> = (0..60).map(slash24).collect();
        for (block, ranges, rows) in [
            ("100.64.0.0/16", &sixty[..], 8),
            ("100.64.0.0/16", &[cidr("100.64.0.0/17"), cidr("100.64.128.0/28")][..], 1),
            ("100.64.0.0/24", &[cidr("100.64.0.0/27")][..], 1),
            ("100.64.0.0/31", &[cidr("100.64.0.0/32")][..], 1),
            ("0.0.0.0/0", &[cidr("10.0.0.0/16")][..], 1),
        ] {
            assert_eq!(Tape::new(cidr(block), ranges, 24).rows(), rows, "{block}");
        }
    }

    #[test]
    fn rows_begin_at_their_address() {
        let tape = Tape { block: cidr("100.64.0.0/16"), rows: 8 };
        assert_eq!(tape.first(7).to_string(), "100.64.224.0");
        assert_eq!(tape.place(cidr("100.64.128.0/17")), TapePlace { row: 4, rows: 4, x: 0, length: LENGTH });
        assert_eq!(tape.place(cidr("100.64.33.0/24")), TapePlace { row: 1, rows: 1, x: 24, length: 24 });
    }
}
