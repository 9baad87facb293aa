//! The candidates that a resolution has seen so far, and the relations that they satisfy.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use apt_archive::{Alternative, MultiArch, Package, Qualifier, Relation};
use blob::Result;

use crate::universe::{Entry, Mention, Universe};

/// A candidate: the only version of a package that this resolution may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(pub(crate) u32);

/// The target of a relation: a name, or `name:any`, which apt treats as a separate name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target(u32);

/// An alternative and its solutions.
pub(crate) struct Atom<'u> {
    pub(crate) alternative: &'u Alternative,
    pub(crate) target: Target,
    /// First the candidate with this name, then providers. For a conflict, never the package itself.
    pub(crate) solutions: Vec<Id>,
    /// Whether an excluded package would have satisfied it.
    excluded: bool,
}

/// A relation of `Depends` or `Pre-Depends`.
pub(crate) struct Group<'u> {
    pub(crate) relation: &'u Relation,
    pub(crate) atoms: Vec<Atom<'u>>,
}

/// The relations of a candidate.
pub(crate) struct Relations<'u> {
    pub(crate) depends: Vec<Group<'u>>,
    /// `Conflicts`, then `Breaks`.
    pub(crate) conflicts: Vec<Atom<'u>>,
}

impl Group<'_> {
    /// The solutions of the relation, alternative by alternative. A package may occur twice.
    pub(crate) fn solutions(&self) -> impl Iterator<Item = Id> + '_ {
        self.atoms
            .iter()
            .flat_map(|atom| atom.solutions.iter().copied())
    }

    /// Whether only excluded packages satisfy the relation. It stays unsatisfied.
    pub(crate) fn needs_excluded(&self) -> bool {
        self.atoms.iter().any(|atom| atom.excluded) && self.solutions().next().is_none()
    }
}

/// Candidates and their relations. It grows when relations are read.
pub(crate) struct Pool<'u> {
    pub(crate) universe: &'u Universe,
    chosen: HashMap<&'u str, Entry<'u>>,
    excluded: BTreeSet<String>,
    candidates: RefCell<HashMap<&'u str, Option<Id>>>,
    entries: RefCell<Vec<Entry<'u>>>,
    relations: RefCell<Vec<Option<Rc<Relations<'u>>>>>,
    targets: RefCell<HashMap<(&'u str, bool), Target>>,
    mentions: RefCell<HashMap<Id, Option<Mention>>>,
}

impl<'u> Pool<'u> {
    /// `chosen` holds packages with a requested version, which replaces apt's candidate. `excluded` packages are never
    /// chosen.
    pub(crate) fn new(
        universe: &'u Universe,
        chosen: HashMap<&'u str, Entry<'u>>,
        excluded: BTreeSet<String>,
    ) -> Self {
        Self {
            universe,
            chosen,
            excluded,
            candidates: RefCell::default(),
            entries: RefCell::default(),
            relations: RefCell::default(),
            targets: RefCell::default(),
            mentions: RefCell::default(),
        }
    }

    /// The number of candidates so far.
    pub(crate) fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    pub(crate) fn entry(&self, id: Id) -> Entry<'u> {
        self.entries.borrow()[id.0 as usize]
    }

    pub(crate) fn package(&self, id: Id) -> &'u Package {
        self.entry(id).package
    }

    pub(crate) fn name(&self, id: Id) -> &'u str {
        self.package(id).name.as_str()
    }

    /// The candidate of a package; `None` if no source has it.
    pub(crate) fn candidate(&self, name: &'u str) -> Result<Option<Id>> {
        if let Some(known) = self.candidates.borrow().get(name) {
            return Ok(*known);
        }
        let entry = match self.chosen.get(name) {
            Some(entry) => Some(*entry),
            None => self.universe.candidate(name)?,
        };
        let id = entry.map(|entry| {
            let mut entries = self.entries.borrow_mut();
            entries.push(entry);
            self.relations.borrow_mut().push(None);
            Id(entries.len() as u32 - 1)
        });
        self.candidates.borrow_mut().insert(name, id);
        Ok(id)
    }

    /// The relations of a candidate, with their solutions.
    pub(crate) fn relations(&self, id: Id) -> Result<Rc<Relations<'u>>> {
        if let Some(known) = &self.relations.borrow()[id.0 as usize] {
            return Ok(Rc::clone(known));
        }
        let package = self.package(id);
        let depends = package.depends.iter().map(|relation| {
            let atoms = relation.0.iter().map(|alternative| self.atom(alternative));
            let atoms = atoms.collect::<Result<_>>()?;
            Ok(Group { relation, atoms })
        });
        let depends = depends.collect::<Result<_>>()?;
        let conflicts = package.conflicts.iter().chain(&package.breaks);
        let conflicts = conflicts.map(|alternative| {
            let mut atom = self.atom(alternative)?;
            // A package conflicts neither with itself nor with the names that it provides (Policy 7.4).
            atom.solutions.retain(|solution| *solution != id);
            Ok(atom)
        });
        let conflicts = conflicts.collect::<Result<_>>()?;
        let relations = Rc::new(Relations { depends, conflicts });
        self.relations.borrow_mut()[id.0 as usize] = Some(Rc::clone(&relations));
        Ok(relations)
    }

    fn atom(&self, alternative: &'u Alternative) -> Result<Atom<'u>> {
        let name = alternative.name.as_str();
        let any = alternative.qualifier == Some(Qualifier::Any);
        let mut solutions = self.solutions(alternative)?;
        let all = solutions.len();
        solutions.retain(|id| !self.excluded.contains(self.name(*id)));
        Ok(Atom {
            alternative,
            target: self.target(name, any),
            excluded: solutions.len() < all,
            solutions,
        })
    }

    /// The candidates that satisfy an alternative.
    fn solutions(&self, alternative: &'u Alternative) -> Result<Vec<Id>> {
        let mut solutions = Vec::new();
        if !self.is_native(alternative.qualifier.as_ref()) {
            return Ok(solutions);
        }
        let name = alternative.name.as_str();
        let any = alternative.qualifier == Some(Qualifier::Any);
        if let Some(id) = self.candidate(name)? {
            let package = self.package(id);
            let serves = !any || package.multi_arch == MultiArch::Allowed;
            if serves && alternative.allows(&package.version) {
                solutions.push(id);
            }
        }
        for provider in self.universe.providers(name)? {
            let Some(id) = self.candidate(provider.package.name.as_str())? else {
                continue;
            };
            let is_candidate = self.entry(id).is(&provider);
            if is_candidate && !solutions.contains(&id) && self.provides(id, alternative, any) {
                solutions.push(id);
            }
        }
        Ok(solutions)
    }

    /// Whether a name that a package provides satisfies an alternative.
    fn provides(&self, id: Id, alternative: &Alternative, any: bool) -> bool {
        let package = self.package(id);
        package.provides.iter().any(|provided| {
            let serves = match &provided.qualifier {
                None => !any || package.multi_arch == MultiArch::Allowed,
                Some(Qualifier::Any) => any,
                qualifier => !any && self.is_native(qualifier.as_ref()),
            };
            serves
                && provided.name == alternative.name
                && alternative.allows_provided(provided.version.as_ref())
        })
    }

    /// Whether a qualifier allows packages of this architecture.
    fn is_native(&self, qualifier: Option<&Qualifier>) -> bool {
        match qualifier {
            Some(Qualifier::Architecture(wanted)) => {
                wanted.as_str() == self.universe.architecture()
            }
            _ => true,
        }
    }

    pub(crate) fn target(&self, name: &'u str, any: bool) -> Target {
        let mut targets = self.targets.borrow_mut();
        let next = Target(targets.len() as u32);
        *targets.entry((name, any)).or_insert(next)
    }

    /// The place where apt reads the package name first.
    pub(crate) fn mention(&self, id: Id) -> Option<Mention> {
        if let Some(known) = self.mentions.borrow().get(&id) {
            return *known;
        }
        let mention = self.universe.first_mention(self.name(id));
        self.mentions.borrow_mut().insert(id, mention);
        mention
    }
}
