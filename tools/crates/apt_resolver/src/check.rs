//! Checks a set of packages against their relations alone, independently of the walk and of the solver.

use std::collections::{BTreeSet, VecDeque};

use blob::Result;

use crate::pool::{Id, Pool};

/// The reason why a set is not consistent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A requested package is not in the set.
    Missing(Id),
    /// The package's relation with this number is not satisfied.
    Unmet(Id, usize),
    /// The first conflicts with the second.
    Conflict(Id, Id),
}

/// The first fault of a set, in the order of the ids; `None` if the set is consistent.
pub(crate) fn fault(
    pool: &Pool<'_>,
    requested: &[Id],
    set: &BTreeSet<Id>,
) -> Result<Option<Fault>> {
    if let Some(missing) = requested.iter().find(|id| !set.contains(id)) {
        return Ok(Some(Fault::Missing(*missing)));
    }
    for id in set {
        let relations = pool.relations(*id)?;
        let unmet = relations.depends.iter().position(|group| {
            let met = group.solutions().any(|solution| set.contains(&solution));
            !met && !group.needs_excluded()
        });
        if let Some(number) = unmet {
            return Ok(Some(Fault::Unmet(*id, number)));
        }
        let mut conflicting = relations.conflicts.iter().flat_map(|atom| &atom.solutions);
        if let Some(other) = conflicting.find(|other| set.contains(other)) {
            return Ok(Some(Fault::Conflict(*id, *other)));
        }
    }
    Ok(None)
}

/// The part of a set that the requested packages need: every package that satisfies one of their relations, and so on.
pub(crate) fn needed(
    pool: &Pool<'_>,
    requested: &[Id],
    set: &BTreeSet<Id>,
) -> Result<BTreeSet<Id>> {
    let mut queue: VecDeque<Id> = requested
        .iter()
        .copied()
        .filter(|id| set.contains(id))
        .collect();
    let mut needed: BTreeSet<Id> = queue.iter().copied().collect();
    while let Some(id) = queue.pop_front() {
        for group in &pool.relations(id)?.depends {
            for solution in group.solutions() {
                if set.contains(&solution) && needed.insert(solution) {
                    queue.push_back(solution);
                }
            }
        }
    }
    Ok(needed)
}
