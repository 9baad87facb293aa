//! What must be installed whatever is chosen: the requested packages, and each only solution of a relation of such a
//! package. It ends where that contradicts itself.

use std::collections::{BTreeMap, VecDeque};

use blob::Result;

use super::hopeless::Hopeless;
use super::pool::{Id, Pool};
use crate::Relation;

/// Why it cannot be.
#[derive(Clone, Copy)]
pub(super) enum Contradiction {
    /// Two packages must be there, and the first excludes the second.
    Pair(Id, Id),
    /// All that meets the relation of this number is excluded.
    Nothing(Id, usize),
}

/// See the module.
pub(super) struct Forced<'u> {
    /// Package → who needs it, by which relation; none for the requested ones.
    why: BTreeMap<Id, Option<(Id, &'u Relation)>>,
    pub(super) contradiction: Option<Contradiction>,
}

/// Follows what must be.
pub(super) fn forced<'u>(
    pool: &Pool<'u>,
    requested: &[Id],
    hopeless: &Hopeless,
) -> Result<Forced<'u>> {
    let mut forced = Forced {
        why: requested.iter().map(|id| (*id, None)).collect(),
        contradiction: None,
    };
    let mut queue: VecDeque<Id> = requested.iter().copied().collect();
    // Each package is looked at when it joins, and all again when a round has found nothing new to join.
    loop {
        while let Some(id) = queue.pop_front() {
            if let Some((one, other)) = forced.excluded(pool, id)? {
                forced.contradiction = Some(Contradiction::Pair(one, other));
                return Ok(forced);
            }
            if forced.follow(pool, id, hopeless, &mut queue)? {
                return Ok(forced);
            }
        }
        let all: Vec<Id> = forced.why.keys().copied().collect();
        for id in all {
            if forced.follow(pool, id, hopeless, &mut queue)? {
                return Ok(forced);
            }
        }
        if queue.is_empty() {
            return Ok(forced);
        }
    }
}

impl<'u> Forced<'u> {
    /// Adds the only solutions of a package's relations; true where one has none.
    fn follow(
        &mut self,
        pool: &Pool<'u>,
        id: Id,
        hopeless: &Hopeless,
        queue: &mut VecDeque<Id>,
    ) -> Result<bool> {
        for (number, group) in pool.relations(id)?.depends.iter().enumerate() {
            let met = group
                .solutions()
                .any(|solution| self.why.contains_key(&solution));
            if met || group.is_given_up() {
                continue;
            }
            let mut left: Vec<Id> = Vec::new();
            for solution in group.solutions() {
                let out = hopeless.is(solution) || left.contains(&solution);
                if !out && self.excluded(pool, solution)?.is_none() {
                    left.push(solution);
                }
            }
            match left[..] {
                [] => {
                    // With one solution only, the pair itself says more.
                    let mut solutions = group.solutions();
                    if let (Some(only), None) = (solutions.next(), solutions.next()) {
                        self.why.insert(only, Some((id, group.relation)));
                        queue.push_front(only);
                        continue;
                    }
                    self.contradiction = Some(Contradiction::Nothing(id, number));
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

    /// The pair of a package and one that must be there, the one that excludes the other first.
    pub(super) fn excluded(&self, pool: &Pool<'u>, id: Id) -> Result<Option<(Id, Id)>> {
        let relations = pool.relations(id)?;
        let mut enemies = relations.conflicts.iter().flat_map(|atom| &atom.solutions);
        if let Some(enemy) = enemies.find(|enemy| self.why.contains_key(enemy)) {
            return Ok(Some((id, *enemy)));
        }
        for other in self.why.keys() {
            let relations = pool.relations(*other)?;
            let mut enemies = relations.conflicts.iter().flat_map(|atom| &atom.solutions);
            if enemies.any(|enemy| *enemy == id) {
                return Ok(Some((*other, id)));
            }
        }
        Ok(None)
    }

    /// Adds a clause for each step from a requested package to this one.
    pub(super) fn chain(&self, pool: &Pool<'u>, id: Id, clauses: &mut Vec<String>) {
        let mut steps = Vec::new();
        let mut at = id;
        while let Some(Some((parent, relation))) = self.why.get(&at) {
            steps.push(format!("{} needs `{relation}`", self.named(pool, *parent)));
            at = *parent;
        }
        clauses.extend(steps.into_iter().rev());
    }

    /// A package's name, and whether it was asked for.
    pub(super) fn named(&self, pool: &Pool<'u>, id: Id) -> String {
        match self.why.get(&id) {
            Some(None) => format!("`{}` (requested)", pool.name(id)),
            _ => format!("`{}`", pool.name(id)),
        }
    }
}
