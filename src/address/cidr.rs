//! An IPv4 CIDR block in its one canonical spelling.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::Ipv4Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An IPv4 CIDR block without host bits, spelled canonically.
///
/// `10.3.5.0/24` is one; `10.3.5.1/24` (host bits) and `010.3.5.0/24` (another spelling) are refused rather than
/// rounded, because in a spec they are nearly always slips. (Go's `net.ParseCIDR` and EC2 round host bits away without a
/// word, and C's `inet_aton` reads `010` as octal, 8.) Orders by first address, larger blocks first.
///
/// ```
/// use podnet::address::Cidr;
///
/// let block: Cidr = "10.3.5.0/24".parse()?;
/// assert_eq!(block.to_string(), "10.3.5.0/24");
/// assert!("10.3.5.1/24".parse::<Cidr>().is_err());
/// assert!("010.3.5.0/24".parse::<Cidr>().is_err());
/// assert!("10.3.0.0/16".parse::<Cidr>()? < block);
/// # Ok::<(), podnet::address::CidrError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(
    title = "IPv4 CIDR block",
    description = "An IPv4 CIDR block in canonical form: no host bits, no leading zeros.",
    with = "String",
    extend("format" = "cidr", "pattern" = r"^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])/(3[0-2]|[12]?[0-9])$", "examples" = ["10.20.0.0/16", "100.64.0.0/18"])
)]
pub struct Cidr(Ipv4Net);

/// Why a text is not a [`Cidr`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// Not an IPv4 address, a slash and a prefix length.
    #[error("`{0}` is not an IPv4 CIDR block")]
    NotACidr(String),
    /// An address without a prefix length.
    #[error("`{0}` has no prefix length")]
    NoPrefixLength(Ipv4Addr),
    /// Bits are set behind the prefix.
    #[error("`{written}` has host bits set")]
    HostBits {
        /// What was written.
        written: String,
        /// The block that the address is in.
        canonical: Cidr,
    },
    /// The same block in another spelling.
    #[error("`{written}` is not in canonical form")]
    Spelling {
        /// What was written.
        written: String,
        /// How it is spelled.
        canonical: Cidr,
    },
}

impl CidrError {
    /// Gives the block that was meant, where that can be told: the one that the address is in.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// let slip = "100.68.0.18/18".parse::<Cidr>().unwrap_err();
    /// assert_eq!(slip.canonical(), Some("100.68.0.0/18".parse()?));
    /// assert_eq!("100.68.0.18".parse::<Cidr>().unwrap_err().canonical(), None);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub const fn canonical(&self) -> Option<Cidr> {
        match self {
            Self::HostBits { canonical, .. } | Self::Spelling { canonical, .. } => Some(*canonical),
            Self::NotACidr(_) | Self::NoPrefixLength(_) => None,
        }
    }

    /// Says what to write instead.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// let slip = "100.68.0.18/18".parse::<Cidr>().unwrap_err();
    /// assert_eq!(slip.to_string(), "`100.68.0.18/18` has host bits set");
    /// assert_eq!(slip.help(), "write `100.68.0.0/18`");
    /// ```
    pub fn help(&self) -> String {
        match self {
            Self::NotACidr(_) => "write an address and a prefix length, such as `100.64.0.0/16`".to_owned(),
            Self::NoPrefixLength(address) => format!("write the prefix length too, such as `{address}/16`"),
            Self::HostBits { canonical, .. } | Self::Spelling { canonical, .. } => format!("write `{canonical}`"),
        }
    }
}

impl Cidr {
    /// Makes the block of a prefix length, 0 to 32, that starts at an address; none where host bits are set or the length
    /// is over 32.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// let block = Cidr::new([10, 3, 5, 0].into(), 24);
    /// assert_eq!(block, Some("10.3.5.0/24".parse()?));
    /// assert_eq!(Cidr::new([10, 3, 5, 1].into(), 24), None);
    /// assert_eq!(Cidr::new([10, 3, 5, 0].into(), 33), None);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn new(first: Ipv4Addr, prefix_length: u8) -> Option<Self> {
        Ipv4Net::new(first, prefix_length).ok().filter(|net| net.trunc() == *net).map(Self)
    }

    /// Makes the block that an address is in. Lengths over 32 count as 32.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// assert_eq!(Cidr::around([10, 3, 5, 7].into(), 24), "10.3.5.0/24".parse()?);
    /// assert_eq!(Cidr::around([10, 3, 5, 7].into(), 40), "10.3.5.7/32".parse()?);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn around(address: Ipv4Addr, prefix_length: u8) -> Self {
        Self(Ipv4Net::new(address, prefix_length.min(32)).map_or(Ipv4Net::from(address), |net| net.trunc()))
    }

    /// Gives the first address. In a subnet it is the network's, one of the five that AWS reserves.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// assert_eq!("10.3.5.0/24".parse::<Cidr>()?.first().to_string(), "10.3.5.0");
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn first(self) -> Ipv4Addr {
        self.0.network()
    }

    /// Gives the last address. In a subnet AWS reserves it, though a VPC has no broadcast.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// assert_eq!("10.3.5.0/24".parse::<Cidr>()?.last().to_string(), "10.3.5.255");
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn last(self) -> Ipv4Addr {
        self.0.broadcast()
    }

    /// Gives the prefix length, 0 to 32: the number of bits that all its addresses share.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// assert_eq!("10.3.5.0/24".parse::<Cidr>()?.prefix_length(), 24);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn prefix_length(self) -> u8 {
        self.0.prefix_len()
    }

    /// Counts its addresses, 1 to 2^32, those that AWS reserves included.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// assert_eq!("10.3.5.0/24".parse::<Cidr>()?.addresses(), 256);
    /// assert_eq!("100.64.0.0/16".parse::<Cidr>()?.addresses(), 65_536);
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn addresses(self) -> u64 {
        1 << (32 - self.prefix_length())
    }

    /// Tells whether every address of the other is in this one. A block contains itself.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// let (block, part): (Cidr, Cidr) = ("10.3.0.0/16".parse()?, "10.3.5.0/24".parse()?);
    /// assert!(block.contains(part) && block.contains(block));
    /// assert!(!part.contains(block));
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn contains(self, other: Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Tells whether the two share an address, which is so both ways round: CIDR blocks nest, or are apart.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// let (block, part): (Cidr, Cidr) = ("10.3.0.0/16".parse()?, "10.3.5.0/24".parse()?);
    /// assert!(block.overlaps(part) && part.overlaps(block));
    /// assert!(!part.overlaps("10.3.6.0/24".parse()?));
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// Halves the block; nothing for a /32.
    ///
    /// ```
    /// use podnet::address::Cidr;
    ///
    /// let (low, high) = "10.3.4.0/23".parse::<Cidr>()?.halves().unwrap();
    /// assert_eq!((low, high), ("10.3.4.0/24".parse()?, "10.3.5.0/24".parse()?));
    /// # Ok::<(), podnet::address::CidrError>(())
    /// ```
    pub fn halves(self) -> Option<(Self, Self)> {
        let mut halves = self.0.subnets(self.prefix_length() + 1).ok()?;
        Some((Self(halves.next()?), Self(halves.next()?)))
    }
}

impl PartialOrd for Cidr {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cidr {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.first(), self.prefix_length()).cmp(&(other.first(), other.prefix_length()))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let Some((address, length)) = text.split_once('/') else {
            return Err(text.parse().map_or_else(|_| CidrError::NotACidr(text.to_owned()), CidrError::NoPrefixLength));
        };
        let canonical = lenient(address)
            .zip(length.bytes().all(|byte| byte.is_ascii_digit()).then(|| length.parse().ok()).flatten())
            .filter(|(_, length): &(Ipv4Addr, u8)| *length <= 32)
            .map(|(address, length)| (Self::around(address, length), address));
        match canonical {
            None => Err(CidrError::NotACidr(text.to_owned())),
            Some((canonical, _)) if canonical.to_string() == text => Ok(canonical),
            Some((canonical, address)) if canonical.first() == address => {
                Err(CidrError::Spelling { written: text.to_owned(), canonical })
            }
            Some((canonical, _)) => Err(CidrError::HostBits { written: text.to_owned(), canonical }),
        }
    }
}

/// Reads an address also where parts have leading zeros, so that the error can show the canonical spelling.
fn lenient(address: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u8> = address
        .split('.')
        .map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten())
        .collect::<Option<_>>()?;
    <[u8; 4]>::try_from(parts).ok().map(Ipv4Addr::from)
}

impl TryFrom<String> for Cidr {
    type Error = CidrError;

    fn try_from(text: String) -> Result<Self, CidrError> {
        text.parse()
    }
}

impl From<Cidr> for String {
    fn from(cidr: Cidr) -> Self {
        cidr.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_form_is_read() {
        assert_eq!("10.3.5.0/24".parse::<Cidr>().unwrap().to_string(), "10.3.5.0/24");
        for (text, message, help) in [
            ("100.68.0.18/18", "`100.68.0.18/18` has host bits set", "write `100.68.0.0/18`"),
            ("010.0.0.0/8", "`010.0.0.0/8` is not in canonical form", "write `10.0.0.0/8`"),
            ("10.0.0.0/08", "`10.0.0.0/08` is not in canonical form", "write `10.0.0.0/8`"),
            ("10.0.0.0", "`10.0.0.0` has no prefix length", "write the prefix length too, such as `10.0.0.0/16`"),
            (
                "10.0.0.0/33",
                "`10.0.0.0/33` is not an IPv4 CIDR block",
                "write an address and a prefix length, such as `100.64.0.0/16`",
            ),
            (
                "fd00::/8",
                "`fd00::/8` is not an IPv4 CIDR block",
                "write an address and a prefix length, such as `100.64.0.0/16`",
            ),
            (
                "10.0.0.0/+8",
                "`10.0.0.0/+8` is not an IPv4 CIDR block",
                "write an address and a prefix length, such as `100.64.0.0/16`",
            ),
        ] {
            let error = text.parse::<Cidr>().unwrap_err();
            assert_eq!((error.to_string().as_str(), error.help().as_str()), (message, help));
        }
    }

    #[test]
    fn halves_and_bounds() {
        let block: Cidr = "10.3.4.0/23".parse().unwrap();
        let (low, high) = block.halves().unwrap();
        assert_eq!((low.to_string(), high.to_string()), ("10.3.4.0/24".into(), "10.3.5.0/24".into()));
        assert_eq!((block.addresses(), block.last()), (512, Ipv4Addr::new(10, 3, 5, 255)));
        assert!(Cidr::new(Ipv4Addr::new(1, 2, 3, 4), 32).unwrap().halves().is_none());
        assert_eq!("0.0.0.0/0".parse::<Cidr>().unwrap().addresses(), 1 << 32);
    }
}
