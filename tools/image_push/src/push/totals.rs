//! Counts of a push.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts of blobs, manifests and requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Blobs that were sent.
    pub uploaded: u64,
    /// Their bytes.
    pub uploaded_bytes: u64,
    /// Blobs that the registry took from another repository.
    pub mounted: u64,
    /// Blobs that were there.
    pub existing: u64,
    /// Manifests that were written, once for each tag.
    pub manifests: u64,
    /// Requests to registries.
    pub requests: u64,
    /// The duration.
    pub time: Duration,
}

/// `uploaded 3 blobs (1.2 MB), mounted 4, found 5; wrote 6 manifests; 30 requests in 0.5 s`.
impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "uploaded {} blobs ({:.1} MB), mounted {}, found {}; wrote {} manifests; {} requests in {:.1} s",
            self.uploaded,
            self.uploaded_bytes as f64 / 1e6,
            self.mounted,
            self.existing,
            self.manifests,
            self.requests,
            self.time.as_secs_f64()
        )
    }
}

/// Counts of several threads.
#[derive(Debug, Default)]
pub(super) struct Counters {
    uploaded: AtomicU64,
    uploaded_bytes: AtomicU64,
    mounted: AtomicU64,
    existing: AtomicU64,
    manifests: AtomicU64,
}

impl Counters {
    pub(super) fn uploaded(&self, bytes: u64) {
        add(&self.uploaded, 1);
        add(&self.uploaded_bytes, bytes);
    }

    pub(super) fn mounted(&self) {
        add(&self.mounted, 1);
    }

    pub(super) fn existing(&self) {
        add(&self.existing, 1);
    }

    pub(super) fn manifest(&self) {
        add(&self.manifests, 1);
    }

    pub(super) fn totals(&self, requests: u64, time: Duration) -> Totals {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Totals {
            uploaded: read(&self.uploaded),
            uploaded_bytes: read(&self.uploaded_bytes),
            mounted: read(&self.mounted),
            existing: read(&self.existing),
            manifests: read(&self.manifests),
            requests,
            time,
        }
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}
