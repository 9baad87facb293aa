//! The solver, used if apt's algorithm ends in a contradiction: it finds a consistent set or proves that there is none.
//!
//! It uses the crate `resolvo` (conflict-driven clause learning). Each candidate is a package with one version. A
//! relation is the list of its solutions: first those that apt's algorithm has chosen, then the others in apt's order.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;

use blob::{Error, Result};
use resolvo::{
    Candidates, Condition, ConditionId, ConditionalRequirement, Dependencies, DependencyProvider,
    HintDependenciesAvailable, Interner, KnownDependencies, NameId, Problem, Requirement,
    SolvableId, Solver, SolverCache, StringId, UnsolvableOrCancelled, VersionSetId,
    VersionSetUnionId,
};

use crate::order::sort;
use crate::pool::{Group, Id, Pool};

/// Returns a consistent set with all requested packages; `None` if no such set exists.
pub(crate) fn solve(
    pool: &Pool<'_>,
    requested: &[Id],
    preferred: &BTreeSet<Id>,
) -> Result<Option<BTreeSet<Id>>> {
    let provider = Provider {
        pool,
        preferred,
        unions: RefCell::default(),
        error: RefCell::default(),
    };
    let requirements = requested
        .iter()
        .map(|id| Requirement::Single(this(*id)).into());
    let problem = Problem::new().requirements(requirements.collect());
    let mut solver = Solver::new(provider);
    let solution = solver.solve(problem);
    if let Some(error) = solver.provider().error.take() {
        return Err(error);
    }
    match solution {
        Ok(solvables) => Ok(Some(
            solvables.into_iter().map(|id| Id(id.into_raw())).collect(),
        )),
        Err(UnsolvableOrCancelled::Unsolvable(_)) => Ok(None),
        Err(UnsolvableOrCancelled::Cancelled(_)) => {
            Err(Error::cannot("resolve", "packages", "the solver gave up"))
        }
    }
}

struct Provider<'a, 'u> {
    pool: &'a Pool<'u>,
    preferred: &'a BTreeSet<Id>,
    unions: RefCell<Vec<Vec<VersionSetId>>>,
    /// The first error. It stops the solver.
    error: RefCell<Option<Error>>,
}

/// The version set that contains the candidate.
fn this(id: Id) -> VersionSetId {
    VersionSetId(id.0 * 2)
}

/// The empty version set: the package must not be installed.
fn none(id: Id) -> VersionSetId {
    VersionSetId(id.0 * 2 + 1)
}

impl Provider<'_, '_> {
    fn dependencies(&self, id: Id) -> Result<KnownDependencies> {
        let relations = self.pool.relations(id)?;
        let wanted = relations
            .depends
            .iter()
            .filter(|group| !group.needs_excluded());
        let requirements = wanted.map(|group| self.requirement(group)).collect();
        let conflicts = relations.conflicts.iter().flat_map(|atom| &atom.solutions);
        Ok(KnownDependencies {
            requirements,
            constrains: conflicts.map(|other| none(*other)).collect(),
        })
    }

    fn requirement(&self, group: &Group<'_>) -> ConditionalRequirement {
        let mut solutions: Vec<Id> = Vec::new();
        for atom in &group.atoms {
            for id in sort(self.pool, atom.alternative, atom.solutions.clone(), |_| {
                false
            }) {
                if !solutions.contains(&id) {
                    solutions.push(id);
                }
            }
        }
        solutions.sort_by_key(|id| !self.preferred.contains(id));
        let mut unions = self.unions.borrow_mut();
        unions.push(solutions.into_iter().map(this).collect());
        Requirement::Union(VersionSetUnionId(unions.len() as u32 - 1)).into()
    }
}

impl Interner for Provider<'_, '_> {
    type NameId = NameId;
    type SolvableId = SolvableId;

    fn display_solvable(&self, solvable: SolvableId) -> impl Display + '_ {
        self.pool.name(Id(solvable.into_raw()))
    }

    fn display_name(&self, name: NameId) -> impl Display + '_ {
        self.pool.name(Id(name.into_raw()))
    }

    fn display_version_set(&self, set: VersionSetId) -> impl Display + '_ {
        match set.0 % 2 {
            0 => "candidate",
            _ => "none",
        }
    }

    fn display_string(&self, _: StringId) -> impl Display + '_ {
        ""
    }

    fn version_set_name(&self, set: VersionSetId) -> NameId {
        NameId::from_raw(set.0 / 2)
    }

    fn solvable_name(&self, solvable: SolvableId) -> NameId {
        NameId::from_raw(solvable.into_raw())
    }

    fn version_sets_in_union(
        &self,
        union: VersionSetUnionId,
    ) -> impl Iterator<Item = VersionSetId> {
        let unions = self.unions.borrow();
        let sets = unions.get(union.0 as usize).cloned();
        sets.unwrap_or_default().into_iter()
    }

    /// This provider never creates conditions.
    fn resolve_condition(&self, _: ConditionId) -> Condition {
        Condition::Requirement(VersionSetId(0))
    }
}

impl DependencyProvider for Provider<'_, '_> {
    async fn filter_candidates(
        &self,
        candidates: &[SolvableId],
        set: VersionSetId,
        inverse: bool,
    ) -> Vec<SolvableId> {
        if set.0.is_multiple_of(2) != inverse {
            candidates.to_vec()
        } else {
            Vec::new()
        }
    }

    async fn get_candidates(&self, name: NameId) -> Option<Candidates<SolvableId>> {
        Some(Candidates {
            candidates: vec![SolvableId::from_raw(name.into_raw())],
            hint_dependencies_available: HintDependenciesAvailable::None,
            ..Candidates::default()
        })
    }

    async fn sort_candidates(&self, _: &SolverCache<Self>, _: &mut [SolvableId]) {}

    async fn get_dependencies(&self, solvable: SolvableId) -> Dependencies {
        match self.dependencies(Id(solvable.into_raw())) {
            Ok(known) => Dependencies::Known(known),
            Err(error) => {
                self.error.borrow_mut().get_or_insert(error);
                Dependencies::Known(KnownDependencies::default())
            }
        }
    }

    fn should_cancel_with_value(&self) -> Option<Box<dyn Any>> {
        let failed = self.error.borrow().is_some();
        failed.then(|| Box::new(()) as Box<dyn Any>)
    }
}
