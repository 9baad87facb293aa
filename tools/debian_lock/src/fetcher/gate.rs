//! Limits concurrency by key: requests to a host, downloads of a file.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A semaphore for each key.
#[derive(Debug)]
pub(super) struct Gate {
    limit: usize,
    inside: Mutex<HashMap<String, usize>>,
    left: Condvar,
}

/// A permit. Dropping it releases the slot.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    key: String,
}

impl Gate {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            inside: Mutex::default(),
            left: Condvar::new(),
        }
    }

    /// Waits until fewer than `limit` permits exist for the key.
    pub(super) fn enter(&self, key: &str) -> Pass<'_> {
        let mut inside = self.lock();
        while inside.get(key).is_some_and(|count| *count >= self.limit) {
            inside = self
                .left
                .wait(inside)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *inside.entry(key.to_owned()).or_default() += 1;
        Pass {
            gate: self,
            key: key.to_owned(),
        }
    }

    /// A poisoned lock is harmless: no code panics between two changes of the counts, so they are always correct.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut inside = self.gate.lock();
        let left = inside.get(&self.key).map_or(0, |count| count - 1);
        match left {
            0 => inside.remove(&self.key),
            left => inside.insert(self.key.clone(), left),
        };
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_more_than_the_limit_are_inside() {
        let gate = Gate::new(3);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let _other = [gate.enter("b"), gate.enter("b"), gate.enter("b")];
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    let _pass = gate.enter("a");
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(5));
                    inside.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 3);
        assert!(!gate.lock().contains_key("a"));
    }
}
