//! The order in which apt prefers providers.

use std::cmp::{Ordering, Reverse};

use apt_archive::Alternative;

use crate::pool::{Id, Pool};

/// Sorts the solutions of an alternative as apt 2.6 does if no package is installed: protected packages of the walk
/// first, then the package with this name, then essential packages, then those with `Protected: yes`, then by
/// `Priority` (a package without one before all others), and last the one whose name apt reads later.
pub(crate) fn sort(
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
