//! Packages that cannot be installed at all, conflicts or not: a relation of theirs is met by nothing, or only by such packages.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result;

use super::pool::{Id, Pool};

/// See the module.
pub(super) struct Hopeless {
    /// The number of the relation that nothing meets. What could have met it was found hopeless before, so the way
    /// from cause to cause ends.
    causes: BTreeMap<Id, usize>,
}

impl Hopeless {
    /// Judges all that the requested packages could need.
    pub(super) fn find(pool: &Pool<'_>, requested: &[Id]) -> Result<Self> {
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
        let mut hopeless = Self {
            causes: BTreeMap::new(),
        };
        while hopeless.round(pool, &reached)? {}
        Ok(hopeless)
    }

    /// Judges each package once more; whether anything was found.
    fn round(&mut self, pool: &Pool<'_>, reached: &BTreeSet<Id>) -> Result<bool> {
        let mut found = Vec::new();
        for id in reached.iter().filter(|id| !self.is(**id)) {
            let relations = pool.relations(*id)?;
            let cause = relations.depends.iter().position(|group| {
                !group.is_given_up() && group.solutions().all(|solution| self.is(solution))
            });
            found.extend(cause.map(|number| (*id, number)));
        }
        let any = !found.is_empty();
        self.causes.extend(found);
        Ok(any)
    }

    pub(super) fn is(&self, id: Id) -> bool {
        self.causes.contains_key(&id)
    }

    /// The number of the relation because of which a package is hopeless.
    pub(super) fn cause(&self, id: Id) -> Option<usize> {
        self.causes.get(&id).copied()
    }
}
