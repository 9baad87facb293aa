//! The operations that failed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use blob::Error;

/// Failed operations after which a repository gets no further request.
const GIVEN_UP: usize = 3;

/// The failures of all repositories, each message once.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<BTreeMap<String, Error>>);

impl Failures {
    pub(super) fn add(&self, error: Error) {
        let mut errors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        errors.entry(error.to_string()).or_insert(error);
    }

    /// The failures, by their messages.
    pub(super) fn into_errors(self) -> Vec<Error> {
        let errors = self.0.into_inner();
        let errors = errors.unwrap_or_else(PoisonError::into_inner);
        errors.into_values().collect()
    }
}

/// The number of failures of one repository. One that fails again and again is given up, because each request to a
/// registry that is down takes minutes.
#[derive(Debug, Default)]
pub(super) struct Breaker(AtomicUsize);

impl Breaker {
    pub(super) fn fail(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn is_open(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= GIVEN_UP
    }
}
