//! Limits concurrency by key: requests to a host, downloads of a file.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A semaphore for each key.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: usize,
    counts: Mutex<HashMap<String, usize>>,
    released: Condvar,
}

/// A permit. Dropping it releases the slot.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    limiter: &'a Limiter,
    key: String,
}

impl Limiter {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            counts: Mutex::default(),
            released: Condvar::new(),
        }
    }

    /// Waits until fewer than `limit` permits exist for the key.
    pub(crate) fn acquire(&self, key: &str) -> Permit<'_> {
        let mut counts = self.lock();
        while counts.get(key).is_some_and(|count| *count >= self.limit) {
            counts = self
                .released
                .wait(counts)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *counts.entry(key.to_owned()).or_default() += 1;
        Permit {
            limiter: self,
            key: key.to_owned(),
        }
    }

    /// A poisoned lock is harmless: no code panics between two changes of the counts, so they are always correct.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut counts = self.limiter.lock();
        let others = counts.get(&self.key).map_or(0, |count| count - 1);
        match others {
            0 => counts.remove(&self.key),
            others => counts.insert(self.key.clone(), others),
        };
        self.limiter.released.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn permits_do_not_exceed_the_limit() {
        let limiter = Limiter::new(3);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let _other = [
            limiter.acquire("b"),
            limiter.acquire("b"),
            limiter.acquire("b"),
        ];
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    let _permit = limiter.acquire("a");
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(5));
                    inside.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 3);
        assert!(!limiter.lock().contains_key("a"));
    }
}
