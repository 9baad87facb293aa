//! The steps of apt's algorithm that mark and unmark packages.

use blob::Result;

use crate::pool::{Id, Relations};
use crate::state::State;

impl State<'_, '_> {
    /// Returns false if the package must not be marked, true if it needs no mark, and `None` otherwise.
    pub(crate) fn settled(&mut self, id: Id, requested: bool) -> Result<Option<bool>> {
        let state = &*self;
        if !requested && !state.is_installed(id) && state.is_protected(id) {
            return Ok(Some(false));
        }
        if !state.is_candidate(id) {
            return Ok(Some(false));
        }
        let fine = !state.is_protected(id) && state.is_installed(id) && !state.is_broken(id)?;
        Ok(fine.then_some(true))
    }

    /// Marks a package without its dependencies.
    pub(crate) fn mark_alone(&mut self, id: Id, requested: bool) -> Result<bool> {
        if let Some(settled) = self.settled(id, requested)? {
            return Ok(settled);
        }
        self.mark(id);
        Ok(true)
    }

    pub(crate) fn mark(&mut self, id: Id) {
        if !(self.is_protected(id) && self.is_installed(id)) {
            self.install(id, true);
        }
    }

    /// Whether each relation can be satisfied. If not, the package stops being a candidate.
    pub(crate) fn is_possible(&mut self, id: Id, relations: &Relations<'_>) -> bool {
        let state = &*self;
        let possible = relations.depends.iter().all(|group| {
            let mut atoms = group.atoms.iter();
            group.needs_excluded() || atoms.any(|atom| state.meets(atom) || state.could_meet(atom))
        });
        if !possible && !self.is_protected(id) {
            self.discard(id);
        }
        possible
    }

    /// Unmarks packages in conflict with this one. If this one is protected, they are never marked again.
    pub(crate) fn set_conflicts_aside(
        &mut self,
        relations: &Relations<'_>,
        protected: bool,
        requested: bool,
    ) -> bool {
        let persist = protected || requested;
        let conflicts = relations.conflicts.iter();
        let open: Vec<_> = conflicts
            .filter(|atom| protected || self.meets(atom))
            .collect();
        let mut all = true;
        for atom in open {
            for id in &atom.solutions {
                if !self.is_candidate(*id) {
                    continue;
                }
                if self.is_installed(*id) && self.is_protected(*id) {
                    all = false;
                    if !persist {
                        return false;
                    }
                    continue;
                }
                if self.is_installed(*id) {
                    self.install(*id, false);
                }
                if protected {
                    self.discard(*id);
                    self.protect(*id, true);
                }
            }
        }
        all
    }
}
