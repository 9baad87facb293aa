//! The input of a prune.

use std::collections::BTreeMap;

use blob::Digest;
use jiff::civil::Date;

/// Which dated tags are old.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keep {
    /// The newest tags with the same name before the date, which are not old.
    pub(crate) newest: Option<usize>,
    /// Tags of this date and newer ones are not old.
    pub(crate) since: Option<Date>,
}

/// The input of a prune.
#[derive(Debug)]
pub(crate) struct Request {
    /// Digests that may exist, such as those of former pushes.
    pub(crate) known: Vec<Digest>,
    pub(crate) keep: Keep,
    /// Digests to delete.
    pub(crate) digests: Vec<Digest>,
    /// Tags to delete, with the digest to which they must point, if it is known.
    pub(crate) tags: BTreeMap<String, Option<Digest>>,
    pub(crate) is_dry_run: bool,
    pub(crate) jobs: usize,
}
