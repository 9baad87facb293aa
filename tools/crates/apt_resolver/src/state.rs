//! The state of apt's algorithm: its facts about each candidate.

use std::collections::HashMap;

use blob::Result;

use crate::pool::{Atom, Group, Id, Pool, Target};

/// The facts about all candidates. The clock advances with each change, because apt remembers whether a relation *can*
/// be satisfied, and checks again only after a change of a package with the relation's name or of one that provides it.
pub(crate) struct State<'p, 'u> {
    pub(crate) pool: &'p Pool<'u>,
    marks: Vec<Facts>,
    looked: HashMap<Target, u32>,
    clock: u32,
}

#[derive(Clone, Copy, Default)]
struct Facts {
    install: bool,
    protected: bool,
    /// The time at which it stopped being a candidate.
    discarded: Option<u32>,
}

impl<'p, 'u> State<'p, 'u> {
    pub(crate) fn new(pool: &'p Pool<'u>) -> Self {
        Self {
            pool,
            marks: Vec::new(),
            looked: HashMap::new(),
            clock: 1,
        }
    }

    fn facts(&self, id: Id) -> Facts {
        self.marks.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn facts_mut(&mut self, id: Id) -> &mut Facts {
        if self.marks.len() <= id.0 as usize {
            self.marks.resize(self.pool.len(), Facts::default());
        }
        &mut self.marks[id.0 as usize]
    }

    pub(crate) fn is_installed(&self, id: Id) -> bool {
        self.facts(id).install
    }

    pub(crate) fn is_protected(&self, id: Id) -> bool {
        self.facts(id).protected
    }

    pub(crate) fn is_candidate(&self, id: Id) -> bool {
        self.facts(id).discarded.is_none()
    }

    /// Whether it is marked or can be marked: it is a candidate, and not protected against installation.
    pub(crate) fn is_usable(&self, id: Id) -> bool {
        self.is_candidate(id) && (!self.is_protected(id) || self.is_installed(id))
    }

    /// All packages that are marked for installation.
    pub(crate) fn installed(&self) -> Vec<Id> {
        let ids = (0..self.marks.len() as u32).map(Id);
        ids.filter(|id| self.is_installed(*id)).collect()
    }

    pub(crate) fn protect(&mut self, id: Id, protected: bool) {
        self.facts_mut(id).protected = protected;
    }

    pub(crate) fn install(&mut self, id: Id, install: bool) {
        self.facts_mut(id).install = install;
        self.look_again(id);
    }

    pub(crate) fn discard(&mut self, id: Id) {
        self.clock += 1;
        let clock = self.clock;
        self.facts_mut(id).discarded.get_or_insert(clock);
    }

    /// Makes apt check again the relations to the package's name and to the names that its candidate provides.
    fn look_again(&mut self, id: Id) {
        self.clock += 1;
        let package = self.pool.package(id);
        let mut names = vec![package.name.as_str()];
        if self.is_candidate(id) {
            names.extend(
                package
                    .provides
                    .iter()
                    .map(|provided| provided.name.as_str()),
            );
        }
        for name in names {
            for any in [false, true] {
                let target = self.pool.target(name, any);
                self.looked.insert(target, self.clock);
            }
        }
    }

    /// Whether a package that is marked for installation satisfies an alternative.
    pub(crate) fn meets(&self, atom: &Atom<'_>) -> bool {
        atom.solutions.iter().any(|id| self.is_installed(*id))
    }

    pub(crate) fn is_met(&self, group: &Group<'_>) -> bool {
        group.atoms.iter().any(|atom| self.meets(atom))
    }

    /// Whether a candidate could satisfy an alternative when apt last checked.
    pub(crate) fn could_meet(&self, atom: &Atom<'_>) -> bool {
        let looked = self.looked.get(&atom.target).copied().unwrap_or(0);
        let then = |id: &Id| self.facts(*id).discarded.is_none_or(|when| when > looked);
        atom.solutions.iter().any(then)
    }

    /// Whether a package that is marked for installation has an unsatisfied relation, or conflicts with another marked
    /// one.
    pub(crate) fn is_broken(&self, id: Id) -> Result<bool> {
        if !self.is_installed(id) {
            return Ok(false);
        }
        let relations = self.pool.relations(id)?;
        let unmet = relations
            .depends
            .iter()
            .any(|group| !self.is_met(group) && !group.needs_excluded());
        Ok(unmet || relations.conflicts.iter().any(|atom| self.meets(atom)))
    }
}
