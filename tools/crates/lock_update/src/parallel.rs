//! Runs work on several threads.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
use std::thread;

use blob::Result;

/// The largest number of threads. Each architecture holds some 60 MB of indexes in memory, and more threads are not
/// faster.
const MAX_THREADS: usize = 4;

/// Calls `run` for each item, on at most one thread for each processor. The results are in the order of the items.
pub(crate) fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    run: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let results: Mutex<BTreeMap<usize, Result<R>>> = Mutex::default();
    let work = || loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(item) = items.get(at) else { break };
        let result = run(item);
        let mut results = results.lock().unwrap_or_else(|broken| broken.into_inner());
        results.insert(at, result);
    };
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        for _ in 1..threads.min(items.len()).min(MAX_THREADS) {
            scope.spawn(work);
        }
        work();
    });
    let results = results.into_inner();
    let results = results.unwrap_or_else(|broken| broken.into_inner());
    results.into_values().collect()
}
