//! The origin of a package, and the part of an index that is used.

/// A source, and apt's preference for its packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// The key of the source in the manifest, for example `bookworm-security`.
    pub name: String,
    /// The position in the manifest. Of equal versions, the one with the lower rank is preferred.
    pub rank: usize,
    /// apt's pin priority (apt_preferences(5)): 500; 100 for a suite with `NotAutomatic` and `ButAutomaticUpgrades`; 1
    /// for a suite with only `NotAutomatic`.
    pub priority: i16,
}

/// The packages of an index that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All packages.
    Everything,
    /// Only those of `Architecture: all`: the index belongs to another architecture.
    IndependentOnly,
}
