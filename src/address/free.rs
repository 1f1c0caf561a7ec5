//! The free space of some blocks, as the fewest aligned blocks that cover it.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::Cidr;

/// Free address space, kept as maximal aligned blocks by size.
///
/// Maximal within a block that it was made of: free halves of one are whole, while 10.0.0.0/25 and 10.0.0.128/25, given
/// as two, are never 10.0.0.0/24, because what is taken has to lie in one of them.
#[derive(Debug, Clone, Default)]
pub struct FreeSpace {
    /// Prefix length, then first address: the first entry of a length is its lowest block.
    blocks: BTreeSet<(u8, Ipv4Addr)>,
}

impl FreeSpace {
    /// Takes what is in `blocks` and not in `taken`. Taken ranges may overlap each other and reach outside.
    ///
    /// O(n log n).
    ///
    /// ```
    /// use podnet::address::{Cidr, FreeSpace};
    ///
    /// let space = FreeSpace::new(&["10.0.0.0/24".parse()?], &["10.0.0.64/26".parse()?]);
    /// assert_eq!(space.blocks(), ["10.0.0.0/26".parse::<Cidr>()?, "10.0.0.128/25".parse()?]);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn new(blocks: &[Cidr], taken: &[Cidr]) -> Self {
        let taken = disjoint(taken);
        let mut space = Self::default();
        for block in disjoint(blocks) {
            let (mut at, end) = bounds(block);
            let from = taken.partition_point(|other| other.last() < block.first());
            for other in taken.iter().skip(from) {
                let (first, after) = bounds(*other);
                if first >= end {
                    break;
                }
                space.add(at, first.min(end));
                at = at.max(after);
            }
            space.add(at, end);
        }
        space
    }

    /// Adds the addresses from `at` up to `end`, exclusive, as aligned blocks.
    fn add(&mut self, mut at: u64, end: u64) {
        while at < end {
            let aligned = if at == 0 { 32 } else { at.trailing_zeros() };
            let fits = (end - at).ilog2();
            let bits = aligned.min(fits).min(32);
            if let (Ok(first), Ok(length)) = (u32::try_from(at), u8::try_from(32 - bits)) {
                self.blocks.insert((length, Ipv4Addr::from(first)));
            }
            at += 1 << bits;
        }
    }

    /// Takes a block of a prefix length out of the free space: from the smallest block that it fits in (so that large
    /// ones stay whole), the lowest of those.
    ///
    /// Nothing where no block is large enough, or the length is over 32; then all stays free. O(log n).
    ///
    /// ```
    /// use podnet::address::FreeSpace;
    ///
    /// let mut space = FreeSpace::new(&["10.0.0.0/24".parse()?, "10.0.1.0/26".parse()?], &[]);
    /// assert_eq!(space.take(27), Some("10.0.1.0/27".parse()?));
    /// assert_eq!(space.take(24), Some("10.0.0.0/24".parse()?));
    /// assert_eq!(space.take(26), None);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    ///
    /// Sizes that have a place together with this one still have one after it, so that blocks can be taken in any order.
    /// Cells (aligned ranges) of a larger size are lost to it only where no smaller block would do: then all free cells
    /// of its own size are in whole larger cells. Larger sizes need whole ones too, not all, since this size needs its
    /// place beside them; so a whole one was to spare.
    pub fn take(&mut self, prefix_length: u8) -> Option<Cidr> {
        if prefix_length > 32 {
            return None;
        }
        let (length, first) = (0..=prefix_length).rev().find_map(|length| {
            self.blocks.range((length, Ipv4Addr::UNSPECIFIED)..=(length, Ipv4Addr::BROADCAST)).next().copied()
        })?;
        self.blocks.remove(&(length, first));
        let mut block = Cidr::around(first, length);
        while block.prefix_length() < prefix_length {
            let (low, high) = block.halves()?;
            self.blocks.insert((high.prefix_length(), high.first()));
            block = low;
        }
        Some(block)
    }

    /// Gives the largest free block, the lowest of those; nothing where all is taken.
    ///
    /// ```
    /// use podnet::address::FreeSpace;
    ///
    /// let space = FreeSpace::new(&["10.0.0.0/24".parse()?], &["10.0.0.64/26".parse()?]);
    /// assert_eq!(space.largest(), Some("10.0.0.128/25".parse()?));
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn largest(&self) -> Option<Cidr> {
        self.blocks.first().map(|(length, first)| Cidr::around(*first, *length))
    }

    /// Gives the free blocks, by address.
    ///
    /// ```
    /// use podnet::address::{Cidr, FreeSpace};
    ///
    /// let space = FreeSpace::new(&["10.0.1.0/24".parse()?, "10.0.0.0/24".parse()?], &[]);
    /// assert_eq!(space.blocks(), ["10.0.0.0/24".parse::<Cidr>()?, "10.0.1.0/24".parse()?]);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn blocks(&self) -> Vec<Cidr> {
        let mut blocks: Vec<Cidr> = self.blocks.iter().map(|(length, first)| Cidr::around(*first, *length)).collect();
        blocks.sort_unstable();
        blocks
    }

    /// Counts the addresses that are free: of a /24 without a /26, 192.
    ///
    /// ```
    /// use podnet::address::FreeSpace;
    ///
    /// let space = FreeSpace::new(&["10.0.0.0/24".parse()?], &["10.0.0.64/26".parse()?]);
    /// assert_eq!(space.addresses(), 192);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn addresses(&self) -> u64 {
        self.blocks.iter().map(|(length, first)| Cidr::around(*first, *length).addresses()).sum()
    }
}

/// The same addresses without repetition, sorted: CIDR blocks nest or are apart, so that the largest ones suffice.
fn disjoint(cidrs: &[Cidr]) -> Vec<Cidr> {
    let mut cidrs = cidrs.to_vec();
    cidrs.sort_unstable();
    cidrs.dedup_by(|later, kept| kept.contains(*later));
    cidrs
}

/// The first address and the one after the last.
fn bounds(cidr: Cidr) -> (u64, u64) {
    let first = u64::from(u32::from(cidr.first()));
    (first, first + cidr.addresses())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidrs(texts: &[&str]) -> Vec<Cidr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn what_is_left() {
        for (blocks, taken, left) in [
            (&["10.0.0.0/24"][..], &["10.0.0.64/26"][..], &["10.0.0.0/26", "10.0.0.128/25"][..]),
            (&["10.0.0.0/24"], &[], &["10.0.0.0/24"]),
            (&["10.0.0.0/24"], &["10.0.0.0/16"], &[]),
            (&["10.0.0.0/24", "10.0.1.0/24"], &["10.0.0.0/25", "10.0.0.0/26"], &["10.0.0.128/25", "10.0.1.0/24"]),
            (&["10.0.0.0/25", "10.0.0.128/25"], &[], &["10.0.0.0/25", "10.0.0.128/25"]),
            (&["0.0.0.0/0"], &[], &["0.0.0.0/0"]),
            (&["0.0.0.0/0"], &["128.0.0.0/1"], &["0.0.0.0/1"]),
            (&["255.255.255.252/30"], &["255.255.255.255/32"], &["255.255.255.252/31", "255.255.255.254/32"]),
        ] {
            let space = FreeSpace::new(&cidrs(blocks), &cidrs(taken));
            assert_eq!(space.blocks(), cidrs(left), "{blocks:?} without {taken:?}");
        }
    }

    #[test]
    fn no_block_has_a_prefix_length_over_32() {
        let mut space = FreeSpace::new(&cidrs(&["10.0.0.0/24"]), &[]);
        assert_eq!(space.take(33), None);
        assert_eq!(space.blocks(), cidrs(&["10.0.0.0/24"]));
    }

    #[test]
    fn the_smallest_block_that_fits_is_taken_first() {
        let mut space = FreeSpace::new(&cidrs(&["10.0.0.0/24", "10.0.1.0/26"]), &[]);
        assert_eq!(space.take(27).unwrap().to_string(), "10.0.1.0/27");
        assert_eq!(space.take(24).unwrap().to_string(), "10.0.0.0/24");
        assert_eq!(space.take(26), None);
        assert_eq!(space.addresses(), 32);
    }
}
