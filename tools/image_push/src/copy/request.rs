//! A copy.

use super::place::Place;

/// A copy.
pub(crate) struct Request<'a> {
    pub(crate) from: &'a Place,
    pub(crate) to: &'a [Place],
    /// Tags of a repository; all if there is no pattern.
    pub(crate) only: &'a [String],
    pub(crate) without_referrers: bool,
    pub(crate) is_dry_run: bool,
    pub(crate) jobs: usize,
}
