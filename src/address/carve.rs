//! Placing requests of given sizes in free space.

use std::collections::BTreeMap;

use super::{Cidr, FreeSpace};

/// What somebody wants: a block of a size, under a name that decides among equals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<Key> {
    /// Whose block it is; no two requests have the same.
    pub key: Key,
    /// How large: a prefix length, 0 to 32. Over 32 nothing fits.
    pub prefix_length: u8,
}

/// Who got what, and who got nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carved<Key> {
    /// The block of each request that was placed.
    pub placed: BTreeMap<Key, Cidr>,
    /// The requests that did not fit, largest first, each with the largest block that was free then.
    pub unplaced: Vec<(Request<Key>, Option<Cidr>)>,
}

/// Places every request that fits: the largest first, equals by key, each in the smallest free block that holds it.
///
/// Keys are distinct; the order of the requests does not matter. O(n log n).
///
/// ```
/// use podnet::address::{FreeSpace, Request, carve};
///
/// let mut space = FreeSpace::new(&["192.168.1.0/24".parse()?], &[]);
/// let requests = [("b", 27), ("a", 27), ("c", 24)].map(|(key, prefix_length)| Request { key, prefix_length });
///
/// let carved = carve(&mut space, requests.into());
/// assert_eq!(carved.placed["c"], "192.168.1.0/24".parse()?);
/// // The largest came first, and nothing is left for the others.
/// assert_eq!(carved.unplaced.len(), 2);
///
/// let mut space = FreeSpace::new(&["192.168.1.0/24".parse()?], &[]);
/// let requests = ["b", "a"].map(|key| Request { key, prefix_length: 27 });
/// let carved = carve(&mut space, requests.into());
/// assert_eq!(carved.placed["a"], "192.168.1.0/27".parse()?);
/// assert_eq!(carved.placed["b"], "192.168.1.32/27".parse()?);
/// # Ok::<(), podnet::address::CidrError>(())
/// ```
///
/// Requests that have a place together, each within one of the free space's blocks, are all placed. When a size has its
/// turn, all that is placed is as large or larger, so that it fills whole cells of that size (aligned ranges of it), as
/// many wherever it lies; which cells are left depends on the choices before, how many does not. A placement of all
/// needs no more cells than there are, so one is left, and as every free cell is in one maximal aligned free block, that
/// block holds it. It is the same in several turns, whatever comes first: see [`FreeSpace::take`].
pub fn carve<Key: Ord + Clone>(space: &mut FreeSpace, mut requests: Vec<Request<Key>>) -> Carved<Key> {
    requests.sort_by(|a, b| a.prefix_length.cmp(&b.prefix_length).then_with(|| a.key.cmp(&b.key)));
    let mut carved = Carved { placed: BTreeMap::new(), unplaced: Vec::new() };
    for request in requests {
        match space.take(request.prefix_length) {
            Some(cidr) => {
                carved.placed.insert(request.key, cidr);
            }
            None => carved.unplaced.push((request, space.largest())),
        }
    }
    carved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(lengths: &[u8]) -> Vec<Request<usize>> {
        lengths.iter().enumerate().map(|(key, length)| Request { key, prefix_length: *length }).collect()
    }

    #[test]
    fn equals_are_placed_by_key_and_the_largest_first() {
        let mut space = FreeSpace::new(&["192.168.1.0/24".parse().unwrap()], &[]);
        let carved = carve(&mut space, requests(&[27, 27, 25]));
        let texts: Vec<String> = carved.placed.values().map(ToString::to_string).collect();
        assert_eq!(texts, ["192.168.1.128/27", "192.168.1.160/27", "192.168.1.0/25"]);
    }

    #[test]
    fn what_does_not_fit_is_told_with_what_is_free() {
        let mut space = FreeSpace::new(&["192.168.1.0/24".parse().unwrap()], &["192.168.1.0/26".parse().unwrap()]);
        let carved = carve(&mut space, requests(&[26, 25, 24, 25, 26]));
        let unplaced = [(2, 24, Some("192.168.1.128/25")), (3, 25, Some("192.168.1.64/26")), (4, 26, None)];
        let unplaced = unplaced.map(|(key, prefix_length, largest)| {
            (Request { key, prefix_length }, largest.map(|largest| largest.parse().unwrap()))
        });
        assert_eq!(carved.unplaced, unplaced);
    }
}
