//! Seals: a few digits in each line of the lock that tell a line that podnet wrote from one that a person changed.
//!
//! A seal is a check sum, not a signature: it is there for slips. Each line has its own, so that git merges lines as ever.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Digits of a seal.
const DIGITS: usize = 8;

/// Computes the seal of a line: of its kind, the cluster, and what it says.
pub(super) fn seal(kind: &str, cluster: &str, says: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in [kind, cluster].iter().chain(says) {
        hash.update(text.as_bytes());
        hash.update(b"\n");
    }
    hash.finalize().iter().take(DIGITS / 2).fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
