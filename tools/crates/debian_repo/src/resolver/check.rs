//! Whether a set of packages holds together, judged anew from the relations alone: the walk and the solver are not
//! believed.

use std::collections::{BTreeSet, VecDeque};

use blob::Result;

use super::pool::{Id, Pool};

/// What is wrong with a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A package is not in it that was asked for.
    Missing(Id),
    /// The package's relation of this number is not met.
    Unmet(Id, usize),
    /// The first conflicts with the second.
    Conflict(Id, Id),
}

/// The first fault of a set, by the order of the ids; none where it holds together.
pub(super) fn fault(
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
            !met && !group.is_given_up()
        });
        if let Some(number) = unmet {
            return Ok(Some(Fault::Unmet(*id, number)));
        }
        let mut enemies = relations.conflicts.iter().flat_map(|atom| &atom.solutions);
        if let Some(enemy) = enemies.find(|enemy| set.contains(enemy)) {
            return Ok(Some(Fault::Conflict(*id, *enemy)));
        }
    }
    Ok(None)
}

/// The part of a set that the requested packages need: all that meets a relation of theirs, and of those, and so on.
pub(super) fn needed(
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
