//! The packages that every consistent set contains: the requested ones, and each only solution of a relation of such a
//! package. The search ends at a contradiction.

use std::collections::{BTreeMap, VecDeque};

use apt_archive::Relation;
use blob::Result;

use crate::pool::{Id, Pool};
use crate::uninstallable::Uninstallable;

/// The reason why no consistent set exists.
#[derive(Clone, Copy)]
pub(crate) enum Contradiction {
    /// Both packages must be installed, and the first conflicts with the second.
    Pair(Id, Id),
    /// All solutions of the relation with this number are excluded.
    Exhausted(Id, usize),
}

/// The packages that every consistent set contains.
pub(crate) struct RequiredPackages<'u> {
    /// Package → the package that needs it and the relation; `None` for a requested package.
    why: BTreeMap<Id, Option<(Id, &'u Relation)>>,
    pub(crate) contradiction: Option<Contradiction>,
}

/// Collects the packages that must be installed.
pub(crate) fn required<'u>(
    pool: &Pool<'u>,
    requested: &[Id],
    uninstallable: &Uninstallable,
) -> Result<RequiredPackages<'u>> {
    let mut required = RequiredPackages {
        why: requested.iter().map(|id| (*id, None)).collect(),
        contradiction: None,
    };
    let mut queue: VecDeque<Id> = requested.iter().copied().collect();
    // Each package is examined when it is added. All are examined again after a round that adds no package.
    loop {
        while let Some(id) = queue.pop_front() {
            if let Some((one, other)) = required.excluded(pool, id)? {
                required.contradiction = Some(Contradiction::Pair(one, other));
                return Ok(required);
            }
            if required.follow(pool, id, uninstallable, &mut queue)? {
                return Ok(required);
            }
        }
        let all: Vec<Id> = required.why.keys().copied().collect();
        for id in all {
            if required.follow(pool, id, uninstallable, &mut queue)? {
                return Ok(required);
            }
        }
        if queue.is_empty() {
            return Ok(required);
        }
    }
}

impl<'u> RequiredPackages<'u> {
    /// Adds the only solutions of a package's relations. Returns true if a relation has no solution.
    fn follow(
        &mut self,
        pool: &Pool<'u>,
        id: Id,
        uninstallable: &Uninstallable,
        queue: &mut VecDeque<Id>,
    ) -> Result<bool> {
        for (number, group) in pool.relations(id)?.depends.iter().enumerate() {
            let met = group
                .solutions()
                .any(|solution| self.why.contains_key(&solution));
            if met || group.needs_excluded() {
                continue;
            }
            let mut left: Vec<Id> = Vec::new();
            for solution in group.solutions() {
                let out = uninstallable.is(solution) || left.contains(&solution);
                if !out && self.excluded(pool, solution)?.is_none() {
                    left.push(solution);
                }
            }
            match left[..] {
                [] => {
                    // If there is only one solution, the conflicting pair is the better explanation.
                    let mut solutions = group.solutions();
                    if let (Some(only), None) = (solutions.next(), solutions.next()) {
                        self.why.insert(only, Some((id, group.relation)));
                        queue.push_front(only);
                        continue;
                    }
                    self.contradiction = Some(Contradiction::Exhausted(id, number));
                    return Ok(true);
                }
                [only] => {
                    self.why.insert(only, Some((id, group.relation)));
                    queue.push_back(only);
                }
                _ => {}
            }
        }
        Ok(false)
    }

    /// Returns the conflict between a package and one that must be installed: first the package that declares it.
    pub(crate) fn excluded(&self, pool: &Pool<'u>, id: Id) -> Result<Option<(Id, Id)>> {
        let relations = pool.relations(id)?;
        let mut conflicting = relations.conflicts.iter().flat_map(|atom| &atom.solutions);
        if let Some(other) = conflicting.find(|other| self.why.contains_key(other)) {
            return Ok(Some((id, *other)));
        }
        for required in self.why.keys() {
            let relations = pool.relations(*required)?;
            let mut conflicting = relations.conflicts.iter().flat_map(|atom| &atom.solutions);
            if conflicting.any(|other| *other == id) {
                return Ok(Some((*required, id)));
            }
        }
        Ok(None)
    }

    /// Adds a clause for each step from a requested package to this one.
    pub(crate) fn chain(&self, pool: &Pool<'u>, id: Id, clauses: &mut Vec<String>) {
        let mut steps = Vec::new();
        let mut at = id;
        while let Some(Some((parent, relation))) = self.why.get(&at) {
            steps.push(format!("{} needs `{relation}`", self.named(pool, *parent)));
            at = *parent;
        }
        clauses.extend(steps.into_iter().rev());
    }

    /// The name of a package, marked if it was requested.
    pub(crate) fn named(&self, pool: &Pool<'u>, id: Id) -> String {
        match self.why.get(&id) {
            Some(None) => format!("`{}` (requested)", pool.name(id)),
            _ => format!("`{}`", pool.name(id)),
        }
    }
}
