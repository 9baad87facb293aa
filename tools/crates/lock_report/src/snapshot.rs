//! The time of a lock.

use jiff::Timestamp;
use lock::{Lock, LockedSource};

/// The newest date of the sources, if one has a date.
pub(crate) fn snapshot(lock: &Lock) -> Option<Timestamp> {
    let suites = lock.sources.values().filter_map(LockedSource::suite);
    suites.map(|suite| suite.date).max()
}
