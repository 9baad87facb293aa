//! A package on offer.

use crate::universe::SourceInfo;
use crate::Package;

/// A package that a source offers.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'u> {
    /// What the index says of it.
    pub package: &'u Package,
    /// The source whose index says so.
    pub source: &'u SourceInfo,
    /// The number of its paragraph.
    pub(crate) at: u32,
}

impl Entry<'_> {
    /// Whether both are the same package file, whoever offers it.
    pub fn is(&self, other: &Entry<'_>) -> bool {
        self.at == other.at
            || (self.package.name == other.package.name
                && self.package.version == other.package.version
                && !self.package.file.differs(&other.package.file))
    }
}
