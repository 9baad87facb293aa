//! The largest sizes and numbers, against hostile and broken repositories.

/// The largest total size of an architecture's texts: five times that of Debian with updates, security and backports.
pub(super) const MAX_TEXTS: usize = 320 << 20;

/// The largest number of packages of an architecture: four times that of Debian with updates, security and backports.
/// Each takes some 100 bytes in addition to its text.
pub(super) const MAX_PARAGRAPHS: usize = 300_000;

/// The largest number of provided names of an architecture: four times Debian's. Each takes some 50 bytes.
pub(super) const MAX_PROVIDED: usize = 500_000;

/// The largest number of paragraphs that have or provide one name. A repository keeps some hundreds of versions at
/// most, and each of them is parsed and compared when the name is looked up.
pub(super) const MAX_NAMESAKES: usize = 10_000;

/// The largest paragraph that is parsed, because values are copied. Debian's have some hundred kilobytes at most.
pub(super) const MAX_PARAGRAPH: usize = 4 << 20;

/// The largest number of relations, alternatives included, in all parsed paragraphs. A resolution for an image parses
/// some thousands. Each takes some 200 bytes.
pub(super) const MAX_RELATIONS: usize = 500_000;
