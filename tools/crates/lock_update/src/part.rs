//! The part of a lock that belongs to one architecture.

use std::collections::BTreeMap;

use blob::Blob;

use crate::available::UnverifiedIndex;
use crate::choose::ChosenPackage;
use crate::missing_package::MissingPackage;

/// The part of a lock that belongs to one architecture.
pub(crate) struct ArchitecturePart {
    pub(crate) chosen: Vec<ChosenPackage>,
    pub(crate) missing: Vec<MissingPackage>,
    /// Excluded names that no index mentions, with similar names.
    pub(crate) unknown: BTreeMap<String, Vec<String>>,
    pub(crate) indexes: BTreeMap<String, BTreeMap<String, Blob>>,
    pub(crate) unverified: BTreeMap<String, UnverifiedIndex>,
}
