//! Which provider apt prefers.

use std::cmp::{Ordering, Reverse};

use super::pool::{Id, Pool};
use crate::Alternative;

/// Sorts what meets an alternative as apt 2.6 does where nothing is installed: what must stay first, then the package
/// of that very name, then essential and protected ones, then by `Priority` (a package without one before all), and at
/// last the one whose name apt met later.
pub(super) fn sort(
    pool: &Pool<'_>,
    alternative: &Alternative,
    mut solutions: Vec<Id>,
    protected: impl Fn(Id) -> bool,
) -> Vec<Id> {
    if solutions.len() < 2 {
        return solutions;
    }
    let plain = alternative.qualifier.is_none();
    let key = |id: &Id| {
        let package = pool.package(*id);
        (
            !protected(*id),
            !(plain && package.name == alternative.name),
            !package.essential,
            !package.protected,
            package.priority,
        )
    };
    solutions.sort_by(|a, b| match key(a).cmp(&key(b)) {
        Ordering::Equal => Reverse(pool.mention(*a)).cmp(&Reverse(pool.mention(*b))),
        decided => decided,
    });
    solutions
}
