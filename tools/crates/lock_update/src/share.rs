//! The part of a lock that belongs to one architecture.

use std::collections::BTreeMap;

use blob::Blob;

use crate::available::Unverified;
use crate::choose::{Chosen, Missing};

/// The part of a lock that belongs to one architecture.
pub(crate) struct Share {
    pub(crate) chosen: Vec<Chosen>,
    pub(crate) missing: Vec<Missing>,
    /// Excluded names that no index mentions, with similar names.
    pub(crate) unknown: BTreeMap<String, Vec<String>>,
    pub(crate) indexes: BTreeMap<String, BTreeMap<String, Blob>>,
    pub(crate) unverified: BTreeMap<String, Unverified>,
}
