//! Packages that cannot be installed even without conflicts: one of their relations has no solution, or only solutions
//! of this kind.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result;

use crate::pool::{Id, Pool};

/// The packages that cannot be installed.
pub(crate) struct Uninstallable {
    /// Package → the number of the relation without a solution. Its solutions were found earlier, so a chain of causes
    /// ends.
    causes: BTreeMap<Id, usize>,
}

impl Uninstallable {
    /// Examines all packages that the requested ones could need.
    pub(crate) fn find(pool: &Pool<'_>, requested: &[Id]) -> Result<Self> {
        let mut reached: BTreeSet<Id> = requested.iter().copied().collect();
        let mut stack = requested.to_vec();
        while let Some(id) = stack.pop() {
            for group in &pool.relations(id)?.depends {
                stack.extend(
                    group
                        .solutions()
                        .filter(|solution| reached.insert(*solution)),
                );
            }
        }
        let mut uninstallable = Self {
            causes: BTreeMap::new(),
        };
        while uninstallable.round(pool, &reached)? {}
        Ok(uninstallable)
    }

    /// Examines each package again. Returns whether one was added.
    fn round(&mut self, pool: &Pool<'_>, reached: &BTreeSet<Id>) -> Result<bool> {
        let mut found = Vec::new();
        for id in reached.iter().filter(|id| !self.is(**id)) {
            let relations = pool.relations(*id)?;
            let cause = relations.depends.iter().position(|group| {
                !group.needs_excluded() && group.solutions().all(|solution| self.is(solution))
            });
            found.extend(cause.map(|number| (*id, number)));
        }
        let any = !found.is_empty();
        self.causes.extend(found);
        Ok(any)
    }

    pub(crate) fn is(&self, id: Id) -> bool {
        self.causes.contains_key(&id)
    }

    /// The number of the relation because of which a package cannot be installed.
    pub(crate) fn cause(&self, id: Id) -> Option<usize> {
        self.causes.get(&id).copied()
    }
}
