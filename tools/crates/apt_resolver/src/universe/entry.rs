//! An available package.

use apt_archive::Package;

use super::source::SourceInfo;

/// A package in the index of a source.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'u> {
    /// The entry of the index.
    pub package: &'u Package,
    /// The source of the index.
    pub source: &'u SourceInfo,
    /// The number of its paragraph.
    pub(crate) at: u32,
}

impl Entry<'_> {
    /// Whether both are the same package file, even from different sources.
    pub fn is(&self, other: &Entry<'_>) -> bool {
        self.at == other.at
            || (self.package.name == other.package.name
                && self.package.version == other.package.version
                && !self.package.file.differs(&other.package.file))
    }
}
