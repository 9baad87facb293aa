//! The solutions of a relation, in apt's order. An alternative is sorted only after the earlier ones have failed,
//! because the order of first mention requires a search in the indexes.

use std::collections::{BTreeSet, VecDeque};

use crate::order::sort;
use crate::pool::{Group, Id};
use crate::state::State;

/// Iterates over the solutions of one relation.
#[derive(Default)]
pub(crate) struct Choices {
    /// The alternatives that are not sorted yet: number and solutions.
    ahead: VecDeque<(usize, Vec<Id>)>,
    /// The packages that were protected when the relation was opened. apt sorts by that state.
    protected: BTreeSet<Id>,
    sorted: VecDeque<Id>,
    /// Whether there is exactly one solution.
    pub(crate) only: bool,
}

impl Choices {
    /// Collects the solutions that are usable now.
    pub(crate) fn of(state: &State<'_, '_>, group: &Group<'_>) -> Self {
        let mut choices = Self::default();
        let mut all = BTreeSet::new();
        for (number, atom) in group.atoms.iter().enumerate() {
            let usable = atom
                .solutions
                .iter()
                .copied()
                .filter(|id| state.is_usable(*id));
            let usable: Vec<Id> = usable.collect();
            all.extend(usable.iter().copied());
            choices.ahead.push_back((number, usable));
        }
        choices.only = all.len() == 1;
        choices.protected = all
            .into_iter()
            .filter(|id| state.is_protected(*id))
            .collect();
        choices
    }

    /// Returns the next solution to try.
    pub(crate) fn next(&mut self, state: &State<'_, '_>, group: &Group<'_>) -> Option<Id> {
        while self.sorted.is_empty() {
            let (number, solutions) = self.ahead.pop_front()?;
            let alternative = group.atoms.get(number)?.alternative;
            let protected = |id| self.protected.contains(&id);
            self.sorted = sort(state.pool, alternative, solutions, protected).into();
        }
        self.sorted.pop_front()
    }
}
