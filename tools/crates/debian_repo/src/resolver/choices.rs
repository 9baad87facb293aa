//! What may meet a relation, in apt's order. An alternative is sorted when those before it have failed: where nothing but
//! the order of first mention tells providers apart, sorting means searching the indexes.

use std::collections::{BTreeSet, VecDeque};

use super::order::sort;
use super::pool::{Group, Id};
use super::state::State;

/// See the module.
#[derive(Default)]
pub(super) struct Choices {
    /// By alternative, not sorted.
    ahead: VecDeque<(usize, Vec<Id>)>,
    /// What was protected when the relation was opened; apt's order is of that moment.
    protected: BTreeSet<Id>,
    sorted: VecDeque<Id>,
    /// Whether there is one only.
    pub(super) only: bool,
}

impl Choices {
    /// What may meet a relation at this moment.
    pub(super) fn of(state: &State<'_, '_>, group: &Group<'_>) -> Self {
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

    /// The next to try.
    pub(super) fn next(&mut self, state: &State<'_, '_>, group: &Group<'_>) -> Option<Id> {
        while self.sorted.is_empty() {
            let (number, solutions) = self.ahead.pop_front()?;
            let alternative = group.atoms.get(number)?.alternative;
            let protected = |id| self.protected.contains(&id);
            self.sorted = sort(state.pool, alternative, solutions, protected).into();
        }
        self.sorted.pop_front()
    }
}
