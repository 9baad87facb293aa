//! Runs the same operation for many items on a few threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::OnceLock;
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

/// Calls `work` for each item, and returns the results in the order of the items.
pub(crate) fn map<T: Sync, R: Send + Sync>(
    jobs: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let slots = items.iter().map(|item| (item, OnceLock::new()));
    let slots: Vec<(&T, OnceLock<R>)> = slots.collect();
    for_each(jobs, &slots, |(item, slot)| {
        let _ = slot.set(work(item));
    });
    let results = slots.into_iter();
    results.filter_map(|(_, slot)| slot.into_inner()).collect()
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
        assert_eq!(map(3, &[1, 2, 3, 4, 5], |item| item * 2), [2, 4, 6, 8, 10]);
    }
}
