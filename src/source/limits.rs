//! How large a text may be before it is refused unread.

/// How large a text may be before it is refused unread: nested flow maps of 160 KB took `serde_yaml` 18 seconds.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimits {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Scalars, lists and maps in all.
    pub nodes: usize,
}

impl ReadLimits {
    /// What a spec may have: 1 MiB, 32 levels, 100,000 values. The largest example has some 200.
    pub const SPEC: Self = Self { bytes: 1 << 20, depth: 32, nodes: 100_000 };
    /// What a vendored or rendered file may have: 8 MiB, 64 levels, a million values.
    pub const MANIFEST: Self = Self { bytes: 8 << 20, depth: 64, nodes: 1_000_000 };
}
