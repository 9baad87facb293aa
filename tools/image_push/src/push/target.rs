//! The state of a run: what is known about each repository.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use blob::{Blob, Digest, Error};
use registry::{Repository, RepositoryClient};
use transfer::Progress;

use super::failures::{Breaker, Failures};
use super::publication::{Options, PushedImage, Tag};
use super::summary::Outcome;
use super::totals::Counters;

/// The parts that all steps of a run share.
pub(super) struct Context<'a> {
    pub(super) options: &'a Options,
    pub(super) progress: &'a Progress,
    pub(super) failures: Failures,
    pub(super) counters: Counters,
    /// Repositories from which the registry did not mount a blob. It is not asked again: each question begins an upload.
    pub(super) refused: Mutex<HashSet<Repository>>,
}

/// A repository of a run.
pub(super) struct Target<'a> {
    pub(super) client: RepositoryClient<'a>,
    breaker: Breaker,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Whether the repository has no tag.
    is_new: bool,
    /// Manifests that exist, with all content below them.
    manifests: HashSet<Digest>,
    /// Blobs that exist.
    blobs: HashSet<Digest>,
    /// Manifests and blobs that could not be stored.
    failed: HashSet<Digest>,
    /// Blobs that were looked up and found.
    found: usize,
    /// Blobs that were looked up and not found.
    missed: usize,
}

/// A tag to push, or an image without a tag.
pub(super) struct Item<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) image: &'a PushedImage<'a>,
    pub(super) tag: Option<&'a Tag>,
    pub(super) root: Blob,
    /// Not set while the tag is to be written.
    pub(super) outcome: OnceLock<Outcome>,
}

impl<'a> Target<'a> {
    pub(super) fn new(client: RepositoryClient<'a>) -> Self {
        Self {
            client,
            breaker: Breaker::default(),
            state: Mutex::default(),
        }
    }

    pub(super) fn repository(&self) -> &Repository {
        self.client.name()
    }

    /// Whether the repository gets no further request, because too many have failed.
    pub(super) fn is_given_up(&self) -> bool {
        self.breaker.is_open()
    }

    /// Records an operation that failed, and the content that is missing for this reason.
    pub(super) fn fail(&self, failures: &Failures, error: Error, digest: Option<Digest>) {
        failures.add(error);
        self.breaker.fail();
        if let Some(digest) = digest {
            self.set_failed(digest);
        }
    }

    pub(super) fn set_failed(&self, digest: Digest) {
        self.lock().failed.insert(digest);
    }

    pub(super) fn has_failed(&self, digest: Digest) -> bool {
        self.lock().failed.contains(&digest)
    }

    pub(super) fn set_new(&self) {
        self.lock().is_new = true;
    }

    pub(super) fn is_new(&self) -> bool {
        self.lock().is_new
    }

    pub(super) fn add_manifest(&self, digest: Digest) {
        self.lock().manifests.insert(digest);
    }

    pub(super) fn has_manifest(&self, digest: Digest) -> bool {
        self.lock().manifests.contains(&digest)
    }

    pub(super) fn add_blob(&self, digest: Digest) {
        self.lock().blobs.insert(digest);
    }

    pub(super) fn has_blob(&self, digest: Digest) -> bool {
        self.lock().blobs.contains(&digest)
    }

    /// Records whether a blob that was looked up exists.
    pub(super) fn looked_up(&self, digest: Digest, exists: bool) {
        let mut state = self.lock();
        if exists {
            state.found += 1;
            state.blobs.insert(digest);
        } else {
            state.missed += 1;
        }
    }

    /// Whether a blob may exist. A repository without tags may have blobs of a push that was stopped, but only if it has
    /// one of the first ones: pushes send blobs in one order. `first` is their number.
    pub(super) fn may_have_blobs(&self, first: usize) -> bool {
        let state = self.lock();
        !state.is_new || state.found > 0 || state.missed < first
    }

    /// No code panics between two changes of the state, so a poisoned lock is harmless.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Item<'_> {
    pub(super) fn is_open(&self) -> bool {
        self.outcome.get().is_none()
    }

    /// Sets the outcome; a second outcome has no effect.
    pub(super) fn set(&self, outcome: Outcome) {
        let _ = self.outcome.set(outcome);
    }
}
