//! The one permit of the process to decode with several threads.

use std::sync::atomic::{AtomicBool, Ordering};

static TAKEN: AtomicBool = AtomicBool::new(false);

/// The permit, until it is dropped.
///
/// Threads and their memory are a budget of the process, not of a request: a worker with several requests uses its
/// processors already.
pub(crate) struct Permit(());

impl Permit {
    /// Takes the permit. `None` if another decoder has it.
    pub(crate) fn take() -> Option<Self> {
        (!TAKEN.swap(true, Ordering::Acquire)).then_some(Self(()))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        TAKEN.store(false, Ordering::Release);
    }
}
