//! Runs the same operation for many items on a few threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Calls `work` for each item, in order, with at most `jobs` calls at the same time.
pub(super) fn for_each<T: Sync>(jobs: usize, items: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let run = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item);
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs.min(items.len()) {
            scope.spawn(run);
        }
        run();
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn each_item_is_used_once() {
        let items: Vec<u64> = (0..1000).collect();
        for jobs in [0, 1, 7, 2000] {
            let sum = AtomicU64::new(0);
            for_each(jobs, &items, |item| {
                sum.fetch_add(*item, Ordering::Relaxed);
            });
            assert_eq!(sum.into_inner(), 499_500);
        }
        for_each(4, &[], |_: &u64| unreachable!());
    }
}
